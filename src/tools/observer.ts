import { CHANNEL_COUNT_WORD, DESCRIPTOR_BYTES, POINTER_BYTES } from "../abi";
import type { BusDirection } from "../config";
import { DIAGNOSTIC_NAMES, type Diagnostics } from "../diagnostics";
import type { BusLayout } from "../layout";
import { WORD_BYTES } from "../memory/address";
import { checkMemory, isShared } from "../memory/heap";
import { described } from "../messages";
import { SAMPLE_FORMATS, type SampleFormat, type SampleLayout, type Samples } from "../sample-format";
import {
  SHOWN_BLOCKS,
  SHOWN_DIAGNOSTICS,
  SHOWN_FOREIGN_POINTERS,
  SHOWN_FRAMES,
  SHOWN_IDENTITY,
  SHOWN_RENDERING,
  SHOWN_SEQUENCE,
  SHOWN_STATE_BYTES,
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
 * A block that was collected shows its inputs at once, and its outputs from `deliver` on. Nobody tells when a kernel is
 * through with a block that `begin` or `clear` started, so that one shows its outputs as they stand: with
 * `clearOutputs: false` the block before may still be there. What pushed pointers lead to is shown as it stands, too.
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
  private readonly memory: WebAssembly.Memory;
  private readonly identity: readonly [number, number];
  /** Index of the shown state among the memory's 32-bit words. */
  private readonly state: number;
  private readonly inputs: readonly BusPlace[];
  private readonly outputs: readonly BusPlace[];
  private readonly maxFrames: number;
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
    const { memory, identity, state, inputs, outputs, maxFrames } = placesFrom(location);
    this.memory = memory;
    this.identity = identity;
    this.state = state;
    this.inputs = inputs;
    this.outputs = outputs;
    this.maxFrames = maxFrames;
    this.words = new Uint32Array(memory.buffer);
  }

  /**
   * [setup] Whether the storage is freed, reconfigured or collected. Everything else answers `undefined` from then on.
   * One that was collected is known to be gone when its bytes are given back: never, where its heap has no `free`.
   */
  get isGone(): boolean {
    const { words, state, identity } = this;
    const at = state + SHOWN_IDENTITY;
    this.isKnownGone ||= Atomics.load(words, at) !== identity[0] || Atomics.load(words, at + 1) !== identity[1];
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
    return this.look(() => {
      const counts = DIAGNOSTIC_NAMES.map((name, n) => [name, this.shown(SHOWN_DIAGNOSTICS + n)]);
      return Object.fromEntries(counts) as Diagnostics;
    });
  }

  /** [setup] Channels of a bus in the current block; 0 where there is no such bus; `undefined` when gone or not seen. */
  channelCount(direction: BusDirection, bus: number): number | undefined {
    const place = this.busAt(direction, bus);
    return this.look(() => (place === undefined ? 0 : this.lengthOf(place)));
  }

  /**
   * [setup] Largest magnitude of a channel in the current block, in the host's units whatever the kernel's are; 0 where there is no such channel; NaN where the kernel
   * wrote it; `undefined` when gone or not seen.
   */
  peak(direction: BusDirection, bus: number, channel: number): number | undefined {
    const place = this.busAt(direction, bus);
    return this.look(() => {
      if (place === undefined || !Number.isInteger(channel) || channel < 0 || channel >= this.lengthOf(place)) return 0;
      if (place.direction === "output" && this.shown(SHOWN_RENDERING) !== 0) return undefined;
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

  private busAt(direction: BusDirection, bus: number): BusPlace | undefined {
    const { inputs, outputs } = this;
    if (!Number.isInteger(bus)) return undefined;
    return direction === "input" ? inputs[bus] : direction === "output" ? outputs[bus] : undefined;
  }

  private shown(word: number): number {
    return this.words[this.state + word]!;
  }

  /** Whatever a kernel wrote there, no more than were declared. */
  private lengthOf({ descriptor, capacity }: BusPlace): number {
    return Math.min(this.words[descriptor / WORD_BYTES + CHANNEL_COUNT_WORD]!, capacity);
  }

  /** Address of a channel's samples. Only where the storage does not have them the table knows better, and there a kernel may have written anything. */
  private samplesOf({ sampleFormat, layout, table, samples, stride, step }: BusPlace, channel: number): number {
    if (samples > 0 && this.shown(SHOWN_FOREIGN_POINTERS) === 0) {
      const apart = layout === "contiguous" ? this.shown(SHOWN_FRAMES) * SAMPLE_FORMATS[sampleFormat].bytes : stride;
      return samples + channel * apart;
    }
    const pointer = this.words[(table + channel * POINTER_BYTES) / WORD_BYTES]!;
    return pointer - this.shown(SHOWN_WINDOW) * step;
  }

  /** `undefined` for samples that cannot be in the memory: a kernel may have written over what leads to them. */
  private peakOf({ sampleFormat, step, scale }: BusPlace, address: number): number | undefined {
    const { bytes, unit, View } = SAMPLE_FORMATS[sampleFormat];
    const frames = this.shown(SHOWN_FRAMES);
    const first = address / bytes;
    const apart = step / bytes;
    const end = first + frames * apart;
    let samples = this.samples[sampleFormat];
    if (samples === undefined || end > samples.length) {
      // The memory may have grown.
      samples = new View(this.memory.buffer);
      this.samples[sampleFormat] = samples;
    }
    if (!Number.isInteger(first) || first <= 0 || frames > this.maxFrames || end - apart >= samples.length) return undefined;
    let highest = 0;
    for (let at = first; at < end; at += apart) highest = Math.max(highest, Math.abs(samples[at]!));
    return highest / Math.abs(unit * scale);
  }
}

/** How often it looks before it says that it saw nothing. */
const MOST_TRIES = 1000;

/** An atomic access to it keeps the loads before it and after it in order. Its value means nothing. */
const BARRIER = /* @__PURE__ */ new Int32Array(1);

/** Where a bus is in the memory. */
interface BusPlace {
  readonly direction: BusDirection;
  readonly sampleFormat: SampleFormat;
  readonly capacity: number;
  readonly descriptor: number;
  readonly table: number;
  /** The first channel's own samples; 0 where it has none. */
  readonly samples: number;
  readonly layout: SampleLayout;
  /** Bytes from one channel's own samples to the next one's, and from one sample of a channel to the next one. */
  readonly stride: number;
  readonly step: number;
  readonly scale: number;
}

/** @throws TypeError for what is no location. Nothing of what is made of one leads out of the memory. */
function placesFrom(location: StorageLocation) {
  if (!isObject(location)) {
    throw new TypeError(`a location is what ProcessBufferStorage.location says; ${described(location)} came`);
  }
  const { memory, identity, address, layout } = location;
  checkMemory(memory, "a location");
  if (!isShared(memory)) throw new TypeError("the memory of a location is shared; one came that is not");
  if (!Array.isArray(identity) || identity.length !== 2) {
    throw new TypeError(`identity of a location is two whole numbers; ${described(identity)} came`);
  }
  if (!Number.isInteger(address)) throw new TypeError(`address of a location is a whole number; ${described(address)} came`);
  if (!isObject(layout) || !Array.isArray(layout.buses) || !layout.buses.every(isObject)) {
    throw new TypeError(`layout of a location is what ProcessBufferStorage.location says; ${described(layout)} came`);
  }
  const memoryBytes = memory.buffer.byteLength;
  const placeOf = (name: string, offset: number, byteLength: number): number => {
    const place = address + offset;
    const isInside = Number.isInteger(place) && place >= 0 && byteLength >= 0 && place + byteLength <= memoryBytes;
    if (isInside && place % WORD_BYTES === 0) return place;
    throw new TypeError(`a location leads to ${name} in its memory; ${described(place)} came`);
  };
  const { tables, maxFrames } = layout;
  const buses = layout.buses.map((bus: BusLayout, index: number): BusPlace => {
    const { isInput, capacity, owner, firstChannel, samples, stride, step, sampleFormat, layout: form, scale, sampleRunBytes } = bus;
    if (!(sampleFormat in SAMPLE_FORMATS) || !(step > 0) || step % SAMPLE_FORMATS[sampleFormat].bytes !== 0 || !isObject(scale)) {
      throw new TypeError(`layout of a location is what ProcessBufferStorage.location says; bus ${index} is otherwise`);
    }
    const ownSamples = placeOf("samples", samples, owner === "storage" ? sampleRunBytes : 0);
    return {
      direction: isInput ? "input" : "output",
      sampleFormat,
      layout: form,
      capacity,
      descriptor: placeOf("descriptors", index * DESCRIPTOR_BYTES, DESCRIPTOR_BYTES),
      table: placeOf("tables", tables + firstChannel * POINTER_BYTES, capacity * POINTER_BYTES),
      samples: owner === "storage" ? ownSamples : 0,
      stride,
      step,
      scale: scale[0],
    };
  });
  return {
    memory,
    maxFrames,
    identity: [identity[0], identity[1]] as const,
    state: placeOf("its state", layout.shownState, SHOWN_STATE_BYTES) / WORD_BYTES,
    inputs: buses.filter(({ direction }) => direction === "input"),
    outputs: buses.filter(({ direction }) => direction === "output"),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
