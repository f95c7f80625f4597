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
    for (let c = 0; c < channels; c++) output.channel(c).set(input!.channel(c));
  }
}

/** [render] Zeroes the block's frames of every pushed output channel. */
export function clearOutputs<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void {
  if (!storages.has(storage)) return;
  const { outputs } = storage;
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    for (let c = 0; c < output.length; c++) output.channel(c).fill(0);
  }
}

/** [render] Multiplies the block's frames of every pushed output channel by `gain`, a factor; by nothing, where it is no number. */
export function applyGain<F extends SampleFormat>(storage: ProcessBufferStorage<F>, gain: number): void {
  if (!storages.has(storage) || typeof gain !== "number") return;
  const { outputs } = storage;
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    for (let c = 0; c < output.length; c++) {
      const samples = output.channel(c);
      for (let k = 0; k < samples.length; k++) samples[k] = samples[k]! * gain;
    }
  }
}

function isBus<F extends SampleFormat>(bus: Bus<F> | undefined): bus is Bus<F> {
  return bus !== undefined && buses.has(bus);
}
