// Planar hosts: `inputs[bus][channel]` and `outputs[bus][channel]`, as an AudioWorkletProcessor gets
// them.
//
// What hosts really do: buses and channels come and go from block to block; some engines change the
// same arrays in place, others make new ones, frozen or not; Node engines hand over whatever their
// authors thought of. So nothing is remembered of a host's arrays, and nothing of them is trusted to
// be what its type says. Each job here has two forms: a plain loop for buses whose channels are all
// as they should be, and, where that loop gives up, a careful one that looks after each channel alone.

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
  return commonLength(outputs) || longestChannel(outputs) || longestChannel(inputs) || otherwise;
}

/** [render] What the host delivers of one input bus: copied where the bus has samples of its own, and counted. */
export function collectBus<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels): void {
  const offered = lengthOf(channels);
  const wanted = Math.min(offered, bus.capacity);
  region.diagnostics.droppedChannels += offered - wanted;
  bus.start(wanted);
  if (!bus.ownsSamples) return;
  const delivered = takeAll(channels, bus, wanted, region.frames) ? wanted : takeEach(region, bus, channels, wanted);
  bus.connect(delivered);
  bus.markConstant(delivered);
  bus.missing(delivered === 0 || region.missingInputs === "drop" ? delivered : wanted);
}

/** [render] Copies one output bus to the host's channels for it; what was not pushed is silence. */
export function deliverBus<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels): void {
  const taken = Math.min(lengthOf(channels), bus.capacity);
  if (taken <= bus.length && giveAll(bus, channels, taken, region.frames)) return;
  for (let channel = 0; channel < taken; channel++) {
    const samples = channel < bus.length ? bus.view(channel) : region.views.none;
    if (!give(samples, channels, channel)) region.diagnostics.droppedChannels++;
  }
}

/** [render] Counts the channels of input buses that nobody declared. */
export function dropBusesFrom(diagnostics: Diagnostics, buses: HostBuses, first: number): void {
  const end = Math.min(lengthOf(buses), first + MAX_BUSES);
  for (let bus = first; bus < end; bus++) diagnostics.droppedChannels += lengthOf(busAt(buses, bus));
}

/** [render] The host's bus; an empty one when it has none there, or one that cannot be read. */
export function busAt(buses: HostBuses, bus: number): HostChannels {
  try {
    // Never past the end: engines are slow at reading what is not there.
    const channels: unknown = Array.isArray(buses) && bus < buses.length ? buses[bus] : undefined;
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

/** Frames that all channels have; 0 when they differ, or one of them is none. */
function commonLength(buses: HostBuses): number {
  try {
    if (!Array.isArray(buses)) return 0;
    let frames = 0;
    for (let b = 0; b < buses.length; b++) {
      const channels = buses[b];
      if (!Array.isArray(channels)) return 0;
      for (let c = 0; c < channels.length; c++) {
        const samples: unknown = channels[c];
        if (!(samples instanceof Float32Array)) return 0;
        if (frames === 0) frames = samples.length;
        else if (samples.length !== frames) return 0;
      }
    }
    return frames;
  } catch {
    return 0;
  }
}

function longestChannel(buses: HostBuses): number {
  let longest = 0;
  const busCount = Math.min(lengthOf(buses), MAX_BUSES);
  for (let bus = 0; bus < busCount; bus++) {
    const channels = busAt(buses, bus);
    const channelCount = Math.min(lengthOf(channels), MAX_CHANNELS);
    for (let channel = 0; channel < channelCount; channel++) longest = Math.max(longest, framesAt(channels, channel));
  }
  return longest;
}

/** Copies the first `count` host channels; false, with some of them copied, when one is not as long as the block. */
function takeAll<F extends SampleFormat>(channels: HostChannels, bus: Bus<F>, count: number, frames: number): boolean {
  try {
    for (let channel = 0; channel < count; channel++) {
      const samples: unknown = channels[channel];
      if (!(samples instanceof Float32Array) || samples.length !== frames) return false;
      bus.take(channel, samples);
    }
    return true;
  } catch {
    return false;
  }
}

/** Looks after each of the first `count` channels alone; how many are delivered, up to the last one. */
function takeEach<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels, count: number): number {
  let delivered = 0;
  for (let channel = 0; channel < count; channel++) {
    if (take(channels, channel, bus.view(channel))) {
      delivered = channel + 1;
    } else {
      bus.silence(channel, channel + 1);
      region.diagnostics.droppedChannels++;
    }
  }
  return delivered;
}

/** Copies the first `count` pushed channels; false, with some of them copied, when a host channel is not as long as the block. */
function giveAll<F extends SampleFormat>(bus: Bus<F>, channels: HostChannels, count: number, frames: number): boolean {
  try {
    for (let channel = 0; channel < count; channel++) {
      const target: unknown = channels[channel];
      if (!(target instanceof Float32Array) || target.length !== frames) return false;
      bus.give(channel, target);
    }
    return true;
  } catch {
    return false;
  }
}

/** Frames of the host's channel; 0 for what is none. */
function framesAt(channels: HostChannels, channel: number): number {
  try {
    const samples: unknown = channels[channel];
    return isChannel(samples) ? samples.length : 0;
  } catch {
    return 0;
  }
}

/** From the host's channel. False when it has none. */
function take(channels: HostChannels, channel: number, target: Samples): boolean {
  try {
    const samples: unknown = channels[channel];
    return isChannel(samples) && samples.length > 0 && copy(samples, target);
  } catch {
    return false;
  }
}

/** To the host's channel. False when it has none. */
function give(samples: Samples, channels: HostChannels, channel: number): boolean {
  try {
    const target: unknown = channels[channel];
    return isChannel(target) && target.length > 0 && copy(samples, target);
  } catch {
    return false;
  }
}

/** Copies what both have and silences the rest of `target`. */
function copy(samples: Samples, target: Samples): true {
  if (samples.length === target.length) {
    target.set(samples);
    return true;
  }
  // Sample by sample, because a view of the odd length would be garbage.
  const frames = Math.min(samples.length, target.length);
  for (let frame = 0; frame < frames; frame++) target[frame] = samples[frame]!;
  target.fill(0, frames);
  return true;
}

function isChannel(value: unknown): value is Float32Array {
  if (value instanceof Float32Array) return true;
  // One of another realm, as a host in a frame or a vm context has them.
  return ArrayBuffer.isView(value) && (value as Float32Array)[Symbol.toStringTag] === "Float32Array";
}
