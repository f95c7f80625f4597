import { addressFrom, LAST_BYTE } from "./address";
import { described } from "./described";
import { checkMemory } from "./reservation";

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
  /** Where the addresses lead. It may grow at any time. */
  readonly memory: WebAssembly.Memory;
  /** [setup] Address of at least `byteLength` fresh bytes, or 0. */
  malloc(byteLength: number): number;
  /** [setup] Takes back what `malloc` gave. Without it, memory that a storage leaves is never used again. */
  free?(address: number): void;
}

/** What {@link createHeap} may be told. */
export interface HeapOptions {
  /** Pages of 64 KiB at the start. Default 1. */
  readonly initialPages?: number;
  /** Pages of 64 KiB that the memory may grow to. Default: as far as the engine goes, 4096 (256 MiB) for a shared memory. */
  readonly maximumPages?: number;
  /** A memory that other threads can read too. Default false. One thread allocates. */
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
  checkPages("initialPages", initialPages);
  const { maximumPages = shared ? Math.max(SHARED_PAGES, initialPages) : undefined } = options;
  if (maximumPages !== undefined) checkPages("maximumPages", maximumPages, initialPages);
  const limits = maximumPages === undefined ? {} : { maximum: maximumPages };
  const memory = new WebAssembly.Memory({ initial: initialPages, ...limits, shared });
  return heapIn(memory, 0, initialPages * PAGE_BYTES, true);
}

/**
 * [setup] A heap within a part of a memory that the caller has set aside, for kernels that import
 * their memory and have data of their own in it. It never grows the memory; `malloc` answers 0 when
 * the part is full, and `free` ignores what is not its own.
 *
 * @param memory The memory that kernel and storage share.
 * @param address First byte of the part, which nobody else uses.
 * @param byteLength Its length. The part must lie within the memory as it is now.
 * @throws RangeError when the part is none, or does not lie in the memory.
 * @example A kernel whose own data ends at 64 KiB
 * ```ts
 * const memory = new WebAssembly.Memory({ initial: 4 });
 * const heap = createRegionHeap(memory, 65536, 3 * 65536);
 * ```
 */
export function createRegionHeap(memory: WebAssembly.Memory, address: number, byteLength: number): Required<WasmHeap> {
  checkMemory(memory);
  const memoryBytes = memory.buffer.byteLength;
  if (!isWhole(address) || !isWhole(byteLength) || address + byteLength > memoryBytes) {
    throw new RangeError(
      `a part of the memory is an address and a length within its ${memoryBytes} bytes; ${described(address)} and ${described(byteLength)} came`,
    );
  }
  return heapIn(memory, address, address + byteLength, false);
}

/** The heap that all storages of this realm share, because engines cap the number of memories in a process. */
export function defaultHeap(): WasmHeap {
  return (realmHeap ??= createHeap());
}

let realmHeap: WasmHeap | undefined;

interface Block {
  readonly address: number;
  readonly bytes: number;
}

const ALIGNMENT = 16;
const PAGE_BYTES = 65536;
const MAX_PAGES = 65536;
/** A shared memory must name its maximum, and engines set that much address space aside. */
const SHARED_PAGES = 4096;

/** A heap from `start` to `end`: the first block that is large enough. What it knows lies on this side, where no kernel can spoil it. */
function heapIn(memory: WebAssembly.Memory, start: number, end: number, grows: boolean): Required<WasmHeap> {
  /** By address, none touching the next. */
  const free: Block[] = [];
  const taken = new Map<number, number>();
  // Address 0 says that there is no room, so it is never handed out.
  put(free, Math.max(ALIGNMENT, roundUp(start)), end);
  return {
    memory,
    malloc(wanted) {
      if (!isWhole(wanted)) return 0;
      const bytes = Math.max(ALIGNMENT, roundUp(wanted));
      let index = free.findIndex((block) => block.bytes >= bytes);
      if (index < 0) {
        if (!grows || !grow(memory, free, bytes)) return 0;
        index = free.length - 1;
      }
      const { address, bytes: found } = free[index]!;
      if (found === bytes) free.splice(index, 1);
      else free[index] = { address: address + bytes, bytes: found - bytes };
      taken.set(address, bytes);
      return address;
    },
    free(given) {
      const address = addressFrom(given);
      const bytes = taken.get(address);
      if (bytes === undefined) return;
      taken.delete(address);
      put(free, address, address + bytes);
    },
  };
}

/** Grows the memory until its last block has `bytes`, and at best twice over: growing costs every view of it. */
function grow(memory: WebAssembly.Memory, free: Block[], bytes: number): boolean {
  const end = memory.buffer.byteLength;
  const last = free.at(-1);
  const there = last !== undefined && last.address + last.bytes === end ? last.bytes : 0;
  const needed = Math.ceil((bytes - there) / PAGE_BYTES);
  for (const pages of [Math.max(needed, end / PAGE_BYTES), needed]) {
    try {
      memory.grow(pages);
    } catch {
      continue;
    }
    put(free, end, memory.buffer.byteLength);
    return free.at(-1)!.bytes >= bytes;
  }
  return false;
}

/** Adds `start` up to `end`, as one with what it touches. */
function put(free: Block[], start: number, end: number): void {
  const bytes = Math.min(end, LAST_BYTE) - start;
  if (bytes < ALIGNMENT) return;
  const behind = free.findIndex((block) => block.address > start);
  const index = behind === -1 ? free.length : behind;
  free.splice(index, 0, { address: start, bytes });
  merge(free, index);
  merge(free, index - 1);
}

/** Makes one of the blocks at `index` and behind it, where they touch. */
function merge(free: Block[], index: number): void {
  const block = free[index];
  const next = free[index + 1];
  if (block === undefined || next === undefined || block.address + block.bytes !== next.address) return;
  free.splice(index, 2, { address: block.address, bytes: block.bytes + next.bytes });
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function checkPages(name: string, pages: number, least = 1): void {
  if (!Number.isInteger(pages) || pages < least || pages > MAX_PAGES) {
    throw new RangeError(`${name} is a whole number of 64 KiB pages, ${least} to ${MAX_PAGES}; ${described(pages)} came`);
  }
}
