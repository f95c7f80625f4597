// What TypeScript says of a kernel's exports: this file is checked with `noUncheckedIndexedAccess` (tests/tsconfig.json), and
// without it by tests/node/package/kernel-types.test.ts. Nothing is cast in it.

import { expect, test } from "vitest";
import { instantiateKernel, type Kernel, type WasmHeap } from "wasm-process-buffers";
import { bump, wasmModule } from "../support/wasm-builder";

const module = wasmModule({
  memory: { pages: 1, names: ["memory"] },
  globals: [{ value: 1024 }],
  functions: [{ names: ["malloc", "process"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
});

test("exports are called by their names, whatever they are", () => {
  const kernel: Kernel = instantiateKernel(module);
  const heap: WasmHeap = kernel.heap;
  const answer: number = kernel.exports.process(16);
  const memory: WebAssembly.Memory = kernel.exports.memory;
  expect([answer, memory]).toEqual([1024, heap.memory]);
});

test("exports that are named have the types that they are given", () => {
  const kernel = instantiateKernel<{ process(frames: number): number; memory: WebAssembly.Memory }>(module);
  expect(kernel.exports.process(16)).toBe(1024);
  // @ts-expect-error It takes a number.
  expect(kernel.exports.process("16")).toBeGreaterThan(1024);
  // @ts-expect-error It is not named.
  expect(kernel.exports.other).toBeUndefined();
});
