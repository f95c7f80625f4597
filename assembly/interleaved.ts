// Between interleaved samples (frame after frame, one sample of each channel) and planar ones (channel
// after channel). Planar channels lie `stride` bytes apart; of `width` samples in a frame, the first
// `channels` are converted.
//
// Two channels and four frames go at a time, and there must be as many. What is left of either at the
// end goes together with its neighbours once more: that costs less than a loop of its own. Addresses are
// carried along, because working them out anew takes longer than the shuffles.

/** Interleaved floats to planar ones: at least 2 channels and 4 frames. */
export function deinterleave(to: usize, stride: u32, channels: u32, from: usize, width: u32, frames: u32): void {
  const row = (<usize>width) << 2;
  for (let channel: u32 = 0; channel < channels; channel += 2) {
    const pair = min(channel, channels - 2);
    let source = from + ((<usize>pair) << 2);
    let target = to + pair * stride;
    for (let left: i32 = frames; ; ) {
      const r01 = v128.load64_lane(source + row, v128.load64_zero(source), 1);
      const r23 = v128.load64_lane(source + 3 * row, v128.load64_zero(source + 2 * row), 1);
      v128.store(target, v128.shuffle<u32>(r01, r23, 0, 2, 4, 6));
      v128.store(target + stride, v128.shuffle<u32>(r01, r23, 1, 3, 5, 7));
      left -= 4;
      if (left <= 0) break;
      let step: usize = 4;
      if (left < 4) {
        step = left;
        left = 4;
      }
      source += step * row;
      target += step << 2;
    }
  }
}

/** Planar floats to interleaved ones: at least 2 channels and 4 frames. Samples of a frame beyond `channels` stay as they are. */
export function interleave(to: usize, width: u32, from: usize, stride: u32, channels: u32, frames: u32): void {
  const row = (<usize>width) << 2;
  for (let channel: u32 = 0; channel < channels; channel += 2) {
    const pair = min(channel, channels - 2);
    let source = from + pair * stride;
    let target = to + ((<usize>pair) << 2);
    for (let left: i32 = frames; ; ) {
      const p0 = v128.load(source);
      const p1 = v128.load(source + stride);
      const r01 = v128.shuffle<u32>(p0, p1, 0, 4, 1, 5);
      const r23 = v128.shuffle<u32>(p0, p1, 2, 6, 3, 7);
      v128.store64_lane(target, r01, 0);
      v128.store64_lane(target + row, r01, 1);
      v128.store64_lane(target + 2 * row, r23, 0);
      v128.store64_lane(target + 3 * row, r23, 1);
      left -= 4;
      if (left <= 0) break;
      let step: usize = 4;
      if (left < 4) {
        step = left;
        left = 4;
      }
      source += step << 2;
      target += step * row;
    }
  }
}

/**
 * 16-bit samples to floats, scaled by 1/32768. Exact. Eight at a time, so as many are read and written.
 * The floats may take the place of the 16-bit samples, if these lie in the second half of it.
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
 * Floats to 16-bit samples, scaled by 32768: rounded to the nearest, halves up; clamped; NaN becomes 0.
 * Four at a time, so as many are read and written. They may take the floats' place.
 */
export function int16FromFloats(to: usize, from: usize, samples: u32): void {
  for (const end = from + ((<usize>samples) << 2); from < end; from += 16, to += 8) {
    const scaled = f32x4.mul(v128.load(from), f32x4.splat(32768));
    const even = f32x4.nearest(scaled);
    const halves = f32x4.eq(f32x4.sub(scaled, even), f32x4.splat(0.5));
    // What compares as true is -1.
    const rounded = i32x4.sub(i32x4.trunc_sat_f32x4_s(even), halves);
    v128.store64_lane(to, i16x8.narrow_i32x4_s(rounded, rounded), 0);
  }
}
