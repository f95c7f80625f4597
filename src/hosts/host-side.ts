import { type Bus, bitsBelow } from "../bus";
import type { ViewCache } from "../memory/views";
import type { Samples } from "../sample-format";
import type { Tables } from "../tables";
import {
  busAt,
  channelAt,
  channelsFrom,
  copy,
  entriesOf,
  fill,
  type HostBuses,
  type HostChannels,
  isUnchanging,
  NO_CHANNELS,
  set,
} from "./host-lists";
import { isFixed, isOfLength } from "./typed-array";

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
  /** Whether nobody can change known lists, so that they need not be read. */
  isFrozen = false;
  /** The known list of each bus. */
  private readonly known: HostChannels[] = [];
  private knownBuses = 0;
  /** The last view of each channel as the host has it. */
  private readonly views: Samples[][] = [];
  /** Channels that each bus has been declared with. Read from here faster than from a bus. */
  private readonly capacities: Uint32Array;
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
    this.capacities = Uint32Array.from(buses, ({ capacity }) => capacity);
    this.connected = new Uint32Array(buses.length);
    this.holes = new Int32Array(buses.length);
    for (const bus of buses) {
      const views: Samples[] = [];
      for (let channel = 0; channel < bus.capacity; channel++) {
        this.copies.push(NO_SAMPLES, NO_SAMPLES);
        if (floats !== undefined) views.push(floats.prepare(floatsAddress(bus, channel), bus.parts.settings.maxFrames));
      }
      this.views.push(floats === undefined ? bus.own : views);
      this.known.push(NO_CHANNELS);
    }
  }

  /** Whether known lists are as they were. May throw. */
  isAsKnown(lists: HostBuses): boolean {
    if (this.isFrozen) return true;
    const { known, knownBuses, offered, copies, isInput } = this;
    if (lists.length !== knownBuses) return false;
    // The host's side of the first copy.
    let at = isInput ? 1 : 0;
    for (let b = 0; b < knownBuses; b++) {
      const channels = lists[b]!;
      const count = offered[b]!;
      if (channels !== known[b] || channels.length !== count) return false;
      for (let c = 0; c < count; c++, at += 2) if (channels[c] !== copies[at]) return false;
    }
    return true;
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
        const isCopied = !isInput || bus.place.isOwned;
        for (let c = 0; c < copied; c++) {
          const samples: unknown = channels[c];
          if (!isOfLength(samples, frames)) return false;
          if (!isCopied) continue;
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

  /**
   * Keeps what {@link copyPlain} found in these lists, whose channels are `frames` frames long. Lists that somebody can
   * change are kept only where there is room for all of their channels. Whether it did. May throw.
   */
  adopt(lists: HostBuses, frames: number): boolean {
    const { buses, isInput, offered, copies, capacities, known } = this;
    const isFrozen = isUnchanging(lists);
    const busCount = lists.length;
    if (!isFrozen && busCount > buses.length) return false;
    let length = 0;
    let missing = 0;
    for (let b = 0; b < buses.length; b++) {
      const channels = b < busCount ? lists[b]! : NO_CHANNELS;
      const count = channels.length;
      const capacity = capacities[b]!;
      // A proxy answers what it likes each time.
      if (count !== offered[b] || (!isFrozen && count > capacity)) return false;
      known[b] = channels;
      missing += Math.max(0, capacity - count);
      for (let c = 0; c < count && c < capacity; c++) {
        const theirs: unknown = channels[c];
        if (!isOfLength(theirs, frames) || !isFixed(theirs)) return false;
        const ours = this.view(b, c);
        copies[length++] = isInput ? ours : theirs;
        copies[length++] = isInput ? theirs : ours;
      }
    }
    this.isFrozen = isFrozen;
    this.knownBuses = busCount;
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
    this.known.fill(NO_CHANNELS);
  }

  /** After a block was opened: inputs in the kernel's format, and each bus as the host has it. */
  settle(): void {
    const { buses, isInput, offered, capacities } = this;
    for (let b = 0; b < buses.length; b++) {
      if (isInput) this.settleInput(b);
      else if (offered[b]! < capacities[b]!) buses[b]!.settle(buses[b]!.length, offered[b]!, 0);
    }
  }

  /** Before outputs are copied: the floats of all pushed channels become what the kernel wrote. */
  convertOut(): void {
    for (let b = 0; b < this.buses.length; b++) {
      const bus = this.buses[b]!;
      const { conversions, block } = bus.parts;
      // One call a channel, because a pushed pointer may lead anywhere.
      for (let c = 0; c < bus.length; c++) {
        conversions!.narrowChannels(floatsAddress(bus, c), 0, bus.pointer(c), 0, 1, block.frames);
      }
    }
  }

  private settleInput(b: number): void {
    const { offered, connected, holes } = this;
    const bus = this.buses[b]!;
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
