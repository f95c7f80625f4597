// Converts between 16-bit samples and floats.

/**
 * Converts 16-bit samples to floats, scaled by 1/32768. The result is exact. It works on eight samples at a time, so it reads
 * and writes up to the next multiple of eight. It also works in place, where the 16-bit samples lie in the second half of the
 * floats' memory.
 */
export function floatsFromInt16(to: usize, from: usize, samples: u32): void {
  const scale = f32x4.splat(1.0 / 32768.0);
  for (const end = from + ((<usize>samples) << 1); from < end; from += 16, to += 32) {
    const eight = v128.load(from);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)), scale));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)), scale), 16);
  }
}

/**
 * Converts floats to 16-bit samples, scaled by 32768, rounded to the nearest (halves up) and clamped; NaN becomes 0. It works
 * on four samples at a time, so it reads and writes up to the next multiple of four. It also works in place, where both begin
 * at the same address.
 */
export function int16FromFloats(to: usize, from: usize, samples: u32): void {
  for (const end = from + ((<usize>samples) << 2); from < end; from += 16, to += 8) {
    const scaled = f32x4.mul(v128.load(from), f32x4.splat(32768));
    const even = f32x4.nearest(scaled);
    const halves = f32x4.eq(f32x4.sub(scaled, even), f32x4.splat(0.5));
    // A comparison answers -1 for true, so subtracting it adds 1.
    const rounded = i32x4.sub(i32x4.trunc_sat_f32x4_s(even), halves);
    v128.store64_lane(to, i16x8.narrow_i32x4_s(rounded, rounded), 0);
  }
}
