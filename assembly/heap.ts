// The heap module: AssemblyScript's own allocator (TLSF) over a memory of its own, for hosts whose
// kernel brings no allocator. It traps where there is no room, before it has changed anything.
//
// TLSF keeps free blocks in size classes, and looks for a block in the first class all of whose
// blocks are large enough. So a block that was just given back, somewhere inside its class, is not
// found by a request of the very same size: a full heap would stay full. Hence blocks here are a
// little larger than the boundary of a class (`roomySize`), and when there is nothing else, a request
// a little below that boundary (`tightSize`) finds them again.

/** Address of at least `byteLength` bytes on a 16 B boundary. */
export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength <= SMALL ? byteLength : roomySize(byteLength));
}

/** The same, for when `malloc` has trapped: from a block that is just large enough, if there is one. */
export function mallocTight(byteLength: usize): usize {
  // The block that is found is as large as a roomy one, so it grows back in place.
  return heap.realloc(heap.alloc(tightSize(byteLength)), roomySize(byteLength));
}

/** Takes back what `malloc` gave. */
export function free(address: usize): void {
  heap.free(address);
}

/** What lies before each block's payload, so payloads are 4 bytes off a multiple of 16. */
const BLOCK_OVERHEAD: usize = 4;
/** Up to here, each class holds blocks of one size. */
const SMALL: usize = 256 - BLOCK_OVERHEAD;

function roomySize(byteLength: usize): usize {
  return classBoundary(byteLength) + 16 - BLOCK_OVERHEAD;
}

function tightSize(byteLength: usize): usize {
  return classBoundary(byteLength) - BLOCK_OVERHEAD;
}

/** Sixteen classes to each power of two: the first boundary with room for `byteLength` and the overhead below it. */
function classBoundary(byteLength: usize): usize {
  byteLength = max(byteLength, SMALL + BLOCK_OVERHEAD);
  const step: usize = 1 << (27 - clz(byteLength));
  return (byteLength + BLOCK_OVERHEAD + step - 1) & ~(step - 1);
}
