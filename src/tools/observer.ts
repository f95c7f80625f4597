import { CHANNEL_COUNT_WORD, DESCRIPTOR_BYTES, POINTER_BYTES } from "../abi";
import type { BusDirection } from "../config";
import type { Diagnostics } from "../diagnostics";
import { checkMemory } from "../memory/heap";
import { described } from "../messages";
import {
  SHOWN_BLOCKS,
  SHOWN_DROPPED_CHANNELS,
  SHOWN_FRAMES,
  SHOWN_REFUSED_PUSHES,
  SHOWN_STATE_BYTES,
  SHOWN_TRUNCATED_FRAMES,
  SHOWN_VIEW_REBUILDS,
  SHOWN_WINDOW,
  type StorageLocation,
} from "../shown-state";

/**
 * Reads a storage that renders in another thread, over the same shared memory: meters and counts,
 * while the audio runs. Nothing is locked: a level may mix two blocks, a count may be one block old.
 * It makes views as it looks, so never ask it in a render callback. It is of no use once the storage is reconfigured or freed; ask for its location anew then.
 *
 * @example In the worklet, then on the main thread
 * ```ts
 * this.port.postMessage(storage.location);
 * node.port.onmessage = ({ data }) => {
 *   const observer = new StorageObserver(data);
 *   setInterval(() => draw(observer.peak("output", 0, 0), observer.diagnostics), 50);
 * };
 * ```
 */
export class StorageObserver {
  private readonly location: StorageLocation;

  /**
   * [setup] Sees the storage from now on.
   *
   * @param location What `ProcessBufferStorage.location` said in the other thread.
   * @throws TypeError when it is something else.
   */
  constructor(location: StorageLocation) {
    this.location = checkedLocation(location);
  }

  /** [setup] How often a block was started since allocation: by `clear`, `begin` or `collect`. */
  get blocks(): number {
    return this.count(SHOWN_BLOCKS);
  }

  /** [setup] Frames of the current block. */
  get frames(): number {
    return this.count(SHOWN_FRAMES);
  }

  /** [setup] The storage's diagnostics as its current block began. */
  get diagnostics(): Readonly<Diagnostics> {
    return {
      refusedPushes: this.count(SHOWN_REFUSED_PUSHES),
      droppedChannels: this.count(SHOWN_DROPPED_CHANNELS),
      truncatedFrames: this.count(SHOWN_TRUNCATED_FRAMES),
      viewRebuilds: this.count(SHOWN_VIEW_REBUILDS),
    };
  }

  /** [setup] Channels of a bus in the current block; 0 where there is no such bus. */
  channelCount(direction: BusDirection, bus: number): number {
    const descriptor = this.descriptor(direction, bus);
    return descriptor === 0 ? 0 : this.words(descriptor, DESCRIPTOR_BYTES)[CHANNEL_COUNT_WORD]!;
  }

  /** [setup] Largest magnitude of a channel in the current block; 0 where there is no such channel. */
  peak(direction: BusDirection, bus: number, channel: number): number {
    const samples = this.samples(direction, bus, channel);
    let highest = 0;
    for (let k = 0; k < samples.length; k++) highest = Math.max(highest, Math.abs(samples[k]!));
    return highest;
  }

  /** A view of a channel as it is now. Whatever the kernel left in tables and descriptors, it never leads out of the memory. */
  private samples(direction: BusDirection, bus: number, channel: number): Float32Array | Float64Array {
    const View = this.location.sampleFormat === "f64" ? Float64Array : Float32Array;
    const { buffer } = this.location.memory;
    const fits = (address: number, bytes: number) =>
      address > 0 && address % View.BYTES_PER_ELEMENT === 0 && address + bytes <= buffer.byteLength;
    const descriptor = this.descriptor(direction, bus);
    if (descriptor === 0 || !Number.isInteger(channel) || channel < 0) return new View(0);
    const [data32, data64, channelCount] = this.words(descriptor, DESCRIPTOR_BYTES);
    const entry = (this.location.sampleFormat === "f64" ? data64! : data32!) + channel * POINTER_BYTES;
    if (channel >= channelCount! || entry % POINTER_BYTES !== 0 || entry + POINTER_BYTES > buffer.byteLength) return new View(0);
    // Each number once: it may be another one when it is read again.
    const { frames } = this;
    const pointer = this.words(entry, POINTER_BYTES)[0]! - this.count(SHOWN_WINDOW) * View.BYTES_PER_ELEMENT;
    return fits(pointer, frames * View.BYTES_PER_ELEMENT) ? new View(buffer, pointer, frames) : new View(0);
  }

  private descriptor(direction: BusDirection, bus: number): number {
    const { inputsAddress, inputBuses, outputsAddress, outputBuses } = this.location;
    if (direction !== "input" && direction !== "output") return 0;
    const [first, count] = direction === "input" ? [inputsAddress, inputBuses] : [outputsAddress, outputBuses];
    return Number.isInteger(bus) && bus >= 0 && bus < count ? first + bus * DESCRIPTOR_BYTES : 0;
  }

  private count(counter: number): number {
    return Atomics.load(this.words(this.location.shownStateAddress, SHOWN_STATE_BYTES), counter);
  }

  private words(address: number, bytes: number): Uint32Array {
    return new Uint32Array(this.location.memory.buffer, address, bytes / 4);
  }
}

/** A copy, of which nothing changes any more. */
function checkedLocation(location: StorageLocation): StorageLocation {
  if (typeof location !== "object" || location === null) {
    throw new TypeError(`a location is what ProcessBufferStorage.location says; ${described(location)} came`);
  }
  const checked = { ...location };
  checkMemory(checked.memory, "a location");
  if (checked.sampleFormat !== "f32" && checked.sampleFormat !== "f64") {
    throw new TypeError(`sampleFormat of a location is "f32" or "f64"; ${described(checked.sampleFormat)} came`);
  }
  for (const part of ["inputsAddress", "inputBuses", "outputsAddress", "outputBuses", "shownStateAddress"] as const) {
    if (Number.isInteger(checked[part]) && checked[part] >= 0) continue;
    throw new TypeError(`${part} of a location is a whole number; ${described(checked[part])} came`);
  }
  return checked;
}
