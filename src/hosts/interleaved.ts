// Interleaved hosts: one array, frame after frame, as Node's audio engines and PCM streams have it. The core converts,
// in a room that the host owns. An array that does not fit into the room goes sample by sample.

import { COLLECTED } from "../block";
import type { Bus } from "../bus";
import { type InterleavingCore, interleavingCoreOver } from "../core/interleaving";
import { interleavedHosts, storages } from "../identity";
import { orRelease, type Reservation, reserve } from "../memory/reservation";
import { ViewCache } from "../memory/views";
import { checkNames, described } from "../messages";
import { FLOAT_BYTES, type SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";
import { fill, set } from "./host-lists";
import { lengthOf } from "./typed-array";

/** Samples of a host's array: floats, or 16-bit whole numbers, which are scaled by 32768. */
export type PcmFormat = "f32" | "i16";

/** What an {@link InterleavedHost} is told. */
export interface InterleavedHostOptions {
  /** Channels in the host's array, 1 … 1024. */
  readonly channelCount: number;
  /** What the array holds. Default "f32". */
  readonly format?: PcmFormat;
}

type PcmSamples = Float32Array | Int16Array;

/**
 * A host that passes interleaved frames, `frames * channelCount` samples in one array. The array's channels go to the
 * buses one after the other: bus 0 takes the first ones, bus 1 the next. What no bus takes is counted in
 * `diagnostics.droppedChannels`; what no bus gives is zero.
 *
 * It has room for `maxFrames` frames in the storage's heap, until {@link free}, or until it is collected. After a
 * reconfiguration to more frames longer blocks go sample by sample, which takes longer; a new host has room for them.
 *
 * @example
 * ```ts
 * const host = new InterleavedHost(storage, { channelCount: 2, format: "i16" });
 * const frames = host.collect(pcm);
 * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
 * host.deliver(pcm);
 * ```
 */
export class InterleavedHost<F extends SampleFormat = "f32"> {
  /** Channels in the host's array. */
  readonly channelCount: number;
  /** What the host's array holds. */
  readonly format: PcmFormat;
  /** @internal */
  readonly storage: ProcessBufferStorage<F>;
  private readonly isInt16: boolean;
  private readonly core: InterleavingCore;
  private readonly room: Reservation;
  private readonly roomSamples: number;
  private readonly floats: ViewCache<Float32Array>;
  private readonly int16s: ViewCache<Int16Array>;
  private isLive = true;

  /**
   * [setup] Sets the room aside.
   *
   * @throws TypeError when `storage` is none; RangeError for the options; Error when the storage is freed, or its heap has no room.
   */
  constructor(storage: ProcessBufferStorage<F>, options: InterleavedHostOptions) {
    if (!storages.has(storage)) throw new TypeError(`an InterleavedHost is for a ProcessBufferStorage; ${described(storage)} came`);
    checkNames(options, ["channelCount", "format"]);
    const { channelCount, format = "f32" } = options;
    if (!Number.isInteger(channelCount) || channelCount < 1 || channelCount > MOST_CHANNELS) {
      throw new RangeError(`option channelCount is a whole number of channels, 1 to ${MOST_CHANNELS}; ${described(channelCount)} came`);
    }
    if (format !== "f32" && format !== "i16") throw new RangeError(`option format is "f32" or "i16"; ${described(format)} came`);
    const { block, settings, diagnostics } = storage.buffers;
    if (!block.isLive) throw new Error("the storage is freed, so no host can be made for it");
    const { heap, maxFrames, core } = settings;
    const { memory } = heap;
    this.storage = storage;
    this.channelCount = channelCount;
    this.format = format;
    this.isInt16 = format === "i16";
    this.core = interleavingCoreOver(memory, core);
    this.roomSamples = Math.ceil((channelCount * maxFrames) / CONVERTED_AT_ONCE) * CONVERTED_AT_ONCE;
    this.floats = new ViewCache(Float32Array, memory, diagnostics);
    this.int16s = new ViewCache(Int16Array, memory, diagnostics);
    this.room = reserve(heap, this.roomSamples * FLOAT_BYTES, this);
    orRelease(this.room, () => {
      this.floats.prepare(this.room.address, this.roomSamples);
      this.floats.prepare(this.room.address, channelCount * maxFrames);
      this.int16s.prepare(this.room.address, channelCount * maxFrames);
      this.int16s.prepare(this.int16Address, this.roomSamples);
    });
    interleavedHosts.add(this);
  }

  /**
   * [render] One block in, as long as the array: a last frame that is not whole counts, its missing samples are zero.
   * What is no array of the host's format is silence of `maxFrames` frames, and all of its channels count as dropped.
   * Returns the block's frames (0 when freed).
   *
   * @param samples A Float32Array or an Int16Array, as the format says.
   */
  collect(samples: Float32Array | Int16Array): number {
    const { buffers } = this.storage;
    const { inputs, settings, diagnostics, block, shownState } = buffers;
    if (!this.isLive || !block.isLive) return 0;
    const length = this.lengthOf(samples);
    shownState?.beginChange();
    if (length < 0) return this.collectNothing();
    const frames = buffers.clampedFrames(this.framesOf(length));
    // A last frame that is not whole takes more room than the array has samples.
    const fits = Math.max(length, frames * this.channelCount) <= this.roomSamples;
    block.frames = frames;
    // Before the block is opened, which zeroes the outputs: the array may be a view of them.
    try {
      if (!fits) this.eachInput(samples);
      // A detached array says that it is empty, and `set` throws at it.
      else if (length > 0) this.copyIntoRoom(samples, length, frames * this.channelCount);
    } catch {
      // An array of BigInts can have any prototype, but none of its elements becomes a number.
      return this.collectNothing();
    }
    buffers.open(COLLECTED);
    let first = 0;
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      const taken = Math.max(0, Math.min(this.channelCount - first, bus.capacity));
      if (bus.place.isOwned && taken > 0) {
        if (fits) this.deinterleave(bus, first, taken, frames);
        if (settings.detectConstant) bus.markConstant(taken);
      }
      if (taken !== bus.capacity || !bus.place.isOwned) bus.receive(taken, 0, true);
      first += bus.capacity;
    }
    diagnostics.droppedChannels += Math.max(0, this.channelCount - first);
    this.settleOutputs();
    shownState?.endChange();
    return frames;
  }

  /**
   * [render] One block out. 16-bit samples are rounded to the nearest (halves up) and clamped; NaN becomes 0. Frames that
   * the block does not have are zero. Channels for which the array has no place count in `diagnostics.droppedChannels`.
   * Returns the frames written: 0 for what is no array of the host's format.
   *
   * @param samples Where the frames go.
   */
  deliver(samples: Float32Array | Int16Array): number {
    const { block, shownState } = this.storage.buffers;
    if (!this.isLive || !block.isLive) return 0;
    const frames = this.deliverBlock(samples);
    shownState?.endRendering();
    return frames;
  }

  private deliverBlock(samples: PcmSamples): number {
    const { outputs, diagnostics, block } = this.storage.buffers;
    const length = this.lengthOf(samples);
    const places = length < 0 ? 0 : this.channelCount;
    let first = 0;
    for (let b = 0; b < outputs.length; b++) {
      const bus = outputs[b]!;
      diagnostics.droppedChannels += Math.max(0, bus.length - Math.max(0, places - first));
      first += bus.capacity;
    }
    if (length < 0) return 0;
    const count = block.frames * this.channelCount;
    try {
      // From doubles to 16 bits through floats would round twice.
      const convertsAtOnce = count <= length && count <= this.roomSamples && !(this.isInt16 && this.isDouble);
      if (convertsAtOnce) this.interleaveAll(samples, count);
      else this.interleaveEach(samples, length);
    } catch {
      // The array was detached meanwhile: there is nothing to write to.
      return 0;
    }
    return Math.min(block.frames, this.framesOf(length));
  }

  /** [setup] Gives the room back. Idempotent; afterwards {@link collect} and {@link deliver} do nothing. */
  free(): void {
    this.isLive = false;
    this.room.release();
  }

  /** Samples of the host's array; -1 for what is none of its format. */
  private lengthOf(samples: PcmSamples): number {
    try {
      return samples instanceof (this.isInt16 ? Int16Array : Float32Array) ? lengthOf(samples) : -1;
    } catch {
      return -1;
    }
  }

  /** Frames of so many samples; a last one that is not whole counts. Without a fraction: V8 makes an object of it until it has compiled the function for speed. */
  private framesOf(length: number): number {
    const rest = length % this.channelCount;
    return (length - rest) / this.channelCount + (rest > 0 ? 1 : 0);
  }

  private get isDouble(): boolean {
    return this.storage.buffers.layout.sampleBytes !== FLOAT_BYTES;
  }

  /** 16-bit samples go into the second half of the room, and grow into floats from its start. */
  private get int16Address(): number {
    return this.room.address + (this.roomSamples / 2) * FLOAT_BYTES;
  }

  // ── In ──

  /** What was handed over is no array of the format: silence, which counts. */
  private collectNothing(): number {
    const { buffers } = this.storage;
    const { inputs, settings, diagnostics, block, shownState } = buffers;
    diagnostics.droppedChannels += this.channelCount;
    block.frames = settings.maxFrames;
    buffers.open(COLLECTED);
    for (let b = 0; b < inputs.length; b++) inputs[b]!.receive(0, 0, false);
    this.settleOutputs();
    shownState?.endChange();
    return block.frames;
  }

  /** The room holds `count` floats afterwards: `length` samples, and zeros. */
  private copyIntoRoom(samples: PcmSamples, length: number, count: number): void {
    const { address } = this.room;
    if (this.isInt16) {
      set.call(this.int16s.at(this.int16Address, this.roomSamples), samples);
      this.core.floatsFromInt16(address, this.int16Address, length);
    } else {
      set.call(this.floats.at(address, this.roomSamples), samples);
    }
    if (length < count) fill.call(this.floats.at(address, this.roomSamples), 0, length, count);
  }

  private deinterleave(bus: Bus, first: number, taken: number, frames: number): void {
    const { conversions, layout } = bus.parts;
    const { stride } = layout;
    const from = this.room.address + first * FLOAT_BYTES;
    if (!this.isDouble) {
      this.core.deinterleave(bus.samplesAddress, stride, taken, from, this.channelCount, frames);
      return;
    }
    // Doubles grow in place from floats in the second half of each channel.
    this.core.deinterleave(bus.samplesAddress + stride / 2, stride, taken, from, this.channelCount, frames);
    conversions!.widenChannels(bus.samplesAddress, stride, taken, frames);
  }

  /** Sample by sample, into the input channels. */
  private eachInput(samples: PcmSamples): void {
    const { inputs, block } = this.storage.buffers;
    let place = 0;
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      for (let c = 0; c < bus.capacity && place + c < this.channelCount && bus.place.isOwned; c++) {
        // Worked out here, because V8 makes an object of a fraction to hand it to a function.
        const scale = this.isInt16 ? 1 / 32768 : 1;
        const target = bus.ownView(c);
        const length = lengthOf(samples);
        for (let frame = 0, at = place + c; frame < block.frames; frame++, at += this.channelCount) {
          target[frame] = at < length ? samples[at]! * scale : 0;
        }
      }
      place += bus.capacity;
    }
  }

  // ── Out ──

  /** After a block was opened: the host takes those output channels for which its array has a place. */
  private settleOutputs(): void {
    const { outputs } = this.storage.buffers;
    let places = this.channelCount;
    for (let b = 0; b < outputs.length; b++) {
      const bus = outputs[b]!;
      if (places < bus.capacity) bus.settle(bus.length, places, 0);
      places = Math.max(0, places - bus.capacity);
    }
  }

  private interleaveAll(samples: PcmSamples, count: number): void {
    const { outputs, block } = this.storage.buffers;
    const { address } = this.room;
    fill.call(this.floats.at(address, this.roomSamples), 0, 0, count);
    let first = 0;
    for (let b = 0; b < outputs.length && first < this.channelCount; b++) {
      const bus = outputs[b]!;
      this.interleave(bus, first, Math.min(bus.length, this.channelCount - first), block.frames);
      first += bus.capacity;
    }
    if (this.isInt16) this.core.int16FromFloats(address, address, count);
    const converted = count === 0 ? this.floats.none : this.isInt16 ? this.int16s.at(address, count) : this.floats.at(address, count);
    set.call(samples, converted);
    fill.call(samples, 0, count);
  }

  private interleave(bus: Bus, first: number, given: number, frames: number): void {
    const { address, conversions, layout, tables } = bus.parts;
    const to = this.room.address + first * FLOAT_BYTES;
    if (bus.place.isOwned && !tables.hasForeignPointers && !this.isDouble) {
      this.core.interleave(to, this.channelCount, bus.samplesAddress, layout.stride, given, frames);
      return;
    }
    if (!this.isDouble) {
      // A pushed pointer may lead anywhere.
      for (let c = 0; c < given; c++) {
        this.core.interleave(to + c * FLOAT_BYTES, this.channelCount, tables.pointers[bus.place.firstChannel + c]!, 0, 1, frames);
      }
      return;
    }
    const floats = address + bus.place.hostFloats;
    for (let c = 0; c < given; c++) {
      const from = tables.pointers[bus.place.firstChannel + c]!;
      conversions!.narrowChannels(floats + c * layout.hostFloatsStride, 0, from, 0, 1, frames);
    }
    this.core.interleave(to, this.channelCount, floats, layout.hostFloatsStride, given, frames);
  }

  /** Sample by sample, from the output channels. */
  private interleaveEach(samples: PcmSamples, length: number): void {
    const { outputs, block } = this.storage.buffers;
    const frames = Math.min(block.frames, this.framesOf(length));
    fill.call(samples, 0);
    let place = 0;
    for (let b = 0; b < outputs.length; b++) {
      const bus = outputs[b]!;
      for (let c = 0; c < bus.length && place + c < this.channelCount; c++) {
        const from = bus.view(c);
        for (let frame = 0, at = place + c; frame < frames; frame++, at += this.channelCount) {
          samples[at] = this.isInt16 ? int16From(from[frame]!) : from[frame]!;
        }
      }
      place += bus.capacity;
    }
  }
}

/** Rounded to the nearest, halves up; clamped; NaN becomes 0, which is what an Int16Array makes of it. */
function int16From(sample: number): number {
  const scaled = Math.round(sample * 32768);
  return Math.max(-32768, Math.min(scaled, 32767));
}

const MOST_CHANNELS = 1024;

/** So many samples the core converts between floats and 16 bits at once. */
const CONVERTED_AT_ONCE = 8;
