// Memory and host arrays with a known pattern around everything that may be used. Where the pattern has
// changed, something was written out of bounds.

import { createHeap, type WasmHeap } from "wasm-process-buffers";

/**
 * The pattern, as a word of 32 bits. As a float it is NaN, and two of them are NaN as a double: so it shows in
 * the output, too, when something was read out of bounds.
 */
export const GUARD_PATTERN = 0x7ff8a5a5;

/** A heap in which the pattern lies before, between and behind all blocks. */
export interface GuardedHeap extends Required<WasmHeap> {
  /** The address of the first word outside all blocks that has changed; -1 where none has. Looks at memory that has grown since, too. */
  firstChangedGuard(): number;
  /** Writes the pattern to everything outside the blocks, also to memory that has grown. */
  restoreGuards(): void;
  /** Forgets all blocks and writes the pattern everywhere. */
  reset(): void;
}

/** A file of tests should make one and reset it between tests, because engines limit the memories of a process. */
export function guardedHeap(pages = 64, heap: { readonly memory: WebAssembly.Memory } = createHeap({ initialPages: pages })): GuardedHeap {
  const { memory } = heap;
  const guardBytes = 4096;
  // In the order of their addresses. No address is handed out twice before a reset, so free does nothing.
  const blocks: { address: number; bytes: number }[] = [];
  let next = guardBytes;
  let patterned = 0;
  const words = () => new Uint32Array(memory.buffer);
  const restoreGuards = () => {
    let from = 0;
    for (const { address, bytes } of [...blocks, { address: memory.buffer.byteLength, bytes: 0 }]) {
      words().fill(GUARD_PATTERN, from / 4, address / 4);
      from = address + bytes;
    }
    patterned = memory.buffer.byteLength / 4;
  };
  restoreGuards();
  return {
    memory,
    malloc(wanted) {
      const bytes = Math.ceil(wanted / 4) * 4;
      if (next + bytes + guardBytes > memory.buffer.byteLength) return 0;
      const address = next;
      blocks.push({ address, bytes });
      next = Math.ceil((address + bytes + guardBytes) / 16) * 16;
      return address;
    },
    free() {},
    firstChangedGuard() {
      const found = words();
      let word = 0;
      for (const { address, bytes } of [...blocks, { address: patterned * 4, bytes: 0 }]) {
        for (; word < address / 4; word++) if (found[word] !== GUARD_PATTERN) return word * 4;
        word = (address + bytes) / 4;
      }
      // Memory that has grown since is zeros, unless somebody wrote there.
      for (word = patterned; word < found.length; word++) if (found[word] !== 0) return word * 4;
      return -1;
    },
    restoreGuards,
    reset() {
      blocks.length = 0;
      next = guardBytes;
      restoreGuards();
    },
  };
}

/** Samples of a host, with the pattern on both sides. */
export interface GuardedSamples {
  readonly samples: Float32Array;
  /** Whether the pattern on both sides is unchanged. */
  guardsAreIntact(): boolean;
  /** How many of the samples still hold the pattern, because nobody wrote to them. */
  unwritten(): number;
}

/** Words on each side. */
const BORDER = 8;

/** `frames` samples that hold what `from` does, or else the pattern. */
export function guardedSamples(frames: number, from?: ArrayLike<number>): GuardedSamples {
  const words = new Uint32Array(frames + 2 * BORDER).fill(GUARD_PATTERN);
  const samples = new Float32Array(words.buffer, BORDER * 4, frames);
  if (from !== undefined) samples.set(from);
  const border = [...words.subarray(0, BORDER), ...words.subarray(BORDER + frames)];
  return {
    samples,
    guardsAreIntact: () => [...words.subarray(0, BORDER), ...words.subarray(BORDER + frames)].every((word, i) => word === border[i]),
    unwritten: () => words.subarray(BORDER, BORDER + frames).reduce((count, word) => count + Number(word === GUARD_PATTERN), 0),
  };
}
