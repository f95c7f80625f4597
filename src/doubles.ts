// [render] Between a host's floats and a kernel's doubles, one channel at a time, through the staging.

import type { Bus } from "./bus";
import type { SampleFormat } from "./sample-format";

/** Copies a host channel that is as long as the block into channel `channel`'s own samples. */
export function widen<F extends SampleFormat>(bus: Bus<F>, channel: number, samples: Float32Array): void {
  const { core, base, plan, frames, floatViews } = bus.region;
  floatViews.at(base + plan.staging, frames).set(samples);
  core.widenSamples(base + bus.planned.first + channel * plan.stride, base + plan.staging, frames);
}

/** Copies pushed channel `channel` to a host channel that is as long as the block. */
export function narrow<F extends SampleFormat>(bus: Bus<F>, channel: number, target: Float32Array): void {
  const { core, base, plan, frames, floatViews } = bus.region;
  core.narrowSamples(base + plan.staging, bus.pointers[channel]!, frames);
  target.set(floatViews.at(base + plan.staging, frames));
}
