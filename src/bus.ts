import { addressFrom } from "./heap";
import { CHANNEL_COUNT_WORD, CONSTANT_MASK_WORD } from "./layout";
import type { Region } from "./region";
import type { ChannelView, SampleFormat } from "./sample-format";

/** Where the parts of one bus lie in its region. @internal */
export interface BusPlace {
  readonly name: string | undefined;
  readonly capacity: number;
  /** Address of the bus's descriptor. */
  readonly descriptor: number;
  /** First word of the descriptor within {@link Region.words}. */
  readonly descriptorWord: number;
  readonly tableAddress: number;
  /** First word of the table within {@link Region.words}. */
  readonly tableWord: number;
  /** Address of channel 0's own samples; 0 where the caller brings every pointer. */
  readonly samples: number;
  readonly stride: number;
}

/**
 * One bus: a bounded list of channel pointers, and typed views of what they point at.
 *
 * @example
 * ```ts
 * const bus = storage.mainInput!;
 * for (let c = 0; c < bus.length; c++) meter(bus.channel(c));
 * ```
 */
export class Bus<F extends SampleFormat = "f32"> {
  /** As it was declared. */
  readonly name: string | undefined;
  /** Channels that the configuration declares; {@link push} refuses one more. */
  readonly capacity: number;
  /** Address of this bus's pointer table, {@link capacity} entries long. */
  readonly tableAddress: number;

  private readonly region: Region<F>;
  private readonly descriptor: number;
  private readonly countWord: number;
  private readonly maskWord: number;
  private readonly tableWord: number;
  /** @internal Address of channel 0's own samples, 0 without. */
  readonly samples: number;
  /** @internal Bytes from one channel's own samples to the next one's. */
  readonly stride: number;
  /** What each table entry must be. The kernel's own copy of it is never read back. */
  private readonly pointers: Uint32Array;
  /** The last view of each channel, and where it pointed: engines are slow at telling a view's address. */
  private readonly views: ChannelView<F>[] = [];
  private readonly viewed: Uint32Array;
  /** The last view of each channel's own samples. */
  private readonly own: ChannelView<F>[] = [];
  private filledIn = 0;
  private pushed = 0;
  private connected = 0;
  private hasForeignPointers = false;

  /** @internal [setup] */
  constructor(region: Region<F>, place: BusPlace) {
    this.name = place.name;
    this.capacity = place.capacity;
    this.tableAddress = place.tableAddress;
    this.region = region;
    this.descriptor = place.descriptor;
    this.countWord = place.descriptorWord + CHANNEL_COUNT_WORD;
    this.tableWord = place.tableWord;
    this.maskWord = place.descriptorWord + CONSTANT_MASK_WORD;
    this.samples = place.samples;
    this.stride = place.stride;
    this.pointers = new Uint32Array(place.capacity);
    this.viewed = new Uint32Array(place.capacity);
    for (let channel = 0; channel < place.capacity; channel++) {
      this.pointers[channel] = this.ownPointer(channel);
      this.viewed[channel] = this.ownPointer(channel);
      const view = this.ownsSamples ? region.views.prepare(this.ownPointer(channel), region.maxFrames) : region.views.none;
      this.views.push(view);
      this.own.push(view);
    }
  }

  /** [render] Channels pushed in this block, 0 … {@link capacity}. */
  get length(): number {
    return this.filledIn === this.region.block ? this.pushed : 0;
  }

  /**
   * [render] Input: channels that the host really delivered in this block, counted up to the last
   * one; the rest, up to {@link length}, are silence. Output: channels that the host will take.
   * Never more than {@link capacity}.
   */
  get connectedLength(): number {
    return this.filledIn === this.region.block ? this.connected : 0;
  }

  /**
   * [render] Bit c is set where channel c holds one value throughout the block; bit 0 of an unsigned
   * 32-bit number is channel 0. Written by either side: it is a hint, and a kernel may get it wrong.
   */
  get constantMask(): number {
    return this.region.live ? this.region.words()[this.maskWord]! : 0;
  }

  set constantMask(mask: number) {
    if (this.region.live && typeof mask === "number") this.region.words()[this.maskWord] = mask;
  }

  /**
   * [render] Appends a channel pointer. False, and nothing changed, when the bus is full or the
   * pointer is null, misaligned, or `maxFrames` samples from it would leave the memory.
   *
   * @param pointer Address of `maxFrames` samples in the storage's memory; wasm's signed form of it does too.
   * @example
   * ```ts
   * storage.clear();
   * storage.setFrames(128);
   * for (let c = 0; c < 2; c++) storage.mainInput!.push(previousNode.mainOutput!.pointer(c));
   * ```
   */
  push(pointer: number): boolean {
    const region = this.region;
    if (!region.live) return false;
    const length = this.length;
    const address = addressFrom(pointer);
    if (
      address === 0 ||
      !region.core.pushChannel(this.descriptor, this.tableAddress, length, this.capacity, address, region.maxFrames, region.sampleBytes)
    ) {
      region.diagnostics.refusedPushes++;
      return false;
    }
    this.pointers[length] = address;
    this.hasForeignPointers = true;
    this.open(length + 1, Math.max(this.connectedLength, length + 1));
    return true;
  }

  /** [render] Address of pushed channel `channel`, 0 when out of range. */
  pointer(channel: number): number {
    return this.has(channel) ? this.pointers[channel]! : 0;
  }

  /**
   * [render] The block's samples of pushed channel `channel`, as long as the block; an empty array
   * when out of range. The same object from block to block while pointer and length stay the same;
   * ask again after the memory grew. A view is made only for a pointer or a length not seen before,
   * and each one made counts in `diagnostics.viewRebuilds`.
   */
  channel(channel: number): ChannelView<F> {
    return this.has(channel) ? this.view(channel) : this.region.views.none;
  }

  /** @internal True where the samples of every channel are the storage's own. */
  get ownsSamples(): boolean {
    return this.samples !== 0;
  }

  /** @internal [render] The bus as a block starts with it: every channel that has samples, or none; the host has `offered`. */
  start(offered: number): void {
    if (this.hasForeignPointers) {
      this.hasForeignPointers = false;
      for (let channel = 0; channel < this.capacity; channel++) this.pointers[channel] = this.ownPointer(channel);
    }
    this.open(this.ownsSamples ? this.capacity : 0, Math.min(offered, this.capacity));
  }

  /** @internal [render] The same for an input bus of which nothing is delivered. */
  startMissing(): void {
    this.start(0);
    if (this.ownsSamples) this.missing(0);
  }

  /** @internal [render] {@link start} within a block that has begun already: the kernel's copy is written anew too. */
  restart(offered: number): void {
    const { core, sampleBytes } = this.region;
    this.start(offered);
    core.initialiseBus(this.descriptor, this.tableAddress, this.capacity, this.pushed, this.ownPointer(0), this.ownsSamples ? this.stride : 0, sampleBytes);
  }

  /** @internal [render] Corrects what the host was thought to deliver. */
  connect(channels: number): void {
    this.connected = channels;
  }

  /** @internal [render] Channels from `from` on are missing in this block: what the storage's policy makes of them. */
  missing(from: number): void {
    const { region, capacity } = this;
    if (from >= capacity) return;
    if (region.missingInputs === "drop") {
      this.pushed = from;
      const words = region.words();
      words[this.countWord] = from;
      words[this.maskWord] = words[this.maskWord]! & (2 ** from - 1);
    } else if (region.missingInputs === "repeat-mono" && from === 1) {
      this.repeatFirst();
    } else {
      this.silence(from, capacity);
    }
  }

  /** @internal [render] Marks those of the first `channels` channels that hold one value throughout the block. */
  markConstant(channels: number): void {
    const { core, frames, sampleBytes, detectConstant } = this.region;
    if (!detectConstant || channels === 0) return;
    const words = this.region.words();
    words[this.maskWord] = words[this.maskWord]! | core.constantChannels(this.samples, this.stride, channels, frames, sampleBytes);
  }

  /** @internal [render] Points what the kernel sees of each pushed channel `bytes` behind its start. */
  shift(bytes: number): void {
    const words = this.region.words();
    const length = this.length;
    for (let channel = 0; channel < length; channel++) words[this.tableWord + channel] = this.pointers[channel]! + bytes;
  }

  /** @internal True where every pushed channel is one of the storage's own. */
  get isOwn(): boolean {
    return this.ownsSamples && !this.hasForeignPointers;
  }

  /** @internal [render] Channels `from` up to and without `to` are missing in this block. */
  silence(from: number, to: number): void {
    const region = this.region;
    region.cleanSilence();
    region.core.silenceChannels(this.descriptor, this.tableAddress, from, to, region.silence);
    for (let channel = from; channel < to; channel++) this.pointers[channel] = region.silence;
    this.hasForeignPointers = true;
  }

  /** @internal [render] {@link channel} for a channel that is known to be there. */
  view(channel: number): ChannelView<F> {
    const { frames, views } = this.region;
    // First of all: a view of memory that has grown is as long as an empty block.
    if (frames === 0) return views.none;
    const view = this.views[channel]!;
    const pointer = this.pointers[channel]!;
    // A view of memory that has grown has length 0, so it never passes for a live one.
    if (view.length === frames && this.viewed[channel] === pointer) return view;
    this.viewed[channel] = pointer;
    return (this.views[channel] = views.at(pointer, frames));
  }

  /** @internal [render] Copies a host channel that is as long as the block into channel `channel`'s own samples. */
  take(channel: number, samples: Float32Array): void {
    const { frames, views, staging, core, converts } = this.region;
    if (converts) {
      this.region.stagedChannel().set(samples);
      core.widenSamples(this.ownPointer(channel), staging, frames);
      return;
    }
    const own = this.own[channel]!;
    if (own.length === frames) own.set(samples);
    else (this.own[channel] = views.at(this.ownPointer(channel), frames)).set(samples);
  }

  /** @internal [render] Copies pushed channel `channel` to a host channel that is as long as the block. */
  give(channel: number, target: Float32Array): void {
    const { frames, staging, core, converts } = this.region;
    if (converts) {
      core.narrowSamples(staging, this.pointers[channel]!, frames);
      target.set(this.region.stagedChannel());
      return;
    }
    target.set(this.view(channel));
  }

  private repeatFirst(): void {
    const { region, capacity } = this;
    const first = this.pointers[0]!;
    region.core.repeatChannel(this.tableAddress, 1, capacity, first);
    for (let channel = 1; channel < capacity; channel++) this.pointers[channel] = first;
    this.hasForeignPointers = true;
    const words = region.words();
    if ((words[this.maskWord]! & 1) !== 0) words[this.maskWord] = 2 ** capacity - 1;
  }

  private has(channel: number): boolean {
    return Number.isInteger(channel) && channel >= 0 && channel < this.length;
  }

  private open(pushed: number, connected: number): void {
    this.filledIn = this.region.block;
    this.pushed = pushed;
    this.connected = connected;
  }

  private ownPointer(channel: number): number {
    return this.ownsSamples ? this.samples + channel * this.stride : this.region.silence;
  }
}
