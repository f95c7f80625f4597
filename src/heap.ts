import inlinedHeap from "../build/heap.wasm";
import inlinedSharedHeap from "../build/heap-shared.wasm";
import { described } from "./bus-config";

/**
 * Where a storage lives: any wasm module's memory and allocator. A kernel's own `instance.exports`
 * often fits as it is.
 *
 * @example
 * ```ts
 * const kernel = new WebAssembly.Instance(kernelModule);
 * const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel.exports as unknown as WasmHeap });
 * ```
 */
export interface WasmHeap {
  readonly memory: WebAssembly.Memory;
  /** Address of at least `byteLength` fresh bytes, or 0. */
  malloc(byteLength: number): number;
  /** Takes back what `malloc` gave. Without it, memory that a storage leaves is never used again. */
  free?(address: number): void;
}

/** What {@link createHeap} may be told. */
export interface HeapOptions {
  /** Pages of 64 KiB at the start. Default 1. */
  readonly initialPages?: number;
  /** Pages of 64 KiB that the memory may grow to. Default: as far as the engine goes, 4096 (256 MiB) for a shared memory. */
  readonly maximumPages?: number;
  /**
   * A memory that other threads can read too. Default false. One thread allocates; the heap's own
   * table is not locked.
   */
  readonly shared?: boolean;
}

/**
 * [setup] A heap of our own, for hosts whose kernels are written in JS or import their memory. It
 * grows as it needs to; `malloc` answers 0 when it cannot, and `free` ignores what is not its own.
 *
 * @throws RangeError when `options` ask for what no memory can be.
 * @example
 * ```ts
 * const heap = createHeap({ maximumPages: 64 });
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
 * ```
 */
export function createHeap(options: HeapOptions = {}): Required<WasmHeap> {
  if (typeof options !== "object" || options === null) throw new RangeError(`options are an object; ${described(options)} came`);
  const { initialPages = 1, shared = false } = options;
  if (typeof shared !== "boolean") throw new RangeError(`shared is true or false; ${described(shared)} came`);
  const maximumPages = options.maximumPages ?? (shared ? Math.max(SHARED_PAGES, initialPages) : undefined);
  checkPages("initialPages", initialPages);
  if (maximumPages !== undefined) checkPages("maximumPages", maximumPages, initialPages);
  const limits = maximumPages === undefined ? {} : { maximum: maximumPages };
  const memory = new WebAssembly.Memory({ initial: initialPages, ...limits, shared });
  const allocator = new WebAssembly.Instance(inlined(shared), { env: { memory } }).exports as unknown as Allocator;
  const taken = new Set<number>();
  return {
    memory,
    malloc(byteLength) {
      if (!Number.isInteger(byteLength) || byteLength < 0 || byteLength > MAX_BYTES) return 0;
      const address = trapless(allocator.malloc, byteLength) || trapless(allocator.mallocTight, byteLength);
      if (address !== 0) taken.add(address);
      return address;
    },
    free(given) {
      const address = addressFrom(given);
      if (taken.delete(address)) allocator.free(address);
    },
  };
}

/** Whether other threads can have this memory too. A scope may have such memories and yet no SharedArrayBuffer to compare with. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return Object.prototype.toString.call(memory.buffer) === "[object SharedArrayBuffer]";
}

/** The heap that all storages of this realm share, because engines cap the number of memories in a process. */
export function defaultHeap(): WasmHeap {
  return (realmHeap ??= createHeap());
}

/** Part of a heap: 16-byte aligned, zeroed by nobody yet. */
export interface Reservation {
  readonly address: number;
  /** [setup] Gives it back. A heap without `free`, or one that fails at it, keeps it. */
  release(): void;
}

/**
 * [setup] `byteLength` bytes of `heap` on a 16-byte boundary.
 * @throws Error when the heap has no room, or answers with what cannot be such an address.
 */
export function reserve(heap: WasmHeap, byteLength: number): Reservation {
  const address = allocate(heap, byteLength);
  if (address % ALIGNMENT === 0) return { address, release: () => giveBack(heap, address) };
  // Allocators that align to 8 are common: only then is the slack asked for that makes up for it.
  giveBack(heap, address);
  const roomy = allocate(heap, byteLength + ALIGNMENT);
  return { address: Math.ceil(roomy / ALIGNMENT) * ALIGNMENT, release: () => giveBack(heap, roomy) };
}

/** @throws Error when `heap` is not one. */
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

/** What the heap module exports. */
interface Allocator {
  malloc(byteLength: number): number;
  mallocTight(byteLength: number): number;
  free(address: number): void;
}

/** The allocator traps where there is no room, before it has changed anything. */
function trapless(malloc: (byteLength: number) => number, byteLength: number): number {
  try {
    return malloc(byteLength) >>> 0;
  } catch {
    return 0;
  }
}

/** @throws TypeError when `memory` is none. */
export function checkMemory(memory: WebAssembly.Memory): void {
  if (Object.prototype.toString.call(memory) !== "[object WebAssembly.Memory]") {
    throw new TypeError(`the memory of a heap is a WebAssembly.Memory; ${described(memory)} came`);
  }
}

const ALIGNMENT = 16;
/** The least that any C allocator aligns to, and what a bus descriptor needs. */
const LEAST_ALIGNMENT = 8;
const MAX_PAGES = 65536;
/** The end of 4 GiB is no 32-bit number, so nothing may reach it: a loop up to there would not run. */
export const LAST_BYTE = 2 ** 32 - ALIGNMENT;
/** A shared memory must name its maximum, and engines set that much address space aside. */
const SHARED_PAGES = 4096;
/** The largest block that the allocator knows, less what it may add. */
const MAX_BYTES = 2 ** 30 - 2 ** 26;

let compiled: WebAssembly.Module | undefined;
let compiledShared: WebAssembly.Module | undefined;
let realmHeap: WasmHeap | undefined;

function inlined(shared: boolean): WebAssembly.Module {
  if (shared) return (compiledShared ??= inlinedSharedHeap());
  return (compiled ??= inlinedHeap());
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
  if (address === 0) throw new Error(`the heap's malloc answers with an address; ${described(answer)} came`);
  const memoryBytes = heap.memory.buffer.byteLength;
  if (address + byteLength > Math.min(memoryBytes, LAST_BYTE)) {
    throw new Error(`the heap's malloc answered ${address} for ${byteLength} bytes, but its memory ends at ${memoryBytes}`);
  }
  if (address % LEAST_ALIGNMENT !== 0) {
    giveBack(heap, address);
    throw new Error(`the heap's malloc answers with a multiple of ${LEAST_ALIGNMENT}; ${address} came`);
  }
  return address;
}

/** [render] An address as an unsigned number; 0 for what cannot be one. Addresses leave wasm signed: above 2 GiB they are negative. */
export function addressFrom(value: unknown): number {
  if (typeof value !== "number") return 0;
  const address = value >>> 0;
  return address === value || (address | 0) === value ? address : 0;
}

function giveBack(heap: WasmHeap, address: number): void {
  try {
    heap.free?.(address);
  } catch {
    // A heap that cannot take memory back keeps it; nothing of ours depends on it any more.
  }
}

function checkPages(name: string, pages: number, least = 1): void {
  if (!Number.isInteger(pages) || pages < least || pages > MAX_PAGES) {
    throw new RangeError(`${name} is a whole number of 64 KiB pages, ${least} to ${MAX_PAGES}; ${described(pages)} came`);
  }
}
