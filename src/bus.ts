import { addressFrom } from "./address";
import { cleanSilence, closeWindow, wholeWithin, words } from "./block";
import { type BusInfo, nameOf } from "./bus-config";
import { busAt, lengthOf } from "./host";
import { CHANNEL_COUNT_WORD, CONSTANT_MASK_WORD, DESCRIPTOR_BYTES, DESCRIPTOR_WORDS, POINTER_BYTES } from "./layout";
import type { PlannedBus } from "./plan";
import type { Region } from "./region";
import type { ChannelView, SampleFormat } from "./sample-format";

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

  /** @internal */
  readonly region: Region<F>;
  /** @internal Where it lies among inputs and outputs. */
  readonly index: number;
  /** @internal */
  readonly planned: PlannedBus;
  /** @internal What each table entry must be. The kernel's own copy of it is never read back. */
  readonly pointers: Uint32Array;
  /** @internal The last view of each channel's own samples. */
  readonly own: ChannelView<F>[] = [];
  /** @internal Number of the block in which the bus was last {@link settle}d; in any other it is as the block opened it. */
  settledIn = 0;
  /** @internal */
  pushed = 0;
  /** @internal */
  connected = 0;
  /** @internal True where some pointer is not to the channel's own samples. */
  hasForeignPointers = false;

  /** @internal [setup] */
  constructor(region: Region<F>, index: number, declared: BusInfo | number) {
    const planned = region.plan.buses[index]!;
    const { capacity } = planned;
    this.name = nameOf(declared);
    this.capacity = capacity;
    this.tableAddress = region.base + planned.table;
    this.region = region;
    this.index = index;
    this.planned = planned;
    this.pointers = new Uint32Array(capacity);
    pointHome(this);
    if (!planned.owned) return;
    for (let channel = 0; channel < capacity; channel++) {
      this.own.push(region.views.prepare(this.pointers[channel]!, region.settings.maxFrames));
    }
  }

  /** [render] Channels pushed in this block, 0 … {@link capacity}. */
  get length(): number {
    const { region, own } = this;
    if (this.settledIn === region.block) return this.pushed;
    return region.openedIn === region.block ? own.length : 0;
  }

  /**
   * [render] Input: channels that the host really delivered in this block, counted up to the last
   * one; the rest, up to {@link length}, are silence. Output: channels that the host will take.
   * Never more than {@link capacity}.
   */
  get connectedLength(): number {
    const { region, own, capacity, index } = this;
    const { block, inputs, hostOutputs } = region;
    if (this.settledIn === block) return this.connected;
    if (region.openedIn !== block) return 0;
    if (index < inputs.length) return own.length;
    // Only now: looking costs as much as copying a short channel.
    return hostOutputs === undefined ? capacity : Math.min(capacity, lengthOf(busAt(hostOutputs, index - inputs.length)));
  }

  /**
   * [render] Bit c is set where channel c holds one value throughout the block; bit 0 of an unsigned
   * 32-bit number is channel 0. Written by either side: it is a hint, and a kernel may get it wrong.
   */
  get constantMask(): number {
    return this.region.live ? words(this.region)[this.index * DESCRIPTOR_WORDS + CONSTANT_MASK_WORD]! : 0;
  }

  /** [render] The kernel finds what is written here; bits from {@link length} on mean nothing. */
  set constantMask(mask: number) {
    if (this.region.live && typeof mask === "number") words(this.region)[this.index * DESCRIPTOR_WORDS + CONSTANT_MASK_WORD] = mask;
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
    const { region, length, capacity, tableAddress } = this;
    const { core, base, plan, settings, diagnostics, live } = region;
    if (!live) return false;
    const address = addressFrom(pointer);
    const descriptor = base + this.index * DESCRIPTOR_BYTES;
    closeWindow(region);
    if (!core.pushChannel(descriptor, tableAddress, length, capacity, address, settings.maxFrames, plan.sampleBytes)) {
      diagnostics.refusedPushes++;
      return false;
    }
    const { connectedLength } = this;
    // What a host takes does not grow by what it is given.
    const isAsked = this.index >= region.inputs.length && region.openedIn === region.block;
    const connected = isAsked ? connectedLength : Math.max(connectedLength, length + 1);
    this.pointers[length] = address;
    markForeign(this);
    settle(this, length + 1, connected);
    return true;
  }

  /**
   * [render] For callers that write an input's samples themselves, after `storage.begin`: the bus's first
   * `channels` channels are delivered, silent until they are written through {@link channel}; what is missing
   * is as `missingInputs` says. Returns the channels connected: 0, and nothing changed, for an output bus,
   * or one that has no samples of its own.
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
    const { region, index, planned } = this;
    if (!region.live || index >= region.inputs.length || !planned.owned) return 0;
    return connectBus(this, wholeWithin(channels, this.capacity));
  }

  /** [render] Address of pushed channel `channel`, 0 when out of range. */
  pointer(channel: number): number {
    return this.has(channel) ? this.pointers[channel]! : 0;
  }

  /**
   * [render] The block's samples of pushed channel `channel`, as long as the block; an empty array
   * when out of range. The same object from block to block while pointer and length stay the same;
   * ask again after the memory grew. Of a missing input it is the silence, which all of them share, so it is not to be
   * written: {@link connect} the channel before. A view is made only for a pointer or a length not seen before,
   * and each one made counts in `diagnostics.viewRebuilds`.
   */
  channel(channel: number): ChannelView<F> {
    return this.has(channel) ? viewOf(this, channel) : this.region.views.none;
  }

  private has(channel: number): boolean {
    return Number.isInteger(channel) && channel >= 0 && channel < this.length;
  }
}

/**
 * [render] Every bus as a block opens it: all the channels that have samples are pushed, an input's are
 * connected, and no bus is touched for it. Whatever is otherwise is settled bus by bus.
 */
export function openBuses<F extends SampleFormat>(region: Region<F>): void {
  const { inputs, outputs } = region;
  region.openedIn = region.block;
  if (!region.hasForeignPointers) return;
  for (let b = 0; b < inputs.length; b++) if (inputs[b]!.hasForeignPointers) pointHome(inputs[b]!);
  for (let b = 0; b < outputs.length; b++) if (outputs[b]!.hasForeignPointers) pointHome(outputs[b]!);
  region.hasForeignPointers = false;
}

/** [render] The bus as the block opened it, for the kernel too, but for the channels that are connected. */
export function reopenBus<F extends SampleFormat>(bus: Bus<F>, connected: number): void {
  const { region, index, tableAddress, capacity, planned } = bus;
  const { core, base, plan } = region;
  closeWindow(region);
  region.hasBegun = true;
  if (bus.hasForeignPointers) pointHome(bus);
  settle(bus, bus.own.length, connected);
  core.describeBuses(base + index * DESCRIPTOR_BYTES, 1, capacity, tableAddress, base + planned.first, plan.stride, plan.sampleBytes);
}

/** [render] The bus has so many channels in this block, whatever the block opened it with. */
export function settle<F extends SampleFormat>(bus: Bus<F>, pushed: number, connected: number): void {
  bus.settledIn = bus.region.block;
  bus.pushed = pushed;
  bus.connected = connected;
}

/** [render] Input channels from `from` on are missing in this block: what the storage's policy makes of them. The bus is settled. */
export function missFrom<F extends SampleFormat>(bus: Bus<F>, from: number): void {
  const { region, capacity, index } = bus;
  const { missingInputs } = region.settings;
  if (from >= capacity) return;
  if (missingInputs === "drop") {
    bus.pushed = from;
    words(region)[index * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = from;
    bus.constantMask &= bitsBelow(from);
  } else if (missingInputs === "repeat-mono" && from === 1) {
    point(bus, 1, capacity, bus.pointers[0]!);
    if ((bus.constantMask & 1) !== 0) bus.constantMask = bitsBelow(capacity);
  } else {
    silence(bus, from, capacity);
  }
}

/** [render] Points the channels from `from` up to and without `to` at zeros, and marks them constant. */
export function silence<F extends SampleFormat>(bus: Bus<F>, from: number, to: number): void {
  const { region } = bus;
  cleanSilence(region);
  point(bus, from, to, region.base + region.plan.silence);
  bus.constantMask |= bitsBelow(to) & ~bitsBelow(from);
}

/** [render] Marks those of the first `channels` channels that hold one value throughout the block. */
export function markConstant<F extends SampleFormat>(bus: Bus<F>, channels: number): void {
  const { core, base, frames, plan } = bus.region;
  if (channels > 0) bus.constantMask |= core.constantChannels(base + bus.planned.first, plan.stride, channels, frames, plan.sampleBytes);
}

/** [render] Some frames of the block have changed: only what is silence throughout is still known to hold one value. */
export function unmarkConstant<F extends SampleFormat>(bus: Bus<F>): void {
  const { pointers, length, region, planned } = bus;
  if (!planned.owned || bus.constantMask === 0) return;
  const zeros = region.base + region.plan.silence;
  let silent = 0;
  for (let channel = 0; channel < length; channel++) if (pointers[channel] === zeros) silent |= 1 << channel;
  bus.constantMask &= silent;
}

/** [render] Points what the kernel sees of each pushed channel `bytes` behind its start. */
export function shift<F extends SampleFormat>(bus: Bus<F>, bytes: number): void {
  const { pointers, length } = bus;
  const shown = words(bus.region);
  const table = bus.planned.table / POINTER_BYTES;
  for (let channel = 0; channel < length; channel++) shown[table + channel] = pointers[channel]! + bytes;
}

/** [render] The block's samples of a channel that is known to be there. */
export function viewOf<F extends SampleFormat>(bus: Bus<F>, channel: number): ChannelView<F> {
  if (!bus.hasForeignPointers) return ownView(bus, channel);
  const { frames, views } = bus.region;
  return frames === 0 ? views.none : views.at(bus.pointers[channel]!, frames);
}

/** [render] The block's frames of a channel's own samples, whatever its pointer. */
export function ownView<F extends SampleFormat>(bus: Bus<F>, channel: number): ChannelView<F> {
  const { frames, views } = bus.region;
  // First of all: a view of memory that has grown is as long as an empty block.
  if (frames === 0) return views.none;
  const view = bus.own[channel]!;
  return view.length === frames ? view : renewedView(bus, channel);
}

/** [render] {@link ownView} where the last one is of another length, or dead. */
export function renewedView<F extends SampleFormat>(bus: Bus<F>, channel: number): ChannelView<F> {
  const { region, own, planned } = bus;
  const { frames, views, base, plan } = region;
  return (own[channel] = views.at(base + planned.first + channel * plan.stride, frames));
}

function connectBus<F extends SampleFormat>(bus: Bus<F>, channels: number): number {
  const { region, planned } = bus;
  const { core, base, frames, plan } = region;
  reopenBus(bus, channels);
  core.zeroChannels(base + planned.first, plan.stride, channels, frames * plan.sampleBytes);
  missFrom(bus, channels);
  return channels;
}

/** The lowest `count` bits, 0 … 32. Not by powers, which engines box until they have compiled the function for speed. */
function bitsBelow(count: number): number {
  return count > 31 ? -1 : ~(-1 << count);
}

/** Points the channels from `from` up to and without `to` at the same samples, here and for the kernel. */
function point<F extends SampleFormat>(bus: Bus<F>, from: number, to: number, pointer: number): void {
  const shown = words(bus.region);
  const table = bus.planned.table / POINTER_BYTES;
  for (let channel = from; channel < to; channel++) {
    bus.pointers[channel] = pointer;
    shown[table + channel] = pointer;
  }
  markForeign(bus);
}

function markForeign<F extends SampleFormat>(bus: Bus<F>): void {
  bus.hasForeignPointers = true;
  bus.region.hasForeignPointers = true;
}

/** Points each channel at its own samples; where there are none, at the silence. */
function pointHome<F extends SampleFormat>(bus: Bus<F>): void {
  const { region, planned, pointers } = bus;
  const stride = planned.owned ? region.plan.stride : 0;
  for (let channel = 0; channel < planned.capacity; channel++) pointers[channel] = region.base + planned.first + channel * stride;
  bus.hasForeignPointers = false;
}
