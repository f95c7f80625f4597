import type { Core } from "./core";
import type { Diagnostics } from "./diagnostics";
import {
  BLOCKS_COUNTER,
  CHANNEL_COUNT_WORD,
  COUNTERS_BYTES,
  DESCRIPTOR_WORDS,
  DROPPED_CHANNELS_COUNTER,
  FRAMES_COUNTER,
  REFUSED_PUSHES_COUNTER,
  TRUNCATED_FRAMES_COUNTER,
  VIEW_REBUILDS_COUNTER,
} from "./layout";
import type { MissingInputs } from "./options";
import { type ChannelView, FLOAT_BYTES, type SampleFormat } from "./sample-format";
import { ViewCache } from "./view-cache";

/** Where the parts of a region lie, and how large they are. */
export interface RegionLayout {
  readonly maxFrames: number;
  readonly sampleBytes: number;
  /** Address of the first descriptor. */
  readonly base: number;
  /** Buses of both directions. */
  readonly buses: number;
  /** Channels of both directions. */
  readonly channels: number;
  /** Address of the shared zeros, 0 where nothing can be missing. */
  readonly silence: number;
  /** Bytes from one channel's samples to the next one's. */
  readonly stride: number;
  /** Address of the first output channel's samples, 0 without. */
  readonly outputSamples: number;
  /** Output channels that have samples here. */
  readonly outputChannels: number;
  /** Address of floats on their way between host and kernel, 0 without. */
  readonly staging: number;
  /** How many of them there is room for. */
  readonly stagingFloats: number;
  /** Address of what other threads may read, 0 where no other thread can. */
  readonly counters: number;
}

/**
 * One allocation and the block that is in it: what all buses of a storage share.
 *
 * The kernel can write to all of it. So whatever steers us (lengths, capacities, pointers) is kept
 * on this side, and the descriptors and tables are a copy for the kernel, restored in one piece at
 * the start of each block from an image that the core once wrote and that no kernel can reach.
 */
export class Region<F extends SampleFormat> {
  /** Frames of the current block. */
  frames = 0;
  /** Number of the current block. A bus that was last filled in another one is empty. */
  block = FIRST_BLOCK;
  /** False once the memory is given back: it may be somebody else's by now. */
  live = true;

  readonly maxFrames: number;
  readonly sampleBytes: number;
  readonly silence: number;
  /** Where floats wait that are on their way between host and kernel; 0 without. */
  readonly staging: number;
  readonly stagingFloats: number;
  /** True where the kernel's samples are doubles, which hosts never have. */
  readonly converts: boolean;

  private readonly base: number;
  private readonly stride: number;
  private readonly outputSamples: number;
  private readonly outputChannels: number;
  /** Descriptors and tables as the kernel sees them. */
  private shown: Uint32Array;
  /** The same as every block starts with them. */
  private readonly image: Uint32Array;
  /** Descriptors of empty buses. */
  private readonly emptied: Uint32Array;
  private silenceIsClean = false;
  /** Whether the buses were filled at the block's start, and not only emptied. */
  private hasBegun = false;
  private readonly floatViews: ViewCache<Float32Array>;
  private readonly int16Views: ViewCache<Int16Array>;
  private staged: Float32Array;
  private readonly counters: number;
  private counts: Uint32Array;

  /** [setup] Takes the image of what the core has written at `layout.base`. */
  constructor(
    readonly core: Core,
    readonly memory: WebAssembly.Memory,
    readonly views: ViewCache<ChannelView<F>>,
    readonly diagnostics: Diagnostics,
    layout: RegionLayout,
    readonly missingInputs: MissingInputs,
    readonly detectConstant: boolean,
  ) {
    this.maxFrames = layout.maxFrames;
    this.sampleBytes = layout.sampleBytes;
    this.silence = layout.silence;
    this.base = layout.base;
    this.stride = layout.stride;
    this.outputSamples = layout.outputSamples;
    this.outputChannels = layout.outputChannels;

    this.staging = layout.staging;
    this.counters = layout.counters;
    this.counts = NO_COUNTS;
    this.stagingFloats = layout.stagingFloats;
    this.converts = layout.sampleBytes !== FLOAT_BYTES;
    this.floatViews = new ViewCache(Float32Array, memory, diagnostics, layout.stagingFloats);
    this.int16Views = new ViewCache(Int16Array, memory, diagnostics, layout.stagingFloats);
    this.staged = this.converts && this.staging !== 0 ? this.floatViews.prepare(this.staging, this.maxFrames) : this.floatViews.none;

    const descriptorWords = layout.buses * DESCRIPTOR_WORDS;
    this.shown = new Uint32Array(memory.buffer, layout.base, descriptorWords + layout.channels);
    this.image = this.shown.slice();
    this.emptied = this.image.slice(0, descriptorWords);
    for (let bus = 0; bus < layout.buses; bus++) this.emptied[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = 0;
  }

  /** [render] A new block of `frames` frames, of which it holds what it can: descriptors and tables as every block starts with them. */
  start(frames: number): void {
    this.frames = Math.min(frames, this.maxFrames);
    this.block++;
    this.hasBegun = true;
    this.silenceIsClean = false;
    if (this.image.length > 0) this.words().set(this.image);
    if (this.counters !== 0) this.publish();
  }

  /** [render] The same block once more, because its length turned out to be another. */
  startAgain(frames: number): void {
    this.block--;
    this.start(frames);
  }

  /** [render] The block becomes `frames` frames long; what it grows by is as silent as its beginning was. */
  setFrames(frames: number, clearOutputs: boolean): void {
    const before = this.frames;
    this.frames = this.clampFrames(frames);
    const grown = (this.frames - before) * this.sampleBytes;
    if (grown > 0 && this.hasBegun) {
      const from = before * this.sampleBytes;
      if (clearOutputs && this.outputChannels > 0) this.core.zeroChannels(this.outputSamples + from, this.stride, this.outputChannels, grown);
      if (this.silenceIsClean) this.core.zeroChannels(this.silence + from, this.stride, 1, grown);
    }
    if (this.counters !== 0) this.publish();
  }

  /** [render] A new block with every bus empty. */
  clear(): void {
    this.block++;
    this.hasBegun = false;
    this.silenceIsClean = false;
    if (this.counters !== 0) this.publish();
    if (this.emptied.length > 0) this.words().set(this.emptied);
  }

  /** [render] `frames` as a length that a block can have; counts what had to be cut off. */
  clampFrames(frames: number): number {
    // The negation catches NaN too.
    if (typeof frames !== "number" || !(frames > 0)) return 0;
    if (frames <= this.maxFrames) return Math.floor(frames);
    if (frames !== Infinity) this.diagnostics.truncatedFrames += Math.floor(frames) - this.maxFrames;
    return this.maxFrames;
  }

  /** [render] Zeroes this block's frames of every output channel that has its samples here. */
  zeroOutputs(): void {
    if (this.outputChannels > 0) this.zero(this.outputSamples, this.outputChannels);
  }

  /** [render] Zeroes the silence, once a block: a kernel may have written into it. */
  cleanSilence(): void {
    if (this.silenceIsClean || this.silence === 0) return;
    this.silenceIsClean = true;
    this.zero(this.silence, 1);
  }

  /** [setup] The memory is given back: every bus is empty from here on. */
  end(): void {
    this.live = false;
    this.frames = 0;
    this.block++;
  }

  /** [render] Descriptors and tables in 32-bit words, on the memory as it is now. */
  words(): Uint32Array {
    if (this.shown.length === 0) this.shown = new Uint32Array(this.memory.buffer, this.base, this.image.length);
    return this.shown;
  }

  /** [render] One channel of staged floats, as long as the block. */
  stagedChannel(): Float32Array {
    if (this.staged.length !== this.frames) this.staged = this.stagedFloats(this.frames);
    return this.staged;
  }

  /** [render] The first `count` staged floats. */
  stagedFloats(count: number): Float32Array {
    return count === 0 ? this.floatViews.none : this.floatViews.at(this.staging, count);
  }

  /** [render] `count` 16-bit samples from `address` on, within the staging. */
  stagedInt16(address: number, count: number): Int16Array {
    return count === 0 ? this.int16Views.none : this.int16Views.at(address, count);
  }

  /** [render] Tells other threads how things stood when the block began. */
  private publish(): void {
    if (this.counts.length === 0) this.counts = new Uint32Array(this.memory.buffer, this.counters, COUNTERS_BYTES / 4);
    const { counts, diagnostics } = this;
    counts[FRAMES_COUNTER] = this.frames;
    counts[REFUSED_PUSHES_COUNTER] = diagnostics.refusedPushes;
    counts[DROPPED_CHANNELS_COUNTER] = diagnostics.droppedChannels;
    counts[TRUNCATED_FRAMES_COUNTER] = diagnostics.truncatedFrames;
    counts[VIEW_REBUILDS_COUNTER] = diagnostics.viewRebuilds;
    // Last, and as a release: whoever sees the new number sees all that was written before it.
    Atomics.store(counts, BLOCKS_COUNTER, this.block - FIRST_BLOCK);
  }

  private zero(samples: number, channels: number): void {
    const bytes = this.frames === this.maxFrames ? this.stride : this.frames * this.sampleBytes;
    this.core.zeroChannels(samples, this.stride, channels, bytes);
  }
}

const FIRST_BLOCK = 1;
const NO_COUNTS = /* @__PURE__ */ new Uint32Array(0);
