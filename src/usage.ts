import { MAX_CHANNELS } from "./bus-config";
import { POINTER_BYTES } from "./layout";

/** Bytes of each part of a storage, exact. */
export interface MemoryUsage {
  /** Pointer tables: one pointer for each declared channel. */
  readonly pointerBytes: number;
  /** Bus descriptors: one for each declared bus. */
  readonly descriptorBytes: number;
  /** Samples of the storage's own channels. */
  readonly sampleBytes: number;
  /** The zeros that stand in for every missing channel. */
  readonly silenceBytes: number;
  /** Floats on their way between host and kernel: one channel for sample format "f64", and what `interleavedChannels` asks for. */
  readonly stagingBytes: number;
  /** What other threads may read of the storage; 0 in memory that is not shared. */
  readonly counterBytes: number;
  /** What 16-byte boundaries cost. */
  readonly paddingBytes: number;
  /** All of it: what was asked of the heap. */
  readonly totalBytes: number;
  /** False where the heap has no `free`: then these bytes are never used again. */
  readonly reclaimable: boolean;
  /** A table for the most channels in both directions: what storages that allocate for the worst case take for one bus. */
  readonly worstCasePointerBytes: number;
}

/** Completes the parts with what follows from them. */
export function usageOf(parts: Omit<MemoryUsage, "paddingBytes" | "worstCasePointerBytes">): MemoryUsage {
  const { pointerBytes, descriptorBytes, sampleBytes, silenceBytes, stagingBytes, counterBytes, totalBytes } = parts;
  return Object.freeze({
    ...parts,
    paddingBytes: totalBytes - pointerBytes - descriptorBytes - sampleBytes - silenceBytes - stagingBytes - counterBytes,
    worstCasePointerBytes: MAX_CHANNELS * 2 * POINTER_BYTES,
  });
}
