// The core of buses that are no planar floats, and of hosts whose channels are mixed. It is compiled when the first of them
// is allocated. Like the everyday core it imports a memory, keeps no state, and reads no count or address from memory.
//
// A host's floats lie planar beside such a bus, each channel `fromStride` bytes from the one before. In the bus a channel's
// samples lie `step` bytes apart, and channels `stride` bytes: so planar, contiguous and interleaved buses are all the same.

import { divide, F64, I16, multiply } from "./convert";

/** A host's floats to a bus of `format`, each times `scale`. */
export function kernelFromFloats(
  format: u32,
  to: usize,
  step: u32,
  stride: u32,
  from: usize,
  fromStride: u32,
  channels: u32,
  frames: u32,
  scale: f64,
): void {
  for (; channels > 0; channels--, to += stride, from += fromStride) {
    if (format == I16) multiply<f32, i16>(to, step, from, 4, frames, scale);
    else if (format == F64) multiply<f32, f64>(to, step, from, 4, frames, scale);
    else multiply<f32, f32>(to, step, from, 4, frames, scale);
  }
}

/** A bus of `format` to a host's floats, each divided by `scale`. */
export function floatsFromKernel(
  to: usize,
  toStride: u32,
  format: u32,
  from: usize,
  step: u32,
  stride: u32,
  channels: u32,
  frames: u32,
  scale: f64,
): void {
  for (; channels > 0; channels--, to += toStride, from += stride) {
    if (format == I16) divide<i16, f32>(to, 4, from, step, frames, scale);
    else if (format == F64) divide<f64, f32>(to, 4, from, step, frames, scale);
    else divide<f32, f32>(to, 4, from, step, frames, scale);
  }
}

/** Shares of a channel that mixing takes, by number: a half of it, a quarter of it, its root of a half, or all of it. */
const HALF: u32 = 1;
const QUARTER: u32 = 2;
const ROOT_HALF: u32 = 3;

/** Adds a share of one channel of floats to another one; where `isFirst`, in place of what is there. */
export function mixChannel(to: usize, from: usize, share: u32, frames: u32, isFirst: u32): void {
  const gain: f32 = share == HALF ? 0.5 : share == QUARTER ? 0.25 : share == ROOT_HALF ? <f32>Math.SQRT1_2 : 1;
  const gains = f32x4.splat(gain);
  const end = to + ((<usize>frames) << 2);
  for (const fours = to + ((<usize>frames & ~3) << 2); to < fours; to += 16, from += 16) {
    const shared = f32x4.mul(v128.load(from), gains);
    v128.store(to, isFirst ? shared : f32x4.add(v128.load(to), shared));
  }
  for (; to < end; to += 4, from += 4) {
    const shared = load<f32>(from) * gain;
    store<f32>(to, isFirst ? shared : load<f32>(to) + shared);
  }
}
