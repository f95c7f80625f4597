// Between one format of samples and another: floats, doubles, and whole numbers that are scaled to what their format
// holds. One sample at a time, through doubles, which hold every value of every format.
Object.defineProperty(exports, "__esModule", { value: true });
exports.I32 = exports.I24 = exports.U8 = exports.I16 = exports.F64 = exports.F32 = void 0;
exports.multiply = multiply;
exports.divide = divide;
/** Formats of samples, as the script names them: those of kernels come first. */
exports.F32 = 0;
exports.F64 = 1;
exports.I16 = 2;
exports.U8 = 3;
exports.I24 = 4;
exports.I32 = 5;
/** Samples `fromStep` bytes apart to samples `toStep` bytes apart, each times `scale`. */
function multiply(to, toStep, from, fromStep, frames, scale) {
  for (; frames > 0; frames--, to += toStep, from += fromStep) write(to, read(from) * scale);
}
/** The same, each divided by `scale`: what {@link multiply} did is undone, and not by the reciprocal, which is rounded. */
function divide(to, toStep, from, fromStep, frames, scale) {
  for (; frames > 0; frames--, to += toStep, from += fromStep) write(to, read(from) / scale);
}
/** A sample as the host understands it: whole numbers from -1 on, up to 1. */
function read(at) {
  if (isFloat()) return load(at);
  if (sizeof() == 1) return (load(at) - 128) / 128;
  if (sizeof() == 4) return load(at) / 2147483648;
  if (isSigned()) return load(at) / 32768;
  return ((load(at, 2) << 16) | load(at)) / 8388608;
}
/** Rounded to the nearest, halves up; clamped; NaN becomes 0. */
function write(at, value) {
  if (isFloat()) store(at, value);
  else if (sizeof() == 1) store(at, whole(value, 128) + 128);
  else if (sizeof() == 4) store(at, whole(value, 2147483648));
  else if (isSigned()) store(at, whole(value, 32768));
  else {
    const bits = whole(value, 8388608);
    store(at, bits);
    store(at, bits >> 16, 2);
  }
}
function whole(value, unit) {
  const scaled = value * unit;
  const below = floor(scaled);
  // Adding a half first would round: what is just below a half would go up.
  const rounded = below + (scaled - below >= 0.5 ? 1 : 0);
  // The conversion clamps to 32 bits, and makes 0 of NaN.
  return max(-unit, min(rounded, unit - 1));
}
