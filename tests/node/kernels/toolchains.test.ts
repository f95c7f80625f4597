// Kernels as each toolchain makes them without special settings: loaded, started, and with a storage in their memory.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";
import { afterAll, describe, expect, test, vi } from "vitest";
import { captureKernel, createRegionHeap, heapOf, instantiateKernel, ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";
import { rustc } from "../../../examples/rust-kernel/build.mjs";

mkdirSync("build", { recursive: true });
const folder = mkdtempSync(resolve("build/toolchains-"));
afterAll(() => rmSync(folder, { recursive: true }));
const config = { inputs: [2], outputs: [2] };
const PAGE = 65536;

/** For Debian's Emscripten; npm puts AssemblyScript's Binaryen first, which Emscripten's does not get on with. */
const env = {
  ...process.env,
  PATH: process.env
    .PATH!.split(delimiter)
    .filter((one) => !one.endsWith(join("node_modules", ".bin")))
    .join(delimiter),
  NODE_PATH: [process.env.NODE_PATH, "/usr/share/nodejs"].filter(Boolean).join(delimiter),
};

function compile(compiler: string, name: string, source: string, flags: readonly string[], output: string): string {
  writeFileSync(join(folder, name), source);
  const { status, stderr } = spawnSync(compiler, [...flags, name, "-o", output], { cwd: folder, env, encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  return join(folder, output);
}

/** In this process, because the compiler takes seconds to start. */
async function assemblyScript(name: string, source: string, ...flags: string[]): Promise<WebAssembly.Module> {
  writeFileSync(join(folder, `${name}.ts`), source);
  const { error, stderr } = await asc.main([`${name}.ts`, "--baseDir", folder, "-O2", "-o", `${name}.wasm`, ...flags]);
  expect([error, stderr.toString()]).toEqual([null, ""]);
  return new WebAssembly.Module(readFileSync(join(folder, `${name}.wasm`)));
}

/** A storage in the heap, there and back, over growth; what is left of it must be found again. */
function use(heap: WasmHeap): void {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, maxFrames: 4096 });
  const { inputsAddress } = storage;
  storage.begin(4096);
  storage.mainOutput!.channel(1).fill(0.25);
  heap.memory.grow(1);
  expect(storage.mainOutput!.channel(1)[4095]).toBe(0.25);
  storage.free();
  const next = ProcessBufferStorage.allocateFromConfig(config, { heap, maxFrames: 4096 });
  if (heap.free !== undefined) expect(next.inputsAddress).toBe(inputsAddress);
  next.free();
}

const C = `
  #include <stdio.h>
  #include <stdlib.h>
  #include <math.h>
  #ifndef EXPORT
  #define EXPORT(name) __attribute__((export_name(#name)))
  #endif
  EXPORT(say) void say(float value) { printf("value %.2f\\n", value); fprintf(stderr, "careful\\n"); }
  EXPORT(shape) float shape(float value) { return tanhf(value); }
  EXPORT(leave) void leave(void) { exit(3); }
  EXPORT(take) void *take(size_t bytes) { return malloc(bytes); }
`;

const CPP = `
  #include <iostream>
  #include <string>
  #include <vector>
  #define EXPORT(name) extern "C" __attribute__((export_name(#name)))
  static std::vector<int> numbers{1, 2, 3};
  EXPORT(sum) int sum() { int all = 0; for (int one : numbers) all += one; return all; }
  EXPORT(say) void say() { std::cout << "sum " << sum() << std::endl; }
`;

describe("Emscripten", () => {
  const standalone = ["-O2", "--no-entry", "-sSTANDALONE_WASM", "-sALLOW_MEMORY_GROWTH"];

  test("standalone C speaks, computes, ends itself, and grows its memory", { timeout: 120_000 }, () => {
    const path = compile("emcc", "speak.c", C, [...standalone, "-sEXPORTED_FUNCTIONS=_malloc,_free"], "speak.wasm");
    const { exports, heap } = instantiateKernel(new WebAssembly.Module(readFileSync(path)));
    const spoken: string[] = [];
    for (const kind of ["log", "error"] as const)
      vi.spyOn(console, kind).mockImplementation((line) => void spoken.push(`${kind}: ${line}`));
    exports.say(1.5);
    vi.restoreAllMocks();
    expect(spoken).toEqual(["log: value 1.50", "error: careful"]);
    expect(exports.shape(0.5)).toBeCloseTo(Math.tanh(0.5), 6);
    expect(() => exports.leave()).toThrow("proc_exit(3)");
    use(heap);
    const bytes = heap.memory.buffer.byteLength;
    expect(heap.malloc(bytes, 16)).toBeGreaterThan(0);
    expect(heap.memory.buffer.byteLength).toBeGreaterThan(bytes);
  });

  test("standalone C++ has run its static constructors, and its streams write to the console", { timeout: 240_000 }, () => {
    const path = compile("em++", "stream.cpp", CPP, [...standalone, "-sEXPORTED_FUNCTIONS=_malloc,_free"], "stream.wasm");
    const { exports, heap } = instantiateKernel(readFileSync(path));
    expect(exports.sum()).toBe(6);
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    exports.say();
    expect(log.mock.calls).toEqual([["sum 6"]]);
    vi.restoreAllMocks();
    use(heap);
  });

  test("standalone C that exports no allocator says what to build with", { timeout: 120_000 }, () => {
    const path = compile(
      "emcc",
      "quiet.c",
      "int answer(void) { return 42; }",
      [...standalone, "-sEXPORTED_FUNCTIONS=_answer"],
      "quiet.wasm",
    );
    expect(() => instantiateKernel(readFileSync(path))).toThrow(/answer.* found\..*-sEXPORTED_FUNCTIONS=_malloc,_free/);
  });

  const loader = [
    "-sALLOW_MEMORY_GROWTH",
    "-sMODULARIZE",
    "-sEXPORT_ES6",
    "-sENVIRONMENT=node,web,worker",
    "-sUSE_ES6_IMPORT_META=0",
    "--no-entry",
  ];
  const KEPT = C.replace("#ifndef EXPORT", "#include <emscripten.h>\n#define EXPORT(name) EMSCRIPTEN_KEEPALIVE\n#ifndef EXPORT");

  test.each([
    ["its default names", "-O1"],
    ["its names shortened", "-O3"],
  ])("with its default loader and %s is captured, with the loader's _malloc and without", { timeout: 240_000 }, async (_, level) => {
    for (const functions of ["_malloc,_free", "_malloc"]) {
      const name = `loaded${level}-${functions.length}`;
      const path = compile("emcc", `${name}.c`, KEPT, [level, ...loader, `-sEXPORTED_FUNCTIONS=${functions}`], `${name}.mjs`);
      const { default: create } = await import(/* @vite-ignore */ pathToFileURL(path).href);
      const capture = captureKernel(new WebAssembly.Module(readFileSync(path.replace(".mjs", ".wasm"))));
      const kernel = await create({ ...capture.emscripten });
      use(capture.heap);
      expect(kernel._shape(0.5)).toBeCloseTo(Math.tanh(0.5), 6);
      // Loaders of this version hand out the exports, under `asm`; later ones do not.
      expect(heapOf(kernel).memory).toBe(capture.heap.memory);
      use(heapOf(kernel));
    }
  });

  test("compiled to plain JS is reached by its HEAPF32, with a storage in a heap of its own", { timeout: 120_000 }, async () => {
    const source = `
      #include <emscripten.h>
      EMSCRIPTEN_KEEPALIVE void process(const float *in, float *out, int frames) { for (int k = 0; k < frames; k++) out[k] = in[frames - 1 - k]; }
    `;
    const plain = ["-O2", "-sWASM=0", "-sMODULARIZE", "-sEXPORT_ES6", "-sENVIRONMENT=shell", "-sWASM_ASYNC_COMPILATION=0"];
    const path = compile(
      "emcc",
      "plain.c",
      source,
      [...plain, "--memory-init-file", "0", "--no-entry", "-sEXPORTED_FUNCTIONS=_malloc"],
      "plain.mjs",
    );
    const { default: create } = await import(/* @vite-ignore */ pathToFileURL(path).href);
    const module = create();
    expect(module.HEAPF32).toBeInstanceOf(Float32Array);
    expect(() => heapOf(module)).toThrow("HEAPF32");
    const [input, output] = [module._malloc(512), module._malloc(512)];
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] });
    const given = Float32Array.from({ length: 100 }, (_, k) => k / 128);
    const outputs = [[new Float32Array(100)]];
    const frames = storage.collect([[given]], outputs);
    module.HEAPF32.set(storage.mainInput!.channel(0), input >> 2);
    module._process(input, output, frames);
    storage.mainOutput!.channel(0).set(module.HEAPF32.subarray(output >> 2, (output >> 2) + frames));
    storage.deliver(outputs);
    expect(outputs[0]![0]).toEqual(given.toReversed());
  });

  test("with its memory imported takes the pages that it declares", { timeout: 120_000 }, () => {
    const flags = ["-O2", "--no-entry", "-sSTANDALONE_WASM", "-sIMPORTED_MEMORY", "-sINITIAL_MEMORY=1MB", "-sTOTAL_STACK=64KB"];
    const path = compile(
      "emcc",
      "imports.c",
      "int answer(void) { return 42; }",
      [...flags, "-sEXPORTED_FUNCTIONS=_answer,_malloc,_free"],
      "imports.wasm",
    );
    const { exports, heap } = instantiateKernel(readFileSync(path));
    expect(exports.answer()).toBe(42);
    expect(heap.memory.buffer.byteLength).toBe(2 ** 20);
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
    expect(storage.begin(128)).toBe(128);
  });
});

describe("clang alone", () => {
  const bare = ["--target=wasm32", "-nostdlib", "-ffreestanding", "-O2", "-Wl,--no-entry"];

  test("with the package's heap.c, and static constructors", { timeout: 180_000 }, () => {
    const source = `
      int state;
      __attribute__((constructor)) static void start(void) { state = 7; }
      __attribute__((export_name("state_of"))) int state_of(void) { return state; }
    `;
    const path = compile("clang", "bare.c", source, [...bare, "-Wl,--export=__wasm_call_ctors", resolve("include/heap.c")], "bare.wasm");
    const { exports, heap } = instantiateKernel(new WebAssembly.Module(readFileSync(path)));
    expect(exports.state_of()).toBe(7);
    use(heap);
  });

  test("with imported maths, an imported memory and no allocator: the heap lies above __heap_base", { timeout: 180_000 }, () => {
    const source = `
      float sinf(float); double round(double);
      static char table[5000] = {1};
      __attribute__((export_name("table_end"))) char *table_end(void) { return table + sizeof table; }
      __attribute__((export_name("shape"))) float shape(float value) { return sinf(value) + (float)round(2.5); }
    `;
    const flags = [...bare, "-Wl,--import-memory", "-Wl,--allow-undefined", "-Wl,--export=__heap_base"];
    const path = compile("clang", "import.c", source, flags, "import.wasm");
    const { exports, heap } = instantiateKernel(readFileSync(path));
    expect(exports.shape(1)).toBeCloseTo(Math.sin(1) + 3, 5);
    expect(heap.malloc(16, 16)).toBeGreaterThanOrEqual(exports.table_end());
    use(heap);
  });
});

describe("Rust", () => {
  const target = (name: string) => [
    "--target",
    name,
    "--crate-type",
    "cdylib",
    "--edition",
    "2021",
    "-C",
    "opt-level=2",
    "-C",
    "panic=abort",
  ];

  test("with the package's heap.rs", { timeout: 120_000 }, () => {
    writeFileSync(join(folder, "heap.rs"), readFileSync("include/heap.rs"));
    const source = 'mod heap;\n#[no_mangle] pub extern "C" fn answer() -> i32 { 42 }\n';
    const path = compile(rustc()!, "cdylib.rs", source, target("wasm32-unknown-unknown"), "cdylib.wasm");
    const { exports, heap } = instantiateKernel(new WebAssembly.Module(readFileSync(path)));
    expect(exports.answer()).toBe(42);
    use(heap);
  });

  test("that exports alloc and dealloc, which wants the size", { timeout: 120_000 }, () => {
    const source = `
      use std::alloc::{alloc as take, dealloc as give, Layout};
      #[no_mangle] pub unsafe extern "C" fn alloc(bytes: usize, alignment: usize) -> *mut u8 { take(Layout::from_size_align(bytes, alignment).unwrap()) }
      #[no_mangle] pub unsafe extern "C" fn dealloc(address: *mut u8, bytes: usize, alignment: usize) { give(address, Layout::from_size_align(bytes, alignment).unwrap()) }
    `;
    use(instantiateKernel(readFileSync(compile(rustc()!, "sized.rs", source, target("wasm32-unknown-unknown"), "sized.wasm"))).heap);
  });

  test("takes only pages that it adds itself, so pages that the host adds are the host's", { timeout: 120_000 }, () => {
    const source = `
      #[no_mangle] pub extern "C" fn fill(bytes: usize) -> usize { let held = vec![9u8; bytes]; let address = held.as_ptr() as usize; std::mem::forget(held); address }
    `;
    const path = compile(rustc()!, "pages.rs", source, target("wasm32-unknown-unknown"), "pages.wasm");
    const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path))).exports as unknown as {
      memory: WebAssembly.Memory;
      fill(bytes: number): number;
    };
    const address = kernel.memory.grow(2) * PAGE;
    const heap = createRegionHeap(kernel.memory, address, 2 * PAGE);
    const part = () => new Uint8Array(kernel.memory.buffer, address, 2 * PAGE);
    part().fill(7);
    for (let i = 0; i < 200; i++) kernel.fill(5000);
    expect(part().every((byte) => byte === 7)).toBe(true);
    expect(ProcessBufferStorage.allocateFromConfig(config, { heap }).begin(128)).toBe(128);
  });

  test("for WASI, as a reactor, prints a line and reads the clock", { timeout: 120_000 }, () => {
    const source = `
      use std::time::{SystemTime, UNIX_EPOCH};
      #[no_mangle] pub extern "C" fn say() { println!("from Rust"); }
      #[no_mangle] pub extern "C" fn now() -> f64 { SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() }
      #[no_mangle] pub extern "C" fn variables() -> i32 { std::env::vars().count() as i32 }
      #[no_mangle] pub extern "C" fn opens() -> i32 { std::fs::File::open("/etc/passwd").is_ok() as i32 }
      mod heap;
    `;
    writeFileSync(
      join(folder, "heap.rs"),
      readFileSync("include/heap.rs").toString().replaceAll("fn malloc", "fn wasm_malloc").replaceAll("fn free", "fn wasm_free"),
    );
    const path = compile(rustc()!, "wasi.rs", source, target("wasm32-wasi"), "wasi.wasm");
    const { exports, heap } = instantiateKernel(new WebAssembly.Module(readFileSync(path)));
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    exports.say();
    expect(log.mock.calls).toEqual([["from Rust"]]);
    vi.restoreAllMocks();
    expect(Math.abs(exports.now() - Date.now() / 1000)).toBeLessThan(10);
    expect([exports.variables(), exports.opens()]).toEqual([0, 0]);
    use(heap);
  });
});

describe("pages that the host adds beside a kernel's own allocator", () => {
  /** Whether that takes any of them, asked for far more than was there: where it had given something before, and where it had not. */
  const takesThem = (kernel: WebAssembly.Module | BufferSource) =>
    [true, false].map((hasGiven) => takes(instantiateKernel(kernel).exports as unknown as Allocating, hasGiven));

  interface Allocating {
    readonly memory: WebAssembly.Memory;
    malloc(bytes: number): number;
  }

  function takes(kernel: Allocating, hasGiven: boolean): boolean {
    if (hasGiven) kernel.malloc(1000);
    const start = kernel.memory.grow(4) * PAGE;
    const addresses = Array.from({ length: 400 }, () => kernel.malloc(20_000) >>> 0);
    expect(addresses.every((address) => address > 0)).toBe(true);
    return addresses.some((address) => address + 20_000 > start && address < start + 4 * PAGE);
  }

  test("are taken by Emscripten's", { timeout: 120_000 }, () => {
    const flags = ["-O2", "--no-entry", "-sSTANDALONE_WASM", "-sALLOW_MEMORY_GROWTH", "-sINITIAL_MEMORY=1MB", "-sTOTAL_STACK=64KB"];
    const path = compile("emcc", "sbrk.c", "", [...flags, "-sEXPORTED_FUNCTIONS=_malloc,_free"], "sbrk.wasm");
    expect(takesThem(readFileSync(path))).toEqual([true, true]);
  });

  test.each([
    ["stub", [true, true]],
    ["minimal", [false, true]],
    ["incremental", [false, true]],
  ])(
    "are taken by AssemblyScript's runtime %s, after its first allocation and before: %j",
    { timeout: 180_000 },
    async (runtime, taken) => {
      const source = "export function malloc(bytes: usize): usize { return heap.alloc(bytes); }";
      expect(takesThem(await assemblyScript(`pages-${runtime}`, source, "--runtime", runtime))).toEqual(taken);
    },
  );

  test("are taken by wasi-libc at its first allocation, and not after it", { timeout: 180_000 }, () => {
    const source = `
      #[no_mangle] pub extern "C" fn take(bytes: usize) -> usize { Vec::<u8>::with_capacity(bytes).leak().as_ptr() as usize }
    `;
    const flags = ["--target", "wasm32-wasi", "--crate-type", "cdylib", "--edition", "2021", "-C", "opt-level=2"];
    const module = new WebAssembly.Module(readFileSync(compile(rustc()!, "pages-wasi.rs", source, flags, "pages-wasi.wasm")));
    const taken = [true, false].map((hasGiven) => {
      // Its heap is not used here.
      const { memory, take } = instantiateKernel(module, { heapBase: 0 }).exports;
      return takes({ memory, malloc: take }, hasGiven);
    });
    expect(taken).toEqual([false, true]);
  });

  test("are not taken by heap.c", { timeout: 180_000 }, () => {
    const flags = ["--target=wasm32", "-nostdlib", "-ffreestanding", "-O2", "-Wl,--no-entry", resolve("include/heap.c")];
    expect(takesThem(readFileSync(compile("clang", "pages.c", "", flags, "pages-c.wasm")))).toEqual([false, false]);
  });
});

describe("AssemblyScript", () => {
  test("with malloc and free over heap: its abort, its trace and its seed are there", { timeout: 180_000 }, async () => {
    const source = `
      export function malloc(bytes: usize): usize { return heap.alloc(bytes); }
      export function free(address: usize): void { heap.free(address); }
      export function fail(): void { throw new Error("too loud"); }
      export function say(): void { trace("level", 2, 0.5, 1); }
      export function random(): f64 { return Math.random(); }
    `;
    const { exports, heap } = instantiateKernel(await assemblyScript("managed", source, "--runtime", "minimal"));
    expect(() => exports.fail()).toThrow("the kernel aborted: too loud, at managed.ts:4:");
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    exports.say();
    expect(log.mock.calls).toEqual([["level 0.5 1"]]);
    vi.restoreAllMocks();
    expect(exports.random()).toBeLessThan(1);
    use(heap);
  });

  test("that exports its runtime alone says what to export", { timeout: 180_000 }, async () => {
    const module = await assemblyScript(
      "runtime",
      "export function take(values: Float32Array): i32 { return values.length; }",
      "--exportRuntime",
    );
    expect(() => instantiateKernel(module)).toThrow(/export malloc and free that call heap\.alloc and heap\.free/);
  });
});
