// The memory and the allocator of a kernel that is there already, whatever it calls them.

import { describe, expect, test } from "vitest";
import { createHeap, heapOf, ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";
import { bump, type FunctionOf, op, wasmModule } from "../support/wasm-builder";

const config = { inputs: [2], outputs: [2] };

const malloc = (...names: string[]): FunctionOf => ({ names, takes: ["i32"], gives: ["i32"], code: bump(0) });
const aligned = (...names: string[]): FunctionOf => ({ names, takes: ["i32", "i32"], gives: ["i32"], code: bump(0) });
/** Takes a block back, and writes its arguments to the globals behind the first. */
const free = (parameters: number, ...names: string[]): FunctionOf => ({
  names,
  takes: Array(parameters).fill("i32"),
  code: Array.from({ length: parameters }, (_, i) => [...op.get(i), ...op.globalSet(i + 1)]).flat(),
});
const globals = [{ value: 1024 }, ...["address", "bytes", "alignment"].map((name) => ({ value: 0, names: [name] }))];

function kernel(functions: readonly FunctionOf[], memory = "memory"): Record<string, never> {
  const module = wasmModule({ memory: { pages: 2, names: [memory] }, globals, functions });
  return new WebAssembly.Instance(module).exports as Record<string, never>;
}

/** A storage there and back; what its allocator heard when it was freed. */
function use(heap: WasmHeap, exports: Record<string, WebAssembly.Global>): number[] {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
  const { inputsAddress, usage } = storage;
  expect(inputsAddress).toBeGreaterThan(0);
  heap.memory.grow(1);
  expect(storage.begin(128)).toBe(128);
  storage.free();
  expect([0, inputsAddress]).toContain(exports.address!.value);
  return [usage.totalBytes, exports.address!.value, exports.bytes!.value, exports.alignment!.value];
}

describe("the allocator is found by its name", () => {
  test.each([
    ["malloc", "free"],
    ["_malloc", "_free"],
    ["wasm_malloc", "wasm_free"],
    ["alloc", "free"],
    ["alloc", "dealloc"],
    ["allocate", "deallocate"],
    ["allocStringMem", "freeStringMem"],
    ["audio_malloc", "audio_free"],
  ])("%s and %s of a C kernel, under whatever name the memory is", (name, freeName) => {
    const exports = kernel([malloc(name), free(1, freeName), free(1, "enc_free")], "c");
    const [, address] = use(heapOf(exports), exports);
    expect(address).toBeGreaterThan(0);
  });

  test.each([
    ["the older wasm-bindgen, which is told the size", malloc("__wbindgen_malloc"), free(2, "__wbindgen_free"), 0],
    ["wasm-bindgen", aligned("__wbindgen_malloc"), free(3, "__wbindgen_free"), 16],
    ["wasm-bindgen that numbers its exports", aligned("__wbindgen_export_1"), free(3, "__wbindgen_export_3"), 16],
    ["wasm-bindgen that numbers them from nothing", aligned("__wbindgen_export"), free(3, "__wbindgen_export3"), 16],
    ["alloc and dealloc of Rust's", aligned("alloc"), free(3, "dealloc"), 16],
  ])("%s frees every storage with its size", (_, alloc, dealloc, alignment) => {
    const realloc: FunctionOf = {
      names: ["__wbindgen_realloc", "__wbindgen_export_2"],
      takes: ["i32", "i32", "i32", "i32"],
      gives: ["i32"],
      code: op.unreachable,
    };
    const exports = kernel([alloc, realloc, dealloc]);
    const [totalBytes, address, bytes, heard] = use(heapOf(exports), exports);
    expect(address).toBeGreaterThan(0);
    expect([bytes, heard]).toEqual([totalBytes, alignment]);
  });

  test("one without a partner frees nothing, and a stranger's free is not called", () => {
    const exports = kernel([malloc("wasm_malloc"), free(1, "free"), free(1, "enc_free")]);
    const heap = heapOf(exports);
    expect(heap.free).toBeUndefined();
    expect(use(heap, exports)[1]).toBe(0);
  });

  test("what has an allocator's name and not its signature is none", () => {
    const float: FunctionOf = { names: ["malloc"], takes: ["f32"], gives: ["i32"], code: op.const(0) };
    expect(() => heapOf(kernel([float]))).toThrow(/malloc found/);
  });

  test("what counts in other units than bytes, gives some beyond the memory, or takes from the stack, is none", () => {
    const inFloats: FunctionOf = { names: ["allocFloats"], takes: ["i32"], gives: ["i32"], code: bump(0, 2) };
    const twice = [...op.get(0), ...op.const(1), ...op.shl];
    const inPairs: FunctionOf = {
      ...inFloats,
      names: ["allocPairs"],
      code: [...op.globalGet(0), ...op.globalGet(0), ...twice, ...op.add, ...op.globalSet(0)],
    };
    // The last one of those that are tried begins in the memory, and ends behind it.
    const tooFar: FunctionOf = { ...inFloats, names: ["allocFar"], code: [...bump(0), ...op.const(2 * 65_536 - 4024), ...op.add] };
    for (const one of [inFloats, inPairs, tooFar]) {
      expect(() => heapOf(kernel([one, malloc("stackAlloc"), malloc("__cxa_allocate_exception")]))).toThrow(/nobody says where/);
    }
  });

  test("one that is tried because its name is like an allocator's gets its blocks back", () => {
    const calls: number[] = [];
    let next = 1024;
    const alloc = (bytes: number) => {
      next += bytes;
      return next - bytes;
    };
    const memory = new WebAssembly.Memory({ initial: 1 });
    const takes = (name: string, parameters: number) =>
      Object.values(
        new WebAssembly.Instance(
          wasmModule({
            imports: [
              { module: "js", name, kind: "function", takes: Array(parameters).fill("i32"), gives: name === "free" ? [] : ["i32"] },
            ],
            functions: [
              {
                names: [name],
                takes: Array(parameters).fill("i32"),
                gives: name === "free" ? [] : ["i32"],
                code: [...Array.from({ length: parameters }, (_, i) => op.get(i)).flat(), ...op.call(0)],
              },
            ],
          }),
          { js: { alloc, free: (address: number) => void calls.push(address) } },
        ).exports,
      )[0];
    const heap = heapOf({ memory, audio_alloc: takes("alloc", 1), audio_free: takes("free", 1) });
    expect(calls).toEqual([1024, 1536, 2048, 3584]);
    expect(heap.malloc(8, 16)).toBe(5120);
  });

  test("one that makes things of one size, or takes the alignment first, is none, whatever its name", () => {
    const [size, alignment] = [op.get(0), op.get(1)];
    const things = [...op.globalGet(0), ...op.globalGet(0), ...op.const(640), ...op.add, ...op.globalSet(0)];
    const aligned = [...op.globalGet(0), ...op.globalGet(0), ...size, ...op.add, ...op.globalSet(0), ...alignment, ...op.drop];
    for (const [name, code] of [
      ["alloc_voice", things],
      ["aligned_alloc", aligned],
    ] as const) {
      const takes = name === "alloc_voice" ? (["i32"] as const) : (["i32", "i32"] as const);
      expect(() => heapOf(kernel([{ names: [name], takes, gives: ["i32"], code }]))).toThrow(/nobody says where/);
    }
  });

  test("nothing without a telling name is called", () => {
    const traps: FunctionOf = { names: ["a"], takes: ["i32"], gives: ["i32"], code: op.unreachable };
    const counts: FunctionOf = { names: ["b"], takes: ["i32"], gives: ["i32"], code: bump(0) };
    const exports = kernel([traps, counts]);
    expect(() => heapOf(exports)).toThrow(/a, b found/);
    expect((exports as unknown as { b(bytes: number): number }).b(16)).toBe(1024);
  });
});

describe("the kernel may be", () => {
  const exports = () => kernel([malloc("malloc"), free(1, "free")]);
  test.each<[string, (made: object) => object]>([
    ["its instance", (made) => ({ exports: made })],
    ["an Emscripten module of old", (made) => ({ asm: made, HEAPF32: new Float32Array(1) })],
    ["a later one", (made) => ({ wasmExports: made })],
    [
      "one whose memory and functions are its own",
      (made) => ({ wasmMemory: (made as { memory: object }).memory, _malloc: (made as { malloc: object }).malloc }),
    ],
    ["what holds an instance", (made) => ({ instance: { exports: made } })],
    [
      "a class with getters",
      (made) =>
        new (class {
          get exports() {
            return made;
          }
        })(),
    ],
  ])("%s", (_, around) => {
    const made = exports();
    const heap = heapOf(around(made));
    expect(heap.memory).toBe(made.memory);
    expect(ProcessBufferStorage.allocateFromConfig(config, { heap }).begin(128)).toBe(128);
  });

  test("a WebAssembly.Instance", () => {
    const instance = new WebAssembly.Instance(
      wasmModule({ memory: { pages: 1, names: ["memory"] }, globals, functions: [malloc("malloc")] }),
    );
    expect(heapOf(instance).memory).toBe(instance.exports.memory);
  });

  test("a heap that somebody wrote, which stays what it is", () => {
    class Heap implements WasmHeap {
      private readonly inner = createHeap();
      readonly memory = this.inner.memory;
      malloc(bytes: number) {
        return this.inner.malloc(bytes);
      }
    }
    const heap = new Heap();
    expect(heapOf(heap)).toBe(heap);
    expect(ProcessBufferStorage.allocateFromConfig(config, { heap: heapOf(heap) }).begin(1)).toBe(1);
  });

  test("a module whose getters abort: none of them is asked", () => {
    const made = exports() as unknown as { memory: WebAssembly.Memory; malloc(bytes: number): number };
    const glue = { HEAPF32: new Float32Array(1), wasmMemory: undefined, asm: undefined };
    for (const name of ["wasmMemory", "asm", "memory"]) {
      Object.defineProperty(glue, name, {
        configurable: true,
        get: () => {
          throw new Error(`${name} was not exported`);
        },
      });
    }
    expect(() => heapOf(glue)).toThrow(/only views of it \(HEAPF32\)/);
    Object.defineProperty(glue, "b", { value: made.memory });
    Object.defineProperty(glue, "_malloc", { value: (...args: number[]) => (args.length > 1 ? made.malloc(-1) : made.malloc(args[0]!)) });
    expect(ProcessBufferStorage.allocateFromConfig(config, { heap: heapOf(glue) }).begin(128)).toBe(128);
  });
});

describe("an error says what was looked for, what was found, and what to build with", () => {
  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /undefined came/],
    ["a number", 5, /5 came/],
    ["a compiled module", wasmModule({}), /instantiateKernel takes/],
    ["a promise", Promise.resolve({}), /awaited first/],
    ["an empty object", {}, /WebAssembly\.Memory was looked for under every name, and nothing found.*EXPORTED_RUNTIME_METHODS=wasmMemory/],
    ["views of a hidden memory", { HEAPF32: new Float32Array(4) }, /only views of it \(HEAPF32\).*captureKernel.*copy through HEAPF32/],
    [
      "a memory alone",
      { memory: new WebAssembly.Memory({ initial: 1 }) },
      /no function found.*EXPORTED_FUNCTIONS=_malloc,_free.*--export=malloc/,
    ],
  ])("%s", (_, value, message) => {
    expect(() => heapOf(value as object)).toThrow(message);
  });

  test("AssemblyScript's managed objects are no bytes", () => {
    const made = kernel([{ ...aligned("__new") }, malloc("__pin")]);
    expect(() => heapOf(made)).toThrow(/export malloc and free that call heap\.alloc and heap\.free/);
  });

  test("a memory of 64 bits, by name, where the engine makes one", () => {
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ address: "i64", initial: 1n } as unknown as WebAssembly.MemoryDescriptor);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return;
    }
    expect(() => heapOf({ memory, malloc: () => 16 })).toThrow(/address: "i64"/);
    expect(() => heapOf({ a: memory, _malloc: () => 16 })).toThrow(/address: "i64"/);
  });
});
