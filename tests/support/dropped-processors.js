// Processors that are made and dropped, each with a kernel of its own and, where it is told so, a storage in the
// kernel's memory. Plain JS, because it runs in worklets too.

import { ProcessBufferStorage } from "wasm-process-buffers";

const CONFIG = { inputs: [2], outputs: [2] };
const STORAGE_BYTES = 4 * 128 * 4 + 64;

/**
 * A kernel with a page of memory, a `malloc` that hands out one block after the other, and a `free` that does
 * nothing but call its import `env.freed(address)`.
 */
const kernelModule = new WebAssembly.Module(
  Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // Types: (i32) → i32 and (i32) → nothing.
    ...[1, 10, 2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0],
    ...[2, 13, 1, 3, ...letters("env"), 5, ...letters("freed"), 0, 1],
    ...[3, 3, 2, 0, 1],
    ...[5, 3, 1, 0, 1],
    // The next block's address, 1024 at first.
    ...[6, 7, 1, 0x7f, 1, 0x41, 0x80, 8, 0x0b],
    ...[7, 26, 3, 6, ...letters("memory"), 2, 0, 6, ...letters("malloc"), 0, 1, 4, ...letters("free"), 0, 2],
    ...[10, 26, 2],
    // malloc: the block's address stays on the stack; the next one is (address + bytes + 15) & -16.
    ...[17, 0, 0x23, 0, 0x23, 0, 0x20, 0, 0x6a, 0x41, 15, 0x6a, 0x41, 0x70, 0x71, 0x24, 0, 0x0b],
    ...[6, 0, 0x20, 0, 0x10, 0, 0x0b],
  ),
);

function letters(word) {
  return Array.from(word, (letter) => letter.charCodeAt(0));
}

/**
 * How a kernel is made, and what a storage gets as its heap. `tell` is to be called by the heap's `free`.
 *
 * @type {Record<string, (processor: any, tell: (address: number) => void) => any>}
 */
export const patterns = {
  "the kernel has an import that closes over the processor": (processor, tell) => {
    processor.tell = tell;
    processor.kernel = kernelWith((address) => processor.tell(address));
    return processor.kernel;
  },
  "the heap is of functions that ask the processor for its kernel": (processor, tell) => {
    processor.kernel = kernelWith(tell);
    return {
      memory: processor.kernel.memory,
      malloc: (bytes) => processor.kernel.malloc(bytes),
      free: (address) => processor.kernel.free(address),
    };
  },
  "the heap is the kernel's exports": (processor, tell) => {
    processor.kernel = kernelWith(tell);
    return processor.kernel;
  },
};

/**
 * The exports of a new kernel.
 *
 * @param {(address: number) => void} freed
 * @returns {any}
 */
export function kernelWith(freed) {
  return new WebAssembly.Instance(kernelModule, { env: { freed } }).exports;
}

/**
 * Gives a processor a kernel, and room for stereo blocks in its memory: by the library, or by hand.
 *
 * @param {any} processor
 * @param {string} pattern one of `patterns`
 * @param {boolean} usesLibrary
 * @param {(address: number) => void} tell is called by the heap's `free`
 * @returns {WebAssembly.Memory}
 */
export function equip(processor, pattern, usesLibrary, tell) {
  const heap = patterns[pattern](processor, tell);
  if (usesLibrary) processor.storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap });
  else processor.address = heap.malloc(STORAGE_BYTES);
  return heap.memory;
}
