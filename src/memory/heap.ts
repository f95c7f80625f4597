import { unlike } from "../messages";

/**
 * The memory and the allocator that a storage uses, those of any wasm module. `instantiateKernel` and `heapOf` find them. The
 * `instance.exports` of a kernel are a heap already, where they have the names `memory`, `malloc` and `free`.
 *
 * While a storage has bytes of a heap, the library keeps the heap alive as long as its memory. So the bytes can be given back
 * when the storage is garbage-collected. Everything that `free` refers to stays alive as long: if it refers to a processor,
 * that processor is not collected before the kernel's memory. So let it refer to the kernel only.
 *
 * @example
 * ```ts
 * const kernel = new WebAssembly.Instance(kernelModule);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel.exports as unknown as WasmHeap });
 * ```
 */
export interface WasmHeap {
  /** The memory to which the addresses belong. It may grow at any time. */
  readonly memory: WebAssembly.Memory;
  /**
   * [setup] Address of at least `byteLength` unused bytes, or 0 when there are none. A storage passes 16 as the `alignment`.
   * C's malloc ignores it; where the address is not a multiple of 16, the storage gives it back and asks for some bytes more.
   * wasm-bindgen's malloc needs it.
   */
  malloc(byteLength: number, alignment: number): number;
  /**
   * [setup] Takes back what `malloc` returned. `byteLength` and `alignment` are those of the call of `malloc`. Without this
   * function, the memory of a freed storage is never used again.
   */
  free?(address: number, byteLength: number, alignment: number): void;
}

/** @throws TypeError when `heap` is not a heap. */
export function checkHeap(heap: WasmHeap): void {
  if (typeof heap !== "object" || heap === null) {
    throw unlike(TypeError, "option heap is { memory, malloc, free? }", heap);
  }
  checkMemory(heap.memory, "a heap");
  if (typeof heap.malloc !== "function") {
    throw unlike(TypeError, "heap.malloc is a function", heap.malloc);
  }
  if (heap.free !== undefined && typeof heap.free !== "function") {
    throw unlike(TypeError, "heap.free is a function, or left out", heap.free);
  }
}

/** @throws TypeError when `memory` is not a WebAssembly.Memory. */
export function checkMemory(memory: WebAssembly.Memory, owner: string): void {
  if (nameOfClass(memory) !== "[object WebAssembly.Memory]") {
    throw unlike(TypeError, `the memory of ${owner} is a WebAssembly.Memory`, memory);
  }
}

/**
 * Whether other threads can have this memory too. It asks for the class name, because a scope may have shared memories
 * without a global SharedArrayBuffer.
 */
export function isShared(memory: WebAssembly.Memory): boolean {
  return nameOfClass(memory.buffer) === "[object SharedArrayBuffer]";
}

/** The name of a value's class. Unlike `instanceof`, it works for objects of every realm. */
export function nameOfClass(value: unknown): string {
  return Object.prototype.toString.call(value);
}
