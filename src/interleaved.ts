// Interleaved hosts: one array a bus, frame after frame, as Node's audio engines and WAV or PCM streams
// have it. Where room was set aside for it the core converts whole blocks; otherwise, and for arrays
// that are not just as long as the block, the loops here do it sample by sample.

import type { Bus } from "./bus";
import type { Region } from "./region";
import { FLOAT_BYTES, type SampleFormat } from "./sample-format";

/** What an interleaved host hands over. */
export type InterleavedSamples = Float32Array | Int16Array;

/** [render] Fills one input bus of the block; the channels that it took, 0 when the host's array is none. */
export function collectInterleavedBus<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, samples: InterleavedSamples, width: number): number {
  if (!isInterleaved(samples) || !isWidth(width) || !bus.ownsSamples || region.frames === 0) return 0;
  const taken = Math.min(width, bus.capacity);
  region.diagnostics.droppedChannels += width - taken;
  bus.restart(taken);
  try {
    if (fits(region, samples, width)) deinterleaveAll(region, bus, samples, width, taken);
    else for (let channel = 0; channel < taken; channel++) deinterleaveChannel(samples, width, channel, bus.view(channel));
    bus.markConstant(taken);
    bus.missing(taken);
    return taken;
  } catch {
    // An array whose parts throw: as if the host had delivered nothing.
    bus.restart(0);
    bus.missing(0);
    return 0;
  }
}

/** [render] Writes one output bus of the block; the channels that it gave, 0 when the host's array is none. */
export function deliverInterleavedBus<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, samples: InterleavedSamples, width: number): number {
  try {
    if (!isInterleaved(samples) || !isWidth(width)) return 0;
    const given = Math.min(width, bus.length);
    if (bus.isOwn && fits(region, samples, width) && !(region.converts && isInt16(samples))) interleaveAll(region, bus, samples, width, given);
    else interleaveEach(region, bus, samples, width, given);
    return given;
  } catch {
    return 0;
  }
}

/** Whether the core can convert: there is room for the whole array, and it is just as long as the block. */
function fits<F extends SampleFormat>(region: Region<F>, samples: InterleavedSamples, width: number): boolean {
  const count = region.frames * width;
  return count > 0 && samples.length === count && count <= roomFor(region);
}

/** Floats of interleaved frames for which there is room; behind them is one channel of floats on their way to doubles. */
function roomFor<F extends SampleFormat>(region: Region<F>): number {
  return region.converts ? region.stagingFloats - region.maxFrames : region.stagingFloats;
}

function deinterleaveAll<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, samples: InterleavedSamples, width: number, taken: number): void {
  const { core, staging, frames } = region;
  if (isInt16(samples)) {
    // Into the second half of the room, from where they grow into floats.
    const room = roomFor(region);
    const address = staging + (room + (room & 1)) * Int16Array.BYTES_PER_ELEMENT;
    region.stagedInt16(address, room).set(samples);
    core.floatsFromInt16(staging, address, frames * width);
  } else {
    region.stagedFloats(roomFor(region)).set(samples);
  }
  if (!region.converts) {
    core.deinterleave(bus.samples, bus.stride, taken, staging, width, frames);
    return;
  }
  // Into the second half of each channel, from where they grow into doubles.
  const half = frames * FLOAT_BYTES;
  core.deinterleave(bus.samples + half, bus.stride, taken, staging, width, frames);
  for (let channel = 0; channel < taken; channel++) {
    const address = bus.samples + channel * bus.stride;
    core.widenSamples(address, address + half, frames);
  }
}

function interleaveAll<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, samples: InterleavedSamples, width: number, given: number): void {
  const { core, staging, frames } = region;
  const count = frames * width;
  if (given < width) core.zeroChannels(staging, count * FLOAT_BYTES, 1, count * FLOAT_BYTES);
  if (region.converts) {
    const narrow = staging + roomFor(region) * FLOAT_BYTES;
    for (let channel = 0; channel < given; channel++) {
      core.narrowSamples(narrow, bus.samples + channel * bus.stride, frames);
      core.interleave(staging + channel * FLOAT_BYTES, width, narrow, 0, 1, frames);
    }
  } else {
    core.interleave(staging, width, bus.samples, bus.stride, given, frames);
  }
  if (isInt16(samples)) {
    core.int16FromFloats(staging, count);
    samples.set(region.stagedInt16(staging, count));
  } else {
    samples.set(region.stagedFloats(count));
  }
}

function deinterleaveChannel(samples: InterleavedSamples, width: number, channel: number, target: Float32Array | Float64Array): void {
  const scale = isInt16(samples) ? 1 / 32768 : 1;
  const frames = Math.min(target.length, Math.ceil((samples.length - channel) / width));
  // An own property may claim a length that the array does not have.
  for (let frame = 0; frame < frames; frame++) target[frame] = (samples[frame * width + channel] ?? 0) * scale;
  target.fill(0, Math.max(0, frames));
}

function interleaveEach<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, samples: InterleavedSamples, width: number, given: number): void {
  samples.fill(0);
  const frames = Math.min(region.frames, Math.ceil(samples.length / width));
  const int16 = isInt16(samples);
  for (let channel = 0; channel < given; channel++) {
    const from = bus.view(channel);
    for (let frame = 0; frame < frames; frame++) {
      samples[frame * width + channel] = int16 ? int16From(from[frame]!) : from[frame]!;
    }
  }
}

/** Rounded to the nearest, halves up; clamped; NaN becomes 0. */
function int16From(sample: number): number {
  const scaled = Math.round(sample * 32768);
  return scaled > 32767 ? 32767 : scaled < -32768 ? -32768 : scaled;
}

function isWidth(width: number): boolean {
  return Number.isInteger(width) && width > 0;
}

function isInterleaved(samples: InterleavedSamples): boolean {
  const kind = kindOf(samples);
  return kind === "Float32Array" || kind === "Int16Array";
}

function isInt16(samples: InterleavedSamples): samples is Int16Array {
  return kindOf(samples) === "Int16Array";
}

/** The kind of a typed array of whatever realm; what only looks like one is none. */
function kindOf(value: unknown): string {
  try {
    return ArrayBuffer.isView(value) ? (value as Float32Array)[Symbol.toStringTag] : "";
  } catch {
    return "";
  }
}
