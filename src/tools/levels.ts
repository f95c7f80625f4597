// How loud a channel is in the current block, for meters and sidechains.

import type { Bus } from "../bus";
import { buses } from "../identity";
import type { SampleFormat, Samples } from "../sample-format";

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

/** Of what is no bus, none: without asking it, because it may throw. */
function samplesOf<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): Samples | typeof NO_SAMPLES {
  return bus !== undefined && buses.has(bus) ? bus.channel(channel) : NO_SAMPLES;
}

const NO_SAMPLES: readonly number[] = [];
