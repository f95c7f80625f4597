// What simple processors do with a whole block, without a kernel of their own. What is no storage or no bus is
// passed over without being asked anything, because it may throw.

import type { Bus } from "../bus";
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
    const { apart } = output;
    for (let c = 0; c < output.length; c++) {
      const samples = output.read(c);
      if (apart === 1) samples.fill(0);
      else for (let at = output.firstOf(c); at < samples.length; at += apart) samples[at] = 0;
    }
  }
}

/** [render] Multiplies the block's frames of every pushed output channel by `gain`, a factor; by nothing, where it is no number. */
export function applyGain<F extends SampleFormat>(storage: ProcessBufferStorage<F>, gain: number): void {
  if (!storages.has(storage) || typeof gain !== "number") return;
  const { outputs } = storage;
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    const { apart } = output;
    for (let c = 0; c < output.length; c++) {
      const samples = output.read(c);
      const isWhole = samples instanceof Int16Array;
      for (let at = output.firstOf(c); at < samples.length; at += apart) {
        const value = samples[at]! * gain;
        samples[at] = isWhole ? int16From(value) : value;
      }
    }
  }
}

/** In the host's units, where the two buses have different ones. */
function copyChannel<F extends SampleFormat>(input: Bus<F>, output: Bus<F>, channel: number): void {
  const from = input.read(channel);
  const to = output.read(channel);
  const isWhole = to instanceof Int16Array;
  const factor = output.unit / input.unit;
  if (factor === 1 && input.apart === 1 && output.apart === 1 && from instanceof Int16Array === isWhole) {
    to.set(from);
    return;
  }
  for (let at = output.firstOf(channel), source = input.firstOf(channel); at < to.length; at += output.apart, source += input.apart) {
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
