// Converts between a host's floats and a kernel's doubles.

/**
 * Converts floats to doubles in place. In the `stride` bytes of each channel, the floats begin in the middle and the doubles
 * at the start. The result is exact, because each float is also a double. It goes forwards: the doubles written so far end
 * before the first float that is still to be read.
 */
export function widenChannels(samples: usize, stride: u32, channels: u32, frames: u32): void {
  for (; channels > 0; channels--) {
    widen(samples, samples + (stride >> 1), frames);
    samples += stride;
  }
}

/**
 * Converts doubles to floats, each rounded to the nearest float. The channels of doubles lie `fromStride` bytes apart, those
 * of floats `toStride`.
 */
export function narrowChannels(to: usize, toStride: u32, from: usize, fromStride: u32, channels: u32, frames: u32): void {
  for (; channels > 0; channels--) {
    narrow(to, from, frames);
    to += toStride;
    from += fromStride;
  }
}

function widen(to: usize, from: usize, frames: u32): void {
  const fours = from + ((<usize>frames & ~3) << 2);
  const end = from + ((<usize>frames) << 2);
  for (; from < fours; from += 16, to += 32) {
    // Two loads of two floats each: a load costs less than to move the upper half of a vector down.
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from, 8)), 16);
  }
  for (; from < end; from += 4, to += 8) store<f64>(to, <f64>load<f32>(from));
}

function narrow(to: usize, from: usize, frames: u32): void {
  const fours = to + ((<usize>frames & ~3) << 2);
  const end = to + ((<usize>frames) << 2);
  for (; to < fours; to += 16, from += 32) {
    v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from)), 0);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from, 16)), 0, 8);
  }
  for (; to < end; to += 4, from += 8) store<f32>(to, <f32>load<f64>(from));
}
