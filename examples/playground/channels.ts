// Reads and writes a channel's samples as floats, whatever layout and format its bus has.

import type { Bus, SampleFormat } from "wasm-process-buffers";

/** The 16-bit value that stands for 1. */
export const FULL_SCALE_16 = 32_768;

/** The samples of a channel, in the host's units. Makes a new array. */
export function channelOf(bus: Bus<SampleFormat>, channel: number): Float32Array {
  const { samples, first, step, frames } = placeOf(bus, channel);
  const scale = samples instanceof Int16Array ? 1 / FULL_SCALE_16 : 1;
  return Float32Array.from({ length: frames }, (_, frame) => samples[first + frame * step]! * scale);
}

/** Writes samples in the host's units, as many as fit. */
export function writeChannel(bus: Bus<SampleFormat>, channel: number, values: Float32Array): void {
  const { samples, first, step, frames } = placeOf(bus, channel);
  const is16 = samples instanceof Int16Array;
  for (let frame = 0; frame < Math.min(frames, values.length); frame++) {
    const value = values[frame]!;
    // An Int16Array takes 32768 for -32768.
    samples[first + frame * step] = is16 ? Math.min(Math.round(value * FULL_SCALE_16), FULL_SCALE_16 - 1) : value;
  }
}

function placeOf(bus: Bus<SampleFormat>, channel: number) {
  const own = bus.channel(channel);
  const run = bus.samples;
  const isInterleaved = own.length === 0 && run.length > 0;
  return isInterleaved
    ? { samples: run, first: channel, step: bus.capacity, frames: run.length / bus.capacity }
    : { samples: own, first: 0, step: 1, frames: own.length };
}
