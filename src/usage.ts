import { MAX_CHANNELS } from "./bus-config";
import { DESCRIPTOR_BYTES, POINTER_BYTES } from "./layout";
import type { Region } from "./region";
import type { SampleFormat } from "./sample-format";

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
  /** All of it: what the heap is asked for, or 16 less where it hands out addresses that are no multiple of 16. */
  readonly totalBytes: number;
  /** False where the heap has no `free`: then these bytes are never used again. */
  readonly reclaimable: boolean;
  /** A table for the most channels in both directions: what storages that allocate for the worst case take for one bus. */
  readonly worstCasePointerBytes: number;
}

/** [setup] What a region takes; nothing once it is given back. */
export function usageOf<F extends SampleFormat>({ plan, settings, live }: Region<F>): MemoryUsage {
  const held = (bytes: number) => (live ? bytes : 0);
  const parts = {
    pointerBytes: held(plan.channels * POINTER_BYTES),
    descriptorBytes: held(plan.buses.length * DESCRIPTOR_BYTES),
    sampleBytes: held(plan.ownedChannels * settings.maxFrames * plan.sampleBytes),
    silenceBytes: held(plan.silenceBytes),
    stagingBytes: held(plan.stagingBytes),
    counterBytes: held(plan.countersBytes),
  };
  const totalBytes = held(plan.totalBytes);
  return Object.freeze({
    ...parts,
    paddingBytes: Object.values(parts).reduce((left, bytes) => left - bytes, totalBytes),
    totalBytes,
    reclaimable: settings.heap.free !== undefined,
    worstCasePointerBytes: MAX_CHANNELS * 2 * POINTER_BYTES,
  });
}
