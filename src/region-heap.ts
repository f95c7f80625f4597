import { described } from "./bus-config";
import { addressFrom, checkMemory, LAST_BYTE, type WasmHeap } from "./heap";

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
  // Address 0 says that there is no room, so it is never handed out.
  const start = Math.max(ALIGNMENT, roundUp(address));
  /** Free blocks by address, none touching the next. */
  const free: Block[] = [{ address: start, bytes: Math.max(0, Math.min(address + byteLength, LAST_BYTE) - start) }];
  const taken = new Map<number, number>();
  return {
    memory,
    malloc(wanted) {
      if (!isWhole(wanted)) return 0;
      const bytes = Math.max(ALIGNMENT, roundUp(wanted));
      const index = free.findIndex((block) => block.bytes >= bytes);
      const block = free[index];
      if (block === undefined) return 0;
      if (block.bytes === bytes) free.splice(index, 1);
      else free[index] = { address: block.address + bytes, bytes: block.bytes - bytes };
      taken.set(block.address, bytes);
      return block.address;
    },
    free(given) {
      const address = addressFrom(given);
      const bytes = taken.get(address);
      if (bytes === undefined) return;
      taken.delete(address);
      const behind = free.findIndex((block) => block.address > address);
      const index = behind === -1 ? free.length : behind;
      free.splice(index, 0, { address, bytes });
      merge(free, index);
      merge(free, index - 1);
    },
  };
}

interface Block {
  readonly address: number;
  readonly bytes: number;
}

const ALIGNMENT = 16;

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
