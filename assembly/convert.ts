// Converts samples between formats: floats, doubles, and integers that are scaled to the range of their format. It converts
// one sample at a time. Each sample becomes a double on the way, because a double holds every value of every format.

/**
 * Numbers of the sample formats, the same as in `src/sample-format.ts` and `src/hosts/pcm.ts`. The formats that a kernel may
 * have come first.
 */
export const F32: u32 = 0;
export const F64: u32 = 1;
export const I16: u32 = 2;
export const U8: u32 = 3;
export const I24: u32 = 4;
export const I32: u32 = 5;

/** u16 stands for 24-bit samples in the generic functions: AssemblyScript has no 24-bit type, and no other format uses u16. */
export type int24 = u16;

/** Converts samples `fromStep` bytes apart to samples `toStep` bytes apart, and multiplies each by `scale`. */
export function multiply<From, To>(to: usize, toStep: usize, from: usize, fromStep: usize, frames: u32, scale: f64): void {
  for (; frames > 0; frames--, to += toStep, from += fromStep) write<To>(to, read<From>(from) * scale);
}

/**
 * The same, but divides each sample by `scale`. This undoes {@link multiply}. Multiplying by the reciprocal would not,
 * because the reciprocal is rounded.
 */
export function divide<From, To>(to: usize, toStep: usize, from: usize, fromStep: usize, frames: u32, scale: f64): void {
  for (; frames > 0; frames--, to += toStep, from += fromStep) write<To>(to, read<From>(from) / scale);
}

/** Reads one sample as a double. Integers are scaled to the range from -1 to 1, where 1 itself is not reached. */
function read<T>(at: usize): f64 {
  if (isFloat<T>()) return <f64>load<T>(at);
  if (sizeof<T>() == 1) return (<f64>load<u8>(at) - 128) / 128;
  if (sizeof<T>() == 4) return <f64>load<i32>(at) / 2147483648;
  if (isSigned<T>()) return <f64>load<i16>(at) / 32768;
  return <f64>(((<i32>load<i8>(at, 2)) << 16) | <i32>load<u16>(at)) / 8388608;
}

/** Writes one sample. Integers are rounded to the nearest, halves up, and clamped; NaN becomes 0. */
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
  // Not floor(scaled + 0.5): that sum is rounded, so a value just below a half would go up.
  const rounded = below + (scaled - below >= 0.5 ? 1 : 0);
  // The conversion to i32 clamps, and turns NaN into 0.
  return <i32>max<f64>(-unit, min<f64>(rounded, unit - 1));
}
