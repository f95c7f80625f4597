import { SAMPLE_ALIGNMENT } from "../abi";
import { newMemory } from "../engine";
import { checkNames, described, unlike } from "../messages";
import { addressFrom, LAST_BYTE, PAGE_BYTES, roundUp } from "./address";
import { checkMemory, type WasmHeap } from "./heap";

/** Options of {@link createHeap}. */
export interface HeapOptions {
  /** Size of the memory at the start, in pages of 64 KiB. Default 1. */
  readonly initialPages?: number;
  /**
   * Size up to which the memory may grow, in pages of 64 KiB. Default: as much as the engine allows; 4096 (256 MiB) for a
   * shared memory.
   */
  readonly maximumPages?: number;
  /** Whether other threads can read the memory. Only one thread may allocate. Default false. */
  readonly shared?: boolean;
}

/** A heap that the library manages. All its addresses are multiples of 16, whatever `alignment` is. */
export interface OwnHeap extends WasmHeap {
  /** [setup] Address of at least `byteLength` unused bytes, or 0 when there are none. */
  malloc(byteLength: number, alignment?: number): number;
  /** [setup] Takes back what `malloc` returned. Ignores other addresses. */
  free(address: number, byteLength?: number, alignment?: number): void;
}

/**
 * [setup] A heap in a new memory, for kernels that are written in JS. The memory grows when it has to; `malloc` returns 0
 * when it cannot grow, and `free` ignores addresses that `malloc` did not return. Do not use it as the memory that a kernel
 * imports: the kernel's data lie in that memory, and this heap would overwrite them. For such a kernel, `instantiateKernel`
 * makes a memory, and {@link createRegionHeap} uses only a part of an existing one. The memory is garbage-collected when
 * neither the heap nor a storage in it is reachable.
 *
 * @throws RangeError for the options. Also when the engine cannot make such a memory.
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
  return heapOver(newMemory({ initial: initialPages, ...limits, shared }));
}

const HEAP_OPTIONS: readonly (keyof HeapOptions)[] = ["initialPages", "maximumPages", "shared"];

/**
 * [setup] A heap in a part of an existing memory, for kernels that export no allocator. It never grows the memory; `malloc`
 * returns 0 when the part is full, and `free` ignores addresses that `malloc` did not return.
 *
 * Nothing else may use the part. This function cannot check that. Three kinds of parts are safe:
 * - In a memory that the kernel imports: everything above the kernel's data and stack. The export `__heap_base` says where
 *   that begins, if the linker makes one; otherwise the compiler's settings say it.
 * - Pages that the caller adds, at `memory.grow(pages) * 65536`, where the kernel's allocator uses only pages that it has
 *   added itself. The allocators of Rust and this package's `heap.c` do so. Those of wasi-libc and of AssemblyScript's runtimes
 *   `minimal` and `incremental` do so after their first allocation; at that one they take everything up to the memory's end.
 *   Emscripten's `sbrk` and AssemblyScript's `--runtime stub` always do, so there it is not safe; these kernels export an
 *   allocator instead.
 * - Bytes that the kernel's allocator has returned.
 *
 * @param memory The memory that kernel and storage share.
 * @param address First byte of the part.
 * @param byteLength Bytes of the part, which must lie within the memory's current size.
 * @throws TypeError when `memory` is not a memory. RangeError when the part does not lie in it.
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
 * [setup] The heap that all storages of this realm share. They share it because engines reserve gigabytes of address space
 * for each memory, so a process can have only a limited number of them. The reference is weak: once no storage uses the heap,
 * it can be garbage-collected, and the next storage makes a new one.
 */
export function defaultHeap(): WasmHeap {
  const living = realmHeap?.deref();
  if (living !== undefined) return living;
  const heap = heapOver(newMemory({ initial: 1 }));
  realmHeap = new WeakRef(heap);
  return heap;
}

let realmHeap: WeakRef<WasmHeap> | undefined;

const MAX_PAGES = 65536;
/** Default maximum of a shared memory. It must have one, and engines reserve that much address space. */
const SHARED_PAGES = 4096;

/** Bytes that are allocated. */
interface Taken {
  readonly address: number;
  readonly end: number;
}

/**
 * [setup] A heap from `start` to the address that `end` returns. An allocation takes the first gap that is large enough.
 * Where there is none, `grow` is asked to move the end beyond an address. The list of allocations is in JS memory, where a
 * kernel cannot overwrite it.
 */
export function heapIn(memory: WebAssembly.Memory, start: number, end: () => number, grow: (beyond: number) => boolean): OwnHeap {
  /** In the order of addresses. */
  const taken: Taken[] = [];
  // Never address 0, which `malloc` returns when it has no space.
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

/** A heap that uses all of a memory, and grows it. */
function heapOver(memory: WebAssembly.Memory): OwnHeap {
  return heapIn(
    memory,
    0,
    () => memory.buffer.byteLength,
    (beyond) => growTo(memory, beyond),
  );
}

/**
 * [setup] Grows the memory until `end` lies in it. It tries to double the memory first, because each growth detaches all
 * views.
 */
export function growTo(memory: WebAssembly.Memory, end: number): boolean {
  if (end > LAST_BYTE) return false;
  const bytes = memory.buffer.byteLength;
  const needed = Math.ceil((end - bytes) / PAGE_BYTES);
  for (const pages of [Math.max(needed, bytes / PAGE_BYTES), needed]) {
    try {
      memory.grow(pages);
      return true;
    } catch {
      // The engine refused. The second attempt asks for fewer pages.
    }
  }
  return false;
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

/** @throws RangeError when `pages` is not a number of pages from `least` to 65536. */
export function checkPages(name: string, pages: number, least = 1): void {
  if (!Number.isInteger(pages) || pages < least || pages > MAX_PAGES) {
    throw unlike(RangeError, `${name} is a whole number of 64 KiB pages, ${least} to ${MAX_PAGES}`, pages);
  }
}
