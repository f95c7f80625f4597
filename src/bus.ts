import { CHANNEL_COUNT_WORD, CONSTANT_MASK_WORD, POINTER_BYTES } from "./abi";
import { BEGUN, type Block, CLEARED, wholeWithin } from "./block";
import { type BusInfo, nameOf } from "./config";
import type { ConversionsCore } from "./core/conversions";
import type { EverydayCore } from "./core/everyday";
import type { Diagnostics } from "./diagnostics";
import { buses } from "./identity";
import type { BusLayout, Layout } from "./layout";
import { addressFrom } from "./memory/address";
import type { ViewCache } from "./memory/views";
import type { Settings } from "./options";
import type { ChannelView, SampleFormat, Samples } from "./sample-format";
import type { ShownState } from "./shown-state";
import type { Tables } from "./tables";

/**
 * One bus: a bounded list of channel pointers, and typed views of what they point at. Where a bus has samples of
 * its own, they stay where they are from allocation on, and no two channels ever share theirs.
 *
 * A bus holds its storage's memory: as long as somebody has it, the bytes are nobody else's.
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
  /**
   * Address of the first channel's own samples, constant from allocation to reconfiguration: what a kernel may keep
   * at set-up. 0 where the bus has none: with external channel memory, or without channels.
   */
  readonly samplesAddress: number;

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

  /** @internal [setup] */
  constructor(parts: BusParts, index: number, declared: BusInfo | number) {
    const { address, layout, settings } = parts;
    const place = layout.buses[index]!;
    this.name = nameOf(declared);
    this.capacity = place.capacity;
    this.tableAddress = address + layout.tables + place.firstChannel * POINTER_BYTES;
    this.samplesAddress = place.isOwned && place.capacity > 0 ? address + place.samples : 0;
    this.index = index;
    this.place = place;
    this.parts = parts;
    for (let channel = 0; place.isOwned && channel < place.capacity; channel++) {
      this.own.push(parts.views.prepare(this.channelAddress(channel), settings.maxFrames));
    }
    buses.add(this);
  }

  /** [render] Channels pushed in this block, 0 … {@link capacity}. */
  get length(): number {
    const { block } = this.parts;
    if (this.settledIn === block.number) return this.settledLength;
    return block.opening === CLEARED ? 0 : this.own.length;
  }

  /**
   * [render] Input: channels that the host really delivered in this block, counted up to the last
   * one; the rest, up to {@link length}, are silence. Without a host, those that the caller connected
   * or pushed. Output: channels that the host will take. Never more than {@link capacity}.
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
    const { block, tables, diagnostics, layout, settings, shownState } = this.parts;
    const { length, connectedLength } = this;
    if (!block.isLive) return false;
    shownState?.beginChange();
    tables.closeWindow();
    const isPushed = tables.push(this.index, length, addressFrom(pointer), settings.maxFrames * layout.sampleBytes);
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
    if (!block.isLive || !this.place.isInput || !this.place.isOwned) return 0;
    const connected = wholeWithin(channels, this.capacity);
    shownState?.beginChange();
    tables.pointHome(this.place);
    tables.write(this.index, CHANNEL_COUNT_WORD, this.capacity);
    this.constantMask = 0;
    this.silence(0, connected, 0);
    this.receive(connected, 0, false);
    shownState?.endChange();
    return connected;
  }

  /** [render] Address of pushed channel `channel`, 0 when out of range. */
  pointer(channel: number): number {
    return this.has(channel) ? this.parts.tables.pointers[this.place.firstChannel + channel]! : 0;
  }

  /** [render] Address of channel `channel`'s own samples, whatever was pushed; 0 where there are none. */
  channelAddress(channel: number): number {
    const isThere = this.samplesAddress > 0 && Number.isInteger(channel) && channel >= 0 && channel < this.capacity;
    return isThere ? this.samplesAddress + channel * this.parts.layout.stride : 0;
  }

  /**
   * [render] The block's samples of pushed channel `channel`, as long as the block; an empty array
   * when out of range. The same object from block to block while pointer and length stay the same;
   * ask again after the memory grew. A view is made only for a pointer or a length not seen before,
   * and each one made counts in `diagnostics.viewRebuilds`. A view alone does not hold the storage: when nothing else
   * is left of it, its bytes go to somebody else.
   */
  channel(channel: number): ChannelView<F> {
    return (this.has(channel) ? this.view(channel) : this.parts.views.none) as ChannelView<F>;
  }

  /** @internal [render] {@link channel} where it is known to be there. */
  view(channel: number): Samples {
    const { tables, block, views } = this.parts;
    if (this.place.isOwned && !tables.hasForeignPointers) return this.ownView(channel);
    return views.at(tables.pointers[this.place.firstChannel + channel]!, block.frames);
  }

  /** @internal [render] The block's frames of a channel's own samples, whatever was pushed. */
  ownView(channel: number): Samples {
    const { block, views } = this.parts;
    const view = this.own[channel]!;
    // A view of memory that has grown is as long as an empty block.
    if (view.length === block.frames && block.frames > 0) return view;
    return (this.own[channel] = views.at(this.channelAddress(channel), block.frames));
  }

  /** @internal [render] The bus differs from what its block was opened with. */
  settle(length: number, connected: number, missing: number): void {
    this.settledIn = this.parts.block.number;
    this.settledLength = length;
    this.settledConnected = connected;
    this.settledMissing = missing;
  }

  /**
   * @internal [render] For an input of a block that was just opened: the host delivered its first `connected`
   * channels but for those in `holes`, whose samples are zeros. What is missing becomes what the storage's policy says.
   */
  receive(connected: number, holes: number, mayRepeat: boolean): void {
    const { settings, tables } = this.parts;
    const { capacity, index } = this;
    if (!this.place.isOwned) {
      this.settle(0, connected, 0);
    } else if (mayRepeat && connected === 1 && settings.missingInputs === "repeat-mono") {
      for (let channel = 1; channel < capacity; channel++) this.ownView(channel).set(this.ownView(0) as Float32Array);
      if ((this.constantMask & 1) !== 0) this.constantMask = bitsBelow(capacity);
      this.settle(capacity, 1, 0);
    } else {
      const isCut = settings.missingInputs === "drop";
      const length = isCut ? connected : capacity;
      const missing = (bitsBelow(length) & ~bitsBelow(connected)) | holes;
      this.silence(connected, capacity, 0);
      if (isCut) tables.write(index, CHANNEL_COUNT_WORD, length);
      if (missing !== 0) this.constantMask |= missing;
      this.settle(length, connected, missing);
    }
  }

  /** @internal [render] Marks those of the first `channels` channels that hold one value throughout the block. */
  markConstant(channels: number): void {
    const { block, conversions, layout } = this.parts;
    if (channels === 0 || !this.place.isOwned) return;
    this.constantMask |= conversions!.constantChannels(this.samplesAddress, layout.stride, channels, block.frames, layout.sampleBytes);
  }

  /** @internal [render] The block has grown from `before` frames: what is new is silence, and only what is missing is still known to hold one value. */
  silenceFrom(before: number): void {
    if (!this.place.isOwned) return;
    this.silence(0, this.capacity, before);
    if (this.place.isInput) this.constantMask &= this.missing;
  }

  /** Bit c is set where channel c is zeros because nobody delivered it in this block. */
  private get missing(): number {
    return this.settledIn === this.parts.block.number ? this.settledMissing : 0;
  }

  /** Zeroes own channels from frame `start` to the end of the block. */
  private silence(from: number, to: number, start: number): void {
    const { core, layout, block } = this.parts;
    const { stride, sampleBytes } = layout;
    const samples = this.samplesAddress + from * stride + start * sampleBytes;
    if (from < to) core.zeroChannels(samples, stride, to - from, (block.frames - start) * sampleBytes);
  }

  private has(channel: number): boolean {
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
  readonly views: ViewCache<Samples>;
}

/** The lowest `count` bits, 0 … 32. Not by powers, which engines box until they have compiled the function for speed. */
export function bitsBelow(count: number): number {
  return count > 31 ? -1 : ~(-1 << count);
}
