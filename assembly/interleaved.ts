// Converts between interleaved samples (frame after frame, one sample of each channel) and planar ones (channel after
// channel). Planar channels lie `stride` bytes apart. Each frame has `width` samples, of which the first `channels` are
// converted.
//
// The loops take two channels and four frames at a time. Where one channel is left over, it goes together with the channel
// before it, which is converted a second time; left-over frames likewise. That costs less than another loop. A lone channel,
// or fewer than four frames, go sample by sample. The loops add to their addresses, because computing each address from its
// index takes longer than the shuffles.

/** Converts interleaved floats to planar floats. */
export function deinterleave(to: usize, stride: u32, channels: u32, from: usize, width: u32, frames: u32): void {
  const row = (<usize>width) << 2;
  if (channels < 2 || frames < 4) {
    for (; channels > 0; channels--, to += stride, from += 4) copyStrided(to, 4, from, row, frames);
    return;
  }
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

/** Converts planar floats to interleaved floats. Samples of a frame beyond `channels` stay as they are. */
export function interleave(to: usize, width: u32, from: usize, stride: u32, channels: u32, frames: u32): void {
  const row = (<usize>width) << 2;
  if (channels < 2 || frames < 4) {
    for (; channels > 0; channels--, to += 4, from += stride) copyStrided(to, row, from, 4, frames);
    return;
  }
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

/** Copies one channel, from samples `fromStep` bytes apart to samples `toStep` bytes apart. */
function copyStrided(to: usize, toStep: usize, from: usize, fromStep: usize, frames: u32): void {
  for (; frames > 0; frames--, to += toStep, from += fromStep) store<u32>(to, load<u32>(from));
}
