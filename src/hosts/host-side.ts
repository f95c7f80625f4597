import { type Bus, bitsBelow } from "../bus";
import { FLOAT_BYTES, fill, NO_SAMPLES, type Samples, set } from "../sample-format";
import { type Mix, MOST_MIXED, mixOf } from "../speakers";
import type { Tables } from "../tables";
import {
  busAt,
  channelAt,
  channelsFrom,
  copy,
  entriesOf,
  type HostBuses,
  type HostChannels,
  isUnchanging,
  NO_CHANNELS,
} from "./host-lists";
import { isFixed, isOfLength } from "./typed-array";

/** [render] One direction of a planar host: its lists copied plainly or carefully, or known and compared, into our input channels or out of our output channels. */
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
  /** Whether known lists are frozen all through. Then they cannot have changed, and are not read again. */
  isFrozen = false;
  /** Whether channels of known lists are mixed. */
  isMixed = false;
  /** The known list of each bus. */
  private readonly known: HostChannels[] = [];
  private knownBuses = 0;
  /** The last view of each channel where a host's samples are set, or come from. */
  private readonly views: Samples[][] = [];
  /** How each bus's channels become the host's, or the host's become its own; `undefined` where they do not. */
  private readonly mixes: (Mix | undefined)[] = [];
  /** Views of the channels that are mixed. */
  private readonly rooms: Samples[][] = [];
  /** Channels that each bus has been declared with. Read from here faster than from a bus. */
  private readonly capacities: Uint32Array;
  /** Channels of each bus that were copied, counted up to the last one. */
  private readonly connected: Uint32Array;
  /** Bit c is set where an input's channel c is there but cannot be used. */
  private readonly holes: Int32Array;

  /** [setup] `mayMix` says whether speakers are mixed where the host has other ones than a bus. */
  constructor(
    private readonly buses: readonly Bus[],
    private readonly isInput: boolean,
    private readonly tables: Tables,
    private readonly mayMix: boolean,
  ) {
    this.offered = new Uint32Array(buses.length);
    this.capacities = Uint32Array.from(buses, ({ capacity }) => capacity);
    this.connected = new Uint32Array(buses.length);
    this.holes = new Int32Array(buses.length);
    for (const bus of buses) {
      const { capacity, hostFloats, parts, place } = bus;
      const { maxFrames } = parts.settings;
      // A bus of one channel may be mixed from as many as there is room for.
      const mixed = place.mixRoom > 0 ? MOST_MIXED : 0;
      for (let channel = 0; channel < Math.max(capacity, mixed); channel++) this.copies.push(NO_SAMPLES, NO_SAMPLES);
      const channels = Array.from({ length: capacity }, (_, channel) => channel);
      this.views.push(hostFloats === undefined ? bus.own : channels.map((c) => hostFloats.at(bus.floatsAddress(c), maxFrames)));
      this.rooms.push(Array.from({ length: mixed }, (_, channel) => parts.views.f32!.prepare(roomAddress(bus, channel), maxFrames)));
      this.mixes.push(undefined);
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
    const { buses, views, rooms, isInput, mayMix, offered, connected, tables } = this;
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
        const mix = mayMix ? this.mixFor(b, count) : undefined;
        const copied = mix === undefined ? Math.min(count, capacity) : count;
        const places = mix !== undefined ? count : isInput ? capacity : bus.length;
        // Where fewer were pushed, the host's other channels become silence.
        if (copied > places) return false;
        const own = mix === undefined ? views[b]! : rooms[b]!;
        const isCopied = !isInput || bus.hasSamples;
        for (let c = 0; c < copied; c++) {
          const samples: unknown = channels[c];
          if (!isOfLength(samples, frames)) return false;
          if (!isCopied) continue;
          const last = own[c];
          const ours = (areOwn || mix !== undefined) && last!.length === frames ? last! : this.view(b, c);
          if (isInput) set.call(ours, samples);
          else set.call(samples, ours as Float32Array);
        }
        if (isInput) offered[b] = count;
        connected[b] = copied;
        if (count === places && mix === undefined) continue;
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

  /** Anything at all: each channel is looked after alone. What this does is what the other forms must do. */
  copyCarefully(lists: HostBuses, frames: number): void {
    const { buses, isInput, offered, connected, holes } = this;
    let dropped = isInput ? channelsFrom(lists, buses.length) : 0;
    for (let b = 0; b < buses.length; b++) {
      const bus = buses[b]!;
      const channels = busAt(lists, b);
      const count = entriesOf(channels);
      const mix = this.mayMix ? this.mixFor(b, count) : undefined;
      const most = mix === undefined ? bus.capacity : count;
      const places = mix !== undefined ? count : isInput ? bus.capacity : bus.length;
      if (isInput) offered[b] = count;
      connected[b] = 0;
      holes[b] = 0;
      for (let c = 0; c < count && c < most; c++) {
        const samples = channelAt(channels, c, frames);
        if (samples !== undefined && this.copyOne(b, c, samples)) {
          connected[b] = c + 1;
        } else {
          dropped++;
          holes[b]! |= 1 << c;
          if (isInput && bus.hasSamples) fill.call(this.view(b, c), 0);
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
    this.isMixed = false;
    for (let b = 0; b < buses.length; b++) {
      const channels = b < busCount ? lists[b]! : NO_CHANNELS;
      const count = channels.length;
      const capacity = capacities[b]!;
      const isMixed = this.mayMix && this.mixFor(b, count) !== undefined;
      const most = isMixed ? count : capacity;
      // A proxy answers what it likes each time.
      if (count !== offered[b] || (!isFrozen && count > most) || !buses[b]!.hasSamples) return false;
      known[b] = channels;
      if (isMixed) this.isMixed = true;
      else missing += Math.max(0, capacity - count);
      for (let c = 0; c < count && c < most; c++) {
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
    // Inputs were counted when they were copied.
    if (!isInput) {
      this.dropped = missing;
      this.isJustFull = missing === 0 && !this.isMixed;
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

  /** Before outputs are copied: what the kernel wrote becomes host floats, where these are something else. */
  convertOut(): void {
    for (let b = 0; b < this.buses.length; b++) this.buses[b]!.convertOut();
  }

  /** Before known outputs are copied: those that the host has in another number of channels are mixed. */
  mixKnown(): void {
    for (let b = 0; b < this.buses.length; b++) this.mixFor(b, this.known[b]!.length);
  }

  private copyOne(b: number, channel: number, samples: Float32Array): boolean {
    const bus = this.buses[b]!;
    const isThere = this.mixes[b] !== undefined || channel < bus.length;
    if (!this.isInput) return copy(isThere ? this.view(b, channel) : NO_SAMPLES, samples);
    return !bus.hasSamples || copy(samples, this.view(b, channel));
  }

  private settleInput(b: number): void {
    const { offered, connected, holes } = this;
    const bus = this.buses[b]!;
    const mix = bus.hasSamples ? this.mixes[b] : undefined;
    const delivered = mix === undefined ? connected[b]! : bus.capacity;
    if (mix !== undefined) mixAll(bus, mix, true);
    bus.growInPlace(delivered);
    if (bus.parts.settings.detectConstant) bus.markConstant(delivered);
    if (mix !== undefined) {
      bus.receive(delivered, 0, false, offered[b]!);
    } else if (delivered < bus.capacity || holes[b] !== 0 || !bus.hasSamples || bus.isConvertedWhole) {
      bus.receive(delivered, holes[b]! & bitsBelow(delivered), offered[b] === 1);
    }
    holes[b] = 0;
  }

  /** How so many of the host's channels and the bus's are mixed, if they are. Outputs are mixed at once. */
  private mixFor(b: number, count: number): Mix | undefined {
    const bus = this.buses[b]!;
    const isThere = bus.place.mixRoom > 0 && bus.hasSamples;
    const mix = !isThere ? undefined : this.isInput ? mixOf(count, bus.capacity) : mixOf(bus.length, count);
    this.mixes[b] = mix;
    if (mix !== undefined && !this.isInput) mixAll(bus, mix, false);
    return mix;
  }

  /** The block's samples of a channel as the host has them. */
  private view(b: number, channel: number): Samples {
    const bus = this.buses[b]!;
    const { parts, hostFloats } = bus;
    const { frames } = parts.block;
    if (this.mixes[b] !== undefined) return (this.rooms[b]![channel] = parts.views.f32!.at(roomAddress(bus, channel), frames));
    if (hostFloats === undefined) return this.isInput ? bus.ownView(channel) : bus.view(channel);
    return (this.views[b]![channel] = hostFloats.at(bus.floatsAddress(channel), frames));
  }
}

/** Where a host's channel lies while it is mixed. */
function roomAddress({ parts, place }: Bus, channel: number): number {
  return parts.address + place.mixRoom + channel * place.mixStride;
}

/** The host's channels are mixed for the bus, or the bus's for the host. */
function mixAll(bus: Bus, mix: Mix, isInput: boolean): void {
  const { core, forms, block } = bus.parts;
  for (let c = 0; c < mix.length; c++) {
    const shares = mix[c]!;
    const to = isInput ? bus.landingAddress(c) : roomAddress(bus, c);
    if (shares.length === 0) core.zeroChannels(to, 0, 1, block.frames * FLOAT_BYTES);
    for (let i = 0; i < shares.length; i += 2) {
      const source = shares[i]!;
      const from = isInput ? roomAddress(bus, source) : bus.sourceAddress(source);
      forms!.mixChannel(to, from, shares[i + 1]!, block.frames, i === 0 ? 1 : 0);
    }
  }
}
