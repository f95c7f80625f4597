import { nameOfClass, type WasmHeap } from "../memory/heap";
import { checkPolicy, unlike } from "../messages";
import { checkAddresses, memoriesIn, type Named, namedAllocator } from "./allocator";
import type { KernelFunctions } from "./instantiate-kernel";
import { noRoom } from "./no-room";
import { type Instance, standIn, triedAllocator } from "./trial";

/** What {@link captureKernel} finds out, once the loader has run. */
export interface CapturedKernel<E extends object = KernelFunctions> {
  /** What the loader is called with: `createModule({ ...capture.emscripten })`. */
  readonly emscripten: {
    /** [setup] Is called by the loader, with the imports that it wants to instantiate with. */
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => unknown,
    ): object;
  };
  /** The exports, under the names that the linker left them. Error until the loader has asked for its instance. */
  readonly exports: Readonly<E>;
  /** The memory and the allocator. Error until the loader has asked for its instance, or where there is no allocator. */
  readonly heap: WasmHeap;
}

/**
 * [setup] For Emscripten's loaders, which hide their instance: makes it in their place, and keeps what was made. No build
 * setting is needed, and a loader may be sync or not. One capture is for one call of a loader.
 *
 * The allocator is the loader's `_malloc`, or else an export that behaved like one on instances that were made to
 * try it: minified exports have no telling names. Functions that take one or two numbers and answer with one are called for that. A
 * kernel in which such a function waits for another thread, or never ends for other reasons, needs `_malloc` among
 * `-sEXPORTED_FUNCTIONS`; then nothing is tried.
 *
 * @param module The loader's wasm file, compiled: the loader hands over its imports alone.
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
      // Called as a method of the loader's module object, which will have the names that the exports lack.
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
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    checkPolicy(cause);
    if (!(cause instanceof WebAssembly.LinkError || cause instanceof TypeError)) throw cause;
    throw new Error("the module that was captured is not the one that this loader was built with, whose imports it does not take", {
      cause,
    });
  }
}

function heapIn({ module, imports, exports, glue }: Captured): WasmHeap {
  const memory = [exports, ...Object.values(imports)].flatMap((place) => memoriesIn(place as Named))[0];
  if (memory === undefined) throw new Error("the captured kernel has no memory: it neither exports nor imports one");
  checkAddresses(memory);
  const allocator =
    namedAllocator(exports) ??
    (typeof glue === "object" && glue !== null ? namedAllocator(glue as Named) : undefined) ??
    triedAllocator(module, exports, () => trial(module, imports, memory));
  if (allocator === undefined) throw noRoom(exports);
  return { memory, ...allocator };
}

/** An instance made for trying functions. None of the loader's functions can be reached from it. */
function trial(module: WebAssembly.Module, imports: WebAssembly.Imports, memory: WebAssembly.Memory): Instance {
  const initial = memory.buffer.byteLength / 65536;
  let imported: WebAssembly.Memory | undefined;
  const stubs: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const stub =
      kind === "function"
        ? standIn()
        : kind === "memory"
          ? (imported = new WebAssembly.Memory({ initial, maximum: initial }))
          : imports[from]![name]!;
    (stubs[from] ??= {})[name] = stub;
  }
  const { exports } = new WebAssembly.Instance(module, stubs);
  return { exports, memory: imported };
}
