// [render] Reads the lists that a planar host hands over. Buses and channels come and go from block to block. Some engines
// change the same arrays in place, others make new ones, frozen or not; audio engines for Node hand over other things too. So
// this file checks each value where it reads it, and does not expect the same value from a second read. Only frozen lists are
// read once for many blocks.

import { MAX_BUSES, MAX_CHANNELS } from "../abi";
import { fill, type Samples, set } from "../sample-format";
import { isFixed, isOfLength, lengthOf, nameOfType } from "./typed-array";

/** A host's list of channels. At run time it may be anything. */
export type HostChannels = readonly Float32Array[];
/** A host's list of buses, each a list of channels. At run time it may be anything. */
export type HostBuses = readonly HostChannels[];

export const NO_CHANNELS: HostChannels = [];
export const NO_BUSES: HostBuses = [];

/** Stands for a value that cannot be read. As a channel it cannot be used; as a bus it is not a list. */
const UNREADABLE = false;
/** Stands for a value that is not a list. Its one entry cannot be used, so it counts as one dropped channel. */
const NO_LIST: readonly unknown[] = [UNREADABLE];

/** The host's bus; an empty list where the host has none. */
export function busAt(buses: HostBuses, bus: number): HostChannels {
  return listOf(entryAt(listOf(buses), bus)) as HostChannels;
}

/** Number of entries in a host's list of buses or channels, usable or not. A list whose length cannot be read counts as {@link NO_LIST}. */
export function entriesOf(list: readonly unknown[]): number {
  try {
    // A proxy may return any length. This turns it into an unsigned 32-bit integer.
    return listOf(list).length >>> 0;
  } catch {
    return NO_LIST.length;
  }
}

/** Number of the host's channels in all buses from `first` on. */
export function channelsFrom(buses: HostBuses, first: number): number {
  const end = Math.min(entriesOf(buses), first + MAX_BUSES);
  let channels = 0;
  for (let b = first; b < end; b++) channels += entriesOf(busAt(buses, b));
  return channels;
}

/**
 * Frames of a block: those of the host's longest output channel, because the host needs that many. Without output channels
 * those of its longest input channel. Without any channel `otherwise`.
 */
export function blockFrames(inputs: HostBuses, outputs: HostBuses, otherwise: number): number {
  const wanted = longestChannel(outputs);
  const given = wanted < 0 ? longestChannel(inputs) : wanted;
  return given < 0 ? otherwise : given;
}

/** Frames of the longest channel; -1 when there is no channel. */
function longestChannel(buses: HostBuses): number {
  let longest = -1;
  const busCount = Math.min(entriesOf(buses), MAX_BUSES);
  for (let b = 0; b < busCount; b++) {
    const channels = busAt(buses, b);
    const channelCount = Math.min(entriesOf(channels), MAX_CHANNELS);
    for (let c = 0; c < channelCount; c++) longest = Math.max(longest, framesOf(entryAt(channels, c)));
  }
  return longest;
}

/** The host's channel for a block of `frames` frames. `undefined` when there is none, or when it has no samples. */
export function channelAt(channels: HostChannels, channel: number, frames: number): Float32Array | undefined {
  const samples = entryAt(channels, channel);
  const length = framesOf(samples);
  return length > 0 || (length === 0 && frames === 0) ? (samples as Float32Array) : undefined;
}

/**
 * Copies `samples` to `target`, up to the length of the shorter one, and zeroes the rest of `target`. False when either
 * cannot be copied.
 */
export function copy(samples: Samples, target: Samples): boolean {
  try {
    const given = lengthOf(samples);
    const frames = lengthOf(target);
    if (given <= frames) {
      set.call(target, samples as Float32Array);
      fill.call(target, 0, given);
    } else {
      // One sample at a time, because a view of the first `frames` samples would be garbage.
      for (let frame = 0; frame < frames; frame++) target[frame] = samples[frame]!;
    }
    return true;
  } catch {
    return false;
  }
}

/** Result of {@link uniformFrames} when there is no channel. */
export const NO_FRAMES = -1;

/** Result of {@link uniformFrames} when the channels differ in length, or one of them is not a channel. */
const MIXED = -2;

/**
 * The number of frames, where all channels have the same. Writes the number of channels of each bus into `counts`, up to its
 * length. May throw.
 */
export function uniformFrames(buses: HostBuses, counts: Uint32Array): number {
  let frames = NO_FRAMES;
  if (!Array.isArray(buses) || !(buses.length <= MAX_BUSES)) return MIXED;
  for (let b = 0; b < buses.length; b++) {
    const channels: unknown = buses[b];
    if (!Array.isArray(channels) || !(channels.length <= MAX_CHANNELS)) return MIXED;
    for (let c = 0; c < channels.length; c++) {
      const samples: unknown = channels[c];
      // Reading a property of null throws, and the error would be garbage.
      if (samples === undefined || samples === null) return MIXED;
      if (frames === NO_FRAMES) frames = (samples as Float32Array).length;
      if (!isOfLength(samples, frames)) return MIXED;
    }
    counts[b] = channels.length;
  }
  for (let b = buses.length; b < counts.length; b++) counts[b] = 0;
  return frames;
}

/**
 * Whether nobody can change these lists: every list is frozen and has no getter, and every channel keeps its length until it
 * is detached. It makes no garbage; `Object.getOwnPropertyDescriptor` would. May throw.
 */
export function isUnchanging(buses: HostBuses): boolean {
  return isFrozenList(buses) && buses.every(isFrozenBus);
}

function isFrozenBus(channels: HostChannels): boolean {
  return isFrozenList(channels) && channels.every(isFixed);
}

function isFrozenList(list: readonly unknown[]): boolean {
  if (!Array.isArray(list) || !Object.isFrozen(list)) return false;
  for (let entry = 0; entry < list.length; entry++) if (hasGetter(list, entry)) return false;
  return true;
}

/**
 * Whether reading the property calls a getter, which may return a different value each time. Also true in an engine without
 * `__lookupGetter__`.
 */
export function hasGetter(object: object, property: PropertyKey): boolean {
  return typeof lookupGetter !== "function" || lookupGetter.call(object, property) !== undefined;
}

/** All engines have this function, although the specification lists it as legacy. */
const lookupGetter = (Object.prototype as { __lookupGetter__?: (property: PropertyKey) => unknown }).__lookupGetter__;

/**
 * Whether lists that have come again `repeats` times, and were not taken as known, are checked once more. Only at some
 * numbers, because the check takes longer than reading the lists.
 */
export function isWorthALook(repeats: number): boolean {
  return repeats === 1 || repeats === 2 || (repeats & 63) === 63;
}

/** Frames of a Float32Array of any realm; -1 for anything else. */
export function framesOf(channel: unknown): number {
  try {
    return channel instanceof Float32Array || nameOfType(channel) === "Float32Array" ? lengthOf(channel as Float32Array) : -1;
  } catch {
    return -1;
  }
}

function entryAt(list: readonly unknown[], index: number): unknown {
  try {
    // Engines read an index past the end of an array through a slow path.
    return index < list.length ? list[index] : undefined;
  } catch {
    return UNREADABLE;
  }
}

function listOf(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? value : value === undefined || value === null ? NO_BUSES : NO_LIST;
  } catch {
    // Array.isArray throws for a revoked proxy.
    return NO_LIST;
  }
}
