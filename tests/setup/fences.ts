// Memory whose every byte outside of what was asked for is watched, and host arrays with watched borders.

import { createHeap, type WasmHeap } from "wasm-process-buffers";

/** A NaN as a float, and twice in a row as a double: what is read where nobody should read shows in the output. */
export const PATTERN = 0x7ff8a5a5;

/** A heap that gives each block a place of its own, with patterned memory all around. */
export interface FencedHeap extends Required<WasmHeap> {
  /** Address of the first byte outside all blocks that is not as it was, -1 when there is none. Memory that has grown since counts. */
  firstSpoiled(): number;
  /** Lays the pattern over all that is outside the blocks, in memory that has grown, too. */
  restore(): void;
  /** Forgets all blocks, and begins anew. */
  reset(): void;
}

/** One for each file of tests: engines cap the number of memories in a process. */
export function fencedHeap(pages = 64, heap: { readonly memory: WebAssembly.Memory } = createHeap({ initialPages: pages })): FencedHeap {
  const { memory } = heap;
  const fence = 4096;
  // Lowest first; blocks are never handed out twice before a reset.
  const blocks: { address: number; bytes: number }[] = [];
  let next = fence;
  let patterned = 0;
  const words = () => new Uint32Array(memory.buffer);
  const restore = () => {
    let from = 0;
    for (const { address, bytes } of [...blocks, { address: memory.buffer.byteLength, bytes: 0 }]) {
      words().fill(PATTERN, from / 4, address / 4);
      from = address + bytes;
    }
    patterned = memory.buffer.byteLength / 4;
  };
  restore();
  return {
    memory,
    malloc(wanted) {
      const bytes = Math.ceil(wanted / 4) * 4;
      if (next + bytes + fence > memory.buffer.byteLength) return 0;
      const address = next;
      blocks.push({ address, bytes });
      next = Math.ceil((address + bytes + fence) / 16) * 16;
      return address;
    },
    free() {},
    firstSpoiled() {
      const found = words();
      let word = 0;
      for (const { address, bytes } of [...blocks, { address: patterned * 4, bytes: 0 }]) {
        for (; word < address / 4; word++) if (found[word] !== PATTERN) return word * 4;
        word = (address + bytes) / 4;
      }
      // Memory that grew is zeros, unless somebody wrote there.
      for (word = patterned; word < found.length; word++) if (found[word] !== 0) return word * 4;
      return -1;
    },
    restore,
    reset() {
      blocks.length = 0;
      next = fence;
      restore();
    },
  };
}

/** Samples of a host, with borders on both sides that nobody may touch. */
export interface FencedSamples {
  readonly samples: Float32Array;
  /** Whether the borders are as they were. */
  isIntact(): boolean;
  /** How many of the samples still are as they were before anybody wrote them. */
  unwritten(): number;
}

const BORDER = 8;

/** `frames` samples of the pattern, or of what `from` holds. */
export function fencedSamples(frames: number, from?: ArrayLike<number>): FencedSamples {
  const words = new Uint32Array(frames + 2 * BORDER).fill(PATTERN);
  const samples = new Float32Array(words.buffer, BORDER * 4, frames);
  if (from !== undefined) samples.set(from);
  const border = [...words.subarray(0, BORDER), ...words.subarray(BORDER + frames)];
  return {
    samples,
    isIntact: () => [...words.subarray(0, BORDER), ...words.subarray(BORDER + frames)].every((word, i) => word === border[i]),
    unwritten: () => words.subarray(BORDER, BORDER + frames).reduce((count, word) => count + Number(word === PATTERN), 0),
  };
}
