import type { WasmHeap } from "wasm-process-buffers";

/** A heap that records what is allocated in it. */
export interface CountingHeap extends Required<WasmHeap> {
  /** The bytes that were asked for, by the address of each block that was not given back. */
  readonly held: Map<number, number>;
}

/** Wraps `heap`. Giving back what is not held is an error. */
export function countingHeap(heap: Required<WasmHeap>): CountingHeap {
  const held = new Map<number, number>();
  return {
    memory: heap.memory,
    held,
    malloc(byteLength) {
      const address = heap.malloc(byteLength);
      if (address !== 0) held.set(address, byteLength);
      return address;
    },
    free(address) {
      if (!held.delete(address)) throw new Error(`${address} was given back, but not held`);
      heap.free(address);
    },
  };
}
