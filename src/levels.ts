// How loud a channel is in the current block, for meters and sidechains.

import { Bus } from "./bus";
import type { ChannelView, SampleFormat } from "./sample-format";

/**
 * [render] Largest magnitude of pushed channel `channel` in this block; 0 when it is not there, or the bus
 * is none.
 *
 * @example
 * ```ts
 * duck(peak(storage.sidechain, 0));
 * ```
 */
export function peak<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number {
  const samples = samplesOf(bus, channel);
  let highest = 0;
  for (let k = 0; k < samples.length; k++) highest = Math.max(highest, Math.abs(samples[k]!));
  return highest;
}

/** [render] Root of the mean square of pushed channel `channel` in this block; 0 when it is not there, or the bus is none. */
export function rms<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number {
  const samples = samplesOf(bus, channel);
  let sum = 0;
  for (let k = 0; k < samples.length; k++) sum += samples[k]! * samples[k]!;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** [render] Mean magnitude of pushed channel `channel` in this block; 0 when it is not there, or the bus is none. */
export function average<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number {
  const samples = samplesOf(bus, channel);
  let sum = 0;
  for (let k = 0; k < samples.length; k++) sum += Math.abs(samples[k]!);
  return samples.length === 0 ? 0 : sum / samples.length;
}

/** What a proxy answers in place of a bus's samples may be anything, or an error. */
function samplesOf<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): ChannelView<F> | typeof NO_SAMPLES {
  try {
    const samples: unknown = bus instanceof Bus ? bus.channel(channel) : NO_SAMPLES;
    return samples instanceof Float32Array || samples instanceof Float64Array ? (samples as ChannelView<F>) : NO_SAMPLES;
  } catch {
    return NO_SAMPLES;
  }
}

const NO_SAMPLES: readonly number[] = [];
