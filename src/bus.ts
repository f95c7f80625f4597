import { CHANNEL_COUNT_WORD, CONSTANT_MASK_WORD, POINTER_BYTES } from "./abi";
import { BEGUN, type Block, CLEARED, wholeWithin } from "./block";
import { type BusInfo, infoOf } from "./config";
import type { ConversionsCore } from "./core/conversions";
import type { EverydayCore } from "./core/everyday";
import type { FormsCore } from "./core/forms";
import type { Diagnostics } from "./diagnostics";
import { buses } from "./identity";
import { type KernelOwnedAddress, LIST, REFUSED, readAddresses } from "./kernel-addresses";
import type { BusLayout, Layout } from "./layout";
import { addressFrom } from "./memory/address";
import type { ViewCache } from "./memory/views";
import type { Settings } from "./options";
import type { Parameters } from "./parameters";
import { type ChannelView, CONVERTS_BY_SET, FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat, type Samples } from "./sample-format";
import type { ShownState } from "./shown-state";
import type { Tables } from "./tables";

/**
 * One bus: a list of channel pointers, up to a declared number, and typed views of the samples to which they point. The
 * channels' own samples stay at their addresses from allocation on, and no two channels share theirs. Only `moveTo` moves
 * them.
 *
 * The storage's memory stays reserved while a bus is reachable.
 *
 * @example
 * ```ts
 * const bus = storage.mainInput!;
 * for (let c = 0; c < bus.length; c++) meter(bus.channel(c));
 * ```
 */
export class Bus<F extends SampleFormat = "f32"> {
  /** The declared name. */
  readonly name: string | undefined;
  /** Channels that the configuration declares. {@link push} refuses more. */
  readonly capacity: number;
  /** @internal Index of the bus among inputs and outputs together. */
  readonly index: number;
  /** @internal */
  readonly place: BusLayout;
  /** @internal What all buses of a storage share. */
  readonly parts: BusParts;

  /**
   * Number of the block in which the bus was settled: its channels differ from those of the opened block. The next three
   * fields hold for that block alone.
   */
  private settledIn = 0;
  private settledLength = 0;
  private settledConnected = 0;
  /** Bit c is set where channel c is zeros because the host did not deliver it. */
  private settledMissing = 0;
  /** @internal The last view made of each channel's own samples. */
  readonly own: Samples[] = [];
  /**
   * @internal Whether the bus has samples of its own: in the storage, or in the kernel's buffers once their addresses are
   * known.
   */
  hasSamples: boolean;
  /**
   * @internal Views of the host's floats, where the bus has another form. `undefined` where a host's samples are copied
   * straight into the bus.
   */
  readonly hostFloats: ViewCache<Samples> | undefined;
  private readonly cache: ViewCache<Samples>;
  /** Address of the samples. Where the channels are scattered, address of the first channel. */
  private base: number;
  /** @internal Whether each planar channel has an address of its own in the kernel's buffers. */
  isScattered = false;
  /** {@link moveTo} copies the addresses that it is handed to this array. */
  private readonly handed: Uint32Array;

  /** @internal [setup] `kernelOwned`: address in the kernel's buffers, if the bus is there. */
  constructor(parts: BusParts, index: number, declared: BusInfo | number, kernelOwned: KernelOwnedAddress | undefined) {
    const { address, layout, settings } = parts;
    const place = layout.buses[index]!;
    const { capacity, owner } = place;
    this.name = infoOf(declared).name;
    this.capacity = capacity;
    this.index = index;
    this.place = place;
    this.parts = parts;
    this.cache = parts.views[place.sampleFormat]!;
    this.hostFloats = place.hostFloats > 0 && !isConvertedBySet(place) ? parts.views.f32 : undefined;
    this.hasSamples = owner === "storage";
    this.base = owner === "storage" && capacity > 0 ? address + place.samples : 0;
    for (let channel = 0; channel < capacity; channel++) this.own.push(this.cache.none);
    this.handed = kernelOwned === undefined ? NO_ADDRESSES : kernelOwned.addresses;
    if (kernelOwned !== undefined) this.placeAsRead(kernelOwned.isList);
    for (let channel = 0; channel < capacity; channel++) this.prepare(channel, settings.maxFrames);
    buses.add(this);
  }

  /** Address of this bus's table of {@link capacity} pointers. 0 once the storage is freed. */
  get tableAddress(): number {
    const { address, layout, block } = this.parts;
    return block.isLive ? address + layout.tables + this.place.firstChannel * POINTER_BYTES : 0;
  }

  /**
   * Address of the first channel's own samples, or of the whole run. Constant until reconfiguration or {@link moveTo}, so a
   * kernel may store it at set-up. 0 where the bus has no samples of its own: with external channel memory, without channels,
   * while a kernel-owned address is not known, and once the storage is freed.
   */
  get samplesAddress(): number {
    return this.parts.block.isLive ? this.base : 0;
  }

  /** [render] Channels pushed in this block, 0 … {@link capacity}. */
  get length(): number {
    const { block } = this.parts;
    if (this.settledIn === block.number) return this.settledLength;
    return block.opening === CLEARED || !this.hasSamples ? 0 : this.capacity;
  }

  /**
   * [render] For an input: channels that the host delivered in this block, up to the last usable one. Channels from there to
   * {@link length} are silence. Without a host: channels that the caller connected or pushed. For an output: channels that
   * the host will take. At most {@link capacity}; only an input that was mixed shows the host's own number of channels.
   */
  get connectedLength(): number {
    const { block } = this.parts;
    if (this.settledIn === block.number) return this.settledConnected;
    return block.opening === CLEARED ? 0 : this.capacity;
  }

  /**
   * [render] Bit c is set where channel c holds one value throughout the block. An unsigned 32-bit number; bit 0 is channel
   * 0. The storage and the kernel both write it, and a kernel may be wrong, so it is only a hint.
   */
  get constantMask(): number {
    const { block, tables } = this.parts;
    return block.isLive ? tables.read(this.index, CONSTANT_MASK_WORD) : 0;
  }

  /** [render] Sets the mask that the kernel reads. Bits from {@link length} on mean nothing. */
  set constantMask(mask: number) {
    const { block, tables } = this.parts;
    if (block.isLive && typeof mask === "number") tables.write(this.index, CONSTANT_MASK_WORD, mask);
  }

  /**
   * [render] Appends a channel pointer. Returns false and changes nothing when the bus is full or not planar, or when the
   * pointer is null, misaligned, or less than `maxFrames` samples before the end of the memory. This counts in
   * `diagnostics.refusedPushes`.
   *
   * @param pointer Address of `maxFrames` samples in the storage's memory. Negative numbers are addresses above 2 GiB, as
   * wasm returns them.
   * @example
   * ```ts
   * storage.clear();
   * storage.setFrames(128);
   * for (let c = 0; c < 2; c++) storage.mainInput!.push(previousNode.mainOutput!.pointer(c));
   * ```
   */
  push(pointer: number): boolean {
    const { block, tables, parameters, diagnostics, settings, shownState } = this.parts;
    const { length, connectedLength } = this;
    const { layout, sampleBytes } = this.place;
    if (!block.isLive) return false;
    shownState?.beginChange();
    tables.closeWindow();
    parameters?.openWindow(0, block.frames);
    const isPushed = layout === "planar" && tables.push(this.index, length, addressFrom(pointer), settings.maxFrames * sampleBytes);
    if (isPushed) {
      // Where a host said how many channels it has, a push does not change that. Otherwise the caller takes the place of the
      // host.
      const isHost = block.opening === CLEARED || (block.opening === BEGUN && this.place.isInput);
      this.settle(length + 1, isHost ? Math.max(connectedLength, length + 1) : connectedLength, this.missing);
    } else {
      diagnostics.refusedPushes++;
    }
    shownState?.endChange();
    return isPushed;
  }

  /**
   * [render] For callers that write an input's samples themselves, after `storage.begin`. The first `channels` channels count
   * as delivered; they are zeros until the caller writes them through {@link channel}. The others are missing: zeros, or with
   * `missingInputs: "drop"` left out of the bus. "repeat-mono" does not apply. Returns the number of connected channels.
   * Returns 0 and changes nothing for an output bus, and for a bus without samples of its own.
   *
   * @param channels 0 … {@link capacity}, clamped. All by default.
   * @example
   * ```ts
   * const frames = storage.begin(128);
   * storage.mainInput!.connect();
   * synthesizer.render(storage.mainInput!.channel(0), storage.mainInput!.channel(1));
   * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
   * ```
   */
  connect(channels: number = this.capacity): number {
    const { block, tables, parameters, shownState } = this.parts;
    if (!block.isLive || !this.place.isInput || !this.hasSamples) return 0;
    const connected = wholeWithin(channels, this.capacity);
    shownState?.beginChange();
    tables.pointHome(this.place);
    parameters?.openWindow(0, block.frames);
    tables.write(this.index, CHANNEL_COUNT_WORD, this.capacity);
    this.constantMask = 0;
    this.silenceLanding(0, connected);
    this.receive(connected, 0, false);
    shownState?.endChange();
    return connected;
  }

  /** [render] Address of pushed channel `channel`. 0 when out of range. */
  pointer(channel: number): number {
    return this.has(channel) ? this.parts.tables.pointers[this.place.firstChannel + channel]! : 0;
  }

  /**
   * [render] Address of channel `channel`'s own samples in this block, whether or not it is pushed. 0 where there are none.
   * In an interleaved bus it is the address of the channel's first sample; the next one is {@link capacity} samples further
   * on.
   */
  channelAddress(channel: number): number {
    const isThere = this.samplesAddress > 0 && Number.isInteger(channel) && channel >= 0 && channel < this.capacity;
    return isThere ? this.addressOf(channel) : 0;
  }

  /**
   * [render] The whole run of a contiguous or interleaved bus in this block, `capacity * frames` samples in the kernel's
   * format. Empty for a planar bus, and where there are no samples. The same object while address and length stay the same.
   * Growth of the memory empties it: read the property again then.
   */
  get samples(): Samples {
    const { block } = this.parts;
    const isRun = this.place.layout !== "planar" && this.base > 0 && block.isLive;
    return isRun ? this.cache.at(this.base, this.capacity * block.frames) : this.cache.none;
  }

  /**
   * [render] Tells the storage that the kernel has moved this bus to another buffer, for kernels that use other buffers in
   * each block. Inputs are collected into the new buffer from the next block on; outputs are delivered from it at once.
   * Returns false and changes nothing for an address that is not valid, and for a bus that was not declared in option
   * `addresses`.
   *
   * @param address As in option `addresses`, but not 0.
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
    // Reading a list can run code of the caller, which may have freed the storage.
    if (reading === REFUSED || !this.isReadWhole(reading === LIST) || !block.isLive) return false;
    const { hasSamples, connectedLength } = this;
    shownState?.beginChange();
    this.placeAsRead(reading === LIST);
    tables.openWindow(tables.windowFrames);
    // Where the address was not known before, an output gets its channels in this block, and an input in the next one.
    if (!this.place.isInput && block.opening !== CLEARED) {
      tables.write(this.index, CHANNEL_COUNT_WORD, this.capacity);
      if (!hasSamples) this.settle(this.capacity, connectedLength, 0);
    }
    block.move();
    shownState?.endChange();
    return true;
  }

  /**
   * [render] The samples of pushed channel `channel` in this block, in the kernel's format. Empty when out of range, and for
   * an interleaved bus, which has {@link samples}. The same object while pointer and length stay the same. Growth of the
   * memory empties it: ask again then. A new view is made only for a pointer or length not seen before, and counts in
   * `diagnostics.viewRebuilds`. A view does not keep the storage: once storage and buses are garbage-collected, its bytes may
   * be used for something else.
   */
  channel(channel: number): ChannelView<F> {
    return (this.has(channel) && this.place.layout !== "interleaved" ? this.view(channel) : this.cache.none) as ChannelView<F>;
  }

  /** @internal [render] {@link channel} without its checks: the channel is pushed, and the bus is not interleaved. */
  view(channel: number): Samples {
    const { tables, block } = this.parts;
    if (this.hasSamples && !tables.hasForeignPointers) return this.ownView(channel);
    return this.cache.at(tables.pointers[this.place.firstChannel + channel]!, block.frames);
  }

  /** @internal [render] A channel's own samples in this block, whether or not it is pushed. */
  ownView(channel: number): Samples {
    const { block } = this.parts;
    const view = this.own[channel]!;
    // Once the memory has grown, a view has length 0, like a view of an empty block. So a match of 0 frames proves nothing.
    if (view.length === block.frames && block.frames > 0) return view;
    return (this.own[channel] = this.cache.at(this.addressOf(channel), block.frames));
  }

  /**
   * @internal [render] The view to which a host's samples of a channel are copied: the bus itself, or the host floats beside
   * a bus of another form.
   */
  landing(channel: number): Samples {
    const { hostFloats } = this;
    return hostFloats === undefined ? this.ownView(channel) : hostFloats.at(this.floatsAddress(channel), this.parts.block.frames);
  }

  /** @internal [render] Address of {@link landing}. */
  landingAddress(channel: number): number {
    return this.hostFloats === undefined ? this.addressOf(channel) : this.floatsAddress(channel);
  }

  /** @internal [render] Address of a pushed channel's floats for the host. */
  sourceAddress(channel: number): number {
    return this.hostFloats === undefined ? this.pointer(channel) : this.floatsAddress(channel);
  }

  /** @internal Address of a channel's host floats. Only for a bus that has host floats. */
  floatsAddress(channel: number): number {
    const { hostFloats, hostFloatsStride } = this.place;
    return this.parts.address + hostFloats + channel * hostFloatsStride;
  }

  /** @internal [render] Ignores what was set for any block. */
  forgetBlock(): void {
    this.settledIn = 0;
  }

  /**
   * @internal [render] Sets what differs in this block from the opened block: channels pushed, channels that the host has,
   * and a mask of the missing ones.
   */
  settle(length: number, connected: number, missing: number): void {
    this.settledIn = this.parts.block.number;
    this.settledLength = length;
    this.settledConnected = connected;
    this.settledMissing = missing;
  }

  /**
   * @internal [render] Settles an input after its block was opened. The first `delivered` channels have samples, but for
   * those in the mask `holes`, which are zeros. The other channels are filled as `missingInputs` says. `connected` is the
   * number of channels that the host has.
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

  /** @internal [render] The same, where the samples of all channels are already in the bus. */
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

  /**
   * @internal [render] Sets the constant-mask bits of those of the first `channels` channels that hold one value throughout
   * the block.
   */
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

  /** @internal [render] Converts the floats of the first `channels` channels to doubles in place, where the bus does it so. */
  growInPlace(channels: number): void {
    const { conversions, block } = this.parts;
    if (this.hostFloats !== undefined && this.place.growsInPlace) {
      conversions!.widenChannels(this.base, this.place.stride, channels, block.frames);
    }
  }

  /**
   * @internal Whether the whole bus is converted from host floats in one call. Missing channels are then zeroed among the
   * host floats.
   */
  get isConvertedWhole(): boolean {
    return this.hostFloats !== undefined && !this.place.growsInPlace;
  }

  /** @internal Converts host floats to the kernel's samples. */
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

  /** @internal [render] Converts the kernel's samples of all pushed channels to host floats, where the bus has any. */
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
      // One call for each channel, because pushed pointers do not lie at one stride.
      if (isExact) conversions!.narrowChannels(this.floatsAddress(c), 0, this.pointer(c), 0, 1, block.frames);
      else forms!.floatsFromKernel(this.floatsAddress(c), 0, code, this.pointer(c), step, 0, 1, block.frames, scale[0]);
    }
  }

  /** @internal [render] Zeroes all own channels in this block. */
  zero(): void {
    if (this.hasSamples) this.silence(0, this.capacity, 0);
  }

  /**
   * @internal [render] The block has grown from `before` frames: zeroes the new frames. Of an input's mask only the missing
   * channels keep their bits, because the others may no longer hold one value.
   */
  silenceFrom(before: number): void {
    if (!this.hasSamples) return;
    this.silence(0, this.capacity, before);
    if (this.place.isInput) this.constantMask &= this.missing;
  }

  /**
   * @internal [render] The block had `before` frames. Moves the channels of a contiguous bus, because each begins where the
   * one before ends.
   */
  spreadFrom(before: number): void {
    const { block, tables } = this.parts;
    const { frames } = block;
    if (this.place.layout !== "contiguous" || before === frames) return;
    const last = this.capacity - 1;
    if (this.base > 0) {
      const run = this.cache.at(this.base, this.capacity * Math.max(before, frames));
      const kept = Math.min(before, frames);
      for (let n = 1; n <= last; n++) {
        // When the block grows, the last channel goes first, so that no channel is overwritten before it was moved.
        const c = frames > before ? last + 1 - n : n;
        run.copyWithin(c * frames, c * before, c * before + kept);
      }
    }
    this.placeChannels();
    tables.openWindow(tables.windowFrames);
  }

  /** @internal [render] Sets the addresses of a contiguous bus's channels for this block's length. */
  placeChannels(): void {
    const { tables } = this.parts;
    for (let c = 0; this.hasSamples && c < this.capacity; c++) tables.moveHome(this.place, c, this.addressOf(c));
  }

  /** Bytes from one channel's samples to the next one's in this block. */
  private get stride(): number {
    const { layout, sampleBytes, stride } = this.place;
    return layout === "contiguous" ? this.parts.block.frames * sampleBytes : stride;
  }

  /** Address of a channel's own samples in this block. */
  private addressOf(channel: number): number {
    if (this.isScattered) return this.parts.tables.home[this.place.firstChannel + channel]!;
    return this.base + channel * this.stride;
  }

  /** Moves the bus to the addresses in {@link handed}: one for each channel, or one for the whole bus. */
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

  /** Whether no address that was read is 0, which means not known. */
  private isReadWhole(isList: boolean): boolean {
    const { handed, capacity } = this;
    for (let c = 0; c < (isList ? capacity : 1); c++) if (handed[c] === 0) return false;
    return true;
  }

  /** Makes a view of each channel, and one of the whole run, before the first block. */
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

  /** Bit c is set where channel c is zeros because the host did not deliver it in this block. */
  private get missing(): number {
    return this.settledIn === this.parts.block.number ? this.settledMissing : 0;
  }

  /** Zeroes channels from frame `start` to the end of the block. Of an interleaved bus it zeroes all channels. */
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

  /** Zeroes channels in the place to which a host's samples are copied. */
  private silenceLanding(from: number, to: number): void {
    if (!this.isConvertedWhole) {
      this.silence(from, to, 0);
      return;
    }
    const { core, block } = this.parts;
    const { hostFloatsStride } = this.place;
    if (from < to) core.zeroChannels(this.floatsAddress(from), hostFloatsStride, to - from, block.frames * FLOAT_BYTES);
  }

  /** @internal [render] Whether this channel is pushed. */
  has(channel: number): boolean {
    return Number.isInteger(channel) && channel >= 0 && channel < this.length;
  }
}

/** What all buses of a storage share. */
export interface BusParts {
  /** Address of the first descriptor. All places of the layout are offsets from it. */
  readonly address: number;
  readonly layout: Layout;
  readonly settings: Settings;
  readonly diagnostics: Diagnostics;
  readonly block: Block;
  readonly tables: Tables;
  /** `undefined` where none is declared. */
  readonly parameters: Parameters | undefined;
  /** `undefined` where the memory is not shared. */
  readonly shownState: ShownState | undefined;
  readonly core: EverydayCore;
  /** `undefined` where neither a bus nor an option needs it. */
  readonly conversions: ConversionsCore | undefined;
  /** `undefined` where neither a bus nor an option needs it. */
  readonly forms: FormsCore | undefined;
  /** Views for the format of each bus, and for host floats. */
  readonly views: Partial<Record<SampleFormat, ViewCache<Samples>>>;
}

const NO_ADDRESSES = /* @__PURE__ */ new Uint32Array(0);

/**
 * Whether `set` converts a host's floats to this bus faster than the core. Not where channels are mixed, because mixing needs
 * floats.
 */
function isConvertedBySet({ sampleFormat, layout, scale, mixSamples }: BusLayout): boolean {
  return CONVERTS_BY_SET && sampleFormat === "f64" && layout !== "interleaved" && scale[0] === 1 && mixSamples === 0;
}

/**
 * A mask of the lowest `count` bits, 0 … 32. Not `2 ** count - 1`: V8 allocates an object for that number in a function that
 * it has not optimised yet.
 */
export function bitsBelow(count: number): number {
  return count > 31 ? -1 : ~(-1 << count);
}
