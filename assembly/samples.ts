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
    // Loaded in two halves: taking the upper half of a vector down costs more than a load does.
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from, 8)), 16);
  }
  for (; from < end; from += 4, to += 8) store<f64>(to, <f64>load<f32>(from));
}

/** Doubles to floats, four at a time, each rounded to the nearest float. */
export function narrowSamples(to: usize, from: usize, frames: u32): void {
  const fours = to + ((<usize>frames & ~3) << 2);
  const end = to + ((<usize>frames) << 2);
  for (; to < fours; to += 16, from += 32) {
    v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from)), 0);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(v128.load(from, 16)), 0, 8);
  }
  for (; to < end; to += 4, from += 8) store<f32>(to, <f32>load<f64>(from));
}

/** Bit c is set where all `frames` samples of channel c are equal bit by bit. */
export function constantChannels(samples: usize, stride: u32, channels: u32, frames: u32, sampleBytes: u32): u32 {
  let mask: u32 = 0;
  for (let channel: u32 = 0; channel < channels; channel++) {
    if (isConstant(samples, <usize>frames * sampleBytes, sampleBytes)) mask |= 1 << channel;
    samples += stride;
  }
  return mask;
}

function isConstant(samples: usize, byteLength: usize, sampleBytes: u32): bool {
  const first = sampleBytes == 4 ? v128.load32_splat(samples) : v128.load64_splat(samples);
  let at = samples;
  for (const end = samples + (byteLength & ~15); at < end; at += 16) {
    if (v128.any_true(v128.xor(v128.load(at), first))) return false;
  }
  for (const end = samples + byteLength; at < end; at += 4) {
    // Word by word, for doubles too: each half against the same half of the first.
    if (load<u32>(at) != load<u32>(samples + ((at - samples) & (sampleBytes - 1)))) return false;
  }
  return true;
}
