// Planar hosts: `inputs[bus][channel]` and `outputs[bus][channel]`, as an AudioWorkletProcessor gets
// them.
//
// What hosts really do: buses and channels come and go from block to block; some engines change the
// same arrays in place, others make new ones, frozen or not; Node engines hand over whatever their
// authors thought of. So nothing is remembered of a host's arrays, nothing of them is trusted to be
// what its type says, and each access that foreign code could make throw stands in a `try` of its own.

import type { Bus } from "./bus";
import { MAX_BUSES, MAX_CHANNELS } from "./bus-config";
import type { Diagnostics } from "./diagnostics";
import type { Region } from "./region";
import type { SampleFormat } from "./sample-format";

/** A host's list of buses, each a list of channels, if it is what it says. */
export type HostBuses = readonly HostChannels[];
type Samples = Float32Array | Float64Array;
type HostChannels = readonly Float32Array[];

/**
 * [render] Frames of the host's block: its longest output channel, because that is what it waits
 * for; without outputs its longest input channel; `otherwise` when it hands over no channel at all.
 */
export function blockLength(inputs: HostBuses, outputs: HostBuses, otherwise: number): number {
  return longestChannel(outputs) || longestChannel(inputs) || otherwise;
}

/** [render] What the host delivers of one input bus: copied where the bus has samples of its own, and counted. */
export function collectBus<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels): void {
  const offered = lengthOf(channels);
  const wanted = Math.min(offered, bus.capacity);
  region.diagnostics.droppedChannels += offered - wanted;
  bus.start(wanted);
  if (!bus.ownsSamples) return;
  let connected = 0;
  for (let channel = 0; channel < wanted; channel++) {
    const samples = channelAt(channels, channel);
    if (samples.length > 0 && copy(samples, bus.view(channel))) {
      connected = channel + 1;
    } else {
      bus.silence(channel, channel + 1);
      region.diagnostics.droppedChannels++;
    }
  }
  if (wanted < bus.capacity) bus.silence(wanted, bus.capacity);
  bus.connect(connected);
}

/** [render] Counts the channels of input buses that nobody declared. */
export function dropBusesFrom(diagnostics: Diagnostics, buses: HostBuses, first: number): void {
  const end = Math.min(lengthOf(buses), first + MAX_BUSES);
  for (let bus = first; bus < end; bus++) diagnostics.droppedChannels += lengthOf(busAt(buses, bus));
}

/** [render] Copies one output bus to the host's channels for it; what was not pushed is silence. */
export function deliverBus<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels): void {
  const length = bus.length;
  const taken = Math.min(lengthOf(channels), bus.capacity);
  for (let channel = 0; channel < taken; channel++) {
    const target = channelAt(channels, channel);
    const samples = channel < length ? bus.view(channel) : region.views.none;
    if (target.length === 0 || !copy(samples, target)) region.diagnostics.droppedChannels++;
  }
}

/** [render] The host's bus; an empty one when it has none there, or one that cannot be read. */
export function busAt(buses: HostBuses, bus: number): HostChannels {
  try {
    const channels: unknown = Array.isArray(buses) ? buses[bus] : undefined;
    return Array.isArray(channels) ? channels : NO_CHANNELS;
  } catch {
    return NO_CHANNELS;
  }
}

/** [render] Entries of a host's list of buses or of channels, usable or not. */
export function lengthOf(list: readonly unknown[]): number {
  try {
    // A proxy may claim any length; this leaves an unsigned whole number of it.
    return Array.isArray(list) ? list.length >>> 0 : 0;
  } catch {
    return 0;
  }
}

const NO_CHANNELS: HostChannels = /* @__PURE__ */ Object.freeze([]);
const NO_SAMPLES = /* @__PURE__ */ new Float32Array(0);

function longestChannel(buses: HostBuses): number {
  let longest = 0;
  const busCount = Math.min(lengthOf(buses), MAX_BUSES);
  for (let bus = 0; bus < busCount; bus++) {
    const channels = busAt(buses, bus);
    const channelCount = Math.min(lengthOf(channels), MAX_CHANNELS);
    for (let channel = 0; channel < channelCount; channel++) longest = Math.max(longest, channelAt(channels, channel).length);
  }
  return longest;
}

/** The host's channel; an empty one when it has none there, or something else. */
function channelAt(channels: HostChannels, channel: number): Float32Array {
  try {
    const samples: unknown = channels[channel];
    return isChannel(samples) ? samples : NO_SAMPLES;
  } catch {
    return NO_SAMPLES;
  }
}

/** Copies what both have and silences the rest of `target`. False when it turns out that it cannot. */
function copy(samples: Samples, target: Samples): boolean {
  try {
    const length = samples.length;
    if (length === target.length) {
      target.set(samples);
      return true;
    }
    // Sample by sample, because a view of the odd length would be garbage.
    const frames = Math.min(length, target.length);
    for (let frame = 0; frame < frames; frame++) target[frame] = samples[frame]!;
    target.fill(0, frames);
    return true;
  } catch {
    return false;
  }
}

function isChannel(value: unknown): value is Float32Array {
  if (value instanceof Float32Array) return true;
  // One of another realm, as a host in a frame or a vm context has them.
  return ArrayBuffer.isView(value) && (value as Float32Array)[Symbol.toStringTag] === "Float32Array";
}
