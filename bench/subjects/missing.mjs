// A block of a wide bus of which the host connects one channel: the others have to be silent for the
// kernel in every block.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn, MOVE } from "../block.mjs";

const CHANNELS = 32;
const FRAMES = 128;

export const MISSING = `${CHANNELS} channels, 1 connected`;

export function casesIn() {
  return [{ id: MISSING, lists: "same", isTarget: true }];
}

export function hostOf() {
  return { config: { inputs: [1], outputs: [1] }, frames: FRAMES };
}

export function works(_, hosts) {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [CHANNELS], outputs: [1] }, { maxFrames: FRAMES });
  for (const host of hosts) prove(storage, host);
  return [inTurn(hosts, MOVE, { mover: storage })];
}

function prove(storage, { inputs, outputs }) {
  const bus = storage.mainInput;
  storage.collect(inputs, outputs);
  const [connected, ...missing] = Array.from({ length: CHANNELS }, (_, channel) => bus.channel(channel));
  if (!connected.every((sample, frame) => sample === inputs[0][0][frame])) throw new Error("the connected channel did not arrive");
  if (!missing.every((samples) => samples.length === FRAMES && samples.every((sample) => sample === 0)))
    throw new Error("a missing channel is not silent");
}
