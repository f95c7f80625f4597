import { type Bus, bitsBelow } from "../bus";
import type { ViewCache } from "../memory/views";
import type { Samples } from "../sample-format";
import type { Tables } from "../tables";
import { busAt, channelAt, channelsFrom, copy, entriesOf, fill, type HostBuses, isUnchanging, NO_CHANNELS, set } from "./host-lists";
import { lengthOf } from "./typed-array";

/** [render] One direction of a planar host: the three forms of copying, into our input channels or out of our output channels. */
export class HostSide {
  /** Channels for which the last copy had no place, or that could not be used. */
  dropped = 0;
  /** Whether the host has just the channels of every bus. */
  isJustFull = false;
  /** Channels that the host has for each bus, whatever they are; of outputs as they were collected, wherever they are delivered. */
  readonly offered: Uint32Array;
  /** Target and source of each copy of known lists, in pairs. */
  readonly copies: Samples[] = [];
  copiesLength = 0;
  /** The last view of each channel as the host has it. */
  private readonly views: Samples[][] = [];
  /** Channels of each bus that were copied, counted up to the last one. */
  private readonly connected: Uint32Array;
  /** Bit c is set where an input's channel c is there but cannot be used. */
  private readonly holes: Int32Array;

  /** [setup] `floats` has views of floats where the core converts them; `undefined` where they are the kernel's own samples. */
  constructor(
    private readonly buses: readonly Bus[],
    private readonly isInput: boolean,
    private readonly tables: Tables,
    private readonly floats: ViewCache<Samples> | undefined,
  ) {
    this.offered = new Uint32Array(buses.length);
    this.connected = new Uint32Array(buses.length);
    this.holes = new Int32Array(buses.length);
    for (const bus of buses) {
      const views: Samples[] = [];
      for (let channel = 0; channel < bus.capacity; channel++) {
        this.copies.push(NO_SAMPLES, NO_SAMPLES);
        if (floats !== undefined) views.push(floats.prepare(floatsAddress(bus, channel), bus.parts.settings.maxFrames));
      }
      this.views.push(floats === undefined ? bus.own : views);
    }
  }

  /** Known lists. False, with some of it done, where an array is detached: `set` throws then. */
  copyKnown(): boolean {
    const { copies, copiesLength } = this;
    try {
      for (let i = 0; i < copiesLength; i += 2) set.call(copies[i]!, copies[i + 1] as Float32Array);
      return true;
    } catch {
      return false;
    }
  }

  /** Lists of channels that are all `frames` frames long. False, with some of it done, where something is otherwise. */
  copyPlain(lists: HostBuses, frames: number): boolean {
    const { buses, views, isInput, offered, connected, tables } = this;
    // Where a pointer was pushed, a channel's own samples may not be what the host gets.
    const areOwn = isInput || !tables.hasForeignPointers;
    let dropped = 0;
    let isJustFull = true;
    try {
      if (!Array.isArray(lists)) return false;
      const busCount = lists.length >>> 0;
      if (isInput && busCount > buses.length) dropped = channelsFrom(lists, buses.length);
      for (let b = 0; b < buses.length; b++) {
        const channels: unknown = b < busCount ? lists[b] : NO_CHANNELS;
        if (!Array.isArray(channels)) return false;
        const bus = buses[b]!;
        const { capacity } = bus;
        const count = channels.length >>> 0;
        const copied = Math.min(count, capacity);
        const places = isInput ? capacity : bus.length;
        // Where fewer were pushed, the host's other channels become silence.
        if (copied > places) return false;
        const own = views[b]!;
        for (let c = 0; c < copied; c++) {
          const samples: unknown = channels[c];
          if (!(samples instanceof Float32Array) || lengthOf(samples) !== frames) return false;
          if (isInput && !bus.place.isOwned) continue;
          const last = own[c];
          const ours = areOwn && last!.length === frames ? last! : this.view(b, c);
          if (isInput) set.call(ours, samples);
          else set.call(samples, ours as Float32Array);
        }
        if (isInput) offered[b] = count;
        connected[b] = copied;
        if (count === places) continue;
        isJustFull = false;
        dropped += Math.max(0, isInput ? count - places : places - count);
      }
    } catch {
      return false;
    }
    this.isJustFull = isJustFull;
    this.dropped = dropped;
    return true;
  }

  /** Anything at all: each channel is looked after alone. What this does is what the other two forms must do. */
  copyCarefully(lists: HostBuses, frames: number): void {
    const { buses, isInput, offered, connected, holes } = this;
    let dropped = isInput ? channelsFrom(lists, buses.length) : 0;
    for (let b = 0; b < buses.length; b++) {
      const bus = buses[b]!;
      const channels = busAt(lists, b);
      const count = entriesOf(channels);
      const places = isInput ? bus.capacity : bus.length;
      if (isInput) offered[b] = count;
      connected[b] = 0;
      holes[b] = 0;
      for (let c = 0; c < count && c < bus.capacity; c++) {
        const samples = channelAt(channels, c, frames);
        if (samples !== undefined && this.copyOne(b, c, samples)) {
          connected[b] = c + 1;
        } else {
          dropped++;
          holes[b]! |= 1 << c;
          if (isInput && bus.place.isOwned) fill.call(this.view(b, c), 0);
        }
      }
      dropped += Math.max(0, isInput ? count - places : places - count);
    }
    this.isJustFull = false;
    this.dropped = dropped;
  }

  /** Counts what the host has, and copies nothing. */
  count(lists: HostBuses): void {
    for (let b = 0; b < this.buses.length; b++) this.offered[b] = entriesOf(busAt(lists, b));
  }

  /** Keeps what {@link copyPlain} found in these lists, if nobody can change them. Whether it did. May throw. */
  adopt(lists: HostBuses): boolean {
    const { buses, isInput, offered, copies } = this;
    if (!isUnchanging(lists)) return false;
    let length = 0;
    let missing = 0;
    for (let b = 0; b < buses.length; b++) {
      const bus = buses[b]!;
      missing += Math.max(0, bus.capacity - offered[b]!);
      for (let c = 0; c < offered[b]! && c < bus.capacity; c++) {
        const ours = this.view(b, c);
        const theirs = lists[b]![c]!;
        copies[length++] = isInput ? ours : theirs;
        copies[length++] = isInput ? theirs : ours;
      }
    }
    this.copiesLength = length;
    // What comes in was counted as it was copied.
    if (!isInput) {
      this.dropped = missing;
      this.isJustFull = missing === 0;
    }
    return true;
  }

  /** [setup] Keeps nothing of any host. */
  forget(): void {
    this.copies.fill(NO_SAMPLES);
  }

  /** After a block was opened: inputs in the kernel's format, and each bus as the host has it. */
  settle(): void {
    const { buses, isInput, offered, connected, holes } = this;
    for (let b = 0; b < buses.length; b++) {
      const bus = buses[b]!;
      if (isInput) {
        const { conversions, layout, settings, block } = bus.parts;
        const delivered = connected[b]!;
        if (this.floats !== undefined && bus.place.isOwned) {
          conversions!.widenChannels(bus.samplesAddress, layout.stride, delivered, block.frames);
        }
        if (settings.detectConstant) bus.markConstant(delivered);
        if (delivered < bus.capacity || holes[b] !== 0 || !bus.place.isOwned) {
          bus.receive(delivered, holes[b]! & bitsBelow(delivered), offered[b] === 1);
        }
        holes[b] = 0;
      } else if (offered[b]! < bus.capacity) {
        bus.settle(bus.length, offered[b]!, 0);
      }
    }
  }

  /** Before outputs are copied: the floats of all pushed channels become what the kernel wrote. */
  convertOut(): void {
    if (this.floats === undefined) return;
    for (let b = 0; b < this.buses.length; b++) {
      const bus = this.buses[b]!;
      const { conversions, block } = bus.parts;
      // One call a channel, because a pushed pointer may lead anywhere.
      for (let c = 0; c < bus.length; c++) {
        conversions!.narrowChannels(floatsAddress(bus, c), 0, bus.pointer(c), 0, 1, block.frames);
      }
    }
  }

  private copyOne(b: number, channel: number, samples: Float32Array): boolean {
    const bus = this.buses[b]!;
    if (!this.isInput) return copy(channel < bus.length ? this.view(b, channel) : NO_SAMPLES, samples);
    return !bus.place.isOwned || copy(samples, this.view(b, channel));
  }

  /** The block's samples of a channel as the host has them. */
  private view(b: number, channel: number): Samples {
    const bus = this.buses[b]!;
    if (this.floats === undefined) return this.isInput ? bus.ownView(channel) : bus.view(channel);
    return (this.views[b]![channel] = this.floats.at(floatsAddress(bus, channel), bus.parts.block.frames));
  }
}

export const NO_SAMPLES = /* @__PURE__ */ new Float32Array(0);

/** Where a channel's floats are, if the kernel has doubles. An input's doubles grow in place, from floats in the second half of each channel. */
function floatsAddress({ parts, place }: Bus, channel: number): number {
  const { address, layout } = parts;
  return address + (place.isInput ? place.samples + (channel + 0.5) * layout.stride : place.hostFloats + channel * layout.hostFloatsStride);
}
