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
 * Reads levels and counts of a storage that renders in another thread, while the audio runs. The storage lives in a memory that
 * both threads share. The audio never waits for the observer. Every answer is of one block, never of two.
 *
 * An answer is `undefined` in two cases:
 * - The storage is gone: freed, reconfigured or collected. {@link isGone} is true then, and stays true. Get a new location from
 * the other thread.
 * - The storage was changing each time the observer looked, in about 20 µs of attempts. Keep showing the previous answer: a later
 * attempt will succeed.
 *
 * After `collect`, a block's inputs can be read at once, and its outputs from `deliver` on. In a block that `begin` or `clear`
 * started, nothing says when the kernel has finished. So its outputs are read as they are: the kernel may still be writing them,
 * and with `clearOutputs: false` they may be those of the previous block. Samples behind pushed pointers are always read as they
 * are.
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
  /** The memory in 32-bit words, as large as it was when this was made. Growth of a shared memory does not detach its views. */
  private readonly words: Uint32Array;
  private readonly samples: Partial<Record<SampleFormat, Samples>> = {};
  private isKnownGone = false;

  /**
   * [setup] Begins to observe a storage. A storage that is already gone is no error: {@link isGone} is true then.
   *
   * @param location The `ProcessBufferStorage.location` of the other thread.
   * @throws TypeError when `location` is something else.
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
   * [setup] Whether the storage is freed, reconfigured or collected. From then on every other answer is `undefined`. After a
   * collection it becomes true when the storage's bytes are given back to the heap, and may stay false if the heap has no `free`.
   */
  get isGone(): boolean {
    const { words, state, identity } = this;
    const at = state + SHOWN_IDENTITY;
    this.isKnownGone ||= Atomics.load(words, at) !== identity[0] || Atomics.load(words, at + 1) !== identity[1];
    return this.isKnownGone;
  }

  /**
   * [setup] Number of blocks that `clear`, `begin` or `collect` have started since the storage was allocated. `undefined` if the
   * storage is gone or could not be read.
   */
  get blocks(): number | undefined {
    return this.look(() => this.shown(SHOWN_BLOCKS));
  }

  /** [setup] Frames of the current block; `undefined` if the storage is gone or could not be read. */
  get frames(): number | undefined {
    return this.look(() => this.shown(SHOWN_FRAMES));
  }

  /**
   * [setup] The storage's diagnostics modulo 2^32, as of the last change or delivery of the current block; `undefined` if the
   * storage is gone or could not be read.
   */
  get diagnostics(): Readonly<Diagnostics> | undefined {
    return this.look(() => {
      const counts = DIAGNOSTIC_NAMES.map((name, n) => [name, this.shown(SHOWN_DIAGNOSTICS + n)]);
      return Object.fromEntries(counts) as Diagnostics;
    });
  }

  /**
   * [setup] Length of a bus in the current block; 0 if there is no such bus; `undefined` if the storage is gone or could not be
   * read.
   */
  channelCount(direction: BusDirection, bus: number): number | undefined {
    const place = this.busAt(direction, bus);
    return this.look(() => (place === undefined ? 0 : this.lengthOf(place)));
  }

  /**
   * [setup] Largest magnitude of a channel in the current block, where 1 is the host's full scale, whatever the kernel's format
   * and scale are; NaN if a sample is NaN; 0 if there is no such channel; `undefined` if the storage is gone or could not be
   * read.
   */
  peak(direction: BusDirection, bus: number, channel: number): number | undefined {
    const place = this.busAt(direction, bus);
    return this.look(() => {
      if (place === undefined || !Number.isInteger(channel) || channel < 0 || channel >= this.lengthOf(place)) return 0;
      if (place.direction === "output" && this.shown(SHOWN_RENDERING) !== 0) return undefined;
      return this.peakOf(place, this.samplesOf(place, channel));
    });
  }

  /** The result of `read`, if the storage did not change meanwhile. Otherwise, or if it is `undefined`, it reads again. */
  private look<T>(read: () => T | undefined): T | undefined {
    const sequence = this.state + SHOWN_SEQUENCE;
    for (let tries = 0; tries < MOST_TRIES && !this.isGone; tries++) {
      const before = Atomics.load(this.words, sequence);
      const seen = (before & 1) === 0 ? read() : undefined;
      if (seen === undefined) continue;
      // ARM may execute an atomic load before plain loads that precede it. It does not move loads over an exchange.
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

  /** Length of a bus, at most its capacity: the kernel may have overwritten the length in the descriptor. */
  private lengthOf({ descriptor, capacity }: BusPlace): number {
    return Math.min(this.words[descriptor / WORD_BYTES + CHANNEL_COUNT_WORD]!, capacity);
  }

  /**
   * Address of a channel's samples. If the storage holds them and no pointer was pushed, the address is computed. Otherwise it is
   * read from the table, where the kernel may have written anything.
   */
  private samplesOf({ sampleFormat, layout, table, samples, stride, step }: BusPlace, channel: number): number {
    if (samples > 0 && this.shown(SHOWN_FOREIGN_POINTERS) === 0) {
      const apart = layout === "contiguous" ? this.shown(SHOWN_FRAMES) * SAMPLE_FORMATS[sampleFormat].bytes : stride;
      return samples + channel * apart;
    }
    const pointer = this.words[(table + channel * POINTER_BYTES) / WORD_BYTES]!;
    return pointer - this.shown(SHOWN_WINDOW) * step;
  }

  /** Largest magnitude; `undefined` if the samples do not lie in the memory, because the kernel has overwritten their pointer. */
  private peakOf({ sampleFormat, step, scale }: BusPlace, address: number): number | undefined {
    const { bytes, unit, View } = SAMPLE_FORMATS[sampleFormat];
    const frames = this.shown(SHOWN_FRAMES);
    const first = address / bytes;
    const apart = step / bytes;
    const end = first + frames * apart;
    let samples = this.samples[sampleFormat];
    if (samples === undefined || end > samples.length) {
      // A new view, because the memory may have grown.
      samples = new View(this.memory.buffer);
      this.samples[sampleFormat] = samples;
    }
    if (!Number.isInteger(first) || first <= 0 || frames > this.maxFrames || end - apart >= samples.length) return undefined;
    let highest = 0;
    for (let at = first; at < end; at += apart) highest = Math.max(highest, Math.abs(samples[at]!));
    return highest / Math.abs(unit * scale);
  }
}

/** Attempts to read before an answer is `undefined`. */
const MOST_TRIES = 1000;

/** An atomic exchange on it keeps the loads before it and after it in order. Its value has no meaning. */
const BARRIER = /* @__PURE__ */ new Int32Array(1);

/** Where a bus is in the memory. */
interface BusPlace {
  readonly direction: BusDirection;
  readonly sampleFormat: SampleFormat;
  readonly capacity: number;
  readonly descriptor: number;
  readonly table: number;
  /** Address of the first channel's samples; 0 if the storage does not hold them. */
  readonly samples: number;
  readonly layout: SampleLayout;
  /** Bytes from the first sample of a channel to the first sample of the next channel. */
  readonly stride: number;
  /** Bytes from one sample of a channel to the next sample of the same channel. */
  readonly step: number;
  readonly scale: number;
}

/** @throws TypeError when `location` is no location. Every address in the result lies in the memory. */
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
    if (
      !(sampleFormat in SAMPLE_FORMATS) ||
      !(step > 0 || capacity === 0) ||
      step % SAMPLE_FORMATS[sampleFormat].bytes !== 0 ||
      !isObject(scale)
    ) {
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
