// The heap module: AssemblyScript's own allocator (TLSF) over a memory of its own, for hosts whose
// kernel brings no allocator. It traps where there is no room, before it has changed anything.

/** Address of `byteLength` bytes on a 16 B boundary. */
export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

/** Takes back what `malloc` gave. */
export function free(address: usize): void {
  heap.free(address);
}
