// What `clear` costs with few buses and with all that there can be.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";

const FEW = { inputs: [2], outputs: [2] };
const MANY = { inputs: Array(16).fill(2), outputs: Array(16).fill(2) };

const BODIES = {
  clear: "storage.clear();",
  // So that there is something to clear in every call.
  "clear, and push one channel": "storage.clear(); bus.push(pointer);",
};

export function casesIn({ isMain }) {
  return isMain ? Object.keys(BODIES).map((id) => ({ id, isTarget: true })) : [];
}

export function works({ id }) {
  return [FEW, MANY].map((config) => clearing(config, BODIES[id]));
}

function clearing(config, body) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: 128 });
  storage.begin(128);
  const bus = storage.mainInput;
  const pointer = storage.mainOutput.pointer(0);
  storage.clear();
  if (bus.length !== 0 || !bus.push(pointer) || bus.length !== 1) throw new Error("clear and push did not do their job");
  return inTurn([undefined], body, { storage, bus, pointer });
}
