// C's functions of numbers as a kernel imports them: where JS's own of the same name differ, C's hold.

import { expect, test } from "vitest";
import { instantiateKernel } from "wasm-process-buffers";
import { type ImportOf, wasmModule } from "../support/wasm-builder";

/** What the imported function of this name answers, in doubles. */
function c(name: string, ...args: number[]): number {
  const takes = args.map(() => "f64" as const);
  const imported: ImportOf = { module: "env", name, kind: "function", takes, gives: ["f64"] };
  const code = [...args.flatMap((_, i) => [0x20, i]), 0x10, 0];
  const module = wasmModule({
    imports: [imported],
    memory: { pages: 1, names: ["memory"] },
    functions: [{ names: ["call"], takes, gives: ["f64"], code }],
  });
  return instantiateKernel(module, { heapBase: 1024 }).exports.call(...args);
}

test.each<[string, number[], number]>([
  ["_sin", [1], Math.sin(1)],
  ["_powf", [2, 0.5], 2 ** 0.5],
  ["sinf", [1], Math.sin(1)],
  ["exp10f", [2], 100],
  ["remainder", [-3, 3], -0],
  ["remainder", [-9, 3], -0],
  ["remainder", [3, -3], 0],
  ["_max_f", [1, 2], 2],
  ["_min_", [1, 2], 1],
  ["_fmodf", [-5.5, 2], -1.5],
  ["round", [2.5], 3],
  ["_roundf", [-2.5], -3],
  ["round", [-0.5], -1],
  ["round", [0.49999999999999994], 0],
  ["rint", [2.5], 2],
  ["rint", [3.5], 4],
  ["nearbyintf", [-1.5], -2],
  ["_remainderf", [5, 3], -1],
  ["remainder", [5, 2], 1],
  ["remainder", [7, 2], -1],
  ["remainder", [-3, 2], 1],
  ["remainder", [1e308, 1.5e308], -5e307],
  ["remainder", [3, Infinity], 3],
  ["copysign", [2, -0], -2],
  ["_copysignf", [-3, 1], 3],
  ["copysign", [-2, 0], 2],
  ["copysign", [-2, 0.5], 2],
  ["copysign", [0.5, -1], -0.5],
  ["pow", [1, Number.NaN], 1],
  ["pow", [-1, Infinity], 1],
  ["pow", [Number.NaN, 0], 1],
  ["pow", [-1, 3], -1],
  ["pow", [2, Infinity], Infinity],
  ["fmax", [1, 2], 2],
  ["fmax", [2, Number.NaN], 2],
  ["fmax", [Number.NaN, 1], 1],
  ["fmin", [1, 2], 1],
  ["fmin", [2, Number.NaN], 2],
  ["fmin", [Number.NaN, 1], 1],
  ["fdim", [3, 5], 0],
  ["fdim", [5, 3], 2],
  ["exp2", [3], 8],
  ["fdim", [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0],
  ["ldexp", [0.75, -1074], 5e-324],
  ["ldexp", [1, 1023], 2 ** 1023],
  ["ldexp", [0.5, 1024], 2 ** 1023],
  ["ldexp", [0, 2048], 0],
  ["ldexp", [5e-324, 2097], 2 ** 1023],
  ["ldexp", [2 ** 1023, -2097], 5e-324],
  // A little more than half of the smallest double is rounded up. Rounded twice, the little would be lost first.
  ["ldexp", [2 ** -1000 * (1 + 2 ** -52), -75], 5e-324],
  ["ldexp", [1.5, 5000], Infinity],
  ["ldexp", [-1.5, -5000], -0],
  ["_isnanf", [Number.NaN], 1],
  ["_isinff", [-Infinity], 1],
  ["_isinf", [Number.NaN], 0],
  ["_abs", [-3], 3],
  ["truncf", [-1.5], -1],
])("%s(%j) is %d", (name, args, expected) => {
  expect(c(name, ...args)).toBe(expected);
});

test.each(["erff", "modf", "f", "_", "toString", "constructor"])("%s is not given", (name) => {
  expect(() => c(name, 1)).toThrow(`function env.${name}`);
});
