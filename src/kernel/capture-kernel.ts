import { isAboutImports, newInstance, newMemory } from "../engine";
import { isShared, nameOfClass, type WasmHeap } from "../memory/heap";
import { unlike } from "../messages";
import { checkAddresses, memoriesIn, type Named, namedAllocator } from "./allocator";
import { addImport, noImports } from "./imports";
import type { KernelFunctions } from "./instantiate-kernel";
import { noRoom } from "./no-room";
import { type Instance, likelyAllocator, standIn, triedAllocator } from "./trial";

/** What {@link captureKernel} returns: a hook for the loader, and what the hook has captured. */
export interface CapturedKernel<E extends object = KernelFunctions> {
  /** Options for the loader: `createModule({ ...capture.emscripten })`. */
  readonly emscripten: {
    /**
     * [setup] The loader calls this with the instance's imports.
     *
     * @throws Error when called twice, or when the imports do not fit.
     */
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => unknown,
    ): object;
  };
  /**
   * The instance's exports, under the names that the linker gave them. A minifying linker shortens the names.
   *
   * @throws Error until the loader has asked for its instance.
   */
  readonly exports: Readonly<E>;
  /**
   * The kernel's memory and allocator, looked for at the first access.
   *
   * @throws Error until the loader has asked for its instance; when there is no 32-bit memory, or no allocator is found.
   */
  readonly heap: WasmHeap;
}

/**
 * [setup] Captures the instance that an Emscripten loader keeps to itself, by making it in the loader's place. Emscripten's
 * default settings are enough. The loader may be synchronous or asynchronous. One capture is for one call of a loader.
 *
 * The allocator is looked for by its name: first among the exports, then among the properties of the loader's module object
 * (`_malloc`). If no name tells, as in minified builds, exports are called on instances that are made for this, and the export
 * that behaves like an allocator is taken. Functions are called that take one or two numbers and return one, and functions that
 * take one to three and return nothing. The first export without arguments and result is called before them, because it may be
 * what runs the constructors. A function that waits for another thread, or never returns, cannot be stopped. A kernel with such
 * a function needs `_malloc` among its `-sEXPORTED_FUNCTIONS`: then no export is tried.
 *
 * @param module The compiled wasm file of the loader. It is needed because the loader hands over only the imports.
 * @throws TypeError when `module` is no compiled module.
 * @example
 * ```ts
 * const capture = captureKernel(await WebAssembly.compileStreaming(fetch("kernel.wasm")));
 * const kernel = await createModule({ ...capture.emscripten });
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: capture.heap });
 * ```
 */
export function captureKernel<E extends object = KernelFunctions>(module: WebAssembly.Module): CapturedKernel<E> {
  if (nameOfClass(module) !== "[object WebAssembly.Module]") {
    throw unlike(TypeError, "captureKernel takes the kernel's compiled WebAssembly.Module", module);
  }
  let captured: Captured | undefined;
  let heap: WasmHeap | undefined;
  const there = (): Captured => {
    if (captured === undefined) {
      throw new Error(
        "the loader has not asked for its instance: await createModule({ ...capture.emscripten }) first. A loader that was built without instantiateWasm in -sINCOMING_MODULE_JS_API never does; instantiateKernel may do without one",
      );
    }
    return captured;
  };
  return {
    emscripten: {
      // Called as a method of the loader's module object. That object gets the names that minified exports lack (`_malloc`).
      instantiateWasm(this: unknown, imports, receive) {
        if (captured !== undefined) throw new Error("a capture is for one instance; the loader was called with it twice");
        const instance = linked(module, imports);
        captured = { module, imports, exports: instance.exports, glue: this };
        receive(instance, module);
        return instance.exports;
      },
    },
    get exports() {
      return there().exports as unknown as Readonly<E>;
    },
    get heap() {
      return (heap ??= heapIn(there()));
    },
  };
}

interface Captured {
  readonly module: WebAssembly.Module;
  readonly imports: WebAssembly.Imports;
  readonly exports: WebAssembly.Exports;
  readonly glue: unknown;
}

function linked(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return newInstance(module, imports);
  } catch (cause) {
    if (!isAboutImports(cause)) throw cause;
    throw new Error("the module that was captured is not the one that this loader was built with, whose imports it does not take", {
      cause,
    });
  }
}

function heapIn({ module, imports, exports, glue }: Captured): WasmHeap {
  const memory = [exports, ...Object.values(imports)].flatMap((place) => memoriesIn(place as Named))[0];
  if (memory === undefined) throw new Error("the captured kernel has no memory: it neither exports nor imports one");
  checkAddresses(memory);
  const fresh = () => trial(module, imports, memory);
  const allocator =
    namedAllocator(exports) ??
    (typeof glue === "object" && glue !== null ? namedAllocator(glue as Named) : undefined) ??
    likelyAllocator(module, imports, exports, memory, fresh) ??
    triedAllocator(module, imports, exports, fresh);
  if (allocator === undefined) throw noRoom(exports);
  return { memory, ...allocator };
}

/** An instance for trying functions. It has its own memory, and stand-ins for all imported functions. Tables and globals are the kernel's. */
function trial(module: WebAssembly.Module, imports: WebAssembly.Imports, memory: WebAssembly.Memory): Instance {
  const initial = memory.buffer.byteLength / 65536;
  let imported: WebAssembly.Memory | undefined;
  const stubs = noImports();
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const stub =
      kind === "function"
        ? standIn()
        : kind === "memory"
          ? (imported = newMemory({ initial, maximum: initial, shared: isShared(memory) }))
          : imports[from]![name]!;
    addImport(stubs, from, name, stub);
  }
  const { exports } = newInstance(module, stubs);
  return { exports, memory: imported };
}
