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
import type { Region } from "./region";
import type { SampleFormat } from "./sample-format";

/** A host's list of buses, each a list of channels, if it is what it says. */
export type HostBuses = readonly HostChannels[];
type Samples = Float32Array | Float64Array;
type HostChannels = readonly Float32Array[];

/**
 * [render] One block in: its length, every input bus, and what the host will take of the outputs.
 *
 * The block is as long as the host's longest output channel, because that is what it waits for;
 * without outputs as its longest input channel; without any channel as long as can be. Reading one
 * entry of a frozen array costs engines as much as copying a short channel, so the first channel
 * speaks for all of them until one says otherwise: every input that is copied, and the first and the
 * last output of each bus.
 */
export function collectPlanar<F extends SampleFormat>(
  region: Region<F>,
  inputs: readonly Bus<F>[],
  outputs: readonly Bus<F>[],
  hostInputs: HostBuses,
  hostOutputs: HostBuses,
): void {
  let frames = firstLength(hostOutputs) || firstLength(hostInputs) || region.maxFrames;
  let surplus = collectUniform(region, inputs, outputs, hostInputs, hostOutputs, frames);
  if (surplus === NOT_UNIFORM) {
    frames = longestChannel(hostOutputs) || longestChannel(hostInputs) || region.maxFrames;
    region.startAgain(frames);
    surplus = 0;
    for (let b = 0; b < outputs.length; b++) outputs[b]!.start(lengthOf(busAt(hostOutputs, b)));
    for (let b = 0; b < inputs.length; b++) surplus += collectEach(region, inputs[b]!, busAt(hostInputs, b));
  }
  region.diagnostics.droppedChannels += surplus + channelsFrom(hostInputs, inputs.length);
  if (frames > region.maxFrames) region.diagnostics.truncatedFrames += frames - region.maxFrames;
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

/** Frames of the first channel that a host has; 0 when it has none, {@link NOT_UNIFORM} when what is there is none. */
function firstLength(buses: HostBuses): number {
  const count = Math.min(lengthOf(buses), MAX_BUSES);
  for (let b = 0; b < count; b++) {
    const channels = busAt(buses, b);
    if (lengthOf(channels) > 0) return framesAt(channels, 0) || NOT_UNIFORM;
  }
  return 0;
}

const NOT_UNIFORM = -1;

/**
 * A block of `frames` frames from a host all of whose channels have that many. Answers how many
 * channels it has for which no bus has a place, or that one has another length.
 */
function collectUniform<F extends SampleFormat>(
  region: Region<F>,
  inputs: readonly Bus<F>[],
  outputs: readonly Bus<F>[],
  hostInputs: HostBuses,
  hostOutputs: HostBuses,
  frames: number,
): number {
  region.start(Math.max(0, frames));
  let uniform = frames !== NOT_UNIFORM;
  for (let b = 0; b < outputs.length; b++) {
    const channels = busAt(hostOutputs, b);
    const offered = lengthOf(channels);
    outputs[b]!.start(offered);
    uniform = uniform && areAsLong(channels, offered, frames);
  }
  if (!uniform) return NOT_UNIFORM;
  let surplus = 0;
  for (let b = 0; b < inputs.length; b++) {
    const bus = inputs[b]!;
    const channels = busAt(hostInputs, b);
    const offered = lengthOf(channels);
    const wanted = Math.min(offered, bus.capacity);
    surplus += offered - wanted;
    bus.start(wanted);
    if (!bus.ownsSamples) {
      if (!areAsLong(channels, offered, frames)) return NOT_UNIFORM;
      continue;
    }
    if (!takeAll(channels, bus, wanted, region.frames)) return NOT_UNIFORM;
    bus.markConstant(wanted);
    bus.missing(wanted);
  }
  return surplus;
}

/** Whether the first and the last of `count` channels have `frames` frames. */
function areAsLong(channels: HostChannels, count: number, frames: number): boolean {
  return count === 0 || (framesAt(channels, 0) === frames && (count === 1 || framesAt(channels, count - 1) === frames));
}

/** One input bus, each channel looked after alone. Answers how many of the host's channels it has no place for. */
function collectEach<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels): number {
  const offered = lengthOf(channels);
  const wanted = Math.min(offered, bus.capacity);
  bus.start(wanted);
  if (!bus.ownsSamples) return offered - wanted;
  const delivered = takeEach(region, bus, channels, wanted);
  bus.connect(delivered);
  bus.markConstant(delivered);
  bus.missing(delivered === 0 || region.missingInputs === "drop" ? delivered : wanted);
  return offered - wanted;
}

/** Channels of the host's buses from `first` on, which nobody declared. */
function channelsFrom(host: HostBuses, first: number): number {
  const count = Math.min(lengthOf(host), first + MAX_BUSES);
  let channels = 0;
  for (let b = first; b < count; b++) channels += lengthOf(busAt(host, b));
  return channels;
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
    // An own property may say anything in place of the length.
    const frames: unknown = isChannel(samples) ? samples.length : 0;
    return typeof frames === "number" && Number.isInteger(frames) && frames > 0 ? frames : 0;
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
