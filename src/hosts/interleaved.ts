// Interleaved hosts hand over one array, frame after frame, as Node's audio engines and PCM streams do. Samples are copied
// into staging memory, which each host has in the storage's heap. There the core converts between the host's format and the
// form of each bus.

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
import { FLOAT_BYTES, fill, SAMPLE_FORMATS, type SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";
import { PCM_FORMATS, PcmArrays, type PcmFormat } from "./pcm";

/** Options of an {@link InterleavedHost}. An option of an unknown name is a RangeError. */
export interface InterleavedHostOptions {
  /** Channels in one frame of the array, 1 … 1024. */
  readonly channelCount: number;
  /** Format of the array's samples. Default "f32". */
  readonly format?: PcmFormat;
}

type StagingView = Float32Array | Float64Array | Uint8Array | Int16Array | Int32Array;

/**
 * A host with interleaved samples: one array of `frames * channelCount` samples. The array's channels belong to the buses in
 * order: the first ones to bus 0, the next ones to bus 1. Channels that no bus takes count in `diagnostics.droppedChannels`;
 * channels that no bus fills are silence.
 *
 * The host has staging memory for `maxFrames` frames in the storage's heap, until {@link free}, or until it is
 * garbage-collected. After a reconfiguration to more frames it converts longer blocks in parts, and copies these sample by
 * sample, which is slower. A new host has enough memory again.
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
  /** Channels in one frame of the array. */
  readonly channelCount: number;
  /** Format of the array's samples. */
  readonly format: PcmFormat;
  /** @internal */
  readonly storage: ProcessBufferStorage<F>;
  /** @internal */
  readonly arrays: PcmArrays;
  private readonly core: InterleavingCore;
  /** Frames that the staging memory holds. */
  private readonly stagingFrames: number;
  private readonly frameBytes: number;
  private readonly staging: Reservation;
  /**
   * Address of the host's samples in the staging memory. 16-bit samples lie in its second half, and are converted to floats
   * from its start on.
   */
  private readonly pcmAddress: number;
  /** Views of the staging memory: `typed` in the host's format, `bytes` as bytes. */
  private readonly typed: ViewCache<StagingView> | undefined;
  private readonly bytes: ViewCache<StagingView>;
  /** Views of the floats to and from which 16-bit samples are converted. */
  private readonly floats: ViewCache<StagingView>;
  /** @internal False once the host is freed. */
  isLive = true;

  /**
   * [setup] Takes staging memory from the storage's heap.
   *
   * @throws TypeError when `storage` is not a storage. RangeError for an option. Error when the storage is freed, the heap
   * has no space, or the engine has no SIMD. Nothing stays allocated then.
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
    this.stagingFrames = maxFrames;
    this.core = coreOver(memory, core, INTERLEAVING_CORE);
    this.typed = View && new ViewCache<StagingView>(View as ViewConstructor<StagingView>, memory, diagnostics);
    this.bytes = new ViewCache<StagingView>(Uint8Array as ViewConstructor<StagingView>, memory, diagnostics);
    this.floats = new ViewCache<StagingView>(Float32Array, memory, diagnostics);
    const stagingBytes = format === "i16" ? FLOAT_BYTES : sampleBytes;
    this.staging = reserve(heap, samples * stagingBytes, this);
    this.pcmAddress = this.staging.address + samples * (stagingBytes - sampleBytes);
    orRelease(this.staging, () => {
      const { address } = this.staging;
      for (const start of [address, this.pcmAddress]) {
        this.typed?.prepare(start, channelCount * maxFrames);
        this.bytes.prepare(start, this.frameBytes * maxFrames);
      }
      if (format === "i16") this.floats.prepare(address, channelCount * maxFrames);
    });
    interleavedHosts.add(this);
  }

  /**
   * [render] Starts a block with the samples of the array, as long as the array. An incomplete last frame counts as a frame;
   * its missing samples are silence. A value that is not an array of the host's format is `maxFrames` frames of silence, and
   * all its channels count as dropped. Returns the block's frames, 0 when freed.
   *
   * @param samples A typed array of the format. Or its bytes, in a Uint8Array (a Node `Buffer` is one) or a DataView, at any
   * byte offset.
   */
  collect(samples: ArrayBufferView): number {
    const { buffers } = this.storage;
    const { inputs, settings, diagnostics, block, shownState } = buffers;
    if (!this.isLive || !block.isLive) return 0;
    const given = this.arrays.look(samples);
    // Of bytes, an incomplete last sample is no sample.
    const byteLength = given < 0 ? given : given - (given % PCM_FORMATS[this.format].bytes);
    if (!this.isLive || !block.isLive) return 0;
    shownState?.beginChange();
    if (byteLength < 0) return this.collectNothing();
    const frames = buffers.clampedFrames(this.framesOf(byteLength));
    block.frames = frames;
    // Opening the block zeroes the outputs, and the array may be a view of them. So it is copied before.
    try {
      for (let start = 0; start < frames; start += this.stagingFrames) {
        const part = Math.min(this.stagingFrames, frames - start);
        this.fillStaging(samples, byteLength, start, part);
        this.stagingToInputs(start, part);
      }
    } catch {
      // An array of BigInts can have the prototype of another array, but its elements do not become numbers.
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
   * [render] Writes the block's output channels to the array. Integers are rounded to the nearest (halves up) and clamped;
   * NaN becomes 0. Frames beyond the block are silence. Channels for which the array has no place count in
   * `diagnostics.droppedChannels`. Returns the frames written, 0 for a value that is not an array of the host's format.
   *
   * @param samples The array to write to, in one of the forms that {@link collect} takes.
   */
  deliver(samples: ArrayBufferView): number {
    const { block, shownState } = this.storage.buffers;
    if (!this.isLive || !block.isLive) return 0;
    const frames = this.deliverBlock(samples);
    shownState?.endRendering();
    return frames;
  }

  /** [setup] Gives the staging memory back. May be called again. From then on {@link collect} and {@link deliver} do nothing. */
  free(): void {
    this.isLive = false;
    this.staging.release();
  }

  /**
   * Frames in `byteLength` bytes; an incomplete last frame counts. It divides without a fraction, for which V8 allocates an
   * object in a function that it has not optimised yet.
   */
  private framesOf(byteLength: number): number {
    const rest = byteLength % this.frameBytes;
    return (byteLength - rest) / this.frameBytes + (rest > 0 ? 1 : 0);
  }

  /** How many of a bus's channels the array has. `first` is the index of the bus's first channel in a frame. */
  private channelsOf({ capacity }: Bus, first: number): number {
    return Math.max(0, Math.min(this.channelCount - first, capacity));
  }

  /** Whether a lone channel is copied into all channels of its bus. */
  private repeats(bus: Bus, taken: number): boolean {
    return taken === 1 && bus.capacity > 1 && bus.parts.settings.missingInputs === "repeat-mono";
  }

  // ── In ──

  /** Starts a block of silence, and counts the channels as dropped, because the value is not an array of the format. */
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

  /**
   * Copies `frames` frames of the array, from frame `start` on, into the staging memory. Frames that the array lacks are
   * silence.
   */
  private fillStaging(samples: ArrayBufferView, byteLength: number, start: number, frames: number): void {
    const { arrays, pcmAddress, frameBytes, channelCount, core } = this;
    const { isTyped } = arrays;
    const frameElements = isTyped ? channelCount : frameBytes;
    const staging = (isTyped ? this.typed! : this.bytes).at(pcmAddress, this.stagingFrames * frameElements);
    const elements = isTyped ? byteLength / PCM_FORMATS[this.format].bytes : byteLength;
    const count = frames * frameElements;
    const given = Math.min(count, elements - start * frameElements);
    // A detached array has length 0, and `set` throws for it.
    if (given > 0) arrays.read(staging, samples, start * frameElements, given);
    if (given < count) fill.call(staging, PCM_FORMATS[this.format].silence, given, count);
    if (this.format === "i16") core.floatsFromInt16(this.staging.address, pcmAddress, frames * channelCount);
  }

  /** Copies the staging memory to the input buses, from their frame `start` on. */
  private stagingToInputs(start: number, frames: number): void {
    const { inputs } = this.storage.buffers;
    const { core, channelCount } = this;
    // 16-bit samples are already floats here. A float holds every 16-bit value exactly.
    const isFloat = this.format === "i16" || this.format === "f32";
    const { code, bytes } = PCM_FORMATS[isFloat ? "f32" : this.format];
    const address = this.format === "i16" ? this.staging.address : this.pcmAddress;
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
      // Missing channels are silence. In an interleaved bus they lie between the others, so the whole bus is zeroed.
      if (start === 0 && filled < bus.capacity) bus.zero();
      if (filled === 0) continue;
      if (isFloat && !repeats && isPlanarFloats(bus) && !bus.isScattered) {
        core.deinterleave(bus.samplesAddress + start * FLOAT_BYTES, bus.place.stride, taken, from, channelCount, frames);
        continue;
      }
      const format = SAMPLE_FORMATS[sampleFormat].code;
      for (let c = 0; c < filled; c++) {
        const to = bus.channelAddress(c) + start * step;
        core.kernelFromPcm(format, to, step, code, from + (repeats ? 0 : c * bytes), channelCount * bytes, frames, scale[0]);
      }
    }
  }

  // ── Out ──

  /** Call it after a block was opened. Tells each output bus for how many channels the array has a place. */
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
    const byteLength = arrays.look(samples);
    if (!this.isLive || !block.isLive) return 0;
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
      const { isTyped } = arrays;
      const frameElements = isTyped ? channelCount : frameBytes;
      const elements = isTyped ? byteLength / PCM_FORMATS[this.format].bytes : byteLength;
      for (let start = 0; start < frames; start += this.stagingFrames) {
        const part = Math.min(this.stagingFrames, frames - start);
        const address = this.outputsToStaging(start, part);
        // The array's last frame may be incomplete.
        const count = Math.min(part * frameElements, elements - start * frameElements);
        arrays.write(samples, start * frameElements, (isTyped ? this.typed! : this.bytes).at(address, count));
      }
      if (frames * frameElements < elements) arrays.silenceFrom(samples, frames * frameElements, elements);
    } catch {
      // The array was detached during the call, so nothing can be written to it.
      return 0;
    }
    return frames;
  }

  /** Copies `frames` frames of the output buses, from their frame `start` on, into the staging memory. Returns their address. */
  private outputsToStaging(start: number, frames: number): number {
    const { outputs } = this.storage.buffers;
    const { core, channelCount, frameBytes, pcmAddress, format, stagingFrames } = this;
    const { code, bytes, silence } = PCM_FORMATS[format];
    // Where all buses have floats, they are converted to 16 bits in one call, in place. Other formats would be rounded twice
    // on the way through floats.
    const areFloats16 = format === "i16" && this.givesFloatsAlone();
    const isFloat = format === "f32" || areFloats16;
    const floats = areFloats16 ? this.staging.address : pcmAddress;
    if (areFloats16) this.floats.at(floats, stagingFrames * channelCount).fill(0);
    else if (this.typed !== undefined) this.typed.at(pcmAddress, stagingFrames * channelCount).fill(silence);
    else this.bytes.at(pcmAddress, stagingFrames * frameBytes).fill(silence);
    let first = 0;
    for (let b = 0; b < outputs.length && first < channelCount; b++) {
      const bus = outputs[b]!;
      const given = Math.min(bus.length, channelCount - first);
      if (isFloat && isPlanarFloats(bus) && isInPlace(bus)) {
        const to = floats + first * FLOAT_BYTES;
        core.interleave(to, channelCount, bus.samplesAddress + start * FLOAT_BYTES, bus.place.stride, given, frames);
      } else {
        const { sampleFormat, step, scale } = bus.place;
        const kernelFormat = SAMPLE_FORMATS[sampleFormat].code;
        for (let c = 0; c < given; c++) {
          // A pushed pointer may lead to any address.
          const from = bus.pointer(c) + start * step;
          if (isFloat) {
            const to = floats + (first + c) * FLOAT_BYTES;
            core.pcmFromKernel(0, to, channelCount * FLOAT_BYTES, kernelFormat, from, step, frames, scale[0]);
          } else {
            core.pcmFromKernel(code, pcmAddress + (first + c) * bytes, frameBytes, kernelFormat, from, step, frames, scale[0]);
          }
        }
      }
      first += bus.capacity;
    }
    if (areFloats16) core.int16FromFloats(floats, floats, frames * channelCount);
    return floats;
  }

  /** Whether every output bus has planar floats that are not scaled. */
  private givesFloatsAlone(): boolean {
    const { outputs } = this.storage.buffers;
    for (let b = 0; b < outputs.length; b++) if (!isPlanarFloats(outputs[b]!)) return false;
    return true;
  }
}

const MOST_CHANNELS = 1024;

/** The core converts between floats and 16-bit samples in groups of this size. */
const CONVERTED_AT_ONCE = 8;
