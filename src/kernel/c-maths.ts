// The functions of C's <math.h>, for kernels that are compiled without a C library and import them. Faust's kernels put an
// underscore before the name (`_sinf`), others do not. All of them compute in doubles. If the kernel declares that an import
// returns a float, the engine rounds the result.

import type { Imported } from "./kernel-memory";

/** [setup] C's function of this name: for doubles, or, if the name ends with `f`, for floats. Undefined if there is none. */
export function cFunction(name: string): Imported | undefined {
  const plain = name.replace(/^_/, "");
  for (const known of [plain, plain.replace(/_?f?$/, "")]) {
    if (Object.hasOwn(FUNCTIONS, known)) return FUNCTIONS[known];
    // C and JS have the same function under the same name.
    if (SAME.test(known)) return Math[known as "sin"];
  }
  return undefined;
}

const SAME = /^(abs|a?(cos|sin|tan)h?|atan2|cbrt|ceil|exp|expm1|floor|hypot|log|log10|log1p|log2|max|min|sqrt|trunc)$/;

const FUNCTIONS: Readonly<Record<string, Imported>> = {
  fabs: Math.abs,
  copysign: (value: number, sign: number) => (isNegative(value) === isNegative(sign) ? value : -value),
  exp10: (exponent: number) => 10 ** exponent,
  exp2: (exponent: number) => 2 ** exponent,
  fdim: (one: number, other: number) => (one <= other ? 0 : one - other),
  fmax: (one: number, other: number) => (Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.max(one, other)),
  fmin: (one: number, other: number) => (Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.min(one, other)),
  fmod: (value: number, divisor: number) => value % divisor,
  isinf: (value: number) => Number(Math.abs(value) === Infinity),
  isnan: (value: number) => Number(Number.isNaN(value)),
  ldexp: scaled,
  lrint: roundedToEven,
  lround: roundedAway,
  nearbyint: roundedToEven,
  // C gives 1 where JS gives NaN: for 1 to the power of NaN or of an infinity, and for -1 to the power of an infinity.
  pow: (base: number, exponent: number) => (base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent),
  remainder: (value: number, divisor: number) => remainder(value, divisor),
  rint: roundedToEven,
  round: roundedAway,
  roundeven: roundedToEven,
};

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** The value times a power of two. In steps, because powers beyond 1023 are infinite, and so that a small result is rounded only once. */
function scaled(value: number, exponent: number): number {
  let result = value;
  let left = Math.max(-MOST_STEPS, Math.min(MOST_STEPS, exponent));
  for (; left > 1023; left -= 1023) result *= 2 ** 1023;
  for (; left < -1022; left += 969) result *= 2 ** -969;
  return result * 2 ** left;
}

/** From the smallest double to the largest one are fewer. */
const MOST_STEPS = 2200;

/** Rounds halves away from zero. `Math.round` rounds them up. */
function roundedAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) < 0.5 ? whole : whole + Math.sign(value);
}

/** Rounds halves to the even neighbour, as C does in its default rounding mode. */
function roundedToEven(value: number): number {
  const whole = Math.trunc(value);
  const rest = Math.abs(value - whole);
  return rest < 0.5 || (rest === 0.5 && whole % 2 === 0) ? whole : whole + Math.sign(value);
}

/** The value minus the nearest multiple of the divisor. Exact, because `%` is exact. */
function remainder(value: number, divisor: number): number {
  const step = Math.abs(divisor);
  if (step === Infinity && Number.isFinite(value)) return value;
  const twice = value % (2 * step);
  const rest = Number.isFinite(2 * step) ? twice : value % step;
  const left = Math.abs(rest);
  if (left * 2 <= step) return rest;
  const nearest = rest - Math.sign(rest) * (left < 1.5 * step ? 1 : 2) * step;
  // Zero has the value's sign.
  return nearest === 0 && rest < 0 ? -0 : nearest;
}
