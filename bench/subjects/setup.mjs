// What a further storage costs, where the core is compiled and the code warm.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { shape } from "../shapes.mjs";

const SHAPES = ["mono", "stereo", "stereo + mono sidechain", "5.1", "16 buses of 2", "16 buses of 32"];

export function casesIn({ isMain }) {
  return isMain ? SHAPES.map((name) => ({ id: name, shape: name, isTarget: name === "stereo" })) : [];
}

/** Set-up is more code than a block, and each part of it runs less often before it is compiled. */
export function effortOf({ warmUpNanoseconds }) {
  return { warmUpNanoseconds: 10 * warmUpNanoseconds };
}

export function works({ shape: name }) {
  const { config, frames } = shape(name);
  return [() => ProcessBufferStorage.allocateFromConfig(config, { maxFrames: frames }).free()];
}
