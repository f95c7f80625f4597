import { growTo, heapIn, type OwnHeap } from "../memory/own-heaps";

/**
 * [setup] A heap that begins at `address` and grows the memory when it is full. It never uses pages that somebody else adds, such
 * as the kernel's own allocator. After such growth it continues in new pages of its own, behind the others.
 */
export function createHeapAbove(memory: WebAssembly.Memory, address: number): OwnHeap {
  const parts = [partOf(memory, address)];
  return {
    memory,
    malloc(byteLength) {
      for (const part of parts) {
        const given = part.malloc(byteLength);
        if (given !== 0) return given;
      }
      const next = partOf(memory, Math.max(address, memory.buffer.byteLength));
      const given = next.malloc(byteLength);
      if (given !== 0) parts.push(next);
      return given;
    },
    free(given) {
      for (const part of parts) part.free(given);
    },
  };
}

/**
 * A heap from `start` to the memory's end. It grows the memory, until somebody else has grown it: then the pages behind its end
 * belong to somebody else.
 */
function partOf(memory: WebAssembly.Memory, start: number): OwnHeap {
  let end = memory.buffer.byteLength;
  return heapIn(
    memory,
    start,
    () => end,
    (beyond) => {
      if (memory.buffer.byteLength !== end || !growTo(memory, beyond)) return false;
      end = memory.buffer.byteLength;
      return true;
    },
  );
}
