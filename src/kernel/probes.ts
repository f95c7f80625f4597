// Finds out the types of a kernel's exports, which JS cannot ask for: a small module imports the export, and instantiating it
// fails unless the export has exactly the imported type.

import { checkPolicy, isAboutImports, newInstance } from "../engine";
import { isShared } from "../memory/heap";

/** [setup] Whether it is a function of so many 32-bit integers and results. True of every function of JS. Calls nothing. */
export function hasSignature(exported: unknown, parameters: number, results: number): exported is (...args: number[]) => number {
  if (typeof exported !== "function") return false;
  const type = [0x60, parameters, ...Array(parameters).fill(I32), results, ...Array(results).fill(I32)];
  return links([SECTION_OF_TYPES, 1 + type.length, 1, ...type, SECTION_OF_IMPORTS, 5, 1, ...NAMELESS, KIND_FUNCTION, 0], exported);
}

/** [setup] Whether addresses in this memory are 32-bit numbers. */
export function has32BitAddresses(memory: WebAssembly.Memory): boolean {
  const limits = isShared(memory) ? [SHARED_UP_TO, 0, ...LEB_OF_65536_PAGES] : [UNLIMITED, 0];
  return links([SECTION_OF_IMPORTS, 4 + limits.length, 1, ...NAMELESS, KIND_MEMORY, ...limits], memory);
}

const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const SECTION_OF_TYPES = 1;
const SECTION_OF_IMPORTS = 2;
/** The import's module name and its own name, both empty. */
const NAMELESS = [0, 0];
const KIND_FUNCTION = 0;
const KIND_MEMORY = 2;
const I32 = 0x7f;
const UNLIMITED = 0;
const SHARED_UP_TO = 3;
const LEB_OF_65536_PAGES = [0x80, 0x80, 0x04];

/** Modules by their sections. Few types are asked for, again and again, and V8 takes half a millisecond to compile a module. */
const probes = /* @__PURE__ */ new Map<string, WebAssembly.Module>();

/** Whether a module with these sections, which imports one value, can be instantiated with `imported`. */
function links(sections: readonly number[], imported: WebAssembly.ImportValue): boolean {
  const key = sections.join();
  let probe = probes.get(key);
  try {
    probe ??= new WebAssembly.Module(Uint8Array.of(...MAGIC_AND_VERSION, ...sections));
  } catch (cause) {
    checkPolicy(cause);
    throw cause;
  }
  probes.set(key, probe);
  try {
    newInstance(probe, { "": { "": imported } });
    return true;
  } catch (cause) {
    // If a Content-Security-Policy forbids WebAssembly, WebKit still compiles the module, and throws here.
    if (!isAboutImports(cause)) throw cause;
    return false;
  }
}
