// Finds the channels that hold one value throughout a block.

/** Returns a mask: bit c is set where all `frames` samples of channel c have the same bits. */
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
    // The rest goes in 32-bit words. A word of a double is compared with the same half of the first double.
    if (load<u32>(at) != load<u32>(samples + ((at - samples) & (sampleBytes - 1)))) return false;
  }
  return true;
}
