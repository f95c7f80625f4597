// How loud a channel is in the current block, for meters and sidechains. Levels are in the host's units, where 1 is full scale,
// whatever format and scale the kernel's samples have.

import type { Bus } from "../bus";
import { apartIn, firstOf, samplesOf, unitOf } from "../bus-samples";
import { buses } from "../identity";
import type { SampleFormat } from "../sample-format";

/**
 * [render] Largest magnitude of pushed channel `channel` in this block, where 1 is the host's full scale; NaN if a sample is NaN;
 * 0 if there is no such channel, or `bus` is no bus.
 *
 * @example
 * ```ts
 * duck(peak(storage.sidechain, 0));
 * ```
 */
export function peak<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number {
  writePeak(bus, channel, LEVEL);
  return LEVEL[0]!;
}

/**
 * [render] Writes {@link peak} to `to[0]`.
 *
 * @internal If V8 does not inline a call, it boxes a double that the call returns: it makes an object for it on the heap.
 */
export function writePeak<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number, to: Float32Array | Float64Array): void {
  let highest = 0;
  if (isBus(bus) && bus.has(channel)) {
    const samples = samplesOf(bus, channel);
    const apart = apartIn(bus);
    for (let at = firstOf(bus, channel); at < samples.length; at += apart) highest = Math.max(highest, Math.abs(samples[at]!));
    highest /= Math.abs(unitOf(bus));
  }
  to[0] = highest;
}

/**
 * [render] Root of the mean square of pushed channel `channel` in this block, where 1 is the host's full scale; 0 if there is no
 * such channel, or `bus` is no bus.
 */
export function rms<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number {
  if (!(isBus(bus) && bus.has(channel))) return 0;
  const samples = samplesOf(bus, channel);
  const apart = apartIn(bus);
  let sum = 0;
  for (let at = firstOf(bus, channel); at < samples.length; at += apart) sum += samples[at]! * samples[at]!;
  return samples.length === 0 ? 0 : Math.sqrt(sum / (samples.length / apart)) / Math.abs(unitOf(bus));
}

/**
 * [render] Mean magnitude of pushed channel `channel` in this block, where 1 is the host's full scale; 0 if there is no such
 * channel, or `bus` is no bus.
 */
export function average<F extends SampleFormat>(bus: Bus<F> | undefined, channel: number): number {
  if (!(isBus(bus) && bus.has(channel))) return 0;
  const samples = samplesOf(bus, channel);
  const apart = apartIn(bus);
  let sum = 0;
  for (let at = firstOf(bus, channel); at < samples.length; at += apart) sum += Math.abs(samples[at]!);
  return samples.length === 0 ? 0 : sum / (samples.length / apart) / Math.abs(unitOf(bus));
}

const LEVEL = /* @__PURE__ */ new Float64Array(1);

/** Reads no property of an argument that is no bus: a getter or a proxy may throw. */
function isBus<F extends SampleFormat>(bus: Bus<F> | undefined): bus is Bus<F> {
  return bus !== undefined && buses.has(bus);
}
