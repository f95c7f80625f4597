// [render] What a host hands over, read with care: buses and channels come and go from block to block;
// some engines change the same arrays in place, others make new ones, frozen or not; Node engines hand
// over whatever their authors thought of. So nothing of it is trusted to be what its type says, and
// nothing of it is trusted to be the same when it is read again.

import { MAX_BUSES, MAX_CHANNELS } from "./bus-config";
import { elementsOf, kindOf } from "./typed-array";

/** A host's list of channels, if it is what it says. */
export type HostChannels = readonly Float32Array[];
/** A host's list of buses, each a list of channels, if it is what it says. */
export type HostBuses = readonly HostChannels[];

export const NO_BUSES: HostBuses = [];
export const NO_CHANNELS: HostChannels = [];

/** The host's bus; an empty one when it has none there, or one that cannot be read. */
export function busAt(buses: HostBuses | undefined, bus: number): HostChannels {
  try {
    // Never past the end: engines are slow at reading what is not there.
    const channels: unknown = Array.isArray(buses) && bus < buses.length ? buses[bus] : undefined;
    return Array.isArray(channels) ? channels : NO_CHANNELS;
  } catch {
    return NO_CHANNELS;
  }
}

/** Entries of a host's list of buses or of channels, usable or not. */
export function lengthOf(list: readonly unknown[]): number {
  try {
    // A proxy may claim any length; this leaves an unsigned whole number of it.
    return Array.isArray(list) ? list.length >>> 0 : 0;
  } catch {
    return 0;
  }
}

/** Frames of the longest channel that the host has; 0 when it has none. */
export function longestChannel(buses: HostBuses): number {
  let longest = 0;
  const busCount = Math.min(lengthOf(buses), MAX_BUSES);
  for (let b = 0; b < busCount; b++) {
    const channels = busAt(buses, b);
    const channelCount = Math.min(lengthOf(channels), MAX_CHANNELS);
    for (let c = 0; c < channelCount; c++) {
      const frames = framesOf(channelAt(channels, c));
      if (frames > longest) longest = frames;
    }
  }
  return longest;
}

/** Channels of the host's buses from `first` on. */
export function channelsFrom(buses: HostBuses, first: number): number {
  const busCount = Math.min(lengthOf(buses), first + MAX_BUSES);
  let channels = 0;
  for (let b = first; b < busCount; b++) channels += lengthOf(busAt(buses, b));
  return channels;
}

/** The host's channel; `undefined` when it has none there, or one without samples. */
export function channelAt(channels: HostChannels, channel: number): Float32Array | undefined {
  try {
    const samples: unknown = channels[channel];
    return framesOf(samples) > 0 ? (samples as Float32Array) : undefined;
  } catch {
    return undefined;
  }
}

/** Copies what both have and silences the rest of `target`. False when the host's side of it cannot be copied. */
export function copy(samples: Float32Array | Float64Array, target: Float32Array | Float64Array): boolean {
  try {
    const given = elementsOf(samples);
    const wanted = elementsOf(target);
    if (given <= wanted) {
      target.set(samples);
      target.fill(0, given);
    } else {
      // Sample by sample, because a view of the odd length would be garbage.
      for (let frame = 0; frame < wanted; frame++) target[frame] = samples[frame]!;
    }
    return true;
  } catch {
    return false;
  }
}

/** Frames of a channel of whatever realm; 0 of what is none. */
export function framesOf(channel: unknown): number {
  return kindOf(channel) === "Float32Array" ? elementsOf(channel as Float32Array) : 0;
}
