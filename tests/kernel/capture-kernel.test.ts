// What a loader hides is captured while it runs.

import { describe, expect, test } from "vitest";
import { captureKernel, ProcessBufferStorage } from "wasm-process-buffers";
import { bump, type FunctionOf, op, wasmModule } from "../support/wasm-builder";

const config = { inputs: [2], outputs: [2] };
/** The block that was taken back last, where it is large enough; else the next one. */
const again = [
  ...[...op.get(0), ...op.const(1024), ...op.greater, ...op.globalGet(1), ...op.multiply],
  ...op.if([...op.globalGet(1), ...op.const(0), ...op.globalSet(1)], bump(0)),
];
// As Emscripten's minifier leaves them. Two take a block back: a destructor, which gives back what it finds in there too, stands
// nearer to the allocator.
const functions: FunctionOf[] = [
  { names: ["c"], code: [...op.const(2048), ...op.globalSet(0)] },
  { names: ["d"], takes: ["i32"], gives: ["i32"], code: [...op.get(0), ...op.call(0), ...op.drop, ...op.const(1)] },
  { names: ["e"], takes: ["i32"], gives: ["i32"], code: again },
  { names: ["f"], takes: ["i32"], code: [...op.get(0), ...op.globalSet(1), ...op.get(0), ...op.load, ...op.globalSet(0)] },
  { names: ["g"], takes: ["i32"], code: op.unreachable },
  { names: ["h"], takes: ["i32"], code: [...op.get(0), ...op.globalSet(1)] },
];
const module = wasmModule({
  imports: [{ module: "a", name: "a", kind: "function", takes: ["i32"], gives: ["i32"] }],
  memory: { pages: 2, names: ["b"] },
  globals: [{ value: 0 }, { value: 0 }],
  functions,
});

interface Glue {
  instantiateWasm?(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => unknown): object;
  _malloc?: unknown;
}
/** What a loader of Emscripten's does, as far as it matters: its functions are there once it has its instance. */
async function createModule(glue: Glue, names: readonly string[] = [], calls: number[] = []): Promise<Glue> {
  let exports: WebAssembly.Exports = {};
  glue.instantiateWasm!({ a: { a: (value: number) => calls.push(value) } }, (instance) => {
    exports = instance.exports;
  });
  (exports.c as () => void)();
  if (names.includes("_malloc")) glue._malloc = (bytes: number) => (exports.e as (bytes: number) => number)(bytes);
  return glue;
}

describe("captureKernel", () => {
  test("hands out the loader's memory, and the allocator that behaved like one", async () => {
    const calls: number[] = [];
    const capture = captureKernel(module);
    await createModule({ ...capture.emscripten }, [], calls);
    const { heap } = capture;
    // Nothing of the loader's was called, and its instance was not touched.
    expect(calls).toEqual([]);
    expect(heap.memory).toBe(capture.exports.b);
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
    expect([storage.inputsAddress, storage.usage.reclaimable]).toEqual([2048, true]);
    storage.free();
    expect(ProcessBufferStorage.allocateFromConfig(config, { heap }).inputsAddress).toBe(2048);
    expect(capture.heap).toBe(heap);
  });

  test("ends a function that waits for what an import answers, and finds the allocator behind it", async () => {
    const waits: FunctionOf = {
      names: ["a"],
      takes: ["i32"],
      gives: ["i32"],
      code: [...op.until([...op.const(0), ...op.call(0)]), ...op.const(0)],
    };
    const capture = captureKernel(
      wasmModule({
        imports: [{ module: "a", name: "a", kind: "function", takes: ["i32"], gives: ["i32"] }],
        memory: { pages: 2, names: ["b"] },
        globals: [{ value: 0 }, { value: 0 }],
        functions: [waits, ...functions],
      }),
    );
    const calls: number[] = [];
    await createModule({ ...capture.emscripten }, [], calls);
    expect(ProcessBufferStorage.allocateFromConfig(config, { heap: capture.heap }).inputsAddress).toBe(2048);
    expect(calls).toEqual([]);
  });

  test("leaves imported globals as they were, which instances made for trials share with the kernel", async () => {
    const spoils: FunctionOf = { names: ["a"], takes: ["i32"], gives: ["i32"], code: [...op.const(9), ...op.globalSet(0), ...op.const(0)] };
    const capture = captureKernel(
      wasmModule({
        imports: [{ module: "a", name: "s", kind: "global", isMutable: true }],
        memory: { pages: 2, names: ["b"] },
        globals: [{ value: 2048 }],
        functions: [spoils, { names: ["m"], takes: ["i32"], gives: ["i32"], code: bump(1) }],
      }),
    );
    const pointer = new WebAssembly.Global({ value: "i32", mutable: true }, 7);
    capture.emscripten.instantiateWasm({ a: { s: pointer } }, () => {});
    expect(capture.heap.malloc(16, 16)).toBe(2048);
    expect(pointer.value).toBe(7);
  });

  test("leaves entries of an imported table as they were", async () => {
    const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
    const capture = captureKernel(
      wasmModule({
        imports: [{ module: "a", name: "t", kind: "table" }],
        memory: { pages: 2, names: ["b"] },
        globals: [{ value: 2048 }],
        functions: [{ names: ["m"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
        elements: [0],
      }),
    );
    capture.emscripten.instantiateWasm({ a: { t: table } }, () => {});
    const entry = table.get(0);
    expect(capture.heap.malloc(16, 16)).toBe(2048);
    expect(table.get(0)).toBe(entry);
  });

  test("tries functions in a shared memory, where the kernel's is one", async () => {
    const limits = { pages: 2, maximum: 64, shared: true };
    const capture = captureKernel(
      wasmModule({
        imports: [{ module: "a", name: "m", kind: "memory", ...limits }],
        globals: [{ value: 2048 }],
        functions: [{ names: ["m"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
      }),
    );
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 64, shared: true });
    capture.emscripten.instantiateWasm({ a: { m: memory } }, () => {});
    expect([capture.heap.memory, capture.heap.malloc(16, 16)]).toEqual([memory, 2048]);
  });

  test("takes the loader's _malloc, where there is one", async () => {
    const capture = captureKernel(module);
    await createModule({ ...capture.emscripten }, ["_malloc"]);
    expect(capture.heap.free).toBeUndefined();
    expect(capture.heap.malloc(100, 16)).toBe(2048);
  });

  test("finds the allocator, too, where the loader calls the hook by itself", () => {
    const capture = captureKernel(module);
    const { instantiateWasm } = capture.emscripten;
    instantiateWasm({ a: { a: () => {} } }, () => {});
    expect(capture.heap.memory).toBe(capture.exports.b);
  });

  test("says so where the loader has not asked for its instance", () => {
    const capture = captureKernel(module);
    expect(() => capture.heap).toThrow(/has not asked for its instance/);
    expect(() => capture.exports).toThrow(/INCOMING_MODULE_JS_API/);
  });

  test("is for one instance, of the module that the loader was built with", async () => {
    const capture = captureKernel(module);
    await createModule({ ...capture.emscripten });
    await expect(createModule({ ...capture.emscripten })).rejects.toThrow(/for one instance/);
    const other = captureKernel(wasmModule({ imports: [{ module: "a", name: "z", kind: "function" }] }));
    await expect(createModule({ ...other.emscripten })).rejects.toThrow(/not the one that this loader was built with/);
  });

  test("takes a compiled module alone", () => {
    expect(() => captureKernel({} as WebAssembly.Module)).toThrow(TypeError);
    expect(() => captureKernel(undefined as never)).toThrow(/compiled WebAssembly.Module; undefined came/);
  });

  test("says what is missing where there is no allocator", async () => {
    const capture = captureKernel(
      wasmModule({
        imports: [{ module: "a", name: "a", kind: "function" }],
        memory: { pages: 1, names: ["b"] },
        functions: [{ names: ["c"], code: [] }],
      }),
    );
    await createModule({ ...capture.emscripten });
    expect(() => capture.heap).toThrow(/c found.*EXPORTED_FUNCTIONS=_malloc,_free/);
  });
});
