// Between 16-bit samples and floats.
Object.defineProperty(exports, "__esModule", { value: true });
exports.floatsFromInt16 = floatsFromInt16;
exports.int16FromFloats = int16FromFloats;
/**
 * 16-bit samples to floats, scaled by 1/32768. Exact. Eight at a time, so as many are read and written.
 * The floats may take the place of the 16-bit samples, if these lie in the second half of it.
 */
function floatsFromInt16(to, from, samples) {
  const scale = f32x4.splat(1.0 / 32768.0);
  for (const end = from + (samples << 1); from < end; from += 16, to += 32) {
    const eight = v128.load(from);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)), scale));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)), scale), 16);
  }
}
/**
 * Floats to 16-bit samples, scaled by 32768: rounded to the nearest, halves up; clamped; NaN becomes 0.
 * Four at a time, so as many are read and written. They may take the floats' place.
 */
function int16FromFloats(to, from, samples) {
  for (const end = from + (samples << 2); from < end; from += 16, to += 8) {
    const scaled = f32x4.mul(v128.load(from), f32x4.splat(32768));
    const even = f32x4.nearest(scaled);
    const halves = f32x4.eq(f32x4.sub(scaled, even), f32x4.splat(0.5));
    // What compares as true is -1.
    const rounded = i32x4.sub(i32x4.trunc_sat_f32x4_s(even), halves);
    v128.store64_lane(to, i16x8.narrow_i32x4_s(rounded, rounded), 0);
  }
}
