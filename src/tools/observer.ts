import { CHANNEL_COUNT_WORD, DESCRIPTOR_BYTES, MAX_CHANNELS, POINTER_BYTES } from "../abi";
import type { BusDirection } from "../config";
import type { Diagnostics } from "../diagnostics";
import { checkMemory, isShared } from "../memory/heap";
import { described } from "../messages";
import { SAMPLE_FORMATS, type SampleFormat, type Samples } from "../sample-format";
import {
  type BusLocation,
  SHOWN_BLOCKS,
  SHOWN_DROPPED_CHANNELS,
  SHOWN_FOREIGN_POINTERS,
  SHOWN_FRAMES,
  SHOWN_IDENTITY,
  SHOWN_REFUSED_PUSHES,
  SHOWN_RENDERING,
  SHOWN_SEQUENCE,
  SHOWN_STATE_BYTES,
  SHOWN_TRUNCATED_FRAMES,
  SHOWN_VIEW_REBUILDS,
  SHOWN_WINDOW,
  type StorageLocation,
} from "../shown-state";

/**
 * Reads a storage that renders in another thread, over the same shared memory: meters and counts, while the audio
 * runs. The audio never waits for it. What it shows at once is of one block, never of two.
 *
 * Every answer may be `undefined`, which means one of two things. The storage is gone: freed, reconfigured or collected.
 * Then {@link isGone} is true for good; ask for its location anew. Or it was changing all the time, although the observer
 * looked again for a while: some 20 µs. Then show what you showed before; the next look will see something.
 *
 * A block that was collected shows its outputs once it is delivered, and its inputs at once. Nobody tells when a
 * kernel is through with a block that `begin` or `clear` started, so that one shows its outputs as they stand: with
 * `clearOutputs: false` they may still hold the block before. So do the samples of pushed pointers, which are somebody else's.
 *
 * @example In the worklet, then on the main thread
 * ```ts
 * this.port.postMessage(storage.location);
 * node.port.onmessage = ({ data }) => {
 *   const observer = new StorageObserver(data);
 *   let level = 0;
 *   setInterval(() => draw((level = observer.peak("output", 0, 0) ?? level)), 50);
 * };
 * ```
 */
export class StorageObserver {
  private readonly location: StorageLocation;
  /** Index of the shown state among the memory's 32-bit words. */
  private readonly state: number;
  /** All of the memory as it was when something was first looked for there. */
  private readonly words: Uint32Array;
  private readonly samples: Partial<Record<SampleFormat, Samples>> = {};
  private isKnownGone = false;

  /**
   * [setup] Sees the storage from now on. One that is gone is no error: {@link isGone} tells.
   *
   * @param location What `ProcessBufferStorage.location` said in the other thread.
   * @throws TypeError when it is something else.
   */
  constructor(location: StorageLocation) {
    this.location = checkedLocation(location);
    this.state = this.location.shownStateAddress / WORD_BYTES;
    this.words = new Uint32Array(this.location.memory.buffer);
  }

  /** [setup] Whether the storage is freed, reconfigured or collected. Everything else answers `undefined` from then on. */
  get isGone(): boolean {
    const { words, state, location } = this;
    const at = state + SHOWN_IDENTITY;
    this.isKnownGone ||= Atomics.load(words, at) !== location.identity[0] || Atomics.load(words, at + 1) !== location.identity[1];
    return this.isKnownGone;
  }

  /** [setup] How often a block was started since allocation: by `clear`, `begin` or `collect`. `undefined` when gone or not seen. */
  get blocks(): number | undefined {
    return this.look(() => this.shown(SHOWN_BLOCKS));
  }

  /** [setup] Frames of the current block; `undefined` when gone or not seen. */
  get frames(): number | undefined {
    return this.look(() => this.shown(SHOWN_FRAMES));
  }

  /** [setup] The storage's diagnostics when the current block was last changed or delivered; `undefined` when gone or not seen. */
  get diagnostics(): Readonly<Diagnostics> | undefined {
    return this.look(() => ({
      refusedPushes: this.shown(SHOWN_REFUSED_PUSHES),
      droppedChannels: this.shown(SHOWN_DROPPED_CHANNELS),
      truncatedFrames: this.shown(SHOWN_TRUNCATED_FRAMES),
      viewRebuilds: this.shown(SHOWN_VIEW_REBUILDS),
    }));
  }

  /** [setup] Channels of a bus in the current block; 0 where there is no such bus; `undefined` when gone or not seen. */
  channelCount(direction: BusDirection, bus: number): number | undefined {
    const place = this.busAt(direction, bus);
    return this.look(() => (place === undefined ? 0 : this.lengthOf(place)));
  }

  /**
   * [setup] Largest magnitude of a channel in the current block; 0 where there is no such channel; NaN where the kernel
   * wrote it; `undefined` when gone or not seen.
   */
  peak(direction: BusDirection, bus: number, channel: number): number | undefined {
    const place = this.busAt(direction, bus);
    return this.look(() => {
      if (place === undefined || !Number.isInteger(channel) || channel < 0 || channel >= this.lengthOf(place)) return 0;
      if (direction === "output" && this.shown(SHOWN_RENDERING) !== 0) return undefined;
      return this.peakOf(place, this.samplesOf(place, channel));
    });
  }

  /** What `read` sees while the storage does not change. It looks again where something did, or where `read` sees nothing. */
  private look<T>(read: () => T | undefined): T | undefined {
    const sequence = this.state + SHOWN_SEQUENCE;
    for (let tries = 0; tries < MOST_TRIES && !this.isGone; tries++) {
      const before = Atomics.load(this.words, sequence);
      const seen = (before & 1) === 0 ? read() : undefined;
      if (seen === undefined) continue;
      // ARM lets an atomic load overtake plain loads before it, but not one that comes after an exchange.
      Atomics.exchange(BARRIER, 0, 0);
      if (Atomics.load(this.words, sequence) === before && !this.isGone) return seen;
    }
    return undefined;
  }

  private busAt(direction: BusDirection, bus: number): BusLocation | undefined {
    const { inputs, outputs } = this.location;
    if (!Number.isInteger(bus)) return undefined;
    return direction === "input" ? inputs[bus] : direction === "output" ? outputs[bus] : undefined;
  }

  private shown(word: number): number {
    return this.words[this.state + word]!;
  }

  /** Whatever a kernel wrote there, no more than were declared. */
  private lengthOf({ descriptorAddress, capacity }: BusLocation): number {
    return Math.min(this.words[descriptorAddress / WORD_BYTES + CHANNEL_COUNT_WORD]!, capacity);
  }

  /** Address of a channel's samples. Only where pointers were pushed the table knows better, and there a kernel may have written anything. */
  private samplesOf({ sampleFormat, tableAddress, samplesAddress, stride }: BusLocation, channel: number): number {
    if (samplesAddress > 0 && this.shown(SHOWN_FOREIGN_POINTERS) === 0) return samplesAddress + channel * stride;
    const pointer = this.words[(tableAddress + channel * POINTER_BYTES) / WORD_BYTES]!;
    return pointer - this.shown(SHOWN_WINDOW) * SAMPLE_FORMATS[sampleFormat].bytes;
  }

  /** `undefined` for samples that cannot be in the memory: a kernel may have written over what leads to them. */
  private peakOf({ sampleFormat, stride }: BusLocation, address: number): number | undefined {
    const { bytes, View } = SAMPLE_FORMATS[sampleFormat];
    const frames = this.shown(SHOWN_FRAMES);
    const first = address / bytes;
    const end = first + frames;
    let samples = this.samples[sampleFormat];
    if (samples === undefined || end > samples.length) {
      // The memory may have grown.
      samples = new View(this.location.memory.buffer);
      this.samples[sampleFormat] = samples;
    }
    if (!Number.isInteger(first) || first <= 0 || frames * bytes > stride || end > samples.length) return undefined;
    let highest = 0;
    for (let at = first; at < end; at++) highest = Math.max(highest, Math.abs(samples[at]!));
    return highest;
  }
}

const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** How often it looks before it says that it saw nothing. */
const MOST_TRIES = 1000;

/** Nobody else sees it. */
const BARRIER = /* @__PURE__ */ new Int32Array(1);

/** A copy, of which nothing changes any more. */
function checkedLocation(location: StorageLocation): StorageLocation {
  if (typeof location !== "object" || location === null) {
    throw new TypeError(`a location is what ProcessBufferStorage.location says; ${described(location)} came`);
  }
  const { memory, identity, shownStateAddress, inputs, outputs } = location;
  checkMemory(memory, "a location");
  if (!isShared(memory)) throw new TypeError("the memory of a location is shared; one came that is not");
  const memoryBytes = memory.buffer.byteLength;
  if (!Array.isArray(identity) || identity.length !== 2 || !identity.every(Number.isInteger)) {
    throw new TypeError(`identity of a location is two whole numbers; ${described(identity)} came`);
  }
  return {
    memory,
    identity: [identity[0], identity[1]],
    shownStateAddress: checkedAddress("shownStateAddress", shownStateAddress, SHOWN_STATE_BYTES, memoryBytes),
    inputs: checkedBuses("inputs", inputs, memoryBytes),
    outputs: checkedBuses("outputs", outputs, memoryBytes),
  };
}

function checkedBuses(list: string, buses: readonly BusLocation[], memoryBytes: number): readonly BusLocation[] {
  if (!Array.isArray(buses)) throw new TypeError(`${list} of a location is a list of buses; ${described(buses)} came`);
  return buses.map((bus: BusLocation) => {
    if (typeof bus !== "object" || bus === null)
      throw new TypeError(`${list} of a location is a list of buses; ${described(bus)} is in it`);
    const { sampleFormat, capacity, descriptorAddress, tableAddress, samplesAddress, stride } = bus;
    if (!Object.hasOwn(SAMPLE_FORMATS, sampleFormat)) {
      throw new TypeError(`sampleFormat of a bus's location is "f32" or "f64"; ${described(sampleFormat)} came`);
    }
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > MAX_CHANNELS) {
      throw new TypeError(`capacity of a bus's location is 0 to ${MAX_CHANNELS}; ${described(capacity)} came`);
    }
    if (!Number.isInteger(stride) || stride < 0)
      throw new TypeError(`stride of a bus's location is a whole number; ${described(stride)} came`);
    return {
      sampleFormat,
      capacity,
      descriptorAddress: checkedAddress("descriptorAddress", descriptorAddress, DESCRIPTOR_BYTES, memoryBytes),
      tableAddress: checkedAddress("tableAddress", tableAddress, capacity * POINTER_BYTES, memoryBytes),
      samplesAddress: checkedAddress("samplesAddress", samplesAddress, capacity * stride, memoryBytes),
      stride,
    };
  });
}

function checkedAddress(name: string, address: number, byteLength: number, memoryBytes: number): number {
  if (Number.isInteger(address) && address >= 0 && address % WORD_BYTES === 0 && address + byteLength <= memoryBytes) return address;
  throw new TypeError(`${name} of a location is an address of ${byteLength} bytes in its memory; ${described(address)} came`);
}
