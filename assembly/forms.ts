// The forms core, for buses that are not planar floats, and for hosts whose channels are mixed. It is compiled when the first
// of them is allocated. Like the everyday core it imports a memory, has no state, and reads no count and no address from
// memory.
//
// The storage has planar floats for the host beside such a bus, each channel `fromStride` or `toStride` bytes after the one
// before. In the bus itself the samples of a channel lie `step` bytes apart, and the channels `stride` bytes. With these two
// numbers one function serves planar, contiguous and interleaved buses.

import { divide, F32, F64, I16, multiply } from "./convert";
import { deinterleave, interleave } from "./interleaved";

/** Converts a host's floats to a bus of `format`, each multiplied by `scale`. */
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
  if (format == F32 && step > 4 && scale == 1) {
    interleave(to, step >> 2, from, fromStride, channels, frames);
    return;
  }
  if (format == I16 && step == 4 && channels == 2 && scale == 1) {
    pairFromFloats(to, from, fromStride, frames);
    return;
  }
  for (; channels > 0; channels--, to += stride, from += fromStride) {
    // Contiguous samples go four at a time; 16-bit samples do so in every layout. The rest go one by one.
    const areTogether = step == sizeOf(format);
    const fours = areTogether || format == I16 ? frames & ~3 : 0;
    const left = frames - fours;
    const rest = from + ((<usize>fours) << 2);
    if (format == I16) {
      if (areTogether) {
        for (let at: usize = 0; at < (<usize>fours) << 1; at += 8) v128.store64_lane(to + at, int16s(from + 2 * at, scale), 0);
      } else {
        for (let at = from, apart = to; at < rest; at += 16, apart += step << 2) scatter(apart, step, int16s(at, scale));
      }
      multiply<f32, i16>(to + fours * step, step, rest, 4, left, scale);
    } else if (format == F64) {
      for (let at: usize = 0; at < (<usize>fours) << 3; at += 16)
        v128.store(to + at, f64x2.mul(doubles(from + (at >> 1)), f64x2.splat(scale)));
      multiply<f32, f64>(to + ((<usize>fours) << 3), step, rest, 4, left, scale);
    } else {
      for (let at: usize = 0; at < (<usize>fours) << 2; at += 8) {
        v128.store64_lane(to + at, f32x4.demote_f64x2_zero(f64x2.mul(doubles(from + at), f64x2.splat(scale))), 0);
      }
      multiply<f32, f32>(to + ((<usize>fours) << 2), step, rest, 4, left, scale);
    }
  }
}

/** Converts a bus of `format` to a host's floats, each divided by `scale`. */
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
  if (format == F32 && step > 4 && scale == 1) {
    deinterleave(to, toStride, channels, from, step >> 2, frames);
    return;
  }
  if (format == I16 && step == 4 && channels == 2 && scale == 1) {
    floatsFromPair(to, toStride, from, frames);
    return;
  }
  for (; channels > 0; channels--, to += toStride, from += stride) {
    const areTogether = step == sizeOf(format);
    const fours = areTogether || format == I16 ? frames & ~3 : 0;
    const left = frames - fours;
    const rest = to + ((<usize>fours) << 2);
    if (format == I16) {
      for (let at = to, apart = from; at < rest; at += 16, apart += step << 2) {
        const four = areTogether ? v128.load64_zero(apart) : gathered(apart, step);
        const whole = f32x4.convert_i32x4_s(i16x8Low(four));
        v128.store(at, divided(f32x4.mul(whole, f32x4.splat(1.0 / 32768.0)), scale));
      }
      divide<i16, f32>(rest, 4, from + fours * step, step, left, scale);
    } else if (format == F64) {
      for (let at: usize = 0; at < (<usize>fours) << 2; at += 8) {
        v128.store64_lane(to + at, f32x4.demote_f64x2_zero(f64x2.div(v128.load(from + 2 * at), f64x2.splat(scale))), 0);
      }
      divide<f64, f32>(rest, 4, from + ((<usize>fours) << 3), step, left, scale);
    } else {
      for (let at: usize = 0; at < (<usize>fours) << 2; at += 16) v128.store(to + at, divided(v128.load(from + at), scale));
      divide<f32, f32>(rest, 4, from + ((<usize>fours) << 2), step, left, scale);
    }
  }
}

/** Stores the lower four of eight 16-bit samples `step` bytes apart. */
function scatter(to: usize, step: u32, eight: v128): void {
  v128.store16_lane(to, eight, 0);
  v128.store16_lane(to + step, eight, 1);
  v128.store16_lane(to + (step << 1), eight, 2);
  v128.store16_lane(to + 3 * step, eight, 3);
}

/** Loads four 16-bit samples that lie `step` bytes apart. */
function gathered(from: usize, step: u32): v128 {
  let four = i16x8.splat(load<i16>(from));
  four = v128.load16_lane(from + step, four, 1);
  four = v128.load16_lane(from + (step << 1), four, 2);
  return v128.load16_lane(from + 3 * step, four, 3);
}

/** Bytes of one sample of a bus. */
function sizeOf(format: u32): u32 {
  return format == I16 ? 2 : format == F64 ? 8 : 4;
}

/** Loads two floats as doubles. */
function doubles(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** The lower four of eight 16-bit integers, as 32-bit integers. */
function i16x8Low(eight: v128): v128 {
  return i32x4.extend_low_i16x8_s(eight);
}

/** Divides four floats in doubles, so that each result is rounded only once. */
function divided(four: v128, scale: f64): v128 {
  if (scale == 1) return four;
  const low = f32x4.demote_f64x2_zero(f64x2.div(f64x2.promote_low_f32x4(four), f64x2.splat(scale)));
  const upper = f64x2.promote_low_f32x4(v128.shuffle<u64>(four, four, 1, 1));
  const high = f32x4.demote_f64x2_zero(f64x2.div(upper, f64x2.splat(scale)));
  return v128.shuffle<u64>(low, high, 0, 2);
}

/**
 * Loads four floats as 16-bit samples in the lower half of a vector: rounded to the nearest, halves up, clamped; NaN becomes
 * 0.
 */
function int16s(from: usize, scale: f64): v128 {
  const rounded = scale == 1 ? wholes(v128.load(from)) : v128.shuffle<u64>(wholePair(from, scale), wholePair(from + 8, scale), 0, 2);
  return i16x8.narrow_i32x4_s(rounded, rounded);
}

/** Four floats as 32-bit integers. A float times 32768 is exact, because 32768 is a power of two. */
function wholes(four: v128): v128 {
  const scaled = f32x4.mul(four, f32x4.splat(32768));
  const even = f32x4.nearest(scaled);
  const halves = f32x4.eq(f32x4.sub(scaled, even), f32x4.splat(0.5));
  // A comparison answers -1 for true, so subtracting it adds 1.
  return i32x4.sub(i32x4.trunc_sat_f32x4_s(even), halves);
}

/** Loads two floats, scales them in doubles, and returns them as 32-bit integers in the lower half of a vector. */
function wholePair(from: usize, scale: f64): v128 {
  const scaled = f64x2.mul(f64x2.mul(doubles(from), f64x2.splat(scale)), f64x2.splat(32768));
  const below = f64x2.floor(scaled);
  const up = v128.and(f64x2.ge(f64x2.sub(scaled, below), f64x2.splat(0.5)), f64x2.splat(1));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(below, up));
}

/** Converts two planar channels of floats to interleaved 16-bit samples. */
function pairFromFloats(to: usize, from: usize, stride: u32, frames: u32): void {
  const fours = frames & ~3;
  for (const end = to + ((<usize>fours) << 2); to < end; to += 16, from += 16) {
    const eight = i16x8.narrow_i32x4_s(wholes(v128.load(from)), wholes(v128.load(from + stride)));
    v128.store(to, v128.shuffle<u16>(eight, eight, 0, 4, 1, 5, 2, 6, 3, 7));
  }
  multiply<f32, i16>(to, 4, from, 4, frames - fours, 1);
  multiply<f32, i16>(to + 2, 4, from + stride, 4, frames - fours, 1);
}

/** Converts interleaved 16-bit samples to two planar channels of floats. */
function floatsFromPair(to: usize, stride: u32, from: usize, frames: u32): void {
  const fours = frames & ~3;
  const unit = f32x4.splat(1.0 / 32768.0);
  for (const end = from + ((<usize>fours) << 2); from < end; from += 16, to += 16) {
    const eight = v128.load(from);
    const pair = v128.shuffle<u16>(eight, eight, 0, 2, 4, 6, 1, 3, 5, 7);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(pair)), unit));
    v128.store(to + stride, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(pair)), unit));
  }
  divide<i16, f32>(to, 4, from, 4, frames - fours, 1);
  divide<i16, f32>(to + stride, 4, from + 2, 4, frames - fours, 1);
}

/** Numbers of the shares that mixing takes of a channel. Any other number stands for all of it. */
const HALF: u32 = 1;
const QUARTER: u32 = 2;
const ROOT_HALF: u32 = 3;

/**
 * Adds a share of one channel of floats to another channel. Where `isFirst` is not 0, it replaces what the other channel
 * holds.
 */
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
