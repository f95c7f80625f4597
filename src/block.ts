// [render] The life of a block: how it starts, how long it is, and what is zeroed in it.

import { openBuses } from "./bus";
import {
  BLOCKS_COUNTER,
  COUNTERS_BYTES,
  DROPPED_CHANNELS_COUNTER,
  FRAMES_COUNTER,
  REFUSED_PUSHES_COUNTER,
  TRUNCATED_FRAMES_COUNTER,
  VIEW_REBUILDS_COUNTER,
} from "./layout";
import { describe, FIRST_BLOCK, type Region } from "./region";
import type { SampleFormat } from "./sample-format";

/** The block becomes one of `frames` frames, 0 … `maxFrames`, with descriptors and tables as every block starts with them. */
export function startBlock<F extends SampleFormat>(region: Region<F>, frames: number): void {
  region.frames = frames;
  region.hasBegun = true;
  region.silenceIsClean = false;
  openBuses(region);
  describe(region);
  if (region.plan.countersBytes > 0) publish(region);
}

/** A new block with every bus empty. */
export function clearBlock<F extends SampleFormat>(region: Region<F>): void {
  region.block++;
  region.hasBegun = false;
  region.silenceIsClean = false;
  if (region.plan.countersBytes > 0) publish(region);
  if (region.emptied.length > 0) words(region).set(region.emptied);
}

/** The block becomes `frames` frames long; what it grows by is as silent as its beginning was. */
export function setBlockFrames<F extends SampleFormat>(region: Region<F>, frames: number): void {
  const { core, base, plan, settings } = region;
  const { stride, sampleBytes } = plan;
  const from = region.frames * sampleBytes;
  region.frames = clampedFrames(region, frames);
  const grown = region.frames * sampleBytes - from;
  if (grown > 0 && region.hasBegun) {
    if (settings.clearOutputs) core.zeroChannels(base + plan.outputSamples + from, stride, plan.ownedOutputs, grown);
    if (region.silenceIsClean) core.zeroChannels(base + plan.silence + from, stride, 1, grown);
  }
  if (plan.countersBytes > 0) publish(region);
}

/** `frames` as a length that a block can have; counts what had to be cut off. */
export function clampedFrames<F extends SampleFormat>({ settings, diagnostics }: Region<F>, frames: number): number {
  const { maxFrames } = settings;
  // The negation catches NaN too.
  if (typeof frames !== "number" || !(frames > 0)) return 0;
  if (frames <= maxFrames) return Math.floor(frames);
  if (frames !== Infinity) diagnostics.truncatedFrames += Math.floor(frames) - maxFrames;
  return maxFrames;
}

/** Zeroes this block's frames of every output channel that has its samples here. */
export function zeroOutputs<F extends SampleFormat>(region: Region<F>): void {
  zero(region, region.plan.outputSamples, region.plan.ownedOutputs);
}

/** Zeroes this block's frames of the silence, once a block: a kernel may have written into it. */
export function cleanSilence<F extends SampleFormat>(region: Region<F>): void {
  if (region.silenceIsClean) return;
  region.silenceIsClean = true;
  zero(region, region.plan.silence, 1);
}

/** Descriptors and tables in 32-bit words, on the memory as it is now. */
export function words<F extends SampleFormat>(region: Region<F>): Uint32Array {
  const { shown, memory, base, plan } = region;
  return shown.length > 0 ? shown : (region.shown = new Uint32Array(memory.buffer, base, plan.words));
}

function zero<F extends SampleFormat>({ core, base, plan, frames, settings }: Region<F>, place: number, channels: number): void {
  const { stride, sampleBytes } = plan;
  if (channels > 0) core.zeroChannels(base + place, stride, channels, frames === settings.maxFrames ? stride : frames * sampleBytes);
}

/** Tells other threads how things stood when the block began. */
function publish<F extends SampleFormat>(region: Region<F>): void {
  const { memory, base, plan, diagnostics } = region;
  if (region.counters.length === 0) region.counters = new Uint32Array(memory.buffer, base + plan.counters, COUNTERS_BYTES / 4);
  const { counters } = region;
  counters[FRAMES_COUNTER] = region.frames;
  counters[REFUSED_PUSHES_COUNTER] = diagnostics.refusedPushes;
  counters[DROPPED_CHANNELS_COUNTER] = diagnostics.droppedChannels;
  counters[TRUNCATED_FRAMES_COUNTER] = diagnostics.truncatedFrames;
  counters[VIEW_REBUILDS_COUNTER] = diagnostics.viewRebuilds;
  // Last, and as a release: whoever sees the new number sees all that was written before it.
  Atomics.store(counters, BLOCKS_COUNTER, region.block - FIRST_BLOCK);
}
