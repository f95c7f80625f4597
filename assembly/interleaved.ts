// Between interleaved samples (frame after frame, one sample of each channel) and planar ones (channel
// after channel). Planar channels lie `stride` bytes apart; of `width` samples in a frame, the first
// `channels` are converted.
//
// Channels go in pairs, four frames at a time; an odd last channel goes sample by sample.

/** Interleaved floats to planar ones. */
export function deinterleave(to: usize, stride: u32, channels: u32, from: usize, width: u32, frames: u32): void {
  const row = (<usize>width) << 2;
  if (width == 1 && channels == 1) {
    memory.copy(to, from, (<usize>frames) << 2);
    return;
  }
  const wide = (<usize>frames & ~3) << 2;
  let left = channels;
  for (; left >= 2; left -= 2) {
    let source = from;
    for (let a = to, end = a + wide; a < end; a += 16) {
      const r01 = v128.load64_lane(source + row, v128.load64_zero(source), 1);
      const r23 = v128.load64_lane(source + 3 * row, v128.load64_zero(source + 2 * row), 1);
      v128.store(a, v128.shuffle<u32>(r01, r23, 0, 2, 4, 6));
      v128.store(a + stride, v128.shuffle<u32>(r01, r23, 1, 3, 5, 7));
      source += 4 * row;
    }
    copyStrided(to + wide, 4, source, row, frames & 3);
    copyStrided(to + stride + wide, 4, source + 4, row, frames & 3);
    to += 2 * stride;
    from += 8;
  }
  if (left > 0) copyStrided(to, 4, from, row, frames);
}

/** Planar floats to interleaved ones; samples of a frame beyond `channels` stay as they are. */
export function interleave(to: usize, width: u32, from: usize, stride: u32, channels: u32, frames: u32): void {
  const row = (<usize>width) << 2;
  if (width == 1 && channels == 1) {
    memory.copy(to, from, (<usize>frames) << 2);
    return;
  }
  const wide = (<usize>frames & ~3) << 2;
  let left = channels;
  for (; left >= 2; left -= 2) {
    let target = to;
    for (let a = from, end = a + wide; a < end; a += 16) {
      const p0 = v128.load(a);
      const p1 = v128.load(a + stride);
      const r01 = v128.shuffle<u32>(p0, p1, 0, 4, 1, 5);
      const r23 = v128.shuffle<u32>(p0, p1, 2, 6, 3, 7);
      v128.store64_lane(target, r01, 0);
      v128.store64_lane(target + row, r01, 1);
      v128.store64_lane(target + 2 * row, r23, 0);
      v128.store64_lane(target + 3 * row, r23, 1);
      target += 4 * row;
    }
    copyStrided(target, row, from + wide, 4, frames & 3);
    copyStrided(target + 4, row, from + stride + wide, 4, frames & 3);
    from += 2 * stride;
    to += 8;
  }
  if (left > 0) copyStrided(to, row, from, 4, frames);
}

function copyStrided(to: usize, toStep: usize, from: usize, fromStep: usize, samples: u32): void {
  for (; samples > 0; samples--) {
    store<f32>(to, load<f32>(from));
    to += toStep;
    from += fromStep;
  }
}

/** 16-bit samples to floats, scaled by 1/32768. Exact. The floats may begin where the 16-bit samples lie, if these fill the second half of them. */
export function floatsFromInt16(to: usize, from: usize, samples: u32): void {
  const scale = f32x4.splat(1.0 / 32768.0);
  const eights = from + ((<usize>samples & ~7) << 1);
  const end = from + ((<usize>samples) << 1);
  for (; from < eights; from += 16, to += 32) {
    const eight = v128.load(from);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)), scale));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)), scale), 16);
  }
  for (; from < end; from += 2, to += 4) store<f32>(to, <f32>load<i16>(from) * (1.0 / 32768.0));
}

/** Floats to 16-bit samples in their place, scaled by 32768: rounded to the nearest, halves up; clamped; NaN becomes 0. */
export function int16FromFloats(at: usize, samples: u32): void {
  let to = at;
  for (const end = at + ((<usize>samples & ~7) << 2); at < end; at += 32, to += 16) {
    v128.store(to, i16x8.narrow_i32x4_s(rounded(v128.load(at)), rounded(v128.load(at, 16))));
  }
  for (const end = at + ((<usize>samples & 7) << 2); at < end; at += 4, to += 2) {
    const one = rounded(v128.load32_zero(at));
    store<i16>(to, i16x8.extract_lane_s(i16x8.narrow_i32x4_s(one, one), 0));
  }
}

function rounded(floats: v128): v128 {
  const scaled = f32x4.mul(floats, f32x4.splat(32768));
  const even = f32x4.nearest(scaled);
  const halves = f32x4.eq(f32x4.sub(scaled, even), f32x4.splat(0.5));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(even, v128.and(halves, f32x4.splat(1))));
}
