import { nameOfClass, type WasmHeap } from "../memory/heap";
import { unlike } from "../messages";
import { allocatorNamed, checkAddresses, likelyNames, memoriesIn, type Named, namedAllocator, valuesIn, valueUnder } from "./allocator";
import { noRoom } from "./no-room";
import { hasSignature } from "./probes";

/**
 * [setup] Finds the memory and the allocator of a kernel that is already instantiated.
 *
 * The memory is recognised by its class, whatever its name. The allocator is recognised by its name: `malloc`, `_malloc`,
 * `wasm_malloc`, `__wbindgen_malloc`; a numbered `__wbindgen_export_N`, by the numbers that it takes and returns; or a name like
 * `allocate` or `audio_malloc`, after two calls that have to give bytes. An allocator whose name tells nothing is found only by
 * {@link captureKernel} and {@link instantiateKernel}: they try exports on instances that are made for this.
 *
 * The result keeps the memory and the two functions alive, and nothing else of the kernel. A heap that is written in JS,
 * `{ memory, malloc, free? }`, is returned as it is.
 *
 * @param kernel The kernel's exports or its instance; an Emscripten module object; or what wasm-bindgen's glue resolves to.
 * @throws TypeError when `kernel` is no object, or a module or promise; Error when there is no 32-bit memory or no allocator. The
 * message says what was looked for, what was found, and how to build the kernel.
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
  for (const place of places) {
    const names = likelyNames(place, memory);
    if (names !== undefined) return { memory, ...allocatorNamed(place, names) };
  }
  throw noRoom(Object.assign({}, ...places.map((place) => Object.fromEntries(valuesIn(place)))));
}

/**
 * Whether it is a heap that is written in JS, whose functions have to be called as its methods. A JS function links to an import
 * of any type, a wasm function only to its own type. So a `malloc` that links to two types is a JS function.
 */
function isHeapOfJs(kernel: object): kernel is WasmHeap {
  const [memory, malloc] = [valueUnder(kernel, "memory"), valueUnder(kernel, "malloc")];
  return nameOfClass(memory) === "[object WebAssembly.Memory]" && hasSignature(malloc, 0, 0) && hasSignature(malloc, 1, 1);
}

/** Properties in which the exports are kept: by Emscripten's loaders of several versions, and by an instance. */
const INNER = ["exports", "wasmExports", "asm", "instance", "wasm"];

/** The objects in which exports are looked for: the kernel, its properties of the names {@link INNER}, and their `exports`. */
function placesIn(kernel: object): Named[] {
  const inner = INNER.map((name) => valueUnder(kernel, name)).filter((value) => typeof value === "object" && value !== null) as object[];
  const innermost = inner.map((value) => valueUnder(value, "exports")).filter((value) => typeof value === "object" && value !== null);
  return [kernel, ...inner, ...(innermost as object[])] as Named[];
}

/** The memories among an object's own values, and those for which its class has a getter: `memory` or `wasmMemory`. */
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
