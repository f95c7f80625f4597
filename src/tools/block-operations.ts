// Operations on a whole block, for simple processors without a kernel. If an argument is no storage or no bus, nothing is done,
// and none of its properties is read, because a getter or a proxy may throw.

import type { Bus } from "../bus";
import { apartIn, firstOf, samplesOf, unitOf } from "../bus-samples";
import { buses, storages } from "../identity";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** [render] Number of channels that both buses have in this block: the smaller of their lengths; 0 if one of them is no bus. */
export function pairedChannels<F extends SampleFormat>(input: Bus<F> | undefined, output: Bus<F> | undefined): number {
  return isBus(input) && isBus(output) ? Math.min(input.length, output.length) : 0;
}

/**
 * [render] Copies each input bus to the output bus of the same index, channel by channel, and converts samples if the buses
 * differ in format or scale. Output channels without an input channel of the same index stay as they are.
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

/** [render] Multiplies the block's frames of every pushed output channel by `gain`. Does nothing if `gain` is no number. */
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

/** Converts samples, if the two buses differ in the value that stands for the host's 1. */
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

/** Rounds to the nearest whole number, halves up, and clamps to 16 bits. NaN stays NaN, and an Int16Array stores it as 0. */
function int16From(value: number): number {
  return Math.max(-32768, Math.min(Math.floor(value) + (value - Math.floor(value) >= 0.5 ? 1 : 0), 32767));
}

function isBus<F extends SampleFormat>(bus: Bus<F> | undefined): bus is Bus<F> {
  return bus !== undefined && buses.has(bus);
}
