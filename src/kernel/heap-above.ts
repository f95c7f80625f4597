import { growTo, heapIn, type OwnHeap } from "../memory/own-heaps";

/**
 * [setup] A heap from `address` on, which grows the memory where it has no room. Of pages that somebody else adds, such as
 * the kernel's own allocator, it takes none: then it goes on behind them.
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
      const next = partOf(memory, memory.buffer.byteLength);
      const given = next.malloc(byteLength);
      if (given !== 0) parts.push(next);
      return given;
    },
    free(given) {
      for (const part of parts) part.free(given);
    },
  };
}

/** From an address to where the memory ends now. It grows with the memory as long as nobody else made that grow. */
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
