import { isShared } from "../memory/heap";
import { checkPolicy } from "../messages";
import { sharedForm } from "./shared-form";

/** A core as the bundle carries it. */
export interface InlinedCore {
  /** Decodes its bytes. */
  readonly bytes: () => Uint8Array<ArrayBuffer>;
  /** A function that it exports. */
  readonly has: string;
  /** Once compiled: for memories that are not shared, and for those that are. */
  readonly modules: WebAssembly.Module[];
}

/** The same of a core that exports what `C` has. */
export interface Core<C> extends InlinedCore {
  readonly has: string & keyof C;
}

/**
 * [setup] A core over `memory`: one instance for all storages that live there. It is that of `module`, else
 * the inlined one.
 *
 * @throws Error when `module` is no core, or one for the other kind of memory, or when the engine or the memory
 * cannot be used.
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

/** Weak, so that a memory can be collected: an instance leads to its memory. */
const coresByMemory = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Map<object, WebAssembly.Exports>>();

function inlinedInstance(memory: WebAssembly.Memory, inlined: InlinedCore): WebAssembly.Exports {
  const module = compiled(inlined, isShared(memory));
  try {
    return instantiate(memory, module);
  } catch (cause) {
    // WebKit compiles what a policy forbids, and does not instantiate it.
    checkPolicy(cause);
    // It imports a 32-bit memory of the right kind, and nothing else.
    throw new Error('a storage lives in a 32-bit memory; one of 64 bits (address: "i64") came', { cause });
  }
}

function givenInstance(memory: WebAssembly.Memory, module: WebAssembly.Module, inlined: InlinedCore): WebAssembly.Exports {
  let exports: WebAssembly.Exports;
  try {
    exports = instantiate(memory, module);
  } catch (cause) {
    // Says so where not even the inlined core fits.
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

/** The exports, copied: engines keep those of an instance in a form that is slow to look things up in. */
function instantiate(memory: WebAssembly.Memory, module: WebAssembly.Module): WebAssembly.Exports {
  return { ...new WebAssembly.Instance(module, { env: { memory } }).exports };
}
