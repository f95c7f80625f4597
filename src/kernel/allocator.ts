import type { WasmHeap } from "../memory/heap";
import { nameOfClass } from "../memory/heap";
import { has32BitAddresses, hasSignature } from "./probes";

/** A kernel's exports, or the properties of the glue object around a kernel, by name. */
export type Named = Readonly<Record<string, unknown>>;

/** A heap's two functions. `free` may be missing. */
export type Allocator = Pick<WasmHeap, "malloc" | "free">;

/**
 * [setup] The memories among the properties, recognised by their class: minified glue gives them names of one letter. Getters are
 * not called: Emscripten's builds with assertions have a getter that aborts the kernel for each property that was not exported.
 */
export function memoriesIn(named: Named): WebAssembly.Memory[] {
  const memories = valuesIn(named).map(([, value]) => value) as WebAssembly.Memory[];
  return [...new Set(memories.filter((value) => nameOfClass(value) === "[object WebAssembly.Memory]"))];
}

/** [setup] The property of this name. An own getter is not called and gives undefined. An inherited getter is called. */
export function valueUnder(named: object, name: string): unknown {
  const own = Object.getOwnPropertyDescriptor(named, name);
  return own === undefined ? (named as Named)[name] : own.value;
}

/** @throws Error when the memory has 64-bit addresses. */
export function checkAddresses(memory: WebAssembly.Memory): void {
  if (!has32BitAddresses(memory)) throw new Error('a storage lives in a 32-bit memory; one of 64 bits (address: "i64") came');
}

/**
 * [setup] The allocator that is recognised by its name: C's, with or without Emscripten's underscore; wasm-bindgen's, of any
 * version. Undefined if there is none. It calls nothing.
 */
export function namedAllocator(named: Named): Allocator | undefined {
  for (const [name, freeName] of ALLOCATOR_NAMES) {
    const malloc = valueUnder(named, name);
    // With assertions, Emscripten's loader aborts a call that has more arguments than the function declares.
    if (name.startsWith("_m") && typeof malloc === "function") return ofOneArgument(malloc as () => number, valueUnder(named, freeName));
    if (hasSignature(malloc, 1, 1) || hasSignature(malloc, 2, 1)) return allocatorFrom(malloc, freeLike(valueUnder(named, freeName)));
  }
  return renamedByWasmBindgen(named);
}

/**
 * [setup] An allocator that calls `malloc` with size and alignment, and `free` with address, size and alignment. A wasm function
 * ignores the arguments that it does not declare.
 */
export function allocatorFrom(malloc: (...args: number[]) => number, free: ((...args: number[]) => unknown) | undefined): Allocator {
  return {
    malloc: (byteLength, alignment) => malloc(byteLength, alignment),
    ...(free && { free: (address, byteLength, alignment) => void free(address, byteLength, alignment) }),
  };
}

/** [setup] The own properties that are values, with their names. Getters are left out, and not called. */
export function valuesIn(named: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(named)).flatMap(([name, own]) => ("value" in own ? [[name, own.value]] : []));
}

const ALLOCATOR_NAMES = [
  ["malloc", "free"],
  ["_malloc", "_free"],
  ["wasm_malloc", "wasm_free"],
  ["__wbindgen_malloc", "__wbindgen_free"],
] as const;

function ofOneArgument(malloc: (byteLength: number) => number, free: unknown): Allocator {
  return {
    malloc: (byteLength) => malloc(byteLength),
    ...(typeof free === "function" && { free: (address: number) => void free(address) }),
  };
}

/** `value`, if it has the parameters of a `free`: address; address and size; or address, size and alignment. Else undefined. */
function freeLike(value: unknown): ((...args: number[]) => unknown) | undefined {
  return [1, 2, 3].some((parameters) => hasSignature(value, parameters, 0)) ? (value as () => unknown) : undefined;
}

/**
 * wasm-bindgen may number its functions instead of naming them: `__wbindgen_export_0`, `__wbindgen_export2`. The allocator is the
 * only one that takes two numbers and returns one: size and alignment, and an address. `free` is the only one that takes three
 * and returns nothing: address, size and alignment. If several take three, none of them is used.
 */
function renamedByWasmBindgen(named: Named): Allocator | undefined {
  const numbered = valuesIn(named).flatMap(([name, value]) => (/^__wbindgen_export_?\d*$/.test(name) ? [value] : []));
  const mallocs = numbered.filter((value) => hasSignature(value, 2, 1));
  if (mallocs.length !== 1) return undefined;
  const frees = numbered.filter((value) => hasSignature(value, 3, 0));
  return allocatorFrom(mallocs[0] as () => number, frees.length === 1 ? (frees[0] as () => void) : undefined);
}

/** The names of an allocator's functions. */
export interface AllocatorNames {
  readonly malloc: string;
  readonly free: string | undefined;
}

/**
 * [setup] An allocator whose name begins with `alloc` or `malloc`, or has it after an underscore: `alloc`, `allocate`,
 * `allocStringMem`, `audio_malloc`. It is called, to see whether it gives bytes: `alloc_voice` may give something else. What it gives
 * is given back.
 */
export function likelyNames(named: Named, memory: WebAssembly.Memory): AllocatorNames | undefined {
  for (const [name, value] of functionsLikeOne(named)) {
    const freeNames = ["free", "dealloc", "Free"].map((word) => name.replace(/m?alloc/i, word));
    const free = freeNames.find((one) => freeLike(valueUnder(named, one)) !== undefined);
    if (givesBytes(value, free === undefined ? undefined : freeLike(named[free]), memory)) return { malloc: name, free };
  }
  return undefined;
}

/** [setup] The functions that {@link likelyNames} calls. It calls nothing. */
export function functionsLikeOne(named: Named): [string, (...args: number[]) => number][] {
  return valuesIn(named).flatMap(([name, value]) => {
    const isLikely = /(^|_)m?alloc/i.test(name) && !/stack|exception|align/i.test(name);
    return isLikely && (hasSignature(value, 1, 1) || hasSignature(value, 2, 1)) ? [[name, value]] : [];
  });
}

/** [setup] The allocator of these names. */
export function allocatorNamed(named: Named, { malloc, free }: AllocatorNames): Allocator {
  return allocatorFrom(named[malloc] as () => number, free === undefined ? undefined : (named[free] as () => void));
}

/**
 * Whether calls give blocks as long as was asked for: they lie in the memory, do not overlap, and two of one size begin less than two
 * lengths apart. So a function that counts in other units, or makes objects of one size, is none. The blocks are freed, if they are such.
 */
function givesBytes(
  malloc: (...args: number[]) => number,
  free: ((...args: number[]) => unknown) | undefined,
  memory: WebAssembly.Memory,
): boolean {
  try {
    const blocks = TRIAL_SIZES.map((bytes) => ({ address: malloc(bytes, ALIGNMENT) >>> 0, bytes }));
    const areBlocks = blocks.every(({ address, bytes }, i) => {
      if (address === 0 || address + bytes > memory.buffer.byteLength) return false;
      const others = blocks.filter((_, k) => k !== i);
      return (
        others.every((other) => address + bytes <= other.address || other.address + other.bytes <= address) &&
        others.some((other) => other.bytes === bytes && Math.abs(other.address - address) < 2 * bytes)
      );
    });
    if (areBlocks) for (const { address, bytes } of blocks) free?.(address, bytes, ALIGNMENT);
    return areBlocks;
  } catch {
    return false;
  }
}

/** In bytes; no power of two beyond the first ones, which `aligned_alloc` takes for an alignment. */
const TRIAL_SIZES = [512, 512, 1536, 1536];
const ALIGNMENT = 16;
