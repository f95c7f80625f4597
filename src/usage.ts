import { MAX_CHANNELS } from "./bus-config";
import { DESCRIPTOR_BYTES, POINTER_BYTES } from "./layout";

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
  /** What 16-byte boundaries cost. */
  readonly paddingBytes: number;
  /** All of it: what was asked of the heap. */
  readonly totalBytes: number;
  /** A table for the most channels in both directions: what storages that allocate for the worst case take for one bus. */
  readonly worstCasePointerBytes: number;
}

export function usageOf(
  buses: number,
  channels: number,
  ownedChannels: number,
  channelBytes: number,
  hasSilence: boolean,
  totalBytes: number,
): MemoryUsage {
  const pointerBytes = channels * POINTER_BYTES;
  const descriptorBytes = buses * DESCRIPTOR_BYTES;
  const sampleBytes = ownedChannels * channelBytes;
  const silenceBytes = hasSilence ? channelBytes : 0;
  return Object.freeze({
    pointerBytes,
    descriptorBytes,
    sampleBytes,
    silenceBytes,
    paddingBytes: totalBytes - pointerBytes - descriptorBytes - sampleBytes - silenceBytes,
    totalBytes,
    worstCasePointerBytes: MAX_CHANNELS * 2 * POINTER_BYTES,
  });
}

/** Of a storage that was freed. */
export const NO_USAGE: MemoryUsage = /* @__PURE__ */ usageOf(0, 0, 0, 0, false, 0);
