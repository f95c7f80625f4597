import { DESCRIPTOR_BYTES, MAX_CHANNELS, PARAMETER_BYTES, POINTER_BYTES } from "./abi";
import type { Buffers } from "./buffers";
import type { BusLayout } from "./layout";
import { isShared } from "./memory/heap";
import { SHOWN_STATE_BYTES } from "./shown-state";

/** Bytes of each part of a storage, exact. */
export interface MemoryUsage {
  /** Pointer tables: one pointer for each declared channel. */
  readonly pointerBytes: number;
  /** Bus descriptors: one for each declared bus. */
  readonly descriptorBytes: number;
  /** Samples of the storage's own channels. */
  readonly sampleBytes: number;
  /** The zeros to which entries lead that nobody has pushed, with external channel memory. */
  readonly silenceBytes: number;
  /** Floats on their way between the host and buses of another form, and while they are mixed. */
  readonly stagingBytes: number;
  /** What other threads may read of the storage; 0 in memory that is not shared. */
  readonly counterBytes: number;
  /** Parameters: a length, an address and a last value each, and the values of a block; 0 where none is declared. */
  readonly parameterBytes: number;
  /** What 16-byte boundaries cost, 8 bytes more where the heap aligns to 8 or has no `free`. */
  readonly paddingBytes: number;
  /** All of it: what was taken from the heap. */
  readonly totalBytes: number;
  /** False where the heap has no `free`: then these bytes are never used again. */
  readonly reclaimable: boolean;
  /** A table for the most channels in both directions: what storages that allocate for the worst case take for one bus. */
  readonly worstCasePointerBytes: number;
}

/** [setup] What buffers take; nothing once they are released. */
export function usageOf({ layout, settings, block, reservation }: Buffers): MemoryUsage {
  const { parameters } = layout;
  const held = (bytes: number) => (block.isLive ? bytes : 0);
  const sum = (bytesOf: (bus: BusLayout) => number) => layout.buses.reduce((total, bus) => total + bytesOf(bus), 0);
  const parts = {
    pointerBytes: held(layout.channels * POINTER_BYTES),
    descriptorBytes: held(layout.buses.length * DESCRIPTOR_BYTES),
    sampleBytes: held(sum(({ owner, capacity, sampleBytes }) => (owner === "storage" ? capacity * settings.maxFrames * sampleBytes : 0))),
    silenceBytes: held(layout.silenceBytes),
    stagingBytes: held(layout.shownState - layout.hostFloats),
    parameterBytes: held(parameters === undefined ? 0 : parameters.rooms.length * PARAMETER_BYTES + parameters.end - parameters.firstRoom),
    counterBytes: held(isShared(settings.heap.memory) ? SHOWN_STATE_BYTES : 0),
  };
  const totalBytes = held(reservation.takenBytes);
  return Object.freeze({
    ...parts,
    paddingBytes: Object.values(parts).reduce((left, bytes) => left - bytes, totalBytes),
    totalBytes,
    reclaimable: settings.heap.free !== undefined,
    worstCasePointerBytes: MAX_CHANNELS * 2 * POINTER_BYTES,
  });
}
