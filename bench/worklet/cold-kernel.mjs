// A kernel that does nothing, and what it takes.

import { wasmBytes } from "../../tests/support/wasm-builder.ts";

export const CONFIG = { inputs: [2], outputs: [2], parameters: [{ name: "gain", defaultValue: 1 }] };

export const kernelBytes = () =>
  wasmBytes({
    memory: { pages: 2, names: ["memory"] },
    globals: [{ value: 1024, names: ["__heap_base"], fixed: true }],
    functions: [{ names: ["process"], takes: ["i32", "i32", "i32"], code: [] }],
  });
