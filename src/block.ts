// [render] The life of a block: how it starts, how long it is, what of it the kernel sees, and what is
// zeroed in it.

import { openBuses, shift, unmarkConstant } from "./bus";
import {
  BLOCKS_COUNTER,
  COUNTERS_BYTES,
  DROPPED_CHANNELS_COUNTER,
  FRAMES_COUNTER,
  REFUSED_PUSHES_COUNTER,
  TRUNCATED_FRAMES_COUNTER,
  VIEW_REBUILDS_COUNTER,
  WINDOW_COUNTER,
} from "./layout";
import { MEMORY_BYTES } from "./options";
import { describe, FIRST_BLOCK, type Region } from "./region";
import type { SampleFormat } from "./sample-format";

/** The block becomes one of `frames` frames, 0 … `maxFrames`, with descriptors and tables as every block starts with them. */
export function startBlock<F extends SampleFormat>(region: Region<F>, frames: number): void {
  region.frames = frames;
  region.hasBegun = true;
  region.silenceIsClean = false;
  region.windowStart = 0;
  openBuses(region);
  describe(region);
  if (region.plan.countersBytes > 0) publish(region);
}

/** A new block with every bus empty. */
export function clearBlock<F extends SampleFormat>(region: Region<F>): void {
  region.block++;
  region.hasBegun = false;
  region.silenceIsClean = false;
  region.windowStart = 0;
  if (region.plan.countersBytes > 0) publish(region);
  if (region.emptied.length > 0) words(region).set(region.emptied);
}

/** The block becomes `frames` frames long; what it grows by is silence. */
export function setBlockFrames<F extends SampleFormat>(region: Region<F>, frames: number): void {
  const { core, base, plan, settings, inputs } = region;
  const { stride, sampleBytes } = plan;
  closeWindow(region);
  const from = region.frames * sampleBytes;
  region.frames = clampedFrames(region, frames);
  const grown = region.frames * sampleBytes - from;
  if (grown > 0) {
    if (region.silenceIsClean) core.zeroChannels(base + plan.silence + from, stride, 1, grown);
    if (region.hasBegun) {
      const channels = settings.clearOutputs ? plan.ownedChannels : plan.ownedChannels - plan.ownedOutputs;
      core.zeroChannels(base + plan.samples + from, stride, channels, grown);
      for (let b = 0; b < inputs.length; b++) unmarkConstant(inputs[b]!);
    }
  }
  if (plan.countersBytes > 0) publish(region);
}

/** Points what the kernel sees of every channel at `offset` frames into the block; answers how many of `frames` the block has from there on. */
export function setBlockWindow<F extends SampleFormat>(region: Region<F>, offset: number, frames: number): number {
  const start = wholeWithin(offset, region.frames);
  moveWindow(region, start);
  return wholeWithin(frames, region.frames - start);
}

/** The kernel sees the whole block again. */
export function closeWindow<F extends SampleFormat>(region: Region<F>): void {
  if (region.windowStart !== 0) moveWindow(region, 0);
}

/** `frames` as a length that a block can have; counts what had to be cut off. */
export function clampedFrames<F extends SampleFormat>({ settings, diagnostics }: Region<F>, frames: number): number {
  const { maxFrames } = settings;
  const wanted = wholeWithin(frames, MEMORY_BYTES);
  if (wanted <= maxFrames) return wanted;
  if (frames !== Infinity) diagnostics.truncatedFrames += wanted - maxFrames;
  return maxFrames;
}

/** `value` as a whole number 0 … `most`; 0 for what is none. */
export function wholeWithin(value: number, most: number): number {
  // The negation catches NaN too.
  if (typeof value !== "number" || !(value > 0)) return 0;
  return value < most ? Math.floor(value) : most;
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

function moveWindow<F extends SampleFormat>(region: Region<F>, start: number): void {
  const { inputs, outputs, plan } = region;
  const bytes = start * plan.sampleBytes;
  region.windowStart = start;
  for (let b = 0; b < inputs.length; b++) shift(inputs[b]!, bytes);
  for (let b = 0; b < outputs.length; b++) shift(outputs[b]!, bytes);
  if (plan.countersBytes > 0) publish(region);
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
  counters[WINDOW_COUNTER] = region.windowStart;
  // Last, and as a release: whoever sees the new number sees all that was written before it.
  Atomics.store(counters, BLOCKS_COUNTER, region.block - FIRST_BLOCK);
}
