import { addressFrom, LAST_BYTE } from "./address";
import { described } from "./described";
import type { WasmHeap } from "./heap";
import { SAMPLE_ALIGNMENT } from "./layout";

/** Part of a heap, on a 16-byte boundary; zeroed by nobody yet. */
export interface Reservation {
  readonly address: number;
  /** [setup] Gives it back. A heap without `free`, or one that fails at it, keeps it. */
  release(): void;
}

/** What a storage without buses needs. */
export const NOWHERE: Reservation = { address: 0, release() {} };

/**
 * [setup] `byteLength` bytes of `heap`.
 * @throws Error when the heap has no room, or answers with what cannot be such an address.
 */
export function reserve(heap: WasmHeap, byteLength: number): Reservation {
  const address = allocate(heap, byteLength);
  if (address % SAMPLE_ALIGNMENT === 0) return { address, release: () => giveBack(heap, address) };
  // Allocators that align to 8 are common: only then is the slack asked for that makes up for it.
  giveBack(heap, address);
  const roomy = allocate(heap, byteLength + SAMPLE_ALIGNMENT);
  return { address: Math.ceil(roomy / SAMPLE_ALIGNMENT) * SAMPLE_ALIGNMENT, release: () => giveBack(heap, roomy) };
}

/** @throws TypeError when `heap` is not one. */
export function checkHeap(heap: WasmHeap): void {
  if (typeof heap !== "object" || heap === null) {
    throw new TypeError(`option heap is { memory, malloc, free? }; ${described(heap)} came`);
  }
  checkMemory(heap.memory);
  if (typeof heap.malloc !== "function") {
    throw new TypeError(`heap.malloc is a function; ${described(heap.malloc)} came`);
  }
  if (heap.free !== undefined && typeof heap.free !== "function") {
    throw new TypeError(`heap.free is a function, or left out; ${described(heap.free)} came`);
  }
}

/** @throws TypeError when `memory` is none. */
export function checkMemory(memory: WebAssembly.Memory, owner = "a heap"): void {
  if (Object.prototype.toString.call(memory) !== "[object WebAssembly.Memory]") {
    throw new TypeError(`the memory of ${owner} is a WebAssembly.Memory; ${described(memory)} came`);
  }
}

/** Whether other threads can have this memory too. A scope may have such memories and yet no SharedArrayBuffer to compare with. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return Object.prototype.toString.call(memory.buffer) === "[object SharedArrayBuffer]";
}

/** The least that any C allocator aligns to, and what a bus descriptor needs. */
const LEAST_ALIGNMENT = 8;

function allocate(heap: WasmHeap, byteLength: number): number {
  let answer: unknown;
  try {
    answer = heap.malloc(byteLength);
  } catch (cause) {
    throw new Error(`the heap's malloc threw when asked for ${byteLength} bytes`, { cause });
  }
  if (answer === 0) throw new Error(`the heap has no room for ${byteLength} bytes`);
  const address = addressFrom(answer);
  if (address === 0) throw new Error(`the heap's malloc answers with an address; ${described(answer)} came`);
  const memoryBytes = heap.memory.buffer.byteLength;
  if (address + byteLength > Math.min(memoryBytes, LAST_BYTE)) {
    giveBack(heap, address);
    throw new Error(`the heap's malloc answered ${address} for ${byteLength} bytes, but its memory ends at ${memoryBytes}`);
  }
  if (address % LEAST_ALIGNMENT !== 0) {
    giveBack(heap, address);
    throw new Error(`the heap's malloc answers with a multiple of ${LEAST_ALIGNMENT}; ${address} came`);
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
