// A kernel is instantiated where no loader is: its imports, its start, its memory, its heap.

import { afterEach, describe, expect, test, vi } from "vitest";
import { instantiateKernel, type KernelOptions } from "wasm-process-buffers";
import { useHeap } from "../support/heap-use";
import { beforeEachNew } from "../support/refusing-engine";
import { bump, type FunctionOf, type ImportOf, type ModuleOf, op, wasmBytes, wasmModule } from "../support/wasm-builder";

const PAGE = 65536;
const globals = [{ value: 1024 }];
const malloc: FunctionOf = { names: ["malloc"], takes: ["i32"], gives: ["i32"], code: bump(0) };
const free: FunctionOf = { names: ["free"], takes: ["i32"], code: [] };
const whole: ModuleOf = { memory: { pages: 2, names: ["memory"] }, globals, functions: [malloc, free] };
const imported = (...functions: string[]): ImportOf[] => functions.map((name) => ({ module: "env", name, kind: "function" as const }));
const memoryOf = (pages: number, more: object = {}): ImportOf => ({ module: "env", name: "memory", kind: "memory", pages, ...more });

describe("a kernel with its own allocator", () => {
  test.each([
    ["compiled", wasmModule(whole)],
    ["as bytes", wasmBytes(whole)],
    ["as a buffer", wasmBytes(whole).buffer],
    ["as a view of bytes", new DataView(wasmBytes(whole).buffer)],
  ])("is taken %s", (_, kernel) => {
    const { exports, heap } = instantiateKernel(kernel);
    expect(heap.memory).toBe(exports.memory);
    expect(useHeap(heap)).toBe(1040 - 16);
    expect(exports.malloc(16)).toBeGreaterThan(1024);
  });

  test("is started once, with `_initialize`, else with `__wasm_call_ctors`", () => {
    const count = (name: string, by: number): FunctionOf => ({
      names: [name],
      code: [...op.globalGet(1), ...op.const(by), ...op.add, ...op.globalSet(1)],
    });
    const started = (...functions: FunctionOf[]) => {
      const module = wasmModule({ ...whole, globals: [...globals, { value: 0, names: ["started"] }], functions: [malloc, ...functions] });
      return instantiateKernel(module).exports.started.value;
    };
    expect(started(count("_initialize", 1), count("__wasm_call_ctors", 10))).toBe(1);
    expect(started(count("__wasm_call_ctors", 10))).toBe(10);
    expect(started(count("emscripten_stack_init", 100), count("_initialize", 1))).toBe(101);
    expect(started(count("_start", 5))).toBe(0);
  });
});

/** Whether the engine compiles the module, and can say what it imports. */
function isKnown(kernel: Uint8Array<ArrayBuffer>): boolean {
  try {
    return WebAssembly.Module.imports(new WebAssembly.Module(kernel)).length > 0;
  } catch {
    return false;
  }
}

describe("a kernel's bytes tell how large the memory is that it imports", () => {
  const FUNCREF = 0x70;
  const EXTERNREF = 0x6f;
  const [NULLABLE, REFERENCE] = [0x63, 0x64];
  const ANY_HEAP_TYPE = [NULLABLE, EXTERNREF];
  const [TABLE, GLOBAL, TAG] = [1, 3, 4];
  const { Tag } = WebAssembly as unknown as { Tag?: new (type: { parameters: string[] }) => never };
  const anyTable = (element: "anyfunc" | "externref", maximum?: number) =>
    new WebAssembly.Table({ element, initial: 200, ...(maximum === undefined ? {} : { maximum }) });

  const imports: [string, number[], () => WebAssembly.ImportValue][] = [
    ["a table without a maximum", [TABLE, FUNCREF, 0, 0xc8, 0x01], () => anyTable("anyfunc")],
    ["a table with a maximum", [TABLE, EXTERNREF, 1, 0xc8, 0x01, 0xac, 0x02], () => anyTable("externref", 300)],
    ["a constant", [GLOBAL, 0x7f, 0], () => 7],
    ["a variable of 64 bits", [GLOBAL, 0x7e, 1], () => new WebAssembly.Global({ value: "i64", mutable: true }, 7n)],
    ["a reference", [GLOBAL, EXTERNREF, 0], () => ({}) as never],
    ["a table of typed references", [TABLE, ...ANY_HEAP_TYPE, 0, 0xc8, 0x01], () => anyTable("externref")],
    ["a typed reference", [GLOBAL, ...ANY_HEAP_TYPE, 0], () => ({}) as never],
    ["a typed reference that is never null", [GLOBAL, REFERENCE, EXTERNREF, 0], () => ({}) as never],
    // Of the type that `free` has.
    ["a tag", [TAG, 0, 1], () => new Tag!({ parameters: ["i32"] })],
  ];
  for (const [name, bytes, value] of imports) {
    const kernel = wasmBytes({
      imports: [{ module: "js", name: "x", kind: "encoded", bytes }, memoryOf(3, { maximum: 5 })],
      globals,
      // An imported global has the first number.
      functions: [{ ...malloc, code: bump(bytes[0] === GLOBAL ? 1 : 0) }, free],
    });
    // Node 20 does not know typed references. WebKitGTK does, but cannot say what a module imports that has one which is never null.
    const isNew = bytes[1] === NULLABLE || bytes[1] === REFERENCE || (bytes[0] === TAG && Tag === undefined);
    test.skipIf(isNew && !isKnown(kernel))(`also after ${name}`, () => {
      const { memory } = instantiateKernel(kernel, { imports: { js: { x: value() } } }).heap;
      expect(memory.buffer.byteLength).toBe(3 * PAGE);
      expect(memory.grow(2)).toBe(3);
      expect(() => memory.grow(1)).toThrow(RangeError);
    });
  }
});

test("a function with a name like an allocator's is tried on an instance of its own, and an explicit heapBase comes before it", () => {
  const voices: FunctionOf = {
    names: ["alloc_voice"],
    takes: ["i32"],
    gives: ["i32"],
    code: [...op.globalGet(0), ...op.globalGet(0), ...op.const(640), ...op.add, ...op.globalSet(0)],
  };
  const kernel = wasmModule({ memory: { pages: 4, names: ["memory"] }, globals: [{ value: 4096, names: ["taken"] }], functions: [voices] });
  const { exports, heap } = instantiateKernel(kernel, { heapBase: 131_072 });
  expect(heap.malloc(64, 16)).toBe(131_072);
  expect(() => instantiateKernel(kernel)).toThrow(/nobody says where/);
  expect(exports.alloc_voice(0)).toBe(4096);
  const bytes = wasmModule({
    memory: { pages: 4, names: ["memory"] },
    globals: [{ value: 4096 }],
    functions: [{ names: ["audio_alloc"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
  });
  expect(instantiateKernel(bytes).heap.malloc(64, 16)).toBe(4096);
});

test("a function with a name like an allocator's that gives address 0 is none: 0 says that there is no room", () => {
  const kernel = wasmModule({
    memory: { pages: 4, names: ["memory"] },
    globals: [{ value: 0 }],
    functions: [{ names: ["audio_alloc"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
  });
  expect(() => instantiateKernel(kernel)).toThrow(/nobody says where/);
});

test("no instance is made for trials where no name is like an allocator's and __heap_base says where there is room", () => {
  const { Memory } = WebAssembly;
  let memories = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories++;
    }
  };
  try {
    const kernel = wasmBytes({
      imports: [{ module: "env", name: "memory", kind: "memory", pages: 1 }],
      globals: [{ value: 4096, names: ["__heap_base"], fixed: true }],
      functions: [{ names: ["process"], takes: ["i32"], gives: ["i32"], code: op.get(0) }],
    });
    expect([instantiateKernel(kernel).heap.malloc(16, 16), memories]).toEqual([4096, 1]);
  } finally {
    WebAssembly.Memory = Memory;
  }
});

test.each([
  ["traps", op.unreachable],
  // As where there is no memory, the error is a RangeError.
  ["calls itself for ever", op.call(2)],
])("a likely allocator is asked in the kernel itself where its start %s in a trial, and __heap_base does not come before it", (_, code) => {
  const kernel = wasmModule({
    imports: [{ module: "js", name: "one", kind: "function", gives: ["i32"] }],
    memory: { pages: 2, names: ["memory"] },
    globals: [{ value: 8192 }, { value: 4096, names: ["__heap_base"], fixed: true }],
    functions: [
      { names: [], code: [...op.call(0), 0x45, 0x04, 0x40, ...code, 0x0b] },
      { names: [], code: op.call(2) },
      { names: ["audio_alloc"], takes: ["i32"], gives: ["i32"], code: bump(0) },
    ],
    start: 1,
  });
  expect(instantiateKernel(kernel, { imports: { js: { one: () => 1 } } }).heap.malloc(16, 16)).toBeGreaterThan(8192);
});

test.each([
  ["a name like an allocator's", "audio_alloc", "as V8", new RangeError("WebAssembly.Instance(): Out of memory")],
  ["a name like an allocator's", "audio_alloc", "as Firefox", "out of memory"],
  ["a name that tells nothing", "m", "as V8", new RangeError("WebAssembly.Instance(): Out of memory")],
  ["a name that tells nothing", "m", "as Firefox", "out of memory"],
])(
  "where the engine has no memory for a trial of %s (%s), and says so %s, it is a RangeError, and the next instance is tried again",
  (_, name, _engine, thrown) => {
    const kernel = wasmModule({
      memory: { pages: 4, names: ["memory"] },
      globals: [{ value: 8192 }, ...(name === "m" ? [] : [{ value: 4096, names: ["__heap_base"], fixed: true }])],
      functions: [{ names: [name], takes: ["i32"], gives: ["i32"], code: bump(0) }],
    });
    let left = 1;
    const throwWithoutRoom = (module: unknown) => {
      if (module === kernel && left-- <= 0) throw thrown;
    };
    beforeEachNew("Instance", throwWithoutRoom, () => expect(() => instantiateKernel(kernel)).toThrow(RangeError));
    expect(instantiateKernel(kernel).heap.malloc(16, 16)).toBe(8192);
  },
);

describe("a kernel that imports its memory", () => {
  const kernel: ModuleOf = { imports: [memoryOf(3)], globals: [{ value: 2000, names: ["__heap_base"], fixed: true }], functions: [] };

  test("gets as many pages as its bytes declare, and a heap above its __heap_base", () => {
    const { heap } = instantiateKernel(wasmBytes(kernel));
    expect(heap.memory.buffer.byteLength).toBe(3 * PAGE);
    expect(useHeap(heap)).toBe(2000);
  });

  test("gets `pages` of it, where a compiled module does not tell", () => {
    expect(() => instantiateKernel(wasmModule(kernel))).toThrow(/does not tell how large; say it as option pages/);
    expect(instantiateKernel(wasmModule(kernel), { pages: 5 }).heap.memory.buffer.byteLength).toBe(5 * PAGE);
    expect(() => instantiateKernel(wasmModule(kernel), { pages: 2 })).toThrow(WebAssembly.LinkError);
    expect(instantiateKernel(wasmBytes(kernel), { pages: 3 }).heap.memory.buffer.byteLength).toBe(3 * PAGE);
    expect(() => instantiateKernel(wasmBytes(kernel), { pages: 2 })).toThrow("pages is 3 to 65536, as the kernel declares; 2 came");
  });

  test("may declare a maximum", () => {
    const bounded: ModuleOf = { ...kernel, imports: [memoryOf(2, { maximum: 4 })] };
    expect(instantiateKernel(wasmBytes(bounded)).heap.malloc(3 * PAGE, 16)).toBe(2000);
    expect(instantiateKernel(wasmBytes(bounded)).heap.malloc(4 * PAGE, 16)).toBe(0);
    expect(instantiateKernel(wasmModule(bounded), { pages: 4 }).heap.malloc(3 * PAGE, 16)).toBe(2000);
    expect(() => instantiateKernel(wasmBytes(bounded), { pages: 5 })).toThrow("pages is 2 to 4");
    const upTo128: ModuleOf = { ...kernel, imports: [memoryOf(2, { maximum: 128 })] };
    expect(instantiateKernel(wasmBytes(upTo128)).heap.malloc(127 * PAGE, 16)).toBe(2000);
    expect(instantiateKernel(wasmBytes(upTo128)).heap.malloc(128 * PAGE, 16)).toBe(0);
  });

  test("and does not take it is told what a memory may be; one that does not take another import is not", () => {
    const shared: ModuleOf = { ...kernel, imports: [memoryOf(1, { maximum: 2, shared: true })] };
    const refusal = (module: WebAssembly.Module, options: KernelOptions) => {
      try {
        instantiateKernel(module, options);
      } catch (error) {
        return error as Error;
      }
      return expect.unreachable();
    };
    const ofMemory = refusal(wasmModule(shared), { pages: 1 });
    expect(ofMemory).toBeInstanceOf(WebAssembly.LinkError);
    expect(ofMemory.message).toMatch(/does not take its imports: .*Of its memory it may declare more pages/);
    // A name that policies have, too.
    const wrong: ModuleOf = { memory: { pages: 1, names: ["memory"] }, imports: [{ module: "csp", name: "value", kind: "global" }] };
    const ofGlobal = refusal(wasmModule(wrong), { imports: { csp: { value: "no number" as never } } });
    expect(ofGlobal).toBeInstanceOf(WebAssembly.LinkError);
    expect(ofGlobal.message).not.toMatch(/memory/);
  });

  test("and says nothing of a heap has one above `heapBase`, and none without it", () => {
    const silent: ModuleOf = { imports: [memoryOf(1)] };
    expect(() => instantiateKernel(wasmBytes(silent))).toThrow(/option heapBase.*__heap_base/);
    expect(useHeap(instantiateKernel(wasmBytes(silent), { heapBase: 5000 }).heap)).toBe(5008);
    expect(instantiateKernel(wasmBytes(silent), { heapBase: 200_000 }).heap.malloc(16, 16)).toBe(200_000);
  });

  test("of the caller's gets that, which does not grow", () => {
    const memory = new WebAssembly.Memory({ initial: 3 });
    const { heap } = instantiateKernel(wasmModule(kernel), { imports: { env: { memory } } });
    expect(heap.memory).toBe(memory);
    expect(heap.malloc(3 * PAGE, 16)).toBe(0);
    expect(useHeap(heap)).toBe(2000);
    expect(memory.buffer.byteLength).toBe(3 * PAGE);
    expect(() => instantiateKernel(wasmModule({ imports: [memoryOf(1)] }), { imports: { env: { memory } }, heapBase: 3 * PAGE })).toThrow(
      /ends at 196608/,
    );
  });

  test("takes no pages that the kernel adds itself", () => {
    const { heap } = instantiateKernel(wasmBytes({ imports: [memoryOf(1)] }), { heapBase: 60_000 });
    const first = heap.malloc(4096, 16);
    const kernels = heap.memory.grow(1) * PAGE;
    new Uint8Array(heap.memory.buffer, kernels, PAGE).fill(7);
    for (let i = 0; i < 40; i++) {
      const address = heap.malloc(5000, 16);
      expect(address + 5000 <= kernels || address >= kernels + PAGE).toBe(true);
      new Uint8Array(heap.memory.buffer, address, 5000).fill(9);
    }
    const last = heap.malloc(5000, 16);
    expect(last).toBeGreaterThan(kernels);
    for (const [address, bytes] of [
      [first, 4096],
      [last, 5000],
    ] as const) {
      heap.free!(address, bytes, 16);
      expect(heap.malloc(bytes, 16)).toBe(address);
    }
    expect(new Uint8Array(heap.memory.buffer, kernels, PAGE).every((byte) => byte === 7)).toBe(true);
  });

  test("is used from `heapBase` on, also when the kernel has added pages below it", () => {
    const grow: FunctionOf = { names: ["grow"], code: [...op.const(1), 0x40, 0, ...op.drop] };
    const kernel = wasmBytes({ imports: [memoryOf(1)], functions: [grow] });
    const { exports, heap } = instantiateKernel(kernel, { heapBase: 200_000 });
    exports.grow();
    expect(heap.malloc(16, 16)).toBe(200_000);
  });

  test("exported without an allocator is the same: above `heapBase`, and it grows", () => {
    const exporting: ModuleOf = { memory: { pages: 1, names: ["memory"] } };
    expect(useHeap(instantiateKernel(wasmModule(exporting), { heapBase: 65_000 }).heap)).toBe(65_008);
    expect(useHeap(instantiateKernel(wasmModule(exporting), { heapBase: 0 }).heap)).toBeLessThan(64);
  });
});

describe("imports", () => {
  afterEach(() => vi.restoreAllMocks());
  const calling = (one: ImportOf, ...args: number[]): ModuleOf => ({
    ...whole,
    imports: [one],
    functions: [malloc, free, { names: ["run"], gives: ["i32"], code: [...args.flatMap((value) => op.const(value)), ...op.call(0)] }],
  });
  const of = (module: string, name: string, count: number): ImportOf => ({
    module,
    name,
    kind: "function",
    takes: Array(count).fill("i32"),
    gives: ["i32"],
  });

  test("may come from a module of any name", () => {
    const names = ["__proto__", "constructor", "toString"];
    for (const from of names) {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const kernel = wasmModule({ imports: [{ module: from, name: "__proto__", kind: "memory", pages: 1 }] });
      expect(instantiateKernel(kernel, { pages: 1, heapBase: 1024 }).heap.memory).toBeInstanceOf(WebAssembly.Memory);
      const imports = JSON.parse(`{ "${from}": {} }`) as Record<string, Record<string, unknown>>;
      Object.defineProperty(imports[from], "__proto__", { value: memory, enumerable: true });
      expect(instantiateKernel(kernel, { imports: imports as WebAssembly.Imports, heapBase: 1024 }).heap.memory).toBe(memory);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("that are missing are one error, with module, name and kind of all", () => {
    const imports: ImportOf[] = [
      ...imported("fly", "sinf"),
      { module: "host", name: "rate", kind: "global" },
      { module: "env", name: "table", kind: "table" },
    ];
    const bytes = wasmBytes({ imports });
    expect(() => instantiateKernel(bytes)).toThrow(
      "imports 3 things that nobody gives it (function env.fly, global host.rate, table env.table); hand them over",
    );
    const one = wasmBytes({ imports: [{ module: "js", name: "callback", kind: "function" }] });
    expect(() => instantiateKernel(one)).toThrow("imports 1 thing that nobody gives it (function js.callback); hand them over");
  });

  test("are those that the module declares and no others, the caller's first", () => {
    let asked: string[] = [];
    const env = new Proxy({ sinf: () => 7 } as Record<string, unknown>, {
      get: (target, name) => {
        asked.push(String(name));
        return target[String(name)];
      },
    });
    const sin: ImportOf = { module: "env", name: "sinf", kind: "function", takes: ["i32"], gives: ["i32"] };
    const options = { imports: { env, other: {} } } as unknown as KernelOptions;
    expect(instantiateKernel(wasmModule(calling(sin, 1)), options).exports.run()).toBe(7);
    expect([...new Set(asked)]).toEqual(["sinf"]);
    asked = [];
    expect(instantiateKernel(wasmModule(whole), options).exports.malloc(1)).toBe(1024);
    expect(asked).toEqual([]);
  });

  test.each<[string, ImportOf[], RegExp]>([
    [
      "names that Emscripten shortened",
      [{ module: "a", name: "b", kind: "function" }],
      /captureKernel\(module\), or build with -sSTANDALONE_WASM/,
    ],
    ["wasm-bindgen's objects", [{ module: "wbg", name: "__wbg_call_0123", kind: "function" }], /call heapOf with what that resolves to/],
    ["threads", [{ module: "wasi", name: "thread-spawn", kind: "function" }], /it starts threads/],
    ["threads by another name", imported("pthread_create"), /it starts threads/],
    ["another module with a short name", [{ module: "wasi", name: "clock", kind: "function" }], /\(function wasi\.clock\); hand them over/],
    ["Emscripten's exceptions", imported("invoke_vi"), /-fwasm-exceptions/],
    ["other tables of a side module", [{ module: "GOT.mem", name: "rate", kind: "global" }], /-sSIDE_MODULE/],
    ["addresses of a side module", [{ module: "env", name: "__memory_base", kind: "global" }], /-sSIDE_MODULE/],
  ])("of %s say what to do", (_, imports, message) => {
    expect(() => instantiateKernel(wasmBytes({ imports }))).toThrow(message);
  });

  test.each([
    ["a side module", { ...whole, custom: ["dylink.0"] }, /section dylink\.0/],
    ["a shared memory", { imports: [memoryOf(1, { maximum: 2, shared: true })] }, /as kernels with threads do/],
    ["a memory of 64 bits", { imports: [memoryOf(1, { is64Bit: true })] }, /address: "i64"|do not compile/],
    ["no memory", { functions: [malloc], globals }, /neither exports nor imports one/],
  ])("%s is refused by name", (_, module, message) => {
    expect(() => instantiateKernel(wasmBytes(module as ModuleOf))).toThrow(message);
  });

  test("WASI's text comes to the console in whole lines, decoded without a TextDecoder", () => {
    const spoken: unknown[][] = [];
    vi.spyOn(console, "log").mockImplementation((...args) => void spoken.push(args));
    vi.spyOn(console, "error").mockImplementation((...args) => void spoken.push(args));
    const write: ImportOf = {
      module: "wasi_snapshot_preview1",
      name: "fd_write",
      kind: "function",
      takes: ["i32", "i32", "i32", "i32"],
      gives: ["i32"],
    };
    const functions: FunctionOf[] = [
      malloc,
      {
        names: ["write"],
        takes: ["i32"],
        gives: ["i32"],
        code: [...op.get(0), ...op.const(64), ...op.const(2), ...op.const(32), ...op.call(0)],
      },
    ];
    const { exports, heap } = instantiateKernel(wasmModule({ ...whole, imports: [write], functions }));
    const say = (descriptor: number, one: string | Uint8Array, other: string) => {
      const pieces = [one, other].map((text) => (typeof text === "string" ? new TextEncoder().encode(text) : text));
      pieces.forEach((bytes, i) => {
        new Uint8Array(heap.memory.buffer, 256 + 512 * i, bytes.length).set(bytes);
        new Uint32Array(heap.memory.buffer, 64 + 8 * i, 2).set([256 + 512 * i, bytes.length]);
      });
      expect(exports.write(descriptor)).toBe(0);
      expect(new Uint32Array(heap.memory.buffer, 32, 1)[0]).toBe(pieces[0]!.length + pieces[1]!.length);
    };
    say(1, "Grüße, ", "世界 🎛\nnext");
    say(2, "wrong", "\n\n");
    say(1, "", " line\n");
    expect(spoken.splice(0)).toEqual([["Grüße, 世界 🎛"], ["wrong"], [""], ["next line"]]);
    expect(exports.write(5)).toBe(8);
    // The first and last character of each length.
    const edges = "\0\x7f\x80\u07ff\u0800\uffff\u{10000}\u{10ffff}";
    say(1, edges, "\n");
    expect(spoken.splice(0)).toEqual([[edges]]);
    // Halves of a character, one that is written too long, one beyond the last, and bytes that begin none.
    const invalid = [
      [0xed, 0xa0, 0x80],
      [0xed, 0xbf, 0xbf],
      [0xc1, 0xbf],
      [0xe0, 0x9f, 0xbf],
      [0xf0, 0x8f, 0xbf, 0xbf],
    ];
    for (const bytes of [...invalid, [0xf4, 0x90, 0x80, 0x80], [0xf5], [0x80], [0xc3]]) {
      say(1, Uint8Array.from(bytes), "!\n");
      expect([bytes, spoken.splice(0)]).toEqual([bytes, [[expect.stringMatching(/^\ufffd+!$/)]]]);
    }
    // A line without an end is told when it has 4096 bytes.
    for (let piece = 0; piece < 17; piece++) say(1, "x".repeat(250), "y".repeat(6));
    expect(spoken).toEqual([[`${"x".repeat(250)}${"y".repeat(6)}`.repeat(16)]]);
  });

  test("what a kernel has written is told when it ends itself in the midst of a line", () => {
    const spoken: unknown[][] = [];
    vi.spyOn(console, "error").mockImplementation((...args) => void spoken.push(args));
    const write = of("wasi_snapshot_preview1", "fd_write", 4);
    const exit = of("wasi_snapshot_preview1", "proc_exit", 1);
    const code = [
      ...op.const(2),
      ...op.const(64),
      ...op.const(1),
      ...op.const(32),
      ...op.call(0),
      ...op.drop,
      ...op.const(3),
      ...op.call(1),
      ...op.drop,
    ];
    const { exports, heap } = instantiateKernel(
      wasmModule({ ...whole, imports: [write, exit], functions: [malloc, { names: ["run"], code }] }),
    );
    new Uint8Array(heap.memory.buffer, 256, 5).set(new TextEncoder().encode("fatal"));
    new Uint32Array(heap.memory.buffer, 64, 2).set([256, 5]);
    expect(() => exports.run()).toThrow("the kernel ended itself with proc_exit(3)");
    expect(spoken).toEqual([["fatal"]]);
  });

  test("WASI has an empty environment, clocks, random numbers, no files, and an end", () => {
    const wasi = (name: string, ...args: number[]) => {
      const { exports, heap } = instantiateKernel(wasmModule(calling(of("wasi_snapshot_preview1", name, args.length), ...args)));
      new Uint8Array(heap.memory.buffer, 0, 1024).fill(0xff);
      return { answer: exports.run(), words: [...new Uint32Array(heap.memory.buffer, 16, 3)] };
    };
    expect(wasi("environ_sizes_get", 16, 20)).toMatchObject({ answer: 0, words: [0, 0, 0xffffffff] });
    expect(wasi("environ_sizes_get", 16, -4).answer).toBe(21);
    expect(wasi("clock_res_get", 1, 16)).toMatchObject({ answer: 0, words: [1_000_000, 0, 0xffffffff] });
    const random = wasi("random_get", 16, 8);
    expect([random.answer, random.words[2]]).toEqual([0, 0xffffffff]);
    expect(new Set(random.words).size).toBe(3);
    expect(wasi("fd_prestat_get", 3, 16).answer).toBe(8);
    expect(() => wasi("proc_exit", 3)).toThrow("the kernel ended itself with proc_exit(3)");
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(wasi("path_open", 1).answer).toBe(8);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining("asked for a file (path_open)"));
  });

  const [BAD_DESCRIPTOR, FAULT, INVALID, NO_CALL, NOT_SEEKABLE] = [8, 21, 28, 52, 70];
  const OLD = 0xffffffff;
  test.each<[name: string, args: number[], answer: number, words?: number[]]>([
    ["args_get", [16, 20], 0],
    ["args_sizes_get", [16, 20], 0, [0, 0, OLD]],
    ["args_sizes_get", [-4, 16], FAULT],
    ["environ_get", [16, 20], 0],
    ["sched_yield", [], 0],
    ["proc_raise", [6], NO_CALL],
    ["poll_oneoff", [16, 32, 1, 48], NO_CALL],
    ["fd_prestat_dir_name", [3, 16, 4], BAD_DESCRIPTOR],
    ["fd_close", [0], 0],
    ["fd_close", [2], 0],
    ["fd_close", [3], BAD_DESCRIPTOR],
    ["fd_close", [-1], BAD_DESCRIPTOR],
    ["fd_seek", [1, 0, 0, 16], NOT_SEEKABLE],
    ["fd_seek", [3, 0, 0, 16], BAD_DESCRIPTOR],
    ["fd_read", [0, 16, 0, 16], 0, [0, OLD, OLD]],
    ["fd_read", [0, 16, 0, -4], FAULT],
    ["fd_read", [1, 16, 0, 16], BAD_DESCRIPTOR],
    ["fd_fdstat_get", [0, 16], 0, [2, 0, 64]],
    ["fd_fdstat_get", [2, 2 * PAGE - 24], 0],
    ["fd_fdstat_get", [2, 2 * PAGE - 20], FAULT],
    ["fd_fdstat_get", [3, 16], BAD_DESCRIPTOR],
    ["fd_write", [1, 64, 0, 16], 0, [0, OLD, OLD]],
    ["fd_write", [1, 64, 0, -4], FAULT],
    ["fd_write", [0, 64, 0, 16], BAD_DESCRIPTOR],
    ["clock_res_get", [1, -4], FAULT],
    ["clock_time_get", [2, 0, 16], INVALID],
    ["clock_time_get", [1, 0, 2 * PAGE - 8], 0],
    ["clock_time_get", [1, 0, 2 * PAGE - 4], FAULT],
    ["random_get", [2 * PAGE - 8, 8], 0],
    ["random_get", [2 * PAGE - 8, 9], FAULT],
  ])("WASI answers %s(%j) by %i", (name, args, answer, words) => {
    // The precision that a clock is asked for has 64 bits.
    const takes = args.map((_, i) => (name === "clock_time_get" && i === 1 ? "i64" : "i32") as "i32");
    const code = args.flatMap((value, i) => ((takes[i] as string) === "i64" ? [0x42, value] : op.const(value)));
    const imports: ImportOf[] = [{ module: "wasi_snapshot_preview1", name, kind: "function", takes, gives: ["i32"] }];
    const functions = [malloc, { names: ["run"], gives: ["i32"] as const, code: [...code, ...op.call(0)] }];
    const { exports, heap } = instantiateKernel(wasmModule({ ...whole, imports, functions }));
    new Uint8Array(heap.memory.buffer, 0, 1024).fill(0xff);
    expect(exports.run()).toBe(answer);
    expect([...new Uint32Array(heap.memory.buffer, 16, 3)]).toEqual(words ?? [OLD, OLD, OLD]);
  });

  test("WASI's clock is the real time in nanoseconds", () => {
    const clock: ImportOf = {
      module: "wasi_snapshot_preview1",
      name: "clock_time_get",
      kind: "function",
      takes: ["i32", "i64", "i32"],
      gives: ["i32"],
    };
    const code = [...op.const(0), 0x42, 0, ...op.const(16), ...op.call(0)];
    const { exports, heap } = instantiateKernel(
      wasmModule({ ...whole, imports: [clock], functions: [malloc, { names: ["run"], gives: ["i32"], code }] }),
    );
    const before = Date.now();
    expect(exports.run()).toBe(0);
    const time = Number(new DataView(heap.memory.buffer).getBigUint64(16, true) / 1_000_000n);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  test("Emscripten's runtime grows the memory, and says where it cannot", () => {
    const { exports, heap } = instantiateKernel(wasmModule(calling(of("env", "emscripten_resize_heap", 1), 10 * PAGE)));
    expect([exports.run(), heap.memory.buffer.byteLength]).toEqual([1, 10 * PAGE]);
    const bounded = { ...calling(of("env", "emscripten_resize_heap", 1), 10 * PAGE), memory: { pages: 2, maximum: 9, names: ["memory"] } };
    const small = instantiateKernel(wasmModule(bounded));
    expect([small.exports.run(), small.heap.memory.buffer.byteLength]).toEqual([0, 2 * PAGE]);
  });

  test("Emscripten's runtime grows the memory by a fifth where less is asked for, and by what is asked for where that is too much", () => {
    const grown = (limits: { maximum?: number }) => {
      const more = { memory: { pages: 20, names: ["memory"], ...limits } };
      const { exports, heap } = instantiateKernel(
        wasmModule({ ...calling(of("env", "emscripten_resize_heap", 1), 20 * PAGE + 1), ...more }),
      );
      return [exports.run(), heap.memory.buffer.byteLength / PAGE];
    };
    expect(grown({})).toEqual([1, 24]);
    expect(grown({ maximum: 23 })).toEqual([1, 21]);
    expect(grown({ maximum: 20 })).toEqual([0, 20]);
  });

  test("Emscripten's runtime copies bytes that lie in the memory, and no others", () => {
    const copied = (to: number, from: number, bytes: number) => {
      const name = "_emscripten_memcpy_js";
      const copy: ImportOf = { module: "env", name, kind: "function", takes: ["i32", "i32", "i32"] };
      const code = [...[to, from, bytes].flatMap((value) => op.const(value)), ...op.call(0)];
      const { exports, heap } = instantiateKernel(wasmModule({ ...whole, imports: [copy], functions: [malloc, { names: ["run"], code }] }));
      new Uint8Array(heap.memory.buffer, 16, 4).set([1, 2, 3, 4]);
      exports.run();
      return [...new Uint8Array(heap.memory.buffer, 32, 4)];
    };
    expect(copied(32, 16, 4)).toEqual([1, 2, 3, 4]);
    expect(copied(33, 17, 2)).toEqual([0, 2, 3, 0]);
    expect(copied(2 * PAGE - 2, 16, 4)).toEqual([0, 0, 0, 0]);
  });

  test("a failed assertion of C's says what, where, as far as that is told", () => {
    const { exports, heap } = instantiateKernel(wasmModule(calling(of("env", "__assert_fail", 4), 64, 0, 12, 0)));
    new Uint8Array(heap.memory.buffer, 64, 5).set(new TextEncoder().encode("a > 0"));
    // A null pointer leads to no text, whatever lies at address 0.
    new Uint8Array(heap.memory.buffer, 0, 3).set(new TextEncoder().encode("no\0"));
    expect(() => exports.run()).toThrow("the kernel failed its assertion a > 0, at ?:12");
    // Text that goes on to the memory's end.
    const atEnd = instantiateKernel(wasmModule(calling(of("env", "__assert_fail", 4), 2 * PAGE - 5, 64, 12, 0)));
    new Uint8Array(atEnd.heap.memory.buffer, 2 * PAGE - 5, 5).set(new TextEncoder().encode("a > 0"));
    new Uint8Array(atEnd.heap.memory.buffer, 64, 4).set(new TextEncoder().encode("b.c\0"));
    expect(() => atEnd.exports.run()).toThrow("the kernel failed its assertion a > 0, at b.c:12");
  });

  test("an abort of AssemblyScript's that has no message and no file says so, and a trace tells as many numbers as it has", () => {
    expect(() => instantiateKernel(wasmModule(calling(of("env", "abort", 4), 0, 0, 12, 5))).exports.run()).toThrow(
      "the kernel aborted: no message, at ?:12:5",
    );
    const told = vi.spyOn(console, "log").mockImplementation(() => {});
    const { exports, heap } = instantiateKernel(wasmModule(calling(of("env", "trace", 5), 64, 2, 7, 8, 9)));
    // Half a letter at the end of a text is none.
    new Uint32Array(heap.memory.buffer, 60, 1)[0] = 5;
    new Uint16Array(heap.memory.buffer, 64, 3).set([0x68, 0x69, 0x6a]);
    exports.run();
    expect(told.mock.calls).toEqual([["hi 7 8"]]);
  });

  test("Emscripten's runtime is told that a system call does not exist", () => {
    const ENOSYS = 52;
    expect(instantiateKernel(wasmModule(calling(of("env", "__syscall_openat", 4), -100, 64, 0, 0))).exports.run()).toBe(-ENOSYS);
  });

  test("an abort of AssemblyScript's says what, where", () => {
    const { exports, heap } = instantiateKernel(wasmModule(calling(of("env", "abort", 4), 64, 128, 12, 5)));
    const place = (address: number, text: string) => {
      new Uint32Array(heap.memory.buffer, address - 4, 1)[0] = 2 * text.length;
      new Uint16Array(heap.memory.buffer, address, text.length).set(Array.from(text, (letter) => letter.charCodeAt(0)));
    };
    place(64, "zu groß → ∞");
    place(128, "kernel.ts");
    expect(() => exports.run()).toThrow("the kernel aborted: zu groß → ∞, at kernel.ts:12:5");
    expect(() => instantiateKernel(wasmModule(calling(of("env", "abort", 0)))).exports.run()).toThrow("the kernel aborted");
  });

  test.each(["__wbindgen_throw", "__wbg_wbindgenthrow_451ec1a8469d7eb6", "__wbg___wbindgen_throw_b855445ff6a94295"])(
    "a panic that wasm-bindgen throws as %s has its words",
    (name) => {
      const { exports, heap } = instantiateKernel(wasmModule(calling(of("wbg", name, 2), 64, 5)));
      new Uint8Array(heap.memory.buffer, 64, 5).set(new TextEncoder().encode("index"));
      expect(() => exports.run()).toThrow("the kernel panicked: index");
    },
  );
});

describe("the table of references that wasm-bindgen's modules prepare", () => {
  const preparing = (tables: ModuleOf["tables"]) => {
    const imports: ImportOf[] = [{ module: "wbg", name: "__wbindgen_init_externref_table", kind: "function" }];
    const functions = [malloc, free, { names: ["prepare"], code: op.call(0) }];
    return instantiateKernel(wasmModule({ ...whole, imports, functions, ...(tables && { tables }) })).exports as {
      prepare: () => void;
      [name: string]: unknown;
    };
  };

  test.each(["__wbindgen_externrefs", "__wbindgen_export_2", "__wbindgen_export0"])("%s gets the four values at its end", (name) => {
    const exports = preparing([{ entries: 3, names: [name] }]);
    exports.prepare();
    const table = exports[name] as WebAssembly.Table;
    const values = Array.from({ length: table.length }, (_, i) => table.get(i));
    expect(values).toHaveLength(3 + 4);
    expect(values.slice(3)).toEqual([undefined, null, true, false]);
    expect(values[0]).toBe(undefined);
  });

  test("is that of the known name where there are several, and nothing happens where there is none", () => {
    const exports = preparing([
      { entries: 1, names: ["__wbindgen_export_1"] },
      { entries: 1, names: ["__wbindgen_externrefs"] },
      { entries: 1, names: ["others"] },
    ]);
    exports.prepare();
    const lengths = ["__wbindgen_export_1", "__wbindgen_externrefs", "others"].map((name) => (exports[name] as WebAssembly.Table).length);
    expect(lengths).toEqual([1, 5, 1]);
    expect(preparing([{ entries: 1, names: ["others"] }]).prepare()).toBe(undefined);
  });
});

describe("what the crate console_error_panic_hook imports", () => {
  const hook: ImportOf[] = [
    { module: "wbg", name: "__wbg_new_8a6f238a6ece86ea", kind: "function", gives: ["i32"] },
    { module: "wbg", name: "__wbg_stack_0ed75d68575b0f3c", kind: "function", takes: ["i32", "i32"] },
    { module: "wbg", name: "__wbg_error_7534b8e9a36f1ab4", kind: "function", takes: ["i32", "i32"] },
  ];
  const kernelWith = (imports: ImportOf[], functions: FunctionOf[]) =>
    wasmModule({ ...whole, imports, functions: [malloc, free, ...functions] });

  test("is there: an error without a stack, and the panic's words in the console", () => {
    const { exports, heap } = instantiateKernel(
      kernelWith(hook, [
        { names: ["make"], gives: ["i32"], code: op.call(0) },
        { names: ["trace"], code: [...op.const(2 * PAGE - 8), ...op.const(0), ...op.call(1)] },
        { names: ["say"], code: [...op.const(64), ...op.const(5), ...op.call(2)] },
      ]),
    );
    const { make, trace, say } = exports as Record<string, () => number>;
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(make!()).toBe(0);
    const words = new Uint32Array(heap.memory.buffer, 2 * PAGE - 8, 2).fill(9);
    trace!();
    // A slice of no bytes has an address that is not 0.
    expect([...words]).toEqual([1, 0]);
    new Uint8Array(heap.memory.buffer, 64, 5).set(new TextEncoder().encode("index"));
    say!();
    expect(said.mock.calls.map(String)).toEqual(["index"]);
    said.mockRestore();
  });

  test.each([0, 1, 2])("is something else where one of the three is missing, and has to be given (%i)", (missing) => {
    const others = hook.filter((_, i) => i !== missing);
    expect(() => instantiateKernel(kernelWith(others, []))).toThrow(/imports 2 things that nobody gives it/);
  });
});

describe("what is none is refused, by what came", () => {
  test.each<[unknown, RegExp]>([
    [undefined, /undefined came/],
    ["kernel.wasm", /"kernel.wasm" came/],
    [new Uint8Array(12), /12 bytes do not compile/],
    [new WebAssembly.Instance(wasmModule({})), /an instance, which heapOf takes, came/],
  ])("%#", (kernel, message) => {
    expect(() => instantiateKernel(kernel as BufferSource)).toThrow(message);
  });

  test.each<[object, RegExp]>([
    [{ page: 1 }, /pages may be meant/],
    [{ pages: 0 }, /pages is a whole number/],
    [{ heapBase: -1 }, /heapBase is an address/],
    [{ heapBase: 2 ** 32 }, /heapBase is an address/],
    [{ heapBase: 2 ** 32 - 16 }, /heapBase is an address/],
    [{ heapBase: 0.5 }, /heapBase is an address/],
    [{ imports: null }, /imports are an object/],
    [{ imports: 5 }, /imports are an object/],
  ])("options %j", (options, message) => {
    expect(() => instantiateKernel(wasmBytes(whole), options)).toThrow(RangeError);
    expect(() => instantiateKernel(wasmBytes(whole), options)).toThrow(message);
  });
});
