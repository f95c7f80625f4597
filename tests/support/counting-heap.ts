import { expect } from "vitest";
import type { OwnHeap } from "wasm-process-buffers";

/** A heap that records what is allocated in it. */
export interface CountingHeap extends OwnHeap {
  /** The bytes that were asked for, by the address of each block that was not given back. */
  readonly held: Map<number, number>;
}

/** Wraps `heap`. The test fails in which something is given back that is not held. */
export function countingHeap(heap: OwnHeap): CountingHeap {
  const held = new Map<number, number>();
  return {
    memory: heap.memory,
    held,
    malloc(byteLength) {
      const address = heap.malloc(byteLength);
      if (address !== 0) held.set(address, byteLength);
      return address;
    },
    free(address, byteLength) {
      // Soft, because a storage swallows what its heap throws here.
      expect.soft(held.get(address), `${address}, which is given back, was asked for with as many bytes`).toBe(byteLength);
      held.delete(address);
      heap.free(address);
    },
  };
}
