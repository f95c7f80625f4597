import { SAMPLE_ALIGNMENT } from "../abi";
import { unlike } from "../messages";
import { addressFrom, LAST_BYTE, roundUp } from "./address";
import type { WasmHeap } from "./heap";

/** Bytes of a heap, from a 16-byte boundary on. They are not zeroed. */
export interface Reservation {
  readonly address: number;
  /** Bytes that the heap was asked for. More than were needed, where its addresses are not multiples of 16. */
  readonly takenBytes: number;
  /**
   * [setup] Gives the bytes back. Only the first call has an effect. A heap without `free`, or whose `free` throws, keeps the
   * bytes.
   */
  release(): void;
}

/**
 * [setup] Reserves `byteLength` bytes of `heap`. They are given back when `owner` is garbage-collected, in engines with a
 * FinalizationRegistry. In a shared memory, the 32-bit word at `identityAt` bytes from the start is zeroed before that: other
 * threads look there whether the bytes still belong to the storage.
 *
 * The registry's record has no reference to `owner`, and only a weak one to the heap. A heap's functions often refer to a
 * processor, and the processor refers to `owner`. With a strong reference, `owner` would never be collected. The heap itself
 * stays alive as long as its memory.
 *
 * @throws Error when the heap has no space, or when `malloc` throws or returns something that is not such an address.
 */
export function reserve(heap: WasmHeap, byteLength: number, owner: object, identityAt?: number): Reservation {
  // A configuration without buses and parameters needs no memory.
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

/**
 * [setup] Returns what `build` returns. Where `build` throws, releases `held`, so that a failed allocation leaves nothing
 * behind.
 */
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
    // ARM may execute a plain store before an earlier atomic store, but not before an earlier atomic load. So the next owner
    // of the bytes writes after this store.
    Atomics.load(words, 0);
  }
  countReservation(heap, -1);
  giveBack(heap, taken, takenBytes);
}

interface LeftBehind {
  readonly heap: WeakRef<WasmHeap>;
  readonly taken: number;
  /** Bytes that the heap was asked for. Some allocators need this number in `free`. */
  readonly takenBytes: number;
  /** Address of the word that is zeroed; 0 for none. */
  readonly identity: number;
}

const leftBehind =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<LeftBehind>(({ heap, taken, takenBytes, identity }) => {
        const living = heap.deref();
        if (living !== undefined) release(living, taken, takenBytes, identity);
      })
    : undefined;

/**
 * For each memory, the heaps with reservations, and the number of these. As a value of this map a heap lives as long as its
 * memory.
 */
const heapsInUse = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Map<WasmHeap, number>>();

function countReservation(heap: WasmHeap, step: 1 | -1): void {
  const { memory, free } = heap;
  // A heap without `free` has nothing to do later, so it need not stay alive.
  if (free === undefined) return;
  const heaps = heapsInUse.get(memory) ?? new Map<WasmHeap, number>();
  heapsInUse.set(memory, heaps);
  const count = (heaps.get(heap) ?? 0) + step;
  if (count > 0) heaps.set(heap, count);
  else heaps.delete(heap);
}

/** The smallest alignment of wasm32 allocators: `wee_alloc`, which some Rust kernels use, aligns to 4. */
const LEAST_ALIGNMENT = 4;
/** Alignment of C's allocators. */
const USUAL_ALIGNMENT = 8;

/** Takes bytes that hold `byteLength` bytes from a 16-byte boundary on. `taken` may lie before that boundary. */
function allocate(heap: WasmHeap, byteLength: number): { taken: number; takenBytes: number } {
  // Many heaps align to 16, so the first try asks for no extra bytes. It needs `free`, to give the bytes back where it fails.
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
    // The heap keeps the bytes. The library no longer uses them.
  }
}
