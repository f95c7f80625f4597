import { LAST_BYTE } from "../memory/address";
import { nameOfClass, type WasmHeap } from "../memory/heap";
import { checkPages, createRegionHeap } from "../memory/own-heaps";
import { checkNames, checkPolicy, described, unlike } from "../messages";
import { type Allocator, checkAddresses, memoriesIn, type Named, namedAllocator } from "./allocator";
import { createHeapAbove } from "./heap-above";
import { type Imports, importsFor } from "./imports";
import type { ImportingKernel } from "./kernel-memory";
import { type DeclaredMemory, declaredMemory } from "./module-bytes";
import { noRoom } from "./no-room";
import { type Instance, standIn, triedAllocator } from "./trial";

/** What a kernel exports, by its names. Which of them are there, and what each takes, only the kernel knows. */
export interface KernelFunctions {
  // biome-ignore lint/suspicious/noExplicitAny: what else can be called under `noUncheckedIndexedAccess`, and is a memory too?
  readonly [name: string]: any;
}

/** A kernel, ready to be called. */
export interface Kernel<E extends object = KernelFunctions> {
  /** Its exports, as it names them. */
  readonly exports: Readonly<E>;
  /** Its memory, and where a storage finds room in it: option `heap` of a storage. */
  readonly heap: WasmHeap;
}

/** What {@link instantiateKernel} may be told. */
export interface KernelOptions {
  /** What the kernel imports beside what audio kernels are known to ask for, or in place of it. */
  readonly imports?: WebAssembly.Imports;
  /**
   * For a kernel that imports its memory: pages of 64 KiB that it starts with. Default: what its bytes declare. A compiled
   * module does not tell, so there they have to be said.
   */
  readonly pages?: number;
  /**
   * For a kernel without an allocator: the first byte that nobody uses, such as the size that Faust's description states.
   * A kernel that exports `__heap_base` says it by itself.
   */
  readonly heapBase?: number;
}

/**
 * [setup] Instantiates a kernel where there is no loader, as in a worklet: gives it what it imports, calls its
 * `_initialize` or `__wasm_call_ctors`, and finds its memory and a heap in it.
 *
 * It knows the imports that audio kernels ask for: WASI without files (text goes to the console, in whole lines), what
 * Emscripten's runtime, AssemblyScript's, and wasm-bindgen's panics need, and C's maths. A kernel is given those that it
 * declares and no others. The heap is the kernel's own allocator; of a kernel that has none, what lies above its `__heap_base`
 * or above `heapBase`, and the memory grows for it. A memory that is handed over among the imports is the caller's: it
 * does not grow, and the heap ends where it ends now. Where no name tells, functions that take one or two numbers and answer with one
 * are tried on instances made for that; a kernel in which such a function never ends needs its allocator exported as `malloc`.
 *
 * Threads, side modules (`dylink`), memories of 64 bits, and files are not for it. Type arguments say what is exported:
 * `instantiateKernel<{ process(inputs: number, outputs: number, frames: number): void }>(module)`.
 *
 * @throws TypeError for what is no kernel; RangeError for the options; Error where imports are missing (all of them are named,
 * with module, name and kind), where there is no heap, or where the page forbids WebAssembly.
 * @example
 * ```ts
 * const { exports: kernel, heap } = instantiateKernel(module);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
 * ```
 */
export function instantiateKernel<E extends object = KernelFunctions>(
  kernel: WebAssembly.Module | BufferSource,
  options: KernelOptions = {},
): Kernel<E> {
  const { module, bytes } = compiled(kernel);
  return instantiateFrom(module, bytes && declaredMemory(bytes), options);
}

/** [setup] The same for a module that is compiled already. @param declared The memory that it imports, where its bytes were seen. */
export function instantiateFrom<E extends object = KernelFunctions>(
  module: WebAssembly.Module,
  declared: DeclaredMemory | undefined,
  options: KernelOptions,
): Kernel<E> {
  checkNames(options, OPTIONS);
  const { imports = {}, pages, heapBase } = options;
  if (typeof imports !== "object" || imports === null) throw unlike(RangeError, "imports are an object of objects", imports);
  if (pages !== undefined) checkPages("pages", pages);
  if (heapBase !== undefined && !(Number.isInteger(heapBase) && heapBase >= 0 && heapBase < LAST_BYTE)) {
    throw unlike(RangeError, "heapBase is an address, a whole number from 0 on", heapBase);
  }
  checkKind(module);
  const maker = new Maker(module, imports, declared, pages);
  const made = maker.instance();
  const { context } = made;
  initialise(context.exports);
  const { memory } = context;
  if (memory === undefined) throw new Error("the kernel has no memory: it neither exports nor imports one, so nothing can be handed to it");
  checkAddresses(memory);
  const heap = heapFor(maker, context.exports, memory, heapBase);
  // Copied, because engines keep the exports of an instance in a form that is slow to look things up in.
  return { exports: { ...context.exports } as Readonly<E>, heap };
}

const OPTIONS: readonly (keyof KernelOptions)[] = ["imports", "pages", "heapBase"];

function compiled(kernel: WebAssembly.Module | BufferSource): { module: WebAssembly.Module; bytes?: Uint8Array } {
  if (nameOfClass(kernel) === "[object WebAssembly.Module]") return { module: kernel as WebAssembly.Module };
  const isView = ArrayBuffer.isView(kernel);
  if (!isView && !/^\[object (Shared)?ArrayBuffer\]$/.test(nameOfClass(kernel))) {
    const wrong = nameOfClass(kernel) === "[object WebAssembly.Instance]" ? "an instance, which heapOf takes," : described(kernel);
    throw new TypeError(`a kernel is a compiled WebAssembly.Module or a module's bytes; ${wrong} came`);
  }
  const bytes = isView ? new Uint8Array(kernel.buffer, kernel.byteOffset, kernel.byteLength) : new Uint8Array(kernel as ArrayBuffer);
  try {
    return { module: new WebAssembly.Module(bytes as BufferSource), bytes };
  } catch (cause) {
    checkPolicy(cause);
    throw new Error(`the kernel's ${bytes.length} bytes do not compile: they are no module, or need what this engine does not have`, {
      cause,
    });
  }
}

/** @throws Error for modules that are a part of a program, which the program alone can load. */
function checkKind(module: WebAssembly.Module): void {
  for (const name of ["dylink.0", "dylink"]) {
    if (WebAssembly.Module.customSections(module, name).length > 0) {
      throw new Error(
        `the kernel is a side module (section ${name}), which only its main module can load; build it without -sSIDE_MODULE or -shared`,
      );
    }
  }
}

/** Calls what a module without a `main` is started with. Emscripten's stack is set up first, where it checks it. */
function initialise(exports: Named): void {
  const starts = [exports.emscripten_stack_init, exports._initialize ?? exports.__wasm_call_ctors, exports.__wbindgen_start];
  for (const start of starts) if (typeof start === "function") start();
}

/** Makes instances of one module: the one that is wanted, and those on which functions without names are tried. */
class Maker {
  readonly importsMemory: boolean;
  /** Whether the caller handed over the memory. */
  readonly isMemoryGiven: boolean;

  constructor(
    readonly module: WebAssembly.Module,
    private readonly given: WebAssembly.Imports,
    private readonly declared: DeclaredMemory | undefined,
    private readonly pages: number | undefined,
  ) {
    const memory = WebAssembly.Module.imports(module).find(({ kind }) => kind === "memory");
    this.importsMemory = memory !== undefined;
    this.isMemoryGiven = memory !== undefined && given[memory.module]?.[memory.name] !== undefined;
    if (declared?.has64BitAddresses)
      throw new Error('a storage lives in a 32-bit memory; the kernel imports one of 64 bits (address: "i64")');
    if (declared?.isShared && !this.isMemoryGiven) {
      throw new Error(
        "the kernel imports a shared memory, as kernels with threads do; hand the memory over as option imports, or build it without threads",
      );
    }
    if (declared !== undefined && pages !== undefined && (pages < declared.pages || pages > (declared.maximumPages ?? pages))) {
      throw unlike(RangeError, `pages is ${declared.pages} to ${declared.maximumPages ?? 65536}, as the kernel declares`, pages);
    }
  }

  instance(): { context: ImportingKernel; imports: Imports } {
    const context: ImportingKernel = { memory: undefined, exports: {} };
    if (!this.importsMemory || this.isMemoryGiven) return this.linked(context, undefined);
    const initial = this.pages ?? this.declared?.pages;
    if (initial === undefined) {
      throw new Error(
        "the kernel imports its memory, and a compiled module does not tell how large; say it as option pages, or hand over the module's bytes",
      );
    }
    const maximum = this.declared?.maximumPages;
    try {
      return this.linked(context, new WebAssembly.Memory(maximum === undefined ? { initial } : { initial, maximum }));
    } catch (error) {
      // A module that declares a maximum takes no memory without one. Which one it declares, a compiled module does not tell.
      if (this.declared !== undefined || !isLinkError(error)) throw error;
      return this.linked(context, new WebAssembly.Memory({ initial, maximum: initial }));
    }
  }

  /** One that nobody else has, given none of the functions of the caller's. */
  trial(): Instance {
    const given: Imports = {};
    for (const { module, name, kind } of WebAssembly.Module.imports(this.module)) {
      const value = this.given[module]?.[name];
      if (value !== undefined) (given[module] ??= {})[name] = kind === "function" ? standIn() : (value as WebAssembly.ImportValue);
    }
    return new Maker(this.module, given, this.declared, this.pages).instance().context;
  }

  private linked(context: ImportingKernel, memory: WebAssembly.Memory | undefined): { context: ImportingKernel; imports: Imports } {
    const imports = importsFor(this.module, this.given, context, memory);
    const imported = Object.values(imports).flatMap((values) => memoriesIn(values));
    context.memory = imported[0];
    try {
      context.exports = new WebAssembly.Instance(this.module, imports).exports;
    } catch (cause) {
      checkPolicy(cause);
      if (!isLinkError(cause) || !this.importsMemory) throw cause;
      throw Object.assign(new WebAssembly.LinkError(`the kernel does not take its imports: ${(cause as Error).message}. ${MEMORY_HINT}`), {
        cause,
      });
    }
    context.memory ??= memoriesIn(context.exports)[0];
    return { context, imports };
  }
}

const MEMORY_HINT =
  "Of its memory it may declare more pages, a shared one (threads) or one of 64 bits; the last is not taken here, nor are threads";

function isLinkError(error: unknown): boolean {
  return error instanceof WebAssembly.LinkError;
}

function heapFor(maker: Maker, exports: Named, memory: WebAssembly.Memory, heapBase: number | undefined): WasmHeap {
  const withMemory = (allocator: Allocator) => ({ memory, ...allocator });
  const named = namedAllocator(exports);
  if (named !== undefined) return withMemory(named);
  const base = heapBaseOf(exports) ?? heapBase;
  if (base !== undefined) return maker.isMemoryGiven ? regionAbove(memory, base) : createHeapAbove(memory, base);
  // A memory of the caller's is nobody's to try something in.
  const tried = maker.isMemoryGiven ? undefined : triedAllocator(maker.module, exports, () => maker.trial());
  if (tried !== undefined) return withMemory(tried);
  throw noRoom(exports, "option heapBase, the first byte that nobody uses, or an export __heap_base (--export=__heap_base), or ");
}

function regionAbove(memory: WebAssembly.Memory, base: number): WasmHeap {
  const memoryBytes = memory.buffer.byteLength;
  if (base >= memoryBytes) {
    throw new RangeError(
      `the memory that was handed over ends at ${memoryBytes}, so there is nothing of it from ${base} on; make it larger`,
    );
  }
  return createRegionHeap(memory, base, memoryBytes - base);
}

/** Where a linker ends the module's own data and stack. */
function heapBaseOf({ __heap_base: base }: Named): number | undefined {
  if (nameOfClass(base) !== "[object WebAssembly.Global]") return undefined;
  const { value } = base as WebAssembly.Global;
  return typeof value === "number" ? value >>> 0 : undefined;
}
