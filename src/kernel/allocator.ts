import type { WasmHeap } from "../memory/heap";
import { nameOfClass } from "../memory/heap";
import { has32BitAddresses, hasSignature } from "./probes";

/** What a kernel, or the glue around one, has under its names. */
export type Named = Readonly<Record<string, unknown>>;

/** The two functions of a heap. */
export type Allocator = Pick<WasmHeap, "malloc" | "free">;

/**
 * [setup] The memories among these, by what they are: glue gives them names of one letter. Only what is there as a value
 * is looked at, because Emscripten puts getters in place of what was not asked for, and they abort the kernel.
 */
export function memoriesIn(named: Named): WebAssembly.Memory[] {
  const memories = valuesIn(named).map(([, value]) => value) as WebAssembly.Memory[];
  return [...new Set(memories.filter((value) => nameOfClass(value) === "[object WebAssembly.Memory]"))];
}

/** [setup] A property that is there as a value, of the object itself, or of what it inherits from in any way. */
export function valueUnder(named: object, name: string): unknown {
  const own = Object.getOwnPropertyDescriptor(named, name);
  return own === undefined ? (named as Named)[name] : own.value;
}

/** @throws Error where addresses in this memory are no 32-bit numbers. */
export function checkAddresses(memory: WebAssembly.Memory): void {
  if (!has32BitAddresses(memory)) throw new Error('a storage lives in a 32-bit memory; one of 64 bits (address: "i64") came');
}

/**
 * [setup] The allocator that the names tell of: C's, with or without Emscripten's underscore, wasm-bindgen's of any
 * generation, and others whose name ends in what theirs do, after a trial of their own. Undefined for none.
 */
export function namedAllocator(named: Named): Allocator | undefined {
  for (const [name, freeName] of TELLING) {
    const malloc = valueUnder(named, name);
    // Emscripten's loader counts arguments where it was built with assertions, so each gets those that it has.
    if (name.startsWith("_m") && typeof malloc === "function") return ofOneArgument(malloc as () => number, valueUnder(named, freeName));
    if (hasSignature(malloc, 1, 1) || hasSignature(malloc, 2, 1)) return allocatorFrom(malloc, freeLike(valueUnder(named, freeName)));
  }
  return renamedByWasmBindgen(named) ?? namedLikeOne(named);
}

/** [setup] Of these functions an allocator that is handed all that there is to say: wasm ignores what it does not take. */
export function allocatorFrom(malloc: (...args: number[]) => number, free: ((...args: number[]) => unknown) | undefined): Allocator {
  return {
    malloc: (byteLength, alignment) => malloc(byteLength, alignment),
    ...(free && { free: (address, byteLength, alignment) => void free(address, byteLength, alignment) }),
  };
}

/** [setup] What there is as a value, by its name. */
export function valuesIn(named: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(named)).flatMap(([name, own]) => ("value" in own ? [[name, own.value]] : []));
}

const TELLING = [
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

/** A function that can take a block back: by its address, by its size too, by its alignment as well. */
function freeLike(value: unknown): ((...args: number[]) => unknown) | undefined {
  return [1, 2, 3].some((parameters) => hasSignature(value, parameters, 0)) ? (value as () => unknown) : undefined;
}

/**
 * wasm-bindgen numbers its functions in place of naming them: `__wbindgen_export_0`, `__wbindgen_export2`. One that
 * takes a size and an alignment and answers with an address is the allocator; where there is one function alone that
 * takes an address, a size and an alignment, it is that which takes a block back.
 */
function renamedByWasmBindgen(named: Named): Allocator | undefined {
  const numbered = valuesIn(named).flatMap(([name, value]) => (/^__wbindgen_export_?\d*$/.test(name) ? [value] : []));
  const mallocs = numbered.filter((value) => hasSignature(value, 2, 1));
  if (mallocs.length !== 1) return undefined;
  const frees = numbered.filter((value) => hasSignature(value, 3, 0));
  return allocatorFrom(mallocs[0] as () => number, frees.length === 1 ? (frees[0] as () => void) : undefined);
}

/** One whose name ends like an allocator's: `alloc`, `allocate`, `allocStringMem`, `audio_malloc`. What it gives is looked at first. */
function namedLikeOne(named: Named): Allocator | undefined {
  const [memory] = memoriesIn(named);
  if (memory === undefined) return undefined;
  for (const [name, value] of valuesIn(named)) {
    if (!/(^|_)m?alloc/i.test(name) || /stack|exception/i.test(name)) continue;
    if (!(hasSignature(value, 1, 1) || hasSignature(value, 2, 1)) || !givesBytes(value, memory)) continue;
    const freeNames = [name.replace(/m?alloc/i, "free"), name.replace(/m?alloc/i, "dealloc"), name.replace(/m?alloc/i, "Free")];
    return allocatorFrom(
      value,
      freeNames.map((one) => freeLike(valueUnder(named, one))).find((one) => one !== undefined),
    );
  }
  return undefined;
}

/** Two blocks, apart, within the memory, and not much farther apart than they are long: a function that counts in other units fails. */
function givesBytes(malloc: (...args: number[]) => number, memory: WebAssembly.Memory): boolean {
  try {
    const [one, other] = [malloc(TRIAL_BYTES, ALIGNMENT) >>> 0, malloc(TRIAL_BYTES, ALIGNMENT) >>> 0] as const;
    const apart = Math.abs(one - other);
    const end = Math.max(one, other) + TRIAL_BYTES;
    return one > 0 && other > 0 && apart >= TRIAL_BYTES && apart < 2 * TRIAL_BYTES && end <= memory.buffer.byteLength;
  } catch {
    return false;
  }
}

const TRIAL_BYTES = 512;
const ALIGNMENT = 16;
