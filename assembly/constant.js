// Which channels hold one value throughout a block.
Object.defineProperty(exports, "__esModule", { value: true });
exports.constantChannels = constantChannels;
/** Bit c is set where all `frames` samples of channel c are equal bit by bit. */
function constantChannels(samples, stride, channels, frames, sampleBytes) {
  let mask = 0;
  for (let channel = 0; channel < channels; channel++) {
    if (isConstant(samples, frames * sampleBytes, sampleBytes)) mask |= 1 << channel;
    samples += stride;
  }
  return mask;
}
function isConstant(samples, byteLength, sampleBytes) {
  const first = sampleBytes == 4 ? v128.load32_splat(samples) : v128.load64_splat(samples);
  let at = samples;
  for (const end = samples + (byteLength & ~15); at < end; at += 16) {
    if (v128.any_true(v128.xor(v128.load(at), first))) return false;
  }
  for (const end = samples + byteLength; at < end; at += 4) {
    // Word by word, for doubles too: each half against the same half of the first.
    if (load(at) != load(samples + ((at - samples) & (sampleBytes - 1)))) return false;
  }
  return true;
}
