import { SAMPLE_ALIGNMENT } from "../abi";
import { checkNames, described, unlike } from "../messages";
import { addressFrom, LAST_BYTE, PAGE_BYTES, roundUp } from "./address";
import { checkMemory, type WasmHeap } from "./heap";

/** What {@link createHeap} may be told. */
export interface HeapOptions {
  /** Pages of 64 KiB at the start. Default 1. */
  readonly initialPages?: number;
  /** Pages of 64 KiB that the memory may grow to. Default: as far as the engine goes, 4096 (256 MiB) for a shared memory. */
  readonly maximumPages?: number;
  /** A memory that other threads can read too. Default false. One thread allocates. */
  readonly shared?: boolean;
}

/** A heap that the library keeps. Whatever alignment is asked for, its addresses are multiples of 16. */
export interface OwnHeap extends WasmHeap {
  /** [setup] Address of at least `byteLength` fresh bytes, or 0. */
  malloc(byteLength: number, alignment?: number): number;
  /** [setup] Takes back what `malloc` gave. */
  free(address: number, byteLength?: number, alignment?: number): void;
}

/**
 * [setup] A heap in a memory of its own, for hosts whose kernels are written in JS. It grows as it needs
 * to; `malloc` answers 0 when it cannot, and `free` ignores what is not its own. Not for a kernel that
 * imports its memory: such a kernel has data of its own in it, over which this heap would lie. `instantiateKernel` makes
 * a memory for one, and {@link createRegionHeap} keeps clear of its data in a memory that is there already.
 * Its memory can be collected when neither the heap nor a storage in it is reachable any more.
 *
 * @throws RangeError when `options` ask for what no memory can be.
 * @example
 * ```ts
 * const heap = createHeap({ maximumPages: 64 });
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
 * ```
 */
export function createHeap(options: HeapOptions = {}): OwnHeap {
  checkNames(options, HEAP_OPTIONS);
  const { initialPages = 1, shared = false } = options;
  if (typeof shared !== "boolean") throw unlike(RangeError, "shared is true or false", shared);
  checkPages("initialPages", initialPages);
  const { maximumPages = shared ? Math.max(SHARED_PAGES, initialPages) : undefined } = options;
  if (maximumPages !== undefined) checkPages("maximumPages", maximumPages, initialPages);
  const limits = maximumPages === undefined ? {} : { maximum: maximumPages };
  const memory = new WebAssembly.Memory({ initial: initialPages, ...limits, shared });
  return heapOver(memory);
}

const HEAP_OPTIONS: readonly (keyof HeapOptions)[] = ["initialPages", "maximumPages", "shared"];

/**
 * [setup] A heap within a part of a memory that the caller has set aside, for kernels that have no allocator to hand
 * out. It never grows the memory; `malloc` answers 0 when the part is full, and `free` ignores what is not its own.
 *
 * Nothing else may use the part, and this function cannot check that. Three parts are safe:
 * - In a memory that the kernel imports, whatever lies above its data and stack: the export `__heap_base`, if its linker
 *   makes one, or what its compiler says of its size.
 * - Pages that the caller adds, `memory.grow(pages) * 65536`, where the kernel's own allocator takes only pages that it
 *   adds itself, as those of Rust, wasi-libc, AssemblyScript's runtimes `minimal` and `incremental`, and the
 *   package's `heap.c` do. Emscripten's `sbrk` and AssemblyScript's `--runtime stub` take all pages up to the memory's
 *   end, so with these it is not safe: they export an allocator instead.
 * - What the kernel's allocator gave.
 *
 * @param memory The memory that kernel and storage share.
 * @param address First byte of the part, which nothing else uses.
 * @param byteLength Its length. The part must lie within the memory as it is now.
 * @throws RangeError when the part is none, or does not lie in the memory.
 * @example A kernel whose own data ends at 64 KiB
 * ```ts
 * const memory = new WebAssembly.Memory({ initial: 4 });
 * // Where its linker makes one, the export `__heap_base` says where its data ends.
 * const heap = createRegionHeap(memory, 65536, 3 * 65536);
 * ```
 */
export function createRegionHeap(memory: WebAssembly.Memory, address: number, byteLength: number): OwnHeap {
  checkMemory(memory, "a heap");
  const memoryBytes = memory.buffer.byteLength;
  if (!isWhole(address) || !isWhole(byteLength) || address + byteLength > memoryBytes) {
    throw new RangeError(
      `a part of the memory is an address and a length within its ${memoryBytes} bytes; ${described(address)} and ${described(byteLength)} came`,
    );
  }
  return heapIn(
    memory,
    address,
    () => address + byteLength,
    () => false,
  );
}

/**
 * [setup] The heap that all storages of this realm share, because engines cap the number of memories in a
 * process. It is held weakly: once no storage uses it, it can be collected, and the next one gets a new one.
 */
export function defaultHeap(): WasmHeap {
  const living = realmHeap?.deref();
  if (living !== undefined) return living;
  const heap = heapOver(new WebAssembly.Memory({ initial: 1 }));
  realmHeap = new WeakRef(heap);
  return heap;
}

let realmHeap: WeakRef<WasmHeap> | undefined;

const MAX_PAGES = 65536;
/** A shared memory must name its maximum, and engines set that much address space aside. */
const SHARED_PAGES = 4096;

/** Bytes that somebody has. */
interface Taken {
  readonly address: number;
  readonly end: number;
}

/**
 * [setup] A heap from `start` to wherever `end` says that it ends now. Where there is no room up to there, `grow` is asked to move
 * the end beyond an address. The first gap that is large enough is used. What it knows lies on this side, where no
 * kernel can spoil it.
 */
export function heapIn(memory: WebAssembly.Memory, start: number, end: () => number, grow: (beyond: number) => boolean): OwnHeap {
  /** By address. */
  const taken: Taken[] = [];
  // Address 0 says that there is no room, so it is never handed out.
  const first = Math.max(SAMPLE_ALIGNMENT, roundUp(start, SAMPLE_ALIGNMENT));
  return {
    memory,
    malloc(wanted) {
      if (!isWhole(wanted)) return 0;
      const bytes = Math.max(SAMPLE_ALIGNMENT, roundUp(wanted, SAMPLE_ALIGNMENT));
      let address = first;
      let index = 0;
      for (; index < taken.length && address + bytes > taken[index]!.address; index++) address = taken[index]!.end;
      const past = index === taken.length && address + bytes > Math.min(end(), LAST_BYTE);
      if (past && !grow(address + bytes)) return 0;
      taken.splice(index, 0, { address, end: address + bytes });
      return address;
    },
    free(given) {
      const address = addressFrom(given);
      const index = taken.findIndex((one) => one.address === address);
      if (index >= 0) taken.splice(index, 1);
    },
  };
}

/** One in all of a memory, which grows as it needs to. */
function heapOver(memory: WebAssembly.Memory): OwnHeap {
  return heapIn(
    memory,
    0,
    () => memory.buffer.byteLength,
    (beyond) => growTo(memory, beyond),
  );
}

/** [setup] Grows the memory until `end` lies in it, and at best to twice its size: growing costs every view of it. */
export function growTo(memory: WebAssembly.Memory, end: number): boolean {
  if (end > LAST_BYTE) return false;
  const bytes = memory.buffer.byteLength;
  const needed = Math.ceil((end - bytes) / PAGE_BYTES);
  for (const pages of [Math.max(needed, bytes / PAGE_BYTES), needed]) {
    try {
      memory.grow(pages);
      return true;
    } catch {
      // Not so much; there may be room for less.
    }
  }
  return false;
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

/** @throws RangeError when it is no number of pages. */
export function checkPages(name: string, pages: number, least = 1): void {
  if (!Number.isInteger(pages) || pages < least || pages > MAX_PAGES) {
    throw unlike(RangeError, `${name} is a whole number of 64 KiB pages, ${least} to ${MAX_PAGES}`, pages);
  }
}
