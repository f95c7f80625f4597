import { expect } from "vitest";
import type { WasmHeap } from "wasm-process-buffers";

/** A heap that records what is allocated in it. */
export interface CountingHeap extends Required<WasmHeap> {
  /** The bytes that were asked for, by the address of each block that was not given back. */
  readonly held: Map<number, number>;
}

/** Wraps `heap`. The test fails in which something is given back that is not held. */
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
      // Soft, because a storage swallows what its heap throws here.
      expect.soft(held.delete(address), `${address}, which is given back, was held`).toBe(true);
      heap.free(address);
    },
  };
}
