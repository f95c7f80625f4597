// What simple processors do with a whole block, without a kernel of their own.

import { Bus } from "./bus";
import type { BusDirection } from "./bus-config";
import type { SampleFormat } from "./sample-format";
import { ProcessBufferStorage } from "./storage";

/** [render] Channels that two buses can pair by index: as many as the shorter one has in this block; 0 where one is none. */
export function pairedChannels<F extends SampleFormat>(input: Bus<F> | undefined, output: Bus<F> | undefined): number {
  try {
    return input instanceof Bus && output instanceof Bus ? Math.min(input.length, output.length) : 0;
  } catch {
    // A proxy that throws at whatever it is asked.
    return 0;
  }
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
  const inputs = busesOf(storage, "input");
  const outputs = busesOf(storage, "output");
  for (let b = 0; b < outputs.length; b++) {
    const input = inputs[b];
    const output = outputs[b]!;
    const channels = pairedChannels(input, output);
    for (let c = 0; c < channels; c++) output.channel(c).set(input!.channel(c));
  }
}

/** [render] Zeroes the block's frames of every pushed output channel. */
export function clearOutputs<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void {
  const outputs = busesOf(storage, "output");
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    for (let c = 0; c < output.length; c++) output.channel(c).fill(0);
  }
}

/** [render] Multiplies the block's frames of every pushed output channel by `gain`, a factor; by nothing, where it is no number. */
export function applyGain<F extends SampleFormat>(storage: ProcessBufferStorage<F>, gain: number): void {
  const outputs = busesOf(storage, "output");
  if (typeof gain !== "number") return;
  for (let b = 0; b < outputs.length; b++) {
    const output = outputs[b]!;
    for (let c = 0; c < output.length; c++) {
      const samples = output.channel(c);
      for (let k = 0; k < samples.length; k++) samples[k] = samples[k]! * gain;
    }
  }
}

/** None where the storage is none. */
function busesOf<F extends SampleFormat>(storage: ProcessBufferStorage<F>, direction: BusDirection): readonly Bus<F>[] {
  try {
    if (!(storage instanceof ProcessBufferStorage)) return NO_BUSES;
    return direction === "input" ? storage.inputs : storage.outputs;
  } catch {
    // A proxy that throws at whatever it is asked.
    return NO_BUSES;
  }
}

const NO_BUSES: readonly never[] = [];
