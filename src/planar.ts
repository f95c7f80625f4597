// [render] Planar hosts: `inputs[bus][channel]` and `outputs[bus][channel]`, as an AudioWorkletProcessor
// gets them.
//
// Each way there are two forms: a plain loop for blocks that are as they should be and as long as the
// one before, and, where that loop gives up, a careful one that looks after each channel alone.

import { clampedFrames, startBlock, zeroOutputs } from "./block";
import { type Bus, markConstant, missFrom, ownView, renewedView, settle, silence, viewOf } from "./bus";
import { narrow, widen } from "./doubles";
import {
  busAt,
  channelAt,
  channelsFrom,
  copy,
  framesOf,
  type HostBuses,
  type HostChannels,
  lengthOf,
  longestChannel,
  NO_BUSES,
  NO_CHANNELS,
} from "./host";
import type { Region } from "./region";
import type { SampleFormat } from "./sample-format";

/**
 * One block in. It is as long as the host's longest output channel, because that is what it waits for;
 * without outputs as its longest input channel; without any channel as long as can be.
 *
 * Reading one entry of a frozen list costs engines as much as copying a short channel, so a host whose
 * first channel is as long as the block before is taken at its word. Where it was wrong,
 * {@link deliverPlanar} finds out, and the next block's channels are all looked at.
 */
export function collectPlanar<F extends SampleFormat>(region: Region<F>, hostInputs: HostBuses, hostOutputs: HostBuses): void {
  region.block++;
  region.hostOutputs = hostOutputs ?? NO_BUSES;
  let surplus = region.wasCutShort ? NOT_UNIFORM : collectUniform(region, hostInputs, hostOutputs);
  if (surplus === NOT_UNIFORM) surplus = collectCarefully(region, hostInputs, hostOutputs);
  if (surplus > 0) region.diagnostics.droppedChannels += surplus;
  if (region.settings.clearOutputs) zeroOutputs(region);
}

/** One block out. What was not pushed is silence. */
export function deliverPlanar<F extends SampleFormat>(region: Region<F>, hostOutputs: HostBuses): void {
  if (deliverUniform(region, hostOutputs)) return;
  for (let b = 0; b < region.outputs.length; b++) deliverCarefully(region, region.outputs[b]!, busAt(hostOutputs, b));
}

const NOT_UNIFORM = -1;

/** Answers how many of the host's channels have no place, or, with part of the block collected, that something is not as it should be. */
function collectUniform<F extends SampleFormat>(region: Region<F>, hostInputs: HostBuses, hostOutputs: HostBuses): number {
  const { frames, inputs, converts, settings } = region;
  const { detectConstant } = settings;
  try {
    if (!Array.isArray(hostInputs) || !Array.isArray(hostOutputs)) return NOT_UNIFORM;
    if (!isAsLong(hostOutputs.length > 0 ? hostOutputs : hostInputs, frames)) return NOT_UNIFORM;
    startBlock(region, frames);
    const hostBuses = hostInputs.length >>> 0;
    let surplus = hostBuses > inputs.length ? channelsFrom(hostInputs, inputs.length) : 0;
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      const channels: unknown = b < hostBuses ? hostInputs[b] : NO_CHANNELS;
      if (!Array.isArray(channels)) return NOT_UNIFORM;
      // A proxy may claim any length; this leaves an unsigned whole number of it.
      const offered = channels.length >>> 0;
      const { own } = bus;
      const count = Math.min(offered, own.length);
      for (let channel = 0; channel < count; channel++) {
        const samples: unknown = channels[channel];
        if (!isFloats(samples) || samples.length !== frames) return NOT_UNIFORM;
        if (converts) {
          widen(bus, channel, samples);
        } else {
          const view = own[channel]!;
          (view.length === frames ? view : renewedView(bus, channel)).set(samples);
        }
      }
      if (detectConstant) markConstant(bus, count);
      if (offered !== own.length) surplus += settleTaken(bus, offered);
    }
    return surplus;
  } catch {
    return NOT_UNIFORM;
  }
}

/** Settles a bus for which the host has more or less channels than it takes, those that there are being collected; answers how many have no place. */
function settleTaken<F extends SampleFormat>(bus: Bus<F>, offered: number): number {
  const { own, capacity } = bus;
  const taken = Math.min(offered, capacity);
  settle(bus, own.length, taken);
  if (own.length > 0) missFrom(bus, taken);
  return offered - taken;
}

/** Whether there is a first channel, and one of `frames` frames. */
function isAsLong(buses: HostBuses, frames: number): boolean {
  if (frames === 0 || buses.length === 0) return false;
  const channels: unknown = buses[0];
  if (!Array.isArray(channels) || channels.length === 0) return false;
  const samples: unknown = channels[0];
  return isFloats(samples) && samples.length === frames;
}

/** Anything can have a prototype of floats; nothing but a view can be one, too. */
function isFloats(samples: unknown): samples is Float32Array {
  return samples instanceof Float32Array && ArrayBuffer.isView(samples);
}

function collectCarefully<F extends SampleFormat>(region: Region<F>, hostInputs: HostBuses, hostOutputs: HostBuses): number {
  const { inputs, settings } = region;
  region.wasCutShort = false;
  startBlock(region, clampedFrames(region, longestChannel(hostOutputs) || longestChannel(hostInputs) || settings.maxFrames));
  let surplus = channelsFrom(hostInputs, inputs.length);
  for (let b = 0; b < inputs.length; b++) {
    const bus = inputs[b]!;
    const channels = busAt(hostInputs, b);
    const offered = lengthOf(channels);
    const taken = Math.min(offered, bus.capacity);
    surplus += offered - taken;
    settle(bus, bus.own.length, taken);
    if (bus.own.length > 0) takeEach(region, bus, channels, taken);
  }
  return surplus;
}

/** Looks after each of the first `count` channels alone. */
function takeEach<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels, count: number): void {
  const { settings, diagnostics } = region;
  let delivered = 0;
  for (let channel = 0; channel < count; channel++) {
    const samples = channelAt(channels, channel);
    if (samples !== undefined && copy(samples, ownView(bus, channel))) {
      delivered = channel + 1;
    } else {
      silence(bus, channel, channel + 1);
      diagnostics.droppedChannels++;
    }
  }
  bus.connected = delivered;
  if (settings.detectConstant) markConstant(bus, delivered);
  missFrom(bus, delivered === 0 || settings.missingInputs === "drop" ? delivered : count);
}

/** False, with some channels copied, where something is not as it should be. */
function deliverUniform<F extends SampleFormat>(region: Region<F>, hostOutputs: HostBuses): boolean {
  const { frames, outputs, converts } = region;
  try {
    if (frames === 0 || !Array.isArray(hostOutputs)) return false;
    const buses = Math.min(hostOutputs.length >>> 0, outputs.length);
    for (let b = 0; b < buses; b++) {
      const bus = outputs[b]!;
      const channels: unknown = hostOutputs[b];
      if (!Array.isArray(channels)) return false;
      const count = Math.min(channels.length >>> 0, bus.capacity);
      if (count > bus.length) return false;
      const { own, hasForeignPointers } = bus;
      for (let channel = 0; channel < count; channel++) {
        const target: unknown = channels[channel];
        if (!isFloats(target) || target.length !== frames) return false;
        if (converts || hasForeignPointers) {
          give(bus, channel, target);
        } else {
          const view = own[channel]!;
          target.set(view.length === frames ? view : renewedView(bus, channel));
        }
      }
    }
    return true;
  } catch {
    return false;
  }
}

function give<F extends SampleFormat>(bus: Bus<F>, channel: number, target: Float32Array): void {
  if (bus.region.converts) narrow(bus, channel, target);
  else target.set(viewOf(bus, channel));
}

function deliverCarefully<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, channels: HostChannels): void {
  const { frames, views, diagnostics } = region;
  const count = Math.min(lengthOf(channels), bus.capacity);
  for (let channel = 0; channel < count; channel++) {
    const target = channelAt(channels, channel);
    const samples = channel < bus.length ? viewOf(bus, channel) : views.none;
    if (target === undefined || !copy(samples, target)) diagnostics.droppedChannels++;
    else if (framesOf(target) > frames) region.wasCutShort = true;
  }
}
