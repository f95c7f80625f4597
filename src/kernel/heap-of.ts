import { nameOfClass, type WasmHeap } from "../memory/heap";
import { unlike } from "../messages";
import { checkAddresses, memoriesIn, type Named, namedAllocator, valuesIn, valueUnder } from "./allocator";
import { noRoom } from "./no-room";
import { hasSignature } from "./probes";

/**
 * [setup] The memory and the allocator of a kernel that is instantiated already, found by what they are: of its exports or its
 * instance, of an Emscripten module object, of what wasm-bindgen's glue resolves to. The memory is found by its
 * type, whatever its name; the allocator by its name (`malloc`, `_malloc`, `wasm_malloc`, `__wbindgen_malloc`, and
 * `__wbindgen_export_N` by what it takes). What only `captureKernel` or `instantiateKernel` can find are functions without a
 * telling name, because these are tried on an instance of their own.
 *
 * The heap holds the memory and the two functions, and nothing else of what it was found in.
 *
 * @throws TypeError for what is no object; Error where there is no memory or no allocator. It says what was looked for, what
 * was found, and what to build with.
 * @example An Emscripten module
 * ```ts
 * const kernel = await createModule();
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: heapOf(kernel) });
 * ```
 */
export function heapOf(kernel: object): WasmHeap {
  if ((typeof kernel !== "object" && typeof kernel !== "function") || kernel === null) {
    throw unlike(TypeError, "heapOf takes a kernel's exports, its instance, or the object that its loader resolves to", kernel);
  }
  if (nameOfClass(kernel) === "[object WebAssembly.Module]") {
    throw new TypeError("heapOf takes a kernel that is instantiated; a compiled module came, which instantiateKernel takes");
  }
  if (nameOfClass(kernel) === "[object Promise]") {
    throw new TypeError("heapOf takes a kernel that is there; a promise of one came, which has to be awaited first");
  }
  if (isHeapOfJs(kernel)) {
    checkAddresses(kernel.memory);
    return kernel;
  }
  const places = placesIn(kernel);
  const memory = places.flatMap((place) => memoriesOf(place))[0];
  if (memory === undefined) throw noMemory(places);
  checkAddresses(memory);
  for (const place of places) {
    const allocator = namedAllocator(place);
    if (allocator !== undefined) return { memory, ...allocator };
  }
  throw noRoom(Object.assign({}, ...places.map((place) => Object.fromEntries(valuesIn(place)))));
}

/** A heap that somebody wrote, whose functions are called as its methods. Functions of JS link to whatever type is asked for. */
function isHeapOfJs(kernel: object): kernel is WasmHeap {
  const [memory, malloc] = [valueUnder(kernel, "memory"), valueUnder(kernel, "malloc")];
  return nameOfClass(memory) === "[object WebAssembly.Memory]" && hasSignature(malloc, 0, 0) && hasSignature(malloc, 1, 1);
}

/** Where loaders keep the exports: Emscripten's of several generations, and an instance. */
const INNER = ["exports", "wasmExports", "asm", "instance", "wasm"];

/** The object, and what it keeps exports in. */
function placesIn(kernel: object): Named[] {
  const inner = INNER.map((name) => valueUnder(kernel, name)).filter((value) => typeof value === "object" && value !== null) as object[];
  const innermost = inner.map((value) => valueUnder(value, "exports")).filter((value) => typeof value === "object" && value !== null);
  return [kernel, ...inner, ...(innermost as object[])] as Named[];
}

/** Those that are there as values, and one that a class has a getter for. */
function memoriesOf(place: Named): WebAssembly.Memory[] {
  const named = ["memory", "wasmMemory"].map((name) => valueUnder(place, name));
  return memoriesIn({ ...named, ...Object.fromEntries(valuesIn(place)) });
}

function noMemory(places: readonly Named[]): Error {
  const views = places.flatMap((place) => valuesIn(place)).flatMap(([name, value]) => (ArrayBuffer.isView(value) ? [name] : []));
  const names = [...new Set(places.flatMap((place) => Object.keys(place)))];
  const found = views.length > 0 ? `only views of it (${views.slice(0, 3).join(", ")})` : names.slice(0, 12).join(", ") || "nothing";
  return new Error(
    `a WebAssembly.Memory was looked for under every name, and ${found} found. ` +
      "Build with -sEXPORTED_RUNTIME_METHODS=wasmMemory -sEXPORTED_FUNCTIONS=_malloc,_free (Emscripten), or have captureKernel(module) stand by while " +
      "the loader runs. A kernel that was compiled to JS has none: give the storage a heap of its own, and copy through HEAPF32",
  );
}
