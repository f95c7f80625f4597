// Interleaved hosts: one array, frame after frame, as Node's audio engines and PCM streams have it. The core converts,
// in a room that the host owns, between the host's format and the form of each bus.

import { COLLECTED } from "../block";
import type { Bus } from "../bus";
import { isInPlace, isPlanarFloats, markConstantSamples } from "../bus-samples";
import { INTERLEAVING_CORE } from "../core/inlined";
import { coreOver } from "../core/instance";
import type { InterleavingCore } from "../core/interleaving";
import { interleavedHosts, storages } from "../identity";
import { orRelease, type Reservation, reserve } from "../memory/reservation";
import { ViewCache, type ViewConstructor } from "../memory/views";
import { checkNames, described } from "../messages";
import { FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";
import { PCM_FORMATS, PcmArrays, type PcmFormat } from "./pcm";

/** What an {@link InterleavedHost} is told. */
export interface InterleavedHostOptions {
  /** Channels in the host's array, 1 … 1024. */
  readonly channelCount: number;
  /** What the array holds. Default "f32". */
  readonly format?: PcmFormat;
}

type RoomView = Float32Array | Float64Array | Uint8Array | Int16Array | Int32Array;

/**
 * A host that passes interleaved frames, `frames * channelCount` samples in one array. The array's channels go to the
 * buses one after the other: bus 0 takes the first ones, bus 1 the next. What no bus takes is counted in
 * `diagnostics.droppedChannels`; what no bus gives is silence.
 *
 * It has room for `maxFrames` frames in the storage's heap, until {@link free}, or until it is collected. After a
 * reconfiguration to more frames longer blocks go in parts, sample by sample, which takes longer; a new host has room for them.
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
  /** @internal */
  readonly arrays: PcmArrays;
  private readonly core: InterleavingCore;
  /** Frames for which there is room. */
  private readonly roomFrames: number;
  private readonly frameBytes: number;
  private readonly room: Reservation;
  /** Where the host's samples lie: in the second half of the room, where they grow into floats from its start. */
  private readonly pcmAddress: number;
  /** Views of the room: in the host's format, and of its bytes. */
  private readonly typed: ViewCache<RoomView> | undefined;
  private readonly bytes: ViewCache<RoomView>;
  /** Views of the floats that 16-bit samples become, and are made of. */
  private readonly floats: ViewCache<RoomView>;
  private isLive = true;

  /**
   * [setup] Takes room from the storage's heap.
   *
   * @throws TypeError for what is no storage, RangeError for the options, Error when the storage is freed, the heap has no
   * room, or the engine lacks SIMD; then nothing stays allocated.
   */
  constructor(storage: ProcessBufferStorage<F>, options: InterleavedHostOptions) {
    if (!storages.has(storage)) throw new TypeError(`an InterleavedHost is for a ProcessBufferStorage; ${described(storage)} came`);
    checkNames(options, ["channelCount", "format"]);
    const { channelCount, format = "f32" } = options;
    if (!Number.isInteger(channelCount) || channelCount < 1 || channelCount > MOST_CHANNELS) {
      throw new RangeError(`option channelCount is a whole number of channels, 1 to ${MOST_CHANNELS}; ${described(channelCount)} came`);
    }
    if (!Object.hasOwn(PCM_FORMATS, format)) {
      throw new RangeError(`option format is ${Object.keys(PCM_FORMATS).map(described).join(" or ")}; ${described(format)} came`);
    }
    const { block, settings, diagnostics } = storage.buffers;
    if (!block.isLive) throw new Error("the storage is freed, so no host can be made for it");
    const { heap, maxFrames, core } = settings;
    const { memory } = heap;
    const { View, bytes: sampleBytes } = PCM_FORMATS[format];
    const samples = Math.ceil((channelCount * maxFrames) / CONVERTED_AT_ONCE) * CONVERTED_AT_ONCE;
    this.storage = storage;
    this.channelCount = channelCount;
    this.format = format;
    this.arrays = new PcmArrays(format);
    this.frameBytes = channelCount * sampleBytes;
    this.roomFrames = maxFrames;
    this.core = coreOver(memory, core, INTERLEAVING_CORE);
    this.typed = View && new ViewCache<RoomView>(View as ViewConstructor<RoomView>, memory, diagnostics);
    this.bytes = new ViewCache<RoomView>(Uint8Array as ViewConstructor<RoomView>, memory, diagnostics);
    this.floats = new ViewCache<RoomView>(Float32Array, memory, diagnostics);
    const roomBytes = format === "i16" ? FLOAT_BYTES : sampleBytes;
    this.room = reserve(heap, samples * roomBytes, this);
    this.pcmAddress = this.room.address + samples * (roomBytes - sampleBytes);
    orRelease(this.room, () => {
      const { address } = this.room;
      for (const start of [address, this.pcmAddress]) {
        this.typed?.prepare(start, channelCount * maxFrames);
        this.bytes.prepare(start, this.frameBytes * maxFrames);
      }
      if (format === "i16") this.floats.prepare(address, channelCount * maxFrames);
    });
    interleavedHosts.add(this);
  }

  /**
   * [render] One block in, as long as the array: a last frame that is not whole counts, its missing samples are silence.
   * What is no array of the host's format is silence of `maxFrames` frames, and all of its channels count as dropped.
   * Returns the block's frames (0 when freed).
   *
   * @param samples The typed array of the format, or bytes of it: a Uint8Array, a `Buffer` or a DataView, which may begin anywhere.
   */
  collect(samples: ArrayBufferView): number {
    const { buffers } = this.storage;
    const { inputs, settings, diagnostics, block, shownState } = buffers;
    if (!this.isLive || !block.isLive) return 0;
    const byteLength = this.arrays.byteLengthOf(samples);
    shownState?.beginChange();
    if (byteLength < 0) return this.collectNothing();
    const frames = buffers.clampedFrames(this.framesOf(byteLength));
    block.frames = frames;
    // Before the block is opened, which zeroes the outputs: the array may be a view of them.
    try {
      for (let start = 0; start < frames; start += this.roomFrames) {
        const part = Math.min(this.roomFrames, frames - start);
        this.fillRoom(samples, byteLength, start, part);
        this.takeFromRoom(start, part);
      }
    } catch {
      // An array of BigInts can have any prototype, but none of its elements becomes a number.
      return this.collectNothing();
    }
    buffers.open(COLLECTED);
    let first = 0;
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      const taken = this.channelsOf(bus, first);
      if (settings.detectConstant) markConstantSamples(bus, taken);
      if (taken !== bus.capacity || !bus.hasSamples) bus.settleDelivered(taken, 0, this.repeats(bus, taken), taken);
      first += bus.capacity;
    }
    diagnostics.droppedChannels += Math.max(0, this.channelCount - first);
    this.settleOutputs();
    shownState?.endChange();
    return frames;
  }

  /**
   * [render] One block out. Whole numbers are rounded to the nearest (halves up) and clamped; NaN becomes 0. Frames that
   * the block does not have are silence. Channels for which the array has no place count in `diagnostics.droppedChannels`.
   * Returns the frames written: 0 for what is no array of the host's format.
   *
   * @param samples Where the frames go: as in {@link collect}.
   */
  deliver(samples: ArrayBufferView): number {
    const { block, shownState } = this.storage.buffers;
    if (!this.isLive || !block.isLive) return 0;
    const frames = this.deliverBlock(samples);
    shownState?.endRendering();
    return frames;
  }

  /** [setup] Gives the room back. Idempotent; afterwards {@link collect} and {@link deliver} do nothing. */
  free(): void {
    this.isLive = false;
    this.room.release();
  }

  /** Frames of so many bytes; a last one that is not whole counts. Without a fraction: V8 makes an object of it until it has compiled the function for speed. */
  private framesOf(byteLength: number): number {
    const rest = byteLength % this.frameBytes;
    return (byteLength - rest) / this.frameBytes + (rest > 0 ? 1 : 0);
  }

  /** Channels of the array for a bus whose first one is `first`. */
  private channelsOf({ capacity }: Bus, first: number): number {
    return Math.max(0, Math.min(this.channelCount - first, capacity));
  }

  /** Whether a lone channel becomes all channels of its bus. */
  private repeats(bus: Bus, taken: number): boolean {
    return taken === 1 && bus.capacity > 1 && bus.parts.settings.missingInputs === "repeat-mono";
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

  /** The room holds `frames` frames afterwards, from frame `start` of the array on: what the array does not have is silence. */
  private fillRoom(samples: ArrayBufferView, byteLength: number, start: number, frames: number): void {
    const { arrays, pcmAddress, frameBytes, channelCount, core } = this;
    const isTyped = arrays.isTyped(samples);
    const frameElements = isTyped ? channelCount : frameBytes;
    const room = (isTyped ? this.typed! : this.bytes).at(pcmAddress, this.roomFrames * frameElements);
    const elements = isTyped ? byteLength / PCM_FORMATS[this.format].bytes : byteLength;
    const count = frames * frameElements;
    const given = Math.min(count, elements - start * frameElements);
    // A detached array says that it is empty, and `set` throws at it.
    if (given > 0) arrays.read(room, samples, start * frameElements, given);
    if (given < count) arrays.silenceFrom(room, given, count);
    if (this.format === "i16") core.floatsFromInt16(this.room.address, pcmAddress, frames * channelCount);
  }

  /** The room's frames go to the input buses, from their frame `start` on. */
  private takeFromRoom(start: number, frames: number): void {
    const { inputs } = this.storage.buffers;
    const { core, channelCount } = this;
    // 16-bit samples have become floats, which hold every one of them.
    const isFloat = this.format === "i16" || this.format === "f32";
    const { code, bytes } = PCM_FORMATS[isFloat ? "f32" : this.format];
    const address = this.format === "i16" ? this.room.address : this.pcmAddress;
    let first = 0;
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      const { sampleFormat, step, scale } = bus.place;
      const taken = this.channelsOf(bus, first);
      const from = address + first * bytes;
      first += bus.capacity;
      if (!bus.hasSamples) continue;
      const repeats = this.repeats(bus, taken);
      const filled = repeats ? bus.capacity : taken;
      // What is missing is silence, in an interleaved bus too, where it lies between the others.
      if (start === 0 && filled < bus.capacity) bus.zero();
      if (filled === 0) continue;
      if (isFloat && !repeats && isPlanarFloats(bus) && !bus.isScattered) {
        core.deinterleave(bus.samplesAddress + start * FLOAT_BYTES, bus.place.stride, taken, from, channelCount, frames);
        continue;
      }
      const format = SAMPLE_FORMATS[sampleFormat].code;
      for (let c = 0; c < filled; c++) {
        const to = bus.channelAddress(c) + start * step;
        core.kernelFromPcm(format, to, step, 0, code, from + (repeats ? 0 : c * bytes), channelCount * bytes, 0, 1, frames, scale[0]);
      }
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

  private deliverBlock(samples: ArrayBufferView): number {
    const { outputs, diagnostics, block } = this.storage.buffers;
    const { arrays, frameBytes, channelCount } = this;
    const byteLength = arrays.byteLengthOf(samples);
    const places = byteLength < 0 ? 0 : channelCount;
    let first = 0;
    for (let b = 0; b < outputs.length; b++) {
      const bus = outputs[b]!;
      diagnostics.droppedChannels += Math.max(0, bus.length - Math.max(0, places - first));
      first += bus.capacity;
    }
    if (byteLength <= 0) return 0;
    const frames = Math.min(block.frames, this.framesOf(byteLength));
    try {
      // Asking what it is may throw, too, where its prototype is a proxy.
      const isTyped = arrays.isTyped(samples);
      const frameElements = isTyped ? channelCount : frameBytes;
      const elements = isTyped ? byteLength / PCM_FORMATS[this.format].bytes : byteLength;
      for (let start = 0; start < frames; start += this.roomFrames) {
        const part = Math.min(this.roomFrames, frames - start);
        const address = this.giveToRoom(start, part);
        // The array's last frame may not be whole.
        const count = Math.min(part * frameElements, elements - start * frameElements);
        arrays.write(samples, start * frameElements, (isTyped ? this.typed! : this.bytes).at(address, count));
      }
      if (frames * frameElements < elements) arrays.silenceFrom(samples, frames * frameElements, elements);
    } catch {
      // The array was detached meanwhile: there is nothing to write to.
      return 0;
    }
    return frames;
  }

  /** The room holds `frames` frames of the output buses afterwards, from their frame `start` on. Answers where. */
  private giveToRoom(start: number, frames: number): number {
    const { outputs } = this.storage.buffers;
    const { core, channelCount, frameBytes, pcmAddress, format, roomFrames } = this;
    const { code, bytes, silence } = PCM_FORMATS[format];
    // Floats become 16-bit samples together, in their place. Through floats, others would be rounded twice.
    const areFloats16 = format === "i16" && this.givesFloatsAlone();
    const isFloat = format === "f32" || areFloats16;
    const floats = areFloats16 ? this.room.address : pcmAddress;
    if (areFloats16) this.floats.at(floats, roomFrames * channelCount).fill(0);
    else if (this.typed !== undefined) this.typed.at(pcmAddress, roomFrames * channelCount).fill(silence);
    else this.bytes.at(pcmAddress, roomFrames * frameBytes).fill(silence);
    let first = 0;
    for (let b = 0; b < outputs.length && first < channelCount; b++) {
      const bus = outputs[b]!;
      const given = Math.min(bus.length, channelCount - first);
      if (isFloat && isPlanarFloats(bus) && isInPlace(bus)) {
        const to = floats + first * FLOAT_BYTES;
        if (given > 0) core.interleave(to, channelCount, bus.samplesAddress + start * FLOAT_BYTES, bus.place.stride, given, frames);
      } else {
        const { sampleFormat, step, scale } = bus.place;
        const kernelFormat = SAMPLE_FORMATS[sampleFormat].code;
        for (let c = 0; c < given; c++) {
          // A pushed pointer may lead anywhere.
          const from = bus.pointer(c) + start * step;
          if (isFloat) {
            const to = floats + (first + c) * FLOAT_BYTES;
            core.pcmFromKernel(0, to, channelCount * FLOAT_BYTES, 0, kernelFormat, from, step, 0, 1, frames, scale[0]);
          } else {
            core.pcmFromKernel(code, pcmAddress + (first + c) * bytes, frameBytes, 0, kernelFormat, from, step, 0, 1, frames, scale[0]);
          }
        }
      }
      first += bus.capacity;
    }
    if (areFloats16) core.int16FromFloats(floats, floats, frames * channelCount);
    return floats;
  }

  /** Whether every output bus has floats as the host's. */
  private givesFloatsAlone(): boolean {
    const { outputs } = this.storage.buffers;
    for (let b = 0; b < outputs.length; b++) if (!isPlanarFloats(outputs[b]!)) return false;
    return true;
  }
}

const MOST_CHANNELS = 1024;

/** So many samples the core converts between floats and 16 bits at once. */
const CONVERTED_AT_ONCE = 8;
