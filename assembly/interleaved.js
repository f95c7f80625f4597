// Between interleaved samples (frame after frame, one sample of each channel) and planar ones (channel
// after channel). Planar channels lie `stride` bytes apart; of `width` samples in a frame, the first
// `channels` are converted.
//
// Two channels and four frames go at a time. What is left of either at the end goes together with its
// neighbours once more: that costs less than a loop of its own. A lone channel, or less than four frames, go
// sample by sample. Addresses are carried along, because working them out anew takes longer than the shuffles.
Object.defineProperty(exports, "__esModule", { value: true });
exports.deinterleave = deinterleave;
exports.interleave = interleave;
/** Interleaved floats to planar ones. */
function deinterleave(to, stride, channels, from, width, frames) {
  const row = width << 2;
  if (channels < 2 || frames < 4) {
    for (; channels > 0; channels--, to += stride, from += 4) copyStrided(to, 4, from, row, frames);
    return;
  }
  for (let channel = 0; channel < channels; channel += 2) {
    const pair = min(channel, channels - 2);
    let source = from + (pair << 2);
    let target = to + pair * stride;
    for (let left = frames; ; ) {
      const r01 = v128.load64_lane(source + row, v128.load64_zero(source), 1);
      const r23 = v128.load64_lane(source + 3 * row, v128.load64_zero(source + 2 * row), 1);
      v128.store(target, v128.shuffle(r01, r23, 0, 2, 4, 6));
      v128.store(target + stride, v128.shuffle(r01, r23, 1, 3, 5, 7));
      left -= 4;
      if (left <= 0) break;
      let step = 4;
      if (left < 4) {
        step = left;
        left = 4;
      }
      source += step * row;
      target += step << 2;
    }
  }
}
/** Planar floats to interleaved ones. Samples of a frame beyond `channels` stay as they are. */
function interleave(to, width, from, stride, channels, frames) {
  const row = width << 2;
  if (channels < 2 || frames < 4) {
    for (; channels > 0; channels--, to += 4, from += stride) copyStrided(to, row, from, 4, frames);
    return;
  }
  for (let channel = 0; channel < channels; channel += 2) {
    const pair = min(channel, channels - 2);
    let source = from + pair * stride;
    let target = to + (pair << 2);
    for (let left = frames; ; ) {
      const p0 = v128.load(source);
      const p1 = v128.load(source + stride);
      const r01 = v128.shuffle(p0, p1, 0, 4, 1, 5);
      const r23 = v128.shuffle(p0, p1, 2, 6, 3, 7);
      v128.store64_lane(target, r01, 0);
      v128.store64_lane(target + row, r01, 1);
      v128.store64_lane(target + 2 * row, r23, 0);
      v128.store64_lane(target + 3 * row, r23, 1);
      left -= 4;
      if (left <= 0) break;
      let step = 4;
      if (left < 4) {
        step = left;
        left = 4;
      }
      source += step << 2;
      target += step * row;
    }
  }
}
/** One channel, from samples `fromStep` bytes apart to samples `toStep` bytes apart. */
function copyStrided(to, toStep, from, fromStep, frames) {
  for (; frames > 0; frames--, to += toStep, from += fromStep) store(to, load(from));
}
