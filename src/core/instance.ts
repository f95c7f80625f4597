import { checkPolicy, isAboutImports, newInstance } from "../engine";
import { isShared } from "../memory/heap";
import { sharedForm } from "./shared-form";

/** A core in the form in which a bundle carries it. */
export interface InlinedCore {
  /** Decodes its bytes. */
  readonly bytes: () => Uint8Array<ArrayBuffer>;
  /** The name of a function that it exports. */
  readonly has: string;
  /** The compiled module: at index 0 for unshared memories, at index 1 for shared ones. */
  readonly modules: WebAssembly.Module[];
}

/** A core whose exports are those of `C`. */
export interface Core<C> extends InlinedCore {
  readonly has: string & keyof C;
}

/**
 * [setup] The exports of a core over `memory`. All storages of that memory share one instance. It is made from `module`, or
 * from the inlined core where `module` is `undefined`.
 *
 * @throws Error when `module` is not a core or does not fit the memory's kind, when the memory is not a 32-bit one, or when
 * the engine cannot compile the core.
 */
export function coreOver<C>(memory: WebAssembly.Memory, module: WebAssembly.Module | undefined, inlined: Core<C>): C {
  const source = module ?? inlined;
  const cores = coresByMemory.get(memory) ?? new Map<object, WebAssembly.Exports>();
  coresByMemory.set(memory, cores);
  let exports = cores.get(source);
  if (exports === undefined) {
    exports = module === undefined ? inlinedInstance(memory, inlined) : givenInstance(memory, module, inlined);
    cores.set(source, exports);
  }
  return exports as unknown as C;
}

/** Weak keys: an instance refers to its memory, so a strong key would keep the memory for ever. */
const coresByMemory = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Map<object, WebAssembly.Exports>>();

function inlinedInstance(memory: WebAssembly.Memory, inlined: InlinedCore): WebAssembly.Exports {
  const module = compiled(inlined, isShared(memory));
  try {
    return instantiate(memory, module);
  } catch (cause) {
    // WebKit compiles a module even where the page's policy forbids WebAssembly, but does not instantiate it.
    if (!isAboutImports(cause)) throw cause;
    // The core imports nothing but a 32-bit memory of the right kind, so the memory must be a 64-bit one.
    throw new Error('a storage lives in a 32-bit memory; one of 64 bits (address: "i64") came', { cause });
  }
}

function givenInstance(memory: WebAssembly.Memory, module: WebAssembly.Module, inlined: InlinedCore): WebAssembly.Exports {
  let exports: WebAssembly.Exports;
  try {
    exports = instantiate(memory, module);
  } catch (cause) {
    // Throws an error of its own where the memory is not a 32-bit one.
    inlinedInstance(memory, inlined);
    const [kind, file] = isShared(memory) ? ["shared", "core-shared.wasm"] : ["unshared", "core.wasm"];
    throw new Error(`option core does not fit the heap's ${kind} memory; there it is the compiled ${file} of this package`, { cause });
  }
  if (typeof exports[inlined.has] !== "function") {
    throw new Error(
      `option core is the compiled core.wasm of this package; a module came that exports ${Object.keys(exports).join() || "nothing"}`,
    );
  }
  return exports;
}

function compiled({ bytes, modules }: InlinedCore, shared: boolean): WebAssembly.Module {
  try {
    return (modules[Number(shared)] ??= new WebAssembly.Module(shared ? sharedForm(bytes()) : bytes()));
  } catch (cause) {
    checkPolicy(cause);
    throw new Error(
      "this engine cannot compile the core: WebAssembly needs bulk memory, and SIMD for doubles, constant channels, interleaved hosts and parameters",
      { cause },
    );
  }
}

/**
 * Copies the exports into a plain object. In V8 (Node 24) each exports object has a hidden class of its own, and code that meets
 * many of them finds a function slowly: 13.7 against 11.0 ns a call over 20 instances. Copies share one hidden class.
 */
function instantiate(memory: WebAssembly.Memory, module: WebAssembly.Module): WebAssembly.Exports {
  return { ...newInstance(module, { env: { memory } }).exports };
}
