import { CHANNEL_COUNT_WORD, CONSTANT_MASK_WORD, POINTER_BYTES } from "./abi";
import { BEGUN, type Block, CLEARED, wholeWithin } from "./block";
import { type BusInfo, infoOf } from "./config";
import type { ConversionsCore } from "./core/conversions";
import type { EverydayCore } from "./core/everyday";
import type { FormsCore } from "./core/forms";
import type { Diagnostics } from "./diagnostics";
import { buses } from "./identity";
import { type KeptAddress, LIST, REFUSED, readAddresses } from "./kernel-addresses";
import type { BusLayout, Layout } from "./layout";
import { addressFrom } from "./memory/address";
import type { ViewCache } from "./memory/views";
import type { Settings } from "./options";
import { type ChannelView, CONVERTS_BY_SET, FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat, type Samples } from "./sample-format";
import type { ShownState } from "./shown-state";
import type { Tables } from "./tables";

/**
 * One bus: a bounded list of channel pointers, and typed views of what they point at. Where a bus has samples of
 * its own, they stay where they are from allocation on, and no two channels ever share theirs.
 *
 * A bus holds its storage's memory: the bytes stay reserved as long as the bus is reachable.
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
  /** @internal Its place among inputs and outputs. */
  readonly index: number;
  /** @internal */
  readonly place: BusLayout;
  /** @internal What all buses of a storage work with. */
  readonly parts: BusParts;

  /** Number of the block for which the three below hold; in any other the bus is as that block was opened. */
  private settledIn = 0;
  private settledLength = 0;
  private settledConnected = 0;
  /** Bit c is set where channel c is zeros because nobody delivered it. */
  private settledMissing = 0;
  /** @internal The last view of each channel's own samples. */
  readonly own: Samples[] = [];
  /** @internal Whether it has samples: of its own, or of the kernel's where that said where they are. */
  hasSamples: boolean;
  /** @internal Views of the host's floats, where the bus has another form than they. `undefined` where a host's samples are set right into the bus. */
  readonly hostFloats: ViewCache<Samples> | undefined;
  private readonly cache: ViewCache<Samples>;
  /** Address of its samples; where each channel lies elsewhere, of the first channel's. */
  private base: number;
  /** @internal Whether each planar channel lies where the kernel wants it. */
  isScattered = false;
  /** Room for the addresses that {@link moveTo} is handed. */
  private readonly handed: Uint32Array;

  /** @internal [setup] `kept` says where the kernel keeps it, if it does. */
  constructor(parts: BusParts, index: number, declared: BusInfo | number, kept: KeptAddress | undefined) {
    const { address, layout, settings } = parts;
    const place = layout.buses[index]!;
    const { capacity, owner } = place;
    this.name = infoOf(declared).name;
    this.capacity = capacity;
    this.tableAddress = address + layout.tables + place.firstChannel * POINTER_BYTES;
    this.index = index;
    this.place = place;
    this.parts = parts;
    this.cache = parts.views[place.sampleFormat]!;
    this.hostFloats = place.hostFloats > 0 && !isConvertedBySet(place) ? parts.views.f32 : undefined;
    this.hasSamples = owner === "storage";
    this.base = owner === "storage" && capacity > 0 ? address + place.samples : 0;
    for (let channel = 0; channel < capacity; channel++) this.own.push(this.cache.none);
    this.handed = kept === undefined ? NO_ADDRESSES : kept.addresses;
    if (kept !== undefined) this.placeAsRead(kept.isList);
    for (let channel = 0; channel < capacity; channel++) this.prepare(channel, settings.maxFrames);
    buses.add(this);
  }

  /**
   * Address of the first channel's own samples, or of the whole run: constant from allocation to reconfiguration or
   * {@link moveTo}, so a kernel may keep it at set-up. 0 where the bus has none: with external channel memory, without channels, and
   * while the kernel has not said where it keeps them.
   */
  get samplesAddress(): number {
    return this.base;
  }

  /** [render] Channels pushed in this block, 0 … {@link capacity}. */
  get length(): number {
    const { block } = this.parts;
    if (this.settledIn === block.number) return this.settledLength;
    return block.opening === CLEARED || !this.hasSamples ? 0 : this.capacity;
  }

  /**
   * [render] Input: channels that the host really delivered in this block, counted up to the last
   * one; the rest, up to {@link length}, are silence. Without a host, those that the caller connected
   * or pushed. Output: channels that the host will take. Never more than {@link capacity}, but for an input whose speakers
   * were mixed: there it is what the host had.
   */
  get connectedLength(): number {
    const { block } = this.parts;
    if (this.settledIn === block.number) return this.settledConnected;
    return block.opening === CLEARED ? 0 : this.capacity;
  }

  /**
   * [render] Bit c is set where channel c holds one value throughout the block; bit 0 of an unsigned
   * 32-bit number is channel 0. Written by either side: it is a hint, and a kernel may get it wrong.
   */
  get constantMask(): number {
    const { block, tables } = this.parts;
    return block.isLive ? tables.read(this.index, CONSTANT_MASK_WORD) : 0;
  }

  /** [render] The kernel finds what is written here; bits from {@link length} on mean nothing. */
  set constantMask(mask: number) {
    const { block, tables } = this.parts;
    if (block.isLive && typeof mask === "number") tables.write(this.index, CONSTANT_MASK_WORD, mask);
  }

  /**
   * [render] Appends a channel pointer. False, and nothing changed, when the bus is full or the
   * pointer is null, misaligned, or `maxFrames` samples from it would leave the memory; and when the bus is not planar.
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
    const { block, tables, diagnostics, settings, shownState } = this.parts;
    const { length, connectedLength } = this;
    const { layout, sampleBytes } = this.place;
    if (!block.isLive) return false;
    shownState?.beginChange();
    tables.closeWindow();
    const isPushed = layout === "planar" && tables.push(this.index, length, addressFrom(pointer), settings.maxFrames * sampleBytes);
    if (isPushed) {
      // Where a host was asked, what it has does not change by a push. Elsewhere the caller is the host.
      const isHost = block.opening === CLEARED || (block.opening === BEGUN && this.place.isInput);
      this.settle(length + 1, isHost ? Math.max(connectedLength, length + 1) : connectedLength, this.missing);
    } else {
      diagnostics.refusedPushes++;
    }
    shownState?.endChange();
    return isPushed;
  }

  /**
   * [render] For callers that write an input's samples themselves, after `storage.begin`: the bus's first
   * `channels` channels are delivered, silent until they are written through {@link channel}; the others are
   * silent, and left out with `missingInputs: "drop"`. Nothing is repeated: who writes a lone channel writes the
   * others, too. Returns the channels connected: 0, and nothing changed, for an output bus, or one that has no
   * samples of its own.
   *
   * @param channels 0 … {@link capacity}, clamped; all of them by default.
   * @example
   * ```ts
   * const frames = storage.begin(128);
   * storage.mainInput!.connect();
   * synthesizer.render(storage.mainInput!.channel(0), storage.mainInput!.channel(1));
   * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
   * ```
   */
  connect(channels: number = this.capacity): number {
    const { block, tables, shownState } = this.parts;
    if (!block.isLive || !this.place.isInput || !this.hasSamples) return 0;
    const connected = wholeWithin(channels, this.capacity);
    shownState?.beginChange();
    tables.pointHome(this.place);
    tables.write(this.index, CHANNEL_COUNT_WORD, this.capacity);
    this.constantMask = 0;
    this.silenceLanding(0, connected);
    this.receive(connected, 0, false);
    shownState?.endChange();
    return connected;
  }

  /** [render] Address of pushed channel `channel`, 0 when out of range. */
  pointer(channel: number): number {
    return this.has(channel) ? this.parts.tables.pointers[this.place.firstChannel + channel]! : 0;
  }

  /**
   * [render] Address of channel `channel`'s own samples in this block, whatever was pushed; 0 where there are none. In an
   * interleaved bus, of its first sample: the next one lies as many samples further on as the bus has channels.
   */
  channelAddress(channel: number): number {
    const isThere = this.base > 0 && Number.isInteger(channel) && channel >= 0 && channel < this.capacity;
    return isThere ? this.addressOf(channel) : 0;
  }

  /**
   * [render] A contiguous or interleaved bus's whole run in this block, as the kernel has it: `capacity * frames` samples. Empty for a
   * planar bus, and where there are no samples. The same object while address and length stay the same; ask again after the memory grew.
   */
  get samples(): Samples {
    const { block } = this.parts;
    const isRun = this.place.layout !== "planar" && this.base > 0 && block.isLive;
    return isRun ? this.cache.at(this.base, this.capacity * block.frames) : this.cache.none;
  }

  /**
   * [render] The kernel keeps this bus elsewhere from now on: for kernels that hand out other buffers in each block. Inputs are
   * collected into the new place from the next block on; outputs are delivered from it at once. False, and nothing changed, for
   * what cannot be such an address, and for a bus that is not the kernel's.
   *
   * @param address As option `addresses` has it, but never 0.
   * @example
   * ```ts
   * kernel.exports.process(frames);
   * storage.mainOutput!.moveTo(kernel.exports.outputBuffer());
   * storage.deliver(outputs);
   * ```
   */
  moveTo(address: number | readonly number[]): boolean {
    const { block, settings, tables, shownState } = this.parts;
    if (!block.isLive || this.place.owner !== "kernel") return false;
    const reading = readAddresses(address, this.place, settings.maxFrames, settings.heap.memory, this.handed);
    // A list may free the storage when it is read.
    if (reading === REFUSED || !this.isReadWhole(reading === LIST) || !block.isLive) return false;
    const { hasSamples, connectedLength } = this;
    shownState?.beginChange();
    this.placeAsRead(reading === LIST);
    tables.openWindow(tables.windowFrames);
    // An input that was silent until now is delivered in the next block, an output in this one.
    if (!this.place.isInput && block.opening !== CLEARED) {
      tables.write(this.index, CHANNEL_COUNT_WORD, this.capacity);
      if (!hasSamples) this.settle(this.capacity, connectedLength, 0);
    }
    block.move();
    shownState?.endChange();
    return true;
  }

  /**
   * [render] The block's samples of pushed channel `channel` as the kernel has them, as long as the block; an empty array
   * when out of range, and for an interleaved bus, which has {@link samples}. The same object from block to block while pointer
   * and length stay the same; ask again after the memory grew. A view is made only for a pointer or a length not seen before,
   * and each one made counts in `diagnostics.viewRebuilds`. A view alone does not hold the storage: when nothing else
   * is left of it, its bytes go to somebody else.
   */
  channel(channel: number): ChannelView<F> {
    return (this.has(channel) && this.place.layout !== "interleaved" ? this.view(channel) : this.cache.none) as ChannelView<F>;
  }

  /** @internal [render] {@link channel} where it is known to be there, and the bus is not interleaved. */
  view(channel: number): Samples {
    const { tables, block } = this.parts;
    if (this.hasSamples && !tables.hasForeignPointers) return this.ownView(channel);
    return this.cache.at(tables.pointers[this.place.firstChannel + channel]!, block.frames);
  }

  /** @internal [render] The block's frames of a channel's own samples, whatever was pushed. */
  ownView(channel: number): Samples {
    const { block } = this.parts;
    const view = this.own[channel]!;
    // A view of memory that has grown is as long as an empty block.
    if (view.length === block.frames && block.frames > 0) return view;
    return (this.own[channel] = this.cache.at(this.addressOf(channel), block.frames));
  }

  /** @internal [render] Where a host's samples of a channel are set: in the bus, or beside it, where it has another form. */
  landing(channel: number): Samples {
    const { hostFloats } = this;
    return hostFloats === undefined ? this.ownView(channel) : hostFloats.at(this.floatsAddress(channel), this.parts.block.frames);
  }

  /** @internal [render] Address of {@link landing}. */
  landingAddress(channel: number): number {
    return this.hostFloats === undefined ? this.addressOf(channel) : this.floatsAddress(channel);
  }

  /** @internal [render] Where the floats of a pushed channel are on their way to the host. */
  sourceAddress(channel: number): number {
    return this.hostFloats === undefined ? this.pointer(channel) : this.floatsAddress(channel);
  }

  /** @internal Address of a channel's host floats, where there are any. */
  floatsAddress(channel: number): number {
    const { hostFloats, hostFloatsStride } = this.place;
    return this.parts.address + hostFloats + channel * hostFloatsStride;
  }

  /** @internal [render] The bus differs from what its block was opened with. */
  settle(length: number, connected: number, missing: number): void {
    this.settledIn = this.parts.block.number;
    this.settledLength = length;
    this.settledConnected = connected;
    this.settledMissing = missing;
  }

  /**
   * @internal [render] For an input of a block that was just opened: its first `delivered` channels have samples, but for
   * those in `holes`, whose samples are zeros. What is missing becomes what the storage's policy says. The host has
   * `connected` channels.
   */
  receive(delivered: number, holes: number, mayRepeat: boolean, connected = delivered): void {
    const { settings } = this.parts;
    if (!this.hasSamples) {
      this.settle(0, connected, 0);
      return;
    }
    const repeats = mayRepeat && delivered === 1 && settings.missingInputs === "repeat-mono";
    if (repeats) {
      const isBeside = this.isConvertedWhole;
      const first = isBeside ? this.landing(0) : this.ownView(0);
      for (let c = 1; c < this.capacity; c++) (isBeside ? this.landing(c) : this.ownView(c)).set(first as Float32Array);
    } else {
      this.silenceLanding(delivered, this.capacity);
    }
    this.settleDelivered(delivered, holes, repeats, connected);
    this.convertIn();
  }

  /** @internal [render] The same where all samples stand in the bus already, as the storage's policy says. */
  settleDelivered(delivered: number, holes: number, isRepeated: boolean, connected: number): void {
    const { settings, tables } = this.parts;
    const { capacity, index } = this;
    if (!this.hasSamples) {
      this.settle(0, connected, 0);
    } else if (isRepeated) {
      if ((this.constantMask & 1) !== 0) this.constantMask = bitsBelow(capacity);
      this.settle(capacity, connected, 0);
    } else {
      const isCut = settings.missingInputs === "drop";
      const length = isCut ? delivered : capacity;
      const missing = (bitsBelow(length) & ~bitsBelow(delivered)) | holes;
      if (isCut) tables.write(index, CHANNEL_COUNT_WORD, length);
      if (missing !== 0) this.constantMask |= missing;
      this.settle(length, connected, missing);
    }
  }

  /** @internal [render] Marks those of the first `channels` channels that hold one value throughout the block. */
  markConstant(channels: number): void {
    const { block, conversions } = this.parts;
    if (channels === 0 || !this.hasSamples) return;
    const { hostFloatsStride, sampleBytes } = this.place;
    const isBeside = this.isConvertedWhole;
    if (isBeside || !this.isScattered) {
      const samples = isBeside ? this.floatsAddress(0) : this.base;
      const stride = isBeside ? hostFloatsStride : this.stride;
      this.constantMask |= conversions!.constantChannels(samples, stride, channels, block.frames, isBeside ? FLOAT_BYTES : sampleBytes);
      return;
    }
    for (let c = 0; c < channels; c++) {
      this.constantMask |= conversions!.constantChannels(this.addressOf(c), 0, 1, block.frames, sampleBytes) << c;
    }
  }

  /** @internal [render] The first `channels` channels' floats become doubles in their place, where they do. */
  growInPlace(channels: number): void {
    const { conversions, block } = this.parts;
    if (this.hostFloats !== undefined && this.place.growsInPlace) {
      conversions!.widenChannels(this.base, this.place.stride, channels, block.frames);
    }
  }

  /** @internal Whether all of the bus is converted at once from host floats, in which what is missing is silence already. */
  get isConvertedWhole(): boolean {
    return this.hostFloats !== undefined && !this.place.growsInPlace;
  }

  /** @internal [render] Host floats become the kernel's samples. */
  private convertIn(): void {
    if (!this.isConvertedWhole) return;
    const { forms, block } = this.parts;
    const { sampleFormat, step, scale, hostFloatsStride } = this.place;
    const { code } = SAMPLE_FORMATS[sampleFormat];
    const floats = this.floatsAddress(0);
    if (!this.isScattered) {
      forms!.kernelFromFloats(code, this.base, step, this.stride, floats, hostFloatsStride, this.capacity, block.frames, scale[0]);
      return;
    }
    for (let c = 0; c < this.capacity; c++) {
      forms!.kernelFromFloats(code, this.addressOf(c), step, 0, this.floatsAddress(c), 0, 1, block.frames, scale[0]);
    }
  }

  /** @internal [render] The kernel's samples of all pushed channels become host floats, where the host has no others. */
  convertOut(): void {
    if (this.hostFloats === undefined) return;
    const { forms, conversions, block } = this.parts;
    const { sampleFormat, step, scale, hostFloatsStride, layout, isExact } = this.place;
    const { code } = SAMPLE_FORMATS[sampleFormat];
    if (layout !== "planar") {
      const floats = this.floatsAddress(0);
      if (this.base === 0) return;
      forms!.floatsFromKernel(floats, hostFloatsStride, code, this.base, step, this.stride, this.length, block.frames, scale[0]);
      return;
    }
    for (let c = 0; c < this.length; c++) {
      // One call a channel, because a pushed pointer may lead anywhere.
      if (isExact) conversions!.narrowChannels(this.floatsAddress(c), 0, this.pointer(c), 0, 1, block.frames);
      else forms!.floatsFromKernel(this.floatsAddress(c), 0, code, this.pointer(c), step, 0, 1, block.frames, scale[0]);
    }
  }

  /** @internal [render] The block's frames of all own channels become zeros. */
  zero(): void {
    if (this.hasSamples) this.silence(0, this.capacity, 0);
  }

  /** @internal [render] The block has grown from `before` frames: what is new is silence, and only what is missing is still known to hold one value. */
  silenceFrom(before: number): void {
    if (!this.hasSamples) return;
    this.silence(0, this.capacity, before);
    if (this.place.isInput) this.constantMask &= this.missing;
  }

  /** @internal [render] The block had `before` frames: a contiguous bus's channels move, since each follows right behind the one before. */
  spreadFrom(before: number): void {
    const { block, tables } = this.parts;
    const { frames } = block;
    if (this.place.layout !== "contiguous" || before === frames) return;
    const last = this.capacity - 1;
    if (this.base > 0) {
      const run = this.cache.at(this.base, this.capacity * Math.max(before, frames));
      const kept = Math.min(before, frames);
      for (let n = 1; n <= last; n++) {
        // Upwards from the last one on, so that none is written over before it was moved.
        const c = frames > before ? last + 1 - n : n;
        run.copyWithin(c * frames, c * before, c * before + kept);
      }
    }
    this.placeChannels();
    tables.openWindow(tables.windowFrames);
  }

  /** @internal [render] Where a contiguous bus's channels are in a block of this length. */
  placeChannels(): void {
    const { tables } = this.parts;
    for (let c = 0; this.hasSamples && c < this.capacity; c++) tables.moveHome(this.place, c, this.addressOf(c));
  }

  /** Bytes from one channel's samples to the next one's in this block. */
  private get stride(): number {
    const { layout, sampleBytes, stride } = this.place;
    return layout === "contiguous" ? this.parts.block.frames * sampleBytes : stride;
  }

  /** Where a channel's own samples are in this block. */
  private addressOf(channel: number): number {
    if (this.isScattered) return this.parts.tables.home[this.place.firstChannel + channel]!;
    return this.base + channel * this.stride;
  }

  /** The kernel keeps it where {@link handed} says: each channel, or the whole run alone. */
  private placeAsRead(isList: boolean): void {
    const { tables } = this.parts;
    const { place, capacity, handed } = this;
    const { none } = this.cache;
    for (let c = 0; c < capacity; c++) this.own[c] = none;
    this.isScattered = isList;
    this.hasSamples = this.isReadWhole(isList);
    this.base = this.hasSamples && capacity > 0 ? handed[0]! : 0;
    if (!this.hasSamples) return;
    for (let c = 0; c < capacity; c++) tables.moveHome(place, c, isList ? handed[c]! : this.base + c * this.stride);
    tables.openWith(this.index, capacity);
  }

  /** Whether no address of what was read is still unknown. */
  private isReadWhole(isList: boolean): boolean {
    const { handed, capacity } = this;
    for (let c = 0; c < (isList ? capacity : 1); c++) if (handed[c] === 0) return false;
    return true;
  }

  /** A view of each channel is made ahead of the first block, and one of the whole run. */
  private prepare(channel: number, maxFrames: number): void {
    const { layout, stride } = this.place;
    this.hostFloats?.prepare(this.floatsAddress(channel), maxFrames);
    if (!this.hasSamples) return;
    if (layout !== "interleaved") {
      const address = this.isScattered ? this.addressOf(channel) : this.base + channel * stride;
      this.own[channel] = this.cache.prepare(address, maxFrames);
    }
    if (channel === 0 && layout !== "planar") this.cache.prepare(this.base, this.capacity * maxFrames);
  }

  /** Bit c is set where channel c is zeros because nobody delivered it in this block. */
  private get missing(): number {
    return this.settledIn === this.parts.block.number ? this.settledMissing : 0;
  }

  /** Zeroes own channels from frame `start` to the end of the block; of an interleaved bus always all of them. */
  private silence(from: number, to: number, start: number): void {
    const { core, block } = this.parts;
    const { sampleBytes, step, layout } = this.place;
    const bytes = (block.frames - start) * step;
    if (from >= to) return;
    if (layout === "interleaved") {
      core.zeroChannels(this.base + start * step, 0, 1, bytes);
    } else if (!this.isScattered) {
      const { stride } = this;
      core.zeroChannels(this.base + from * stride + start * sampleBytes, stride, to - from, bytes);
    } else {
      for (let c = from; c < to; c++) core.zeroChannels(this.addressOf(c) + start * sampleBytes, 0, 1, bytes);
    }
  }

  /** Zeroes channels where a host's samples are set. */
  private silenceLanding(from: number, to: number): void {
    if (!this.isConvertedWhole) {
      this.silence(from, to, 0);
      return;
    }
    const { core, block } = this.parts;
    const { hostFloatsStride } = this.place;
    if (from < to) core.zeroChannels(this.floatsAddress(from), hostFloatsStride, to - from, block.frames * FLOAT_BYTES);
  }

  /** @internal [render] Whether such a channel is pushed. */
  has(channel: number): boolean {
    return Number.isInteger(channel) && channel >= 0 && channel < this.length;
  }
}

/** What all buses of a storage work with. */
export interface BusParts {
  /** Address of the first descriptor. Every place of the layout counts from here. */
  readonly address: number;
  readonly layout: Layout;
  readonly settings: Settings;
  readonly diagnostics: Diagnostics;
  readonly block: Block;
  readonly tables: Tables;
  /** `undefined` where the memory is not shared. */
  readonly shownState: ShownState | undefined;
  readonly core: EverydayCore;
  /** `undefined` where no bus needs it. */
  readonly conversions: ConversionsCore | undefined;
  /** `undefined` where no bus needs it. */
  readonly forms: FormsCore | undefined;
  /** Views of each format that a bus has, and of host floats. */
  readonly views: Partial<Record<SampleFormat, ViewCache<Samples>>>;
}

const NO_ADDRESSES = /* @__PURE__ */ new Uint32Array(0);

/** Whether the engine converts a host's floats as fast as the core when they are set into the bus. Mixing needs floats. */
function isConvertedBySet({ sampleFormat, layout, scale, mixRoom }: BusLayout): boolean {
  return CONVERTS_BY_SET && sampleFormat === "f64" && layout !== "interleaved" && scale[0] === 1 && mixRoom === 0;
}

/** The lowest `count` bits, 0 … 32. Not by powers, which engines box until they have compiled the function for speed. */
export function bitsBelow(count: number): number {
  return count > 31 ? -1 : ~(-1 << count);
}
