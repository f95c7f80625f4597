// [render] What a planar host hands over, read with care. Buses and channels come and go from block to block; some
// engines change the same arrays in place, others make new ones, frozen or not; Node engines hand over whatever
// their authors thought of. So nothing is trusted to be what its type says, and nothing to be the same when it is
// read again. Only lists that are frozen are read once for many blocks.

import { MAX_BUSES, MAX_CHANNELS } from "../abi";
import { fill, type Samples, set } from "../sample-format";
import { isFixed, isOfLength, lengthOf, nameOfType } from "./typed-array";

/** A host's list of channels, if it is what it says. */
export type HostChannels = readonly Float32Array[];
/** A host's list of buses, each a list of channels, if it is what it says. */
export type HostBuses = readonly HostChannels[];

export const NO_CHANNELS: HostChannels = [];
export const NO_BUSES: HostBuses = [];

/** What stands for something that is no list: one entry that cannot be used, so that it counts. */
const NO_LIST = [false] as readonly unknown[];

/** The host's bus: an empty one when it has none there. */
export function busAt(buses: HostBuses, bus: number): HostChannels {
  return listOf(entryAt(listOf(buses), bus)) as HostChannels;
}

/** Entries of a host's list of buses or of channels, usable or not. */
export function entriesOf(list: readonly unknown[]): number {
  try {
    // A proxy may claim any length; this leaves an unsigned whole number of it.
    return listOf(list).length >>> 0;
  } catch {
    return 0;
  }
}

/** Channels of the host's buses from `first` on. */
export function channelsFrom(buses: HostBuses, first: number): number {
  const end = Math.min(entriesOf(buses), first + MAX_BUSES);
  let channels = 0;
  for (let b = first; b < end; b++) channels += entriesOf(busAt(buses, b));
  return channels;
}

/**
 * Frames of a block: those of the host's longest output channel, because that is what it waits for; without output
 * channels those of its longest input channel; `otherwise` without any.
 */
export function blockFrames(inputs: HostBuses, outputs: HostBuses, otherwise: number): number {
  const wanted = longestChannel(outputs);
  const given = wanted < 0 ? longestChannel(inputs) : wanted;
  return given < 0 ? otherwise : given;
}

/** Frames of the longest channel; -1 when there is none. */
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

/** The host's channel for a block of `frames` frames; `undefined` when it has none there, or one without samples. */
export function channelAt(channels: HostChannels, channel: number, frames: number): Float32Array | undefined {
  const samples = entryAt(channels, channel);
  const length = framesOf(samples);
  return length > 0 || (length === 0 && frames === 0) ? (samples as Float32Array) : undefined;
}

/** Copies what both have, and silences the rest of `target`. False when either side cannot be copied. */
export function copy(samples: Samples, target: Samples): boolean {
  try {
    const given = lengthOf(samples);
    const frames = lengthOf(target);
    if (given <= frames) {
      set.call(target, samples as Float32Array);
      fill.call(target, 0, given);
    } else {
      // Sample by sample, because a view of the odd length would be garbage.
      for (let frame = 0; frame < frames; frame++) target[frame] = samples[frame]!;
    }
    return true;
  } catch {
    return false;
  }
}

/** What {@link uniformFrames} answers where there is no channel. */
export const NO_FRAMES = -1;

/** What {@link uniformFrames} answers where a channel is of another length, or none. */
const MIXED = -2;

/** How many frames all channels have. Writes how many channels each bus has into `counts`, as far as there is room. May throw. */
export function uniformFrames(buses: HostBuses, counts: Uint32Array): number {
  let frames = NO_FRAMES;
  if (!Array.isArray(buses) || !(buses.length <= MAX_BUSES)) return MIXED;
  for (let b = 0; b < buses.length; b++) {
    const channels: unknown = buses[b];
    if (!Array.isArray(channels) || !(channels.length <= MAX_CHANNELS)) return MIXED;
    for (let c = 0; c < channels.length; c++) {
      const samples: unknown = channels[c];
      // A null one would throw, and what is thrown is garbage.
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
 * Whether nobody can change what these lists lead to: every list is frozen and has no accessor, and every channel
 * keeps its length until it is detached. Makes no garbage, where a property's descriptor would be an object. May throw.
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

/** Whether a property may answer something else each time. True where an engine does not tell. */
export function hasGetter(object: object, property: PropertyKey): boolean {
  return typeof lookupGetter !== "function" || lookupGetter.call(object, property) !== undefined;
}

/** Every engine has it, although the language calls it a legacy. */
const lookupGetter = (Object.prototype as { __lookupGetter__?: (property: PropertyKey) => unknown }).__lookupGetter__;

/** Whether what has come again so often, and did not become known, is looked at once more: seldom, because looking costs more than reading it. */
export function isWorthALook(repeats: number): boolean {
  return repeats === 1 || repeats === 2 || (repeats & 63) === 63;
}

/** Frames of a channel of whatever realm; -1 of what is none. */
export function framesOf(channel: unknown): number {
  try {
    return channel instanceof Float32Array || nameOfType(channel) === "Float32Array" ? lengthOf(channel as Float32Array) : -1;
  } catch {
    return -1;
  }
}

function entryAt(list: readonly unknown[], index: number): unknown {
  try {
    // Never past the end: engines are slow at reading an index that is out of range.
    return index < list.length ? list[index] : undefined;
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? value : value === undefined || value === null ? NO_BUSES : NO_LIST;
  } catch {
    // Array.isArray throws at a proxy that was revoked.
    return NO_LIST;
  }
}
