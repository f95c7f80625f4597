// Interleaved hosts: one array a bus, frame after frame, as Node's audio engines and WAV or PCM streams
// have it. Where room was set aside for it the core converts whole blocks; otherwise, and for arrays
// that are not just as long as the block, the loops here do it sample by sample.

import { type Bus, markConstant, missFrom, ownView, reopenBus, viewOf } from "./bus";
import { narrow, widen } from "./doubles";
import { CONVERTED_AT_ONCE } from "./plan";
import type { Region } from "./region";
import { FLOAT_BYTES, type SampleFormat } from "./sample-format";
import { elementsOf, kindOf } from "./typed-array";

/** What an interleaved host hands over. */
export type InterleavedSamples = Float32Array | Int16Array;

/** [render] Fills one input bus of the block; the channels that it took, 0 when the host's array is none. */
export function collectInterleavedBus<F extends SampleFormat>(
  region: Region<F>,
  bus: Bus<F>,
  samples: InterleavedSamples,
  width: number,
): number {
  const kind = kindOf(samples);
  if (!isInterleaved(kind) || !isWidth(width) || !bus.planned.owned || region.frames === 0) return 0;
  const taken = Math.min(width, bus.capacity);
  region.diagnostics.droppedChannels += width - taken;
  reopenBus(bus, taken);
  if (!deinterleaveAtOnce(region, bus, samples, kind, width, taken)) {
    for (let channel = 0; channel < taken; channel++) deinterleaveChannel(samples, kind, width, channel, ownView(bus, channel));
  }
  if (region.settings.detectConstant) markConstant(bus, taken);
  missFrom(bus, taken);
  return taken;
}

/** [render] Writes one output bus of the block; the channels that it gave, 0 when the host's array is none. */
export function deliverInterleavedBus<F extends SampleFormat>(
  region: Region<F>,
  bus: Bus<F>,
  samples: InterleavedSamples,
  width: number,
): number {
  const kind = kindOf(samples);
  if (!isInterleaved(kind) || !isWidth(width)) return 0;
  try {
    const given = Math.min(width, bus.length);
    if (!interleaveAtOnce(region, bus, samples, kind, width, given)) interleaveEach(region, bus, samples, kind, width, given);
    return given;
  } catch {
    return 0;
  }
}

/** False, and nothing done, where the core cannot convert: the array is not just as long as the block, too small for it, or there is no room. */
function deinterleaveAtOnce<F extends SampleFormat>(
  region: Region<F>,
  bus: Bus<F>,
  samples: InterleavedSamples,
  kind: string,
  width: number,
  taken: number,
): boolean {
  const { core, base, plan, frames, converts, floatViews } = region;
  const count = frames * width;
  if (elementsOf(samples) !== count || count === 0 || taken === 0) return false;
  if (width === 1) return collectLone(region, bus, samples, kind);
  if (count > plan.interleavedFloats || !arePairs(taken, frames)) return false;
  const room = base + plan.interleaved;
  if (kind === INT16) {
    growIntoFloats(region, samples, count, room);
  } else {
    floatViews.at(room, count).set(samples);
  }
  const first = base + bus.planned.first;
  // Doubles grow from floats in the second half of each channel.
  const floats = converts ? first + frames * FLOAT_BYTES : first;
  core.deinterleave(floats, plan.stride, taken, room, width, frames);
  for (let channel = 0; converts && channel < taken; channel++) {
    core.widenSamples(first + channel * plan.stride, floats + channel * plan.stride, frames);
  }
  return true;
}

/** Samples of one channel lie as it has them. False, and nothing done, where the core has no room to convert. */
function collectLone<F extends SampleFormat>(region: Region<F>, bus: Bus<F>, samples: InterleavedSamples, kind: string): boolean {
  const { core, base, plan, frames, converts, floatViews } = region;
  const room = base + plan.interleaved;
  if (kind !== INT16) {
    if (converts) widen(bus, 0, samples as Float32Array);
    else ownView(bus, 0).set(samples);
    return true;
  }
  if (frames > plan.interleavedFloats) return false;
  const first = base + bus.planned.first;
  if (converts) {
    growIntoFloats(region, samples, frames, room);
    core.widenSamples(first, room, frames);
  } else if (frames % CONVERTED_AT_ONCE === 0) {
    growIntoFloats(region, samples, frames, first);
  } else {
    growIntoFloats(region, samples, frames, room);
    ownView(bus, 0).set(floatViews.at(room, frames));
  }
  return true;
}

/** Puts `count` 16-bit samples into the second half of the room, and grows them into floats from `to` on: in the room, or where they belong. */
function growIntoFloats<F extends SampleFormat>(region: Region<F>, samples: InterleavedSamples, count: number, to: number): void {
  const { core, base, plan, int16Views } = region;
  const address = base + plan.interleaved + plan.interleavedFloats * Int16Array.BYTES_PER_ELEMENT;
  int16Views.at(address, count).set(samples);
  core.floatsFromInt16(to, address, count);
}

/** False, and nothing done, where the core cannot convert. */
function interleaveAtOnce<F extends SampleFormat>(
  region: Region<F>,
  bus: Bus<F>,
  samples: InterleavedSamples,
  kind: string,
  width: number,
  given: number,
): boolean {
  const { core, base, plan, frames, converts, floatViews, int16Views } = region;
  const count = frames * width;
  const int16 = kind === INT16;
  if (elementsOf(samples) !== count || count === 0 || given === 0) return false;
  if (width === 1 && !int16) {
    if (converts) narrow(bus, 0, samples as Float32Array);
    else samples.set(viewOf(bus, 0));
    return true;
  }
  // Doubles would be rounded twice on their way to 16 bits.
  if (count > plan.interleavedFloats || !bus.planned.owned || bus.hasForeignPointers || (converts && int16)) return false;
  if (width > 1 && !arePairs(given, frames)) return false;
  const room = base + plan.interleaved;
  const first = base + bus.planned.first;
  if (given < width) core.zeroChannels(room, count * FLOAT_BYTES, 1, count * FLOAT_BYTES);
  if (converts) interleaveDoubles(bus, given, width);
  else if (width > 1) core.interleave(room, width, first, plan.stride, given, frames);
  if (int16) {
    // What is read behind the end of a lone channel is no further than this room, and nobody takes it.
    core.int16FromFloats(room, width === 1 ? first : room, count);
    samples.set(int16Views.at(room, count));
  } else {
    samples.set(floatViews.at(room, count));
  }
  return true;
}

function interleaveDoubles<F extends SampleFormat>(bus: Bus<F>, given: number, width: number): void {
  const { core, base, plan, frames } = bus.region;
  const staged = base + plan.staging;
  for (let channel = 0; channel < given; channel += 2) {
    // An odd last channel goes with its neighbour once more, as in the core.
    const pair = Math.min(channel, given - 2);
    core.narrowSamples(staged, bus.pointers[pair]!, frames);
    core.narrowSamples(staged + plan.stagedStride, bus.pointers[pair + 1]!, frames);
    core.interleave(base + plan.interleaved + pair * FLOAT_BYTES, width, staged, plan.stagedStride, 2, frames);
  }
}

/** What the core can convert between interleaved and planar. */
function arePairs(channels: number, frames: number): boolean {
  return channels >= 2 && frames >= 4;
}

function deinterleaveChannel(
  samples: InterleavedSamples,
  kind: string,
  width: number,
  channel: number,
  target: Float32Array | Float64Array,
): void {
  // Worked out here, because engines may make an object of a fraction to hand it over.
  const scale = kind === INT16 ? 1 / 32768 : 1;
  // As a whole number, or else engines make an object of it to hand it over to `fill`.
  const frames = Math.max(0, Math.min(target.length, Math.ceil((elementsOf(samples) - channel) / width))) | 0;
  for (let frame = 0; frame < frames; frame++) target[frame] = samples[frame * width + channel]! * scale;
  target.fill(0, frames);
}

function interleaveEach<F extends SampleFormat>(
  region: Region<F>,
  bus: Bus<F>,
  samples: InterleavedSamples,
  kind: string,
  width: number,
  given: number,
): void {
  samples.fill(0);
  const frames = Math.min(region.frames, Math.ceil(elementsOf(samples) / width));
  const int16 = kind === INT16;
  for (let channel = 0; channel < given; channel++) {
    const from = viewOf(bus, channel);
    for (let frame = 0; frame < frames; frame++) {
      samples[frame * width + channel] = int16 ? int16From(from[frame]!) : from[frame]!;
    }
  }
}

/** Rounded to the nearest, halves up; clamped; NaN becomes 0. */
function int16From(sample: number): number {
  const scaled = Math.round(sample * 32768);
  return Math.max(-32768, Math.min(scaled, 32767));
}

function isWidth(width: number): boolean {
  return Number.isInteger(width) && width > 0;
}

const INT16 = "Int16Array";

function isInterleaved(kind: string | undefined): kind is string {
  return kind === "Float32Array" || kind === INT16;
}
