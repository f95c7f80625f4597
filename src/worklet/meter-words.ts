// Levels as they stand in 32-bit words, which the worklet writes and the page reads.
//
//   blocks │ one count for each of the diagnostics │ bus: connected │ peak of each channel │ next bus …
//
// A peak is stored as the bits of a 32-bit float. The reader sets it to 0, so the next one is that of the time since then.

import { type BusConfig, channelCountOf } from "../config";
import { DIAGNOSTIC_NAMES, type Diagnostics } from "../diagnostics";
import type { BusLevels, KernelLevels } from "./protocol";

/** Place of the number of blocks that were measured since the last read. */
export const BLOCKS_WORD = 0;
/** Place of the first count. */
export const FIRST_WORD = 1;

/** [setup] Room for the levels of these buses. @param isShared Whether other threads see it. */
export function wordsFor({ inputs, outputs }: BusConfig, isShared = false): Int32Array {
  const buses = [...inputs, ...outputs];
  const words = FIRST_WORD + DIAGNOSTIC_NAMES.length + buses.reduce<number>((total, bus) => total + 1 + channelCountOf(bus), 0);
  return isShared ? new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT)) : new Int32Array(words);
}

/** [setup] Whether a block was measured since the last read. */
export function hasLevels(words: Int32Array): boolean {
  return Atomics.load(words, BLOCKS_WORD) !== 0;
}

/** [setup] Reads the levels, and sets the peaks and the number of blocks to 0. */
export function levelsFrom(words: Int32Array, { inputs, outputs }: BusConfig): KernelLevels {
  Atomics.store(words, BLOCKS_WORD, 0);
  let at = FIRST_WORD;
  const counts = DIAGNOSTIC_NAMES.map((name) => [name, Atomics.load(words, at++) >>> 0]);
  const bits = new Int32Array(1);
  const floats = new Float32Array(bits.buffer);
  const taken = (): number => {
    bits[0] = Atomics.exchange(words, at++, 0);
    return floats[0]!;
  };
  const levelsOf = (buses: BusConfig["inputs"]): BusLevels[] =>
    buses.map((bus) => {
      const connected = Atomics.load(words, at++);
      return { connected, peaks: Array.from({ length: channelCountOf(bus) }, taken) };
    });
  return { inputs: levelsOf(inputs), outputs: levelsOf(outputs), diagnostics: Object.fromEntries(counts) as unknown as Diagnostics };
}
