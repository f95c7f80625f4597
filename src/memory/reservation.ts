import { SAMPLE_ALIGNMENT } from "../abi";
import { unlike } from "../messages";
import { addressFrom, LAST_BYTE, roundUp } from "./address";
import type { WasmHeap } from "./heap";

/** Part of a heap, on a 16-byte boundary. Nobody has zeroed it. */
export interface Reservation {
  readonly address: number;
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
  if (byteLength === 0) return { address: 0, release() {} };
  const { taken, address } = allocateAligned(heap, byteLength);
  countReservation(heap, 1);
  const identity = identityAt === undefined ? 0 : address + identityAt;
  const token = {};
  leftBehind?.register(owner, { heap: new WeakRef(heap), address: taken, identity }, token);
  let isHeld = true;
  return {
    address,
    release() {
      if (!isHeld) return;
      isHeld = false;
      leftBehind?.unregister(token);
      release(heap, taken, identity);
    },
  };
}

function release(heap: WasmHeap, address: number, identity: number): void {
  if (identity > 0) {
    const words = new Int32Array(heap.memory.buffer, identity, 1);
    Atomics.store(words, 0, 0);
    // ARM lets plain stores overtake an atomic store before them, but not an atomic load: whoever gets the bytes writes later.
    Atomics.load(words, 0);
  }
  countReservation(heap, -1);
  giveBack(heap, address);
}

interface LeftBehind {
  readonly heap: WeakRef<WasmHeap>;
  readonly address: number;
  /** Address of the word to be zeroed; 0 for none. */
  readonly identity: number;
}

const leftBehind =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<LeftBehind>(({ heap, address, identity }) => {
        const living = heap.deref();
        if (living !== undefined) release(living, address, identity);
      })
    : undefined;

/** Of each memory the heaps from which something is reserved, and how often. A heap is kept by its memory alone. */
const heapsInUse = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Map<WasmHeap, number>>();

function countReservation(heap: WasmHeap, step: 1 | -1): void {
  const { memory } = heap;
  const heaps = heapsInUse.get(memory) ?? new Map<WasmHeap, number>();
  heapsInUse.set(memory, heaps);
  const count = (heaps.get(heap) ?? 0) + step;
  if (count > 0) heaps.set(heap, count);
  else heaps.delete(heap);
}

/** The least that any C allocator aligns to, and what a bus descriptor needs. */
const LEAST_ALIGNMENT = 8;

function allocateAligned(heap: WasmHeap, byteLength: number): { taken: number; address: number } {
  const address = allocate(heap, byteLength);
  if (address % SAMPLE_ALIGNMENT === 0) return { taken: address, address };
  // Allocators that align to 8 are common: only then is the slack asked for that makes up for it.
  giveBack(heap, address);
  const taken = allocate(heap, byteLength + SAMPLE_ALIGNMENT);
  return { taken, address: roundUp(taken, SAMPLE_ALIGNMENT) };
}

function allocate(heap: WasmHeap, byteLength: number): number {
  let answer: unknown;
  try {
    answer = heap.malloc(byteLength);
  } catch (cause) {
    throw new Error(`the heap's malloc threw when asked for ${byteLength} bytes`, { cause });
  }
  if (answer === 0) throw new Error(`the heap has no room for ${byteLength} bytes`);
  const address = addressFrom(answer);
  if (address === 0) throw unlike(Error, "the heap's malloc answers with an address", answer);
  const memoryBytes = heap.memory.buffer.byteLength;
  if (address + byteLength > Math.min(memoryBytes, LAST_BYTE)) {
    giveBack(heap, address);
    throw new Error(`the heap's malloc answered ${address} for ${byteLength} bytes, but its memory ends at ${memoryBytes}`);
  }
  if (address % LEAST_ALIGNMENT !== 0) {
    giveBack(heap, address);
    throw unlike(Error, `the heap's malloc answers with a multiple of ${LEAST_ALIGNMENT}`, address);
  }
  return address;
}

function giveBack(heap: WasmHeap, address: number): void {
  try {
    heap.free?.(address);
  } catch {
    // A heap that cannot take memory back keeps it; nothing of ours depends on it any more.
  }
}
