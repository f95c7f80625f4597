import { unlike } from "../messages";

/**
 * Where a storage lives: any wasm module's memory and allocator. `instantiateKernel` and `heapOf` find it. Where a
 * kernel exports `memory`, `malloc` and `free` by these names, its `instance.exports` are one as they are.
 *
 * As long as something is taken from it, a heap lives as long as its memory, so that the bytes of a storage that was
 * dropped find their way back. So what `free` leads to lives that long, too: where it closes over a processor, and the
 * kernel outlives the processor, the processor is never collected. Let it close over the kernel then.
 *
 * @example
 * ```ts
 * const kernel = new WebAssembly.Instance(kernelModule);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel.exports as unknown as WasmHeap });
 * ```
 */
export interface WasmHeap {
  /** Where the addresses lead. It may grow at any time. */
  readonly memory: WebAssembly.Memory;
  /**
   * [setup] Address of at least `byteLength` fresh bytes, or 0. A storage asks for 16 as the `alignment`: C's malloc
   * ignores it and is asked again where it aligned to 8, wasm-bindgen's needs it.
   */
  malloc(byteLength: number, alignment: number): number;
  /**
   * [setup] Takes back what `malloc` gave, with what it was asked for. Without it, memory that a storage leaves is never
   * used again.
   */
  free?(address: number, byteLength: number, alignment: number): void;
}

/** @throws TypeError when `heap` is none. */
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

/** @throws TypeError when `memory` is none. */
export function checkMemory(memory: WebAssembly.Memory, owner: string): void {
  if (nameOfClass(memory) !== "[object WebAssembly.Memory]") {
    throw unlike(TypeError, `the memory of ${owner} is a WebAssembly.Memory`, memory);
  }
}

/** Whether other threads can have this memory too. A scope may have such memories and yet no SharedArrayBuffer to compare with. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return nameOfClass(memory.buffer) === "[object SharedArrayBuffer]";
}

/** The same for objects of every realm, which `instanceof` is not. */
export function nameOfClass(value: unknown): string {
  return Object.prototype.toString.call(value);
}
