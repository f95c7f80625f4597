// What a further storage costs, where the core is compiled and the code warm.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { solo } from "../measure.mjs";
import { shape } from "../shapes.mjs";

const SHAPES = ["mono", "stereo", "stereo + mono sidechain", "5.1", "16 buses of 2", "16 buses of 32"];

export const cases = SHAPES.map((name) => ({ id: name, shape: name }));

/** Set-up is more code than a block, and each part of it runs less often before it is compiled. */
const LONGER_WARM_UP = 10;

export function run({ shape: name }, effort) {
  const { config, frames } = shape(name);
  const warmUpNanoseconds = LONGER_WARM_UP * effort.warmUpNanoseconds;
  return solo(() => ProcessBufferStorage.allocateFromConfig(config, { maxFrames: frames }).free(), { ...effort, warmUpNanoseconds });
}
