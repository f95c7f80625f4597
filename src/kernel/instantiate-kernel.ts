import { checkPolicy, newInstance, newMemory } from "../engine";
import { LAST_BYTE } from "../memory/address";
import { nameOfClass, type WasmHeap } from "../memory/heap";
import { checkPages, createRegionHeap } from "../memory/own-heaps";
import { checkNames, described, unlike } from "../messages";
import { type Allocator, allocatorNamed, checkAddresses, likelyNames, memoriesIn, type Named, namedAllocator } from "./allocator";
import { createHeapAbove } from "./heap-above";
import { addImport, givenImport, type Imports, importsFor, noImports } from "./imports";
import type { ImportingKernel } from "./kernel-memory";
import { bytesOf, type DeclaredMemory, declaredMemory, isBytes } from "./module-bytes";
import { noRoom } from "./no-room";
import { type Instance, likelyAllocator, standIn, triedAllocator } from "./trial";

/** A kernel's exports by name, of any type: only the kernel knows which there are and what arguments each function takes. */
export interface KernelFunctions {
  // biome-ignore lint/suspicious/noExplicitAny: what else can be called under `noUncheckedIndexedAccess`, and is a memory too?
  readonly [name: string]: any;
}

/** A kernel, ready to be called. */
export interface Kernel<E extends object = KernelFunctions> {
  /** Its exports, under the names that the kernel gives them. */
  readonly exports: Readonly<E>;
  /** Its memory, with an allocator: what a storage takes as option `heap`. */
  readonly heap: WasmHeap;
}

/** Options of {@link instantiateKernel}. An option of an unknown name is a RangeError. */
export interface KernelOptions {
  /** Values for the kernel's imports. They have priority over the functions that `instantiateKernel` knows. Default: none. */
  readonly imports?: WebAssembly.Imports;
  /**
   * For a kernel that imports its memory: the memory's initial size in pages of 64 KiB, 1 to 65536. Default: the size that the
   * kernel's bytes declare. Required if the kernel comes as a compiled module, because a compiled module does not tell the size.
   */
  readonly pages?: number;
  /**
   * For a kernel that has no allocator and exports no `__heap_base`: the address of the first byte that the kernel does not use,
   * a whole number, 0 or more. For Faust's kernels it is `size` in Faust's description.
   */
  readonly heapBase?: number;
}

/**
 * [setup] Instantiates a kernel without a loader, as in a worklet. It provides the kernel's imports, calls its initialisers
 * (`_initialize` or `__wasm_call_ctors`, and `__wbindgen_start`), and finds its memory and a heap in it.
 *
 * These imports are provided: WASI without files (text goes to the console, in whole lines), the functions of Emscripten's and
 * AssemblyScript's runtimes, those that wasm-bindgen's panics need, and C's `math.h`. A kernel gets only the imports that it
 * declares.
 *
 * The heap is the first of these that the kernel has:
 * 1. An allocator with a telling name: the names are those of {@link heapOf}.
 * 2. The memory above option `heapBase`, for a kernel that exports no `__heap_base`.
 * 3. An allocator with a name like one, such as `alloc` or `audio_malloc`, if it gives bytes when it is called.
 * 4. The memory above the export `__heap_base`. A kernel that has an allocator which it does not export must export it, because that
 * allocator begins there, too. A heap above an address grows the memory when it is full. A memory that was handed over among the
 * imports belongs to the caller: it is not grown, and the heap ends where the memory ends now.
 * 5. An allocator without a telling name: functions that take one or two numbers and return one, and functions that take one to three
 * and return nothing. A function that never returns cannot be stopped; a kernel with such a function has to export its allocator as
 * `malloc`.
 *
 * For 3 and 5 exports are called on instances that are made for this, and never on the kernel itself, except for 3 in a memory that
 * belongs to the caller. The first export without arguments and result is called there before, because it may be what runs the
 * constructors.
 *
 * Not supported: threads, side modules (`dylink`), 64-bit memories, and files. A type argument describes the exports:
 * `instantiateKernel<{ process(inputs: number, outputs: number, frames: number): void }>(module)`.
 *
 * @param kernel A compiled module, or a module's bytes.
 * @throws TypeError when `kernel` is neither; RangeError for the options; Error when the bytes do not compile, when the kernel is
 * not supported, when imports are missing (the message names all of them, with module, name and kind), when there is no memory or
 * no heap, and when the page's Content-Security-Policy forbids WebAssembly; a LinkError when an import does not have the declared
 * type.
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

/**
 * [setup] As {@link instantiateKernel}, for a compiled module.
 *
 * @param declared The memory that it imports, if its bytes were read.
 */
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
  const { context, imports: linkedImports } = maker.instance();
  initialise(context.exports);
  const { memory } = context;
  if (memory === undefined) throw new Error("the kernel has no memory: it neither exports nor imports one, so nothing can be handed to it");
  checkAddresses(memory);
  const heap = heapFor(maker, linkedImports, context.exports, memory, heapBase);
  // Copied, as those of a core are: copies of many instances share one hidden class.
  return { exports: { ...context.exports } as Readonly<E>, heap };
}

const OPTIONS: readonly (keyof KernelOptions)[] = ["imports", "pages", "heapBase"];

function compiled(kernel: WebAssembly.Module | BufferSource): { module: WebAssembly.Module; bytes?: Uint8Array } {
  if (nameOfClass(kernel) === "[object WebAssembly.Module]") return { module: kernel as WebAssembly.Module };
  if (!isBytes(kernel)) {
    const wrong = nameOfClass(kernel) === "[object WebAssembly.Instance]" ? "an instance, which heapOf takes," : described(kernel);
    throw new TypeError(`a kernel is a compiled WebAssembly.Module or a module's bytes; ${wrong} came`);
  }
  const bytes = bytesOf(kernel);
  try {
    return { module: new WebAssembly.Module(bytes as BufferSource), bytes };
  } catch (cause) {
    checkPolicy(cause);
    throw new Error(`the kernel's ${bytes.length} bytes do not compile: they are no module, or need what this engine does not have`, {
      cause,
    });
  }
}

/** @throws Error for a side module: a part of a program, which only the program's main module can load. */
function checkKind(module: WebAssembly.Module): void {
  for (const name of ["dylink.0", "dylink"]) {
    if (WebAssembly.Module.customSections(module, name).length > 0) {
      throw new Error(
        `the kernel is a side module (section ${name}), which only its main module can load; build it without -sSIDE_MODULE or -shared`,
      );
    }
  }
}

/** Calls the initialisers of a module without `main`. Emscripten's stack limits come first: later code may check them. */
function initialise(exports: Named): void {
  const starts = [exports.emscripten_stack_init, exports._initialize ?? exports.__wasm_call_ctors, exports.__wbindgen_start];
  for (const start of starts) if (typeof start === "function") start();
}

/** Makes instances of one module: the kernel itself, and those on which exports without telling names are tried. */
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
    this.isMemoryGiven = memory !== undefined && givenImport(given, memory.module, memory.name) !== undefined;
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
    const context: ImportingKernel = { memory: undefined, exports: {}, unfinishedLines: new Map() };
    if (!this.importsMemory || this.isMemoryGiven) return this.linked(context, undefined);
    const initial = this.pages ?? this.declared?.pages;
    if (initial === undefined) {
      throw new Error(
        "the kernel imports its memory, and a compiled module does not tell how large; say it as option pages, or hand over the module's bytes",
      );
    }
    const maximum = this.declared?.maximumPages;
    try {
      return this.linked(context, newMemory(maximum === undefined ? { initial } : { initial, maximum }));
    } catch (error) {
      // A module that declares a maximum takes only a memory with a maximum that is not larger. A compiled module does not tell
      // its maximum, so the smallest possible one is tried: the initial size.
      if (this.declared !== undefined || !isLinkError(error)) throw error;
      return this.linked(context, newMemory({ initial, maximum: initial }));
    }
  }

  /** An instance for trying functions, with a memory of its own, and stand-ins for the functions that the caller gave. */
  trial(): Instance {
    const given = noImports();
    for (const { module, name, kind } of WebAssembly.Module.imports(this.module)) {
      const value = givenImport(this.given, module, name);
      if (value !== undefined) addImport(given, module, name, kind === "function" ? standIn() : (value as WebAssembly.ImportValue));
    }
    return new Maker(this.module, given, this.declared, this.pages).instance().context;
  }

  private linked(context: ImportingKernel, memory: WebAssembly.Memory | undefined): { context: ImportingKernel; imports: Imports } {
    const imports = importsFor(this.module, this.given, context, memory);
    const imported = Object.values(imports).flatMap((values) => memoriesIn(values));
    context.memory = imported[0];
    try {
      context.exports = newInstance(this.module, imports).exports;
    } catch (cause) {
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

function heapFor(maker: Maker, imports: Imports, exports: Named, memory: WebAssembly.Memory, heapBase: number | undefined): WasmHeap {
  const withMemory = (allocator: Allocator) => ({ memory, ...allocator });
  const above = (base: number) => (maker.isMemoryGiven ? regionAbove(memory, base) : createHeapAbove(memory, base));
  const named = namedAllocator(exports);
  if (named !== undefined) return withMemory(named);
  if (heapBase !== undefined && heapBaseOf(exports) === undefined) return above(heapBase);
  const fresh = () => maker.trial();
  // An instance made for a trial would have the caller's memory, too. So there the kernel's own is asked.
  const likely = maker.isMemoryGiven ? likelyOf(exports, memory) : likelyAllocator(maker.module, imports, exports, memory, fresh);
  if (likely !== undefined) return withMemory(likely);
  const base = heapBaseOf(exports);
  if (base !== undefined) return above(base);
  const tried = maker.isMemoryGiven ? undefined : triedAllocator(maker.module, imports, exports, fresh);
  if (tried !== undefined) return withMemory(tried);
  throw noRoom(
    exports,
    "option heapBase, the first byte that nobody uses, or, where nothing in the kernel allocates, an export __heap_base (--export=__heap_base), or ",
  );
}

function likelyOf(exports: Named, memory: WebAssembly.Memory): Allocator | undefined {
  const names = likelyNames(exports, memory);
  return names && allocatorNamed(exports, names);
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

/** The value of the export `__heap_base`: the address after the module's own data and stack. Undefined if there is none. */
function heapBaseOf({ __heap_base: base }: Named): number | undefined {
  if (nameOfClass(base) !== "[object WebAssembly.Global]") return undefined;
  const { value } = base as WebAssembly.Global;
  return typeof value === "number" ? value >>> 0 : undefined;
}
