// How loud a channel is in the current block, for meters and sidechains.

import type { Bus } from "./bus";
import type { SampleFormat } from "./sample-format";

/**
 * [render] Largest magnitude of pushed channel `channel` in this block; 0 when it is not there.
 *
 * @example
 * ```ts
 * if (storage.sidechain !== undefined) duck(peak(storage.sidechain, 0));
 * ```
 */
export function peak<F extends SampleFormat>(bus: Bus<F>, channel: number): number {
  const samples = bus.channel(channel);
  let highest = 0;
  for (let k = 0; k < samples.length; k++) highest = Math.max(highest, Math.abs(samples[k]!));
  return highest;
}

/** [render] Root of the mean square of pushed channel `channel` in this block; 0 when it is not there. */
export function rms<F extends SampleFormat>(bus: Bus<F>, channel: number): number {
  const samples = bus.channel(channel);
  let sum = 0;
  for (let k = 0; k < samples.length; k++) sum += samples[k]! * samples[k]!;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** [render] Mean magnitude of pushed channel `channel` in this block; 0 when it is not there. */
export function average<F extends SampleFormat>(bus: Bus<F>, channel: number): number {
  const samples = bus.channel(channel);
  let sum = 0;
  for (let k = 0; k < samples.length; k++) sum += Math.abs(samples[k]!);
  return samples.length === 0 ? 0 : sum / samples.length;
}
