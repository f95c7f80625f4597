// What simple processors do with a whole block, without a kernel of their own. What is no storage or no bus is
// passed over without being asked anything, because it may throw.

import type { Bus } from "../bus";
import { apartIn, firstOf, samplesOf, unitOf } from "../bus-samples";
import { buses, storages } from "../identity";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** [render] Channels that two buses can pair by index: as many as the shorter one has in this block; 0 where one is none. */
export function pairedChannels<F extends SampleFormat>(input: Bus<F> | undefined, output: Bus<F> | undefined): number {
  return isBus(input) && isBus(output) ? Math.min(input.length, output.length) : 0;
}

/**
 * [render] Copies each input bus to the output bus of the same index, channel by channel. Output
 * channels without a partner stay as they are.
 *
 * @example A bypass
 * ```ts
 * storage.collect(inputs, outputs);
 * copyInputsToOutputs(storage);
 * storage.deliver(outputs);
 * ```
 */
export function copyInputsToOutputs<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void {
  if (!storages.has(storage)) return;
  const { inputs, outputs } = storage;
  for (let b = 0; b < outputs.length; b++) {
    const input = inputs[b];
    const output = outputs[b]!;
    const channels = pairedChannels(input, output);
    for (let c = 0; c < channels; c++) copyChannel(input!, output, c);
  }
}

/** [render] Zeroes the block's frames of every pushed output channel. */
export function clearOutputs<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void {
  if (!storages.has(storage)) return;
  const { outputs } = storage;
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    const apart = apartIn(output);
    for (let c = 0; c < output.length; c++) {
      const samples = samplesOf(output, c);
      if (apart === 1) samples.fill(0);
      else for (let at = firstOf(output, c); at < samples.length; at += apart) samples[at] = 0;
    }
  }
}

/** [render] Multiplies the block's frames of every pushed output channel by `gain`, a factor; by nothing, where it is no number. */
export function applyGain<F extends SampleFormat>(storage: ProcessBufferStorage<F>, gain: number): void {
  if (!storages.has(storage) || typeof gain !== "number") return;
  const { outputs } = storage;
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    const apart = apartIn(output);
    for (let c = 0; c < output.length; c++) {
      const samples = samplesOf(output, c);
      const isWhole = samples instanceof Int16Array;
      for (let at = firstOf(output, c); at < samples.length; at += apart) {
        const value = samples[at]! * gain;
        samples[at] = isWhole ? int16From(value) : value;
      }
    }
  }
}

/** In the host's units, where the two buses have different ones. */
function copyChannel<F extends SampleFormat>(input: Bus<F>, output: Bus<F>, channel: number): void {
  const from = samplesOf(input, channel);
  const to = samplesOf(output, channel);
  const isWhole = to instanceof Int16Array;
  const factor = unitOf(output) / unitOf(input);
  const fromApart = apartIn(input);
  const toApart = apartIn(output);
  if (factor === 1 && fromApart === 1 && toApart === 1 && from instanceof Int16Array === isWhole) {
    to.set(from);
    return;
  }
  for (let at = firstOf(output, channel), source = firstOf(input, channel); at < to.length; at += toApart, source += fromApart) {
    const value = from[source]! * factor;
    to[at] = isWhole ? int16From(value) : value;
  }
}

/** Rounded to the nearest, halves up; clamped; an Int16Array makes 0 of NaN. */
function int16From(value: number): number {
  return Math.max(-32768, Math.min(Math.floor(value) + (value - Math.floor(value) >= 0.5 ? 1 : 0), 32767));
}

function isBus<F extends SampleFormat>(bus: Bus<F> | undefined): bus is Bus<F> {
  return bus !== undefined && buses.has(bus);
}
