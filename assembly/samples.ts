// What is done to samples.

/** Zeroes the first `byteLength` bytes of `channels` channels that lie `stride` bytes apart. */
export function zeroChannels(samples: usize, stride: u32, channels: u32, byteLength: u32): void {
  if (byteLength == stride) {
    memory.fill(samples, 0, stride * channels);
    return;
  }
  for (let channel: u32 = 0; channel < channels; channel++) {
    memory.fill(samples, 0, byteLength);
    samples += stride;
  }
}

/** Floats to doubles, four at a time. Exact: each float is a double. */
export function widenSamples(to: usize, from: usize, frames: u32): void {
  const fours = from + ((<usize>frames & ~3) << 2);
  const end = from + ((<usize>frames) << 2);
  for (; from < fours; from += 16, to += 32) {
    const four = v128.load(from);
    v128.store(to, f64x2.promote_low_f32x4(four));
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<u32>(four, four, 2, 3, 2, 3)), 16);
  }
  for (; from < end; from += 4, to += 8) store<f64>(to, <f64>load<f32>(from));
}

/** Doubles to floats, four at a time, each rounded to the nearest float. */
export function narrowSamples(to: usize, from: usize, frames: u32): void {
  const fours = to + ((<usize>frames & ~3) << 2);
  const end = to + ((<usize>frames) << 2);
  for (; to < fours; to += 16, from += 32) {
    const low = f32x4.demote_f64x2_zero(v128.load(from));
    const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
    v128.store(to, v128.shuffle<u64>(low, high, 0, 2));
  }
  for (; to < end; to += 4, from += 8) store<f32>(to, <f32>load<f64>(from));
}
