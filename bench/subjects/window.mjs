// What it costs to point a kernel at a part of the block.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";
import { shape } from "../shapes.mjs";

const SHAPES = ["mono", "stereo", "5.1", "16 buses of 2", "16 buses of 32"];
/** Windows that take turns: frames before and after an event. */
const WINDOWS = [
  { offset: 0, frames: 40 },
  { offset: 40, frames: 88 },
];

export function casesIn({ isMain }) {
  return isMain ? SHAPES.map((name) => ({ id: name, shape: name })) : [];
}

export function works({ shape: name }) {
  const { config, frames } = shape(name);
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: frames });
  storage.begin(frames);
  for (const window of WINDOWS) {
    if (storage.setWindow(window.offset, window.frames) !== window.frames) throw new Error("setWindow did not set the window");
  }
  return [inTurn(WINDOWS, "storage.setWindow(host.offset, host.frames);", { storage })];
}
