// Between one format of samples and another: floats, doubles, and whole numbers that are scaled to what their format
// holds. One sample at a time, through doubles, which hold every value of every format.

/** Formats of samples, as the script names them: those of kernels come first. */
export const F32: u32 = 0;
export const F64: u32 = 1;
export const I16: u32 = 2;
export const U8: u32 = 3;
export const I24: u32 = 4;
export const I32: u32 = 5;

/** Stands for 24-bit samples, for which there is no type. No other format is of this type. */
export type int24 = u16;

/** Samples `fromStep` bytes apart to samples `toStep` bytes apart, each times `scale`. */
export function multiply<From, To>(to: usize, toStep: usize, from: usize, fromStep: usize, frames: u32, scale: f64): void {
  for (; frames > 0; frames--, to += toStep, from += fromStep) write<To>(to, read<From>(from) * scale);
}

/** The same, each divided by `scale`: what {@link multiply} did is undone, and not by the reciprocal, which is rounded. */
export function divide<From, To>(to: usize, toStep: usize, from: usize, fromStep: usize, frames: u32, scale: f64): void {
  for (; frames > 0; frames--, to += toStep, from += fromStep) write<To>(to, read<From>(from) / scale);
}

/** A sample as the host understands it: whole numbers from -1 on, up to 1. */
function read<T>(at: usize): f64 {
  if (isFloat<T>()) return <f64>load<T>(at);
  if (sizeof<T>() == 1) return (<f64>load<u8>(at) - 128) / 128;
  if (sizeof<T>() == 4) return <f64>load<i32>(at) / 2147483648;
  if (isSigned<T>()) return <f64>load<i16>(at) / 32768;
  return <f64>(((<i32>load<i8>(at, 2)) << 16) | <i32>load<u16>(at)) / 8388608;
}

/** Rounded to the nearest, halves up; clamped; NaN becomes 0. */
function write<T>(at: usize, value: f64): void {
  if (isFloat<T>()) store<T>(at, <T>value);
  else if (sizeof<T>() == 1) store<u8>(at, whole(value, 128) + 128);
  else if (sizeof<T>() == 4) store<i32>(at, whole(value, 2147483648));
  else if (isSigned<T>()) store<i16>(at, whole(value, 32768));
  else {
    const bits = whole(value, 8388608);
    store<u16>(at, bits);
    store<u8>(at, bits >> 16, 2);
  }
}

function whole(value: f64, unit: f64): i32 {
  const scaled = value * unit;
  const below = floor<f64>(scaled);
  // Adding a half first would round: what is just below a half would go up.
  const rounded = below + (scaled - below >= 0.5 ? 1 : 0);
  // The conversion clamps to 32 bits, and makes 0 of NaN.
  return <i32>max<f64>(-unit, min<f64>(rounded, unit - 1));
}
