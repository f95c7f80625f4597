// What a kernel is tested with: blocks of noise from a host whose buses come and go.

import { noise } from "../../support/host-channels";

/** `inputs[bus][channel]` of one block. */
export type Block = readonly (readonly Float32Array[])[];

/** `count` blocks; block after block has the next of `shapes`, each the channels of every bus. */
export function noiseBlocks(count: number, shapes: readonly (readonly number[])[], frames = 128): Block[] {
  let seed = 1;
  return Array.from({ length: count }, (_, block) =>
    shapes[block % shapes.length]!.map((channels) => Array.from({ length: channels }, () => noise(frames, seed++))),
  );
}

/** Empty host arrays for the buses of a block. */
export function hostOutputs(channelCounts: readonly number[], frames = 128): Float32Array[][] {
  return channelCounts.map((channels) => Array.from({ length: channels }, () => new Float32Array(frames).fill(NaN)));
}

/** The samples as they must be told apart: NaN, and the sign of zero, included. */
export function bits(buses: readonly (readonly Float32Array[])[]): number[][][] {
  return buses.map((channels) => channels.map((samples) => [...new Uint32Array(samples.slice().buffer)]));
}
