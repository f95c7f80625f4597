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
