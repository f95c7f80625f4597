import type { Block } from "../block";
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

/**
 * [render] One direction of a planar host: its input lists, or its output lists. It copies samples between these lists and
 * the buses, in the forms that `src/hosts/planar.ts` describes.
 */
export class HostSide {
  /** Channels that the last copy dropped, because there was no place for them or they could not be used. */
  dropped = 0;
  /** Whether the host has exactly as many channels as every bus. */
  isJustFull = false;
  /**
   * Number of the host's channels for each bus, usable or not. For outputs it is counted in `collect`, also where `deliver`
   * gets other lists.
   */
  readonly offered: Uint32Array;
  /** Targets and sources of the copies of known lists, alternating. */
  readonly copies: Samples[] = [];
  copiesLength = 0;
  /** Whether the known lists and all lists in them are frozen. Then they cannot have changed, and are not read again. */
  isFrozen = false;
  /** Whether channels of the known lists are mixed. */
  isMixed = false;
  /** The known list of channels of each bus. */
  private readonly known: HostChannels[] = [];
  private knownBuses = 0;
  /** The last view of each channel from which or to which a host's samples are copied. */
  private readonly views: Samples[][] = [];
  /** The mix between each bus's channels and the host's; `undefined` where they are not mixed. */
  private readonly mixes: (Mix | undefined)[] = [];
  /** Views of the channels that are being mixed, as the host has them. */
  private readonly mixViews: Samples[][] = [];
  /** Capacity of each bus. A typed array, because reading it is faster than reading a property of each bus. */
  private readonly capacities: Uint32Array;
  /** For each bus, channels that were copied, up to the last usable one. */
  private readonly connected: Uint32Array;
  /** Bit c is set where the host has an input channel c that cannot be used. */
  private readonly holes: Int32Array;

  /** [setup] `mayMix`: whether channels are mixed where the host has another number of channels than a bus. */
  constructor(
    private readonly buses: readonly Bus[],
    private readonly isInput: boolean,
    private readonly block: Block,
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
      // The host may have up to six channels for a bus that is mixed, even for a mono bus.
      const mixed = place.mixSamples > 0 ? MOST_MIXED : 0;
      for (let channel = 0; channel < Math.max(capacity, mixed); channel++) this.copies.push(NO_SAMPLES, NO_SAMPLES);
      const channels = Array.from({ length: capacity }, (_, channel) => channel);
      this.views.push(hostFloats === undefined ? bus.own : channels.map((c) => hostFloats.at(bus.floatsAddress(c), maxFrames)));
      this.mixViews.push(Array.from({ length: mixed }, (_, channel) => parts.views.f32!.prepare(mixAddress(bus, channel), maxFrames)));
      this.mixes.push(undefined);
      this.known.push(NO_CHANNELS);
    }
  }

  /** Whether the known lists are unchanged. May throw. */
  isAsKnown(lists: HostBuses): boolean {
    if (this.isFrozen) return true;
    const { known, knownBuses, offered, copies, isInput } = this;
    if (lists.length !== knownBuses) return false;
    // `copies` alternates between target and source. This is the index of the host's array in the first pair.
    let at = isInput ? 1 : 0;
    for (let b = 0; b < knownBuses; b++) {
      const channels = lists[b]!;
      const count = offered[b]!;
      if (channels !== known[b] || channels.length !== count) return false;
      for (let c = 0; c < count; c++, at += 2) if (channels[c] !== copies[at]) return false;
    }
    return true;
  }

  /**
   * Copies lists in which all channels are `frames` frames long. False where something else comes; some channels may have
   * been copied by then.
   */
  copyPlain(lists: HostBuses, frames: number): boolean {
    const { buses, views, mixViews, isInput, mayMix, offered, connected, block, tables } = this;
    // Once a pointer was pushed, a channel may lead to other samples than its own.
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
        // Fewer channels were pushed than the host has. The careful form zeroes the others.
        if (copied > places) return false;
        const own = mix === undefined ? views[b]! : mixViews[b]!;
        const isCopied = !isInput || bus.hasSamples;
        for (let c = 0; c < copied; c++) {
          const samples: unknown = channels[c];
          if (!isOfLength(samples, frames)) return false;
          // A getter of the host's can free the storage. The memory is somebody else's then.
          if (!block.isLive) return false;
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

  /** Copies any value: it checks each channel on its own. The results of the other forms must be the same. */
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

  /** Counts the host's channels and copies nothing. */
  count(lists: HostBuses): void {
    for (let b = 0; b < this.buses.length; b++) this.offered[b] = entriesOf(busAt(lists, b));
  }

  /**
   * Makes these lists the known ones, after {@link copyPlain} has copied them; their channels are `frames` frames long. Lists
   * that can change must have a bus for each of their channels. Returns whether they are known now. May throw.
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
      // A proxy may return a different value on each read.
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
    // For inputs, `copyPlain` has set both.
    if (!isInput) {
      this.dropped = missing;
      this.isJustFull = missing === 0 && !this.isMixed;
    }
    return true;
  }

  /** [setup] Drops all references to a host's arrays. */
  forget(): void {
    this.copies.fill(NO_SAMPLES);
    this.known.fill(NO_CHANNELS);
  }

  /**
   * Call it after a block was opened. Converts inputs to the kernel's format, and tells each bus how many channels the host
   * has.
   */
  settle(): void {
    const { buses, isInput, offered, capacities } = this;
    for (let b = 0; b < buses.length; b++) {
      if (isInput) this.settleInput(b);
      else if (offered[b]! < capacities[b]!) buses[b]!.settle(buses[b]!.length, offered[b]!, 0);
    }
  }

  /** Call it before outputs are copied. Converts the kernel's samples to host floats, where a bus has another form. */
  convertOut(): void {
    for (let b = 0; b < this.buses.length; b++) this.buses[b]!.convertOut();
  }

  /** Call it before known outputs are copied. Mixes the outputs for which the host has another number of channels. */
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

  /**
   * The mix between a bus and `count` channels of the host; `undefined` where they are not mixed. Outputs are mixed here as
   * well.
   */
  private mixFor(b: number, count: number): Mix | undefined {
    const bus = this.buses[b]!;
    const isThere = bus.place.mixSamples > 0 && bus.hasSamples;
    const mix = !isThere ? undefined : this.isInput ? mixOf(count, bus.capacity) : mixOf(bus.length, count);
    this.mixes[b] = mix;
    if (mix !== undefined && !this.isInput) mixAll(bus, mix, false);
    return mix;
  }

  /** The view of a channel in this block, in the host's form. */
  private view(b: number, channel: number): Samples {
    const bus = this.buses[b]!;
    const { parts, hostFloats } = bus;
    const { frames } = parts.block;
    if (this.mixes[b] !== undefined) return (this.mixViews[b]![channel] = parts.views.f32!.at(mixAddress(bus, channel), frames));
    if (hostFloats === undefined) return this.isInput ? bus.ownView(channel) : bus.view(channel);
    return (this.views[b]![channel] = hostFloats.at(bus.floatsAddress(channel), frames));
  }
}

/** Address of one of the host's channels while they are mixed. */
function mixAddress({ parts, place }: Bus, channel: number): number {
  return parts.address + place.mixSamples + channel * place.mixStride;
}

/** Mixes the host's channels into those of the bus, or the bus's channels into those of the host. */
function mixAll(bus: Bus, mix: Mix, isInput: boolean): void {
  const { core, forms, block } = bus.parts;
  for (let c = 0; c < mix.length; c++) {
    const shares = mix[c]!;
    const to = isInput ? bus.landingAddress(c) : mixAddress(bus, c);
    if (shares.length === 0) core.zeroChannels(to, 0, 1, block.frames * FLOAT_BYTES);
    for (let i = 0; i < shares.length; i += 2) {
      const source = shares[i]!;
      const from = isInput ? mixAddress(bus, source) : bus.sourceAddress(source);
      forms!.mixChannel(to, from, shares[i + 1]!, block.frames, i === 0 ? 1 : 0);
    }
  }
}
