import { SAMPLE_ALIGNMENT } from "../abi";
import { unlike } from "../messages";
import { addressFrom, LAST_BYTE, roundUp } from "./address";
import type { WasmHeap } from "./heap";

/** Part of a heap, on a 16-byte boundary. Its bytes are not zeroed. */
export interface Reservation {
  readonly address: number;
  /** What the heap was asked for: slack too, where it hands out addresses that are no multiple of 16. */
  readonly takenBytes: number;
  /** [setup] Gives it back, once. A heap without `free`, or one that fails at it, keeps it. */
  release(): void;
}

/**
 * [setup] `byteLength` bytes of `heap`, which are given back when `owner` is collected, where the engine tells.
 * The word that lies `identityAt` bytes from the start, if one is named, is zeroed before that, in a shared memory:
 * by it other threads know whose bytes these are.
 *
 * Nothing that is kept for that day leads to `owner`, nor to the heap but by a weak reference: a heap's
 * functions often lead to a processor, and a processor leads to `owner`, which would then never be collected.
 * The heap itself is kept by its memory, for as long as there is that memory.
 *
 * @throws Error when the heap has no room, or answers with what cannot be such an address.
 */
export function reserve(heap: WasmHeap, byteLength: number, owner: object, identityAt?: number): Reservation {
  // A configuration without a bus needs no memory at all.
  if (byteLength === 0) return { address: 0, takenBytes: 0, release() {} };
  const { taken, takenBytes } = allocate(heap, byteLength);
  const address = roundUp(taken, SAMPLE_ALIGNMENT);
  countReservation(heap, 1);
  const identity = identityAt === undefined ? 0 : address + identityAt;
  leftBehind?.register(owner, { heap: new WeakRef(heap), taken, takenBytes, identity }, owner);
  let isHeld = true;
  return {
    address,
    takenBytes,
    release() {
      if (!isHeld) return;
      isHeld = false;
      leftBehind?.unregister(owner);
      release(heap, taken, takenBytes, identity);
    },
  };
}

/** [setup] What `build` makes. Where it throws, what `held` has is given back, so that a failed allocation leaves nothing behind. */
export function orRelease<T>(held: { release(): void }, build: () => T): T {
  try {
    return build();
  } catch (error) {
    held.release();
    throw error;
  }
}

function release(heap: WasmHeap, taken: number, takenBytes: number, identity: number): void {
  if (identity > 0) {
    const words = new Int32Array(heap.memory.buffer, identity, 1);
    Atomics.store(words, 0, 0);
    // ARM lets plain stores overtake an atomic store before them, but not an atomic load: whoever gets the bytes writes later.
    Atomics.load(words, 0);
  }
  countReservation(heap, -1);
  giveBack(heap, taken, takenBytes);
}

interface LeftBehind {
  readonly heap: WeakRef<WasmHeap>;
  readonly taken: number;
  /** What the heap was asked for: some allocators want to hear it again. */
  readonly takenBytes: number;
  /** Address of the word to be zeroed; 0 for none. */
  readonly identity: number;
}

const leftBehind =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<LeftBehind>(({ heap, taken, takenBytes, identity }) => {
        const living = heap.deref();
        if (living !== undefined) release(living, taken, takenBytes, identity);
      })
    : undefined;

/** Of each memory the heaps from which something is reserved, and how often. A heap is kept by its memory alone. */
const heapsInUse = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Map<WasmHeap, number>>();

function countReservation(heap: WasmHeap, step: 1 | -1): void {
  const { memory, free } = heap;
  // Without it there is nothing for which the heap must still be there.
  if (free === undefined) return;
  const heaps = heapsInUse.get(memory) ?? new Map<WasmHeap, number>();
  heapsInUse.set(memory, heaps);
  const count = (heaps.get(heap) ?? 0) + step;
  if (count > 0) heaps.set(heap, count);
  else heaps.delete(heap);
}

/** The least that any allocator for wasm32 aligns to: `wee_alloc`, with which Rust's kernels are built, has no more. */
const LEAST_ALIGNMENT = 4;
/** What C's allocators align to. */
const USUAL_ALIGNMENT = 8;

/** `byteLength` bytes from a boundary on, which is the address or lies in the slack. */
function allocate(heap: WasmHeap, byteLength: number): { taken: number; takenBytes: number } {
  // Only a heap that takes its bytes back can be asked without slack first: many align to 16.
  if (heap.free !== undefined) {
    const taken = addressOf(heap, byteLength);
    if (taken % SAMPLE_ALIGNMENT === 0) return { taken, takenBytes: byteLength };
    giveBack(heap, taken, byteLength);
  }
  const takenBytes = byteLength + SAMPLE_ALIGNMENT - USUAL_ALIGNMENT;
  const taken = addressOf(heap, takenBytes);
  if (roundUp(taken, SAMPLE_ALIGNMENT) + byteLength <= taken + takenBytes) return { taken, takenBytes };
  giveBack(heap, taken, takenBytes);
  const mostBytes = byteLength + SAMPLE_ALIGNMENT - LEAST_ALIGNMENT;
  return { taken: addressOf(heap, mostBytes), takenBytes: mostBytes };
}

function addressOf(heap: WasmHeap, byteLength: number): number {
  let answer: unknown;
  try {
    answer = heap.malloc(byteLength, SAMPLE_ALIGNMENT);
  } catch (cause) {
    throw new Error(`the heap's malloc threw when asked for ${byteLength} bytes`, { cause });
  }
  if (answer === 0) throw new Error(`the heap has no room for ${byteLength} bytes`);
  const address = addressFrom(answer);
  if (address === 0) throw unlike(Error, "the heap's malloc answers with an address", answer);
  const memoryBytes = heap.memory.buffer.byteLength;
  if (address + byteLength > Math.min(memoryBytes, LAST_BYTE)) {
    giveBack(heap, address, byteLength);
    throw new Error(`the heap's malloc answered ${address} for ${byteLength} bytes, but its memory ends at ${memoryBytes}`);
  }
  if (address % LEAST_ALIGNMENT !== 0) {
    giveBack(heap, address, byteLength);
    throw unlike(Error, `the heap's malloc answers with a multiple of ${LEAST_ALIGNMENT}`, address);
  }
  return address;
}

function giveBack(heap: WasmHeap, address: number, byteLength: number): void {
  try {
    heap.free?.(address, byteLength, SAMPLE_ALIGNMENT);
  } catch {
    // A heap that cannot take memory back keeps it; nothing of ours depends on it any more.
  }
}
