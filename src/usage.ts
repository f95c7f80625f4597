import { DESCRIPTOR_BYTES, MAX_CHANNELS, PARAMETER_BYTES, POINTER_BYTES } from "./abi";
import type { Buffers } from "./buffers";
import type { BusLayout } from "./layout";
import { isShared } from "./memory/heap";
import { SHOWN_STATE_BYTES } from "./shown-state";

/** Bytes of each part of a storage. */
export interface MemoryUsage {
  /** Pointer tables: one pointer for each declared channel. */
  readonly pointerBytes: number;
  /** Bus descriptors: one for each declared bus. */
  readonly descriptorBytes: number;
  /** Samples of the channels that the storage owns. */
  readonly sampleBytes: number;
  /** Zeros to which table entries lead until a pointer is pushed, or until the address of a kernel-owned bus is known. */
  readonly silenceBytes: number;
  /** Floats on their way between the host and buses of another form, and channels that are being mixed. */
  readonly stagingBytes: number;
  /** State that other threads may read. 0 where the memory is not shared. */
  readonly counterBytes: number;
  /** Parameters: a length, an address, a last value and the values of one block for each. 0 where none is declared. */
  readonly parameterBytes: number;
  /**
   * Bytes lost to alignment on 16 bytes. 8 or 12 of them are slack, where the heap's addresses are not multiples of 16 or it
   * has no `free`.
   */
  readonly paddingBytes: number;
  /** Sum of all parts: the bytes taken from the heap. */
  readonly totalBytes: number;
  /** False where the heap has no `free`: then these bytes are never used again. */
  readonly reclaimable: boolean;
  /** For comparison: bytes of pointer tables for the most channels in one bus of each direction. */
  readonly worstCasePointerBytes: number;
}

/** [setup] The bytes that `buffers` take; 0 once they are released. */
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
    parameterBytes: held(parameters === undefined ? 0 : parameters.slots.length * PARAMETER_BYTES + parameters.end - parameters.firstSlot),
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
