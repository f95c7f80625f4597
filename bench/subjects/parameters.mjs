// What parameters cost in a block: ours next to Emscripten's way, which lays every value out anew in each block, and to a
// message for each change.

import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";

const FRAMES = 128;
/** How many parameters there are, and of how many values each comes; `lists` says whether the host's object is frozen. */
export const PARAMETER_SHAPES = {
  "1 of one value": { count: 1, values: 1 },
  "64 of one value": { count: 64, values: 1 },
  "1 of 128 values": { count: 1, values: FRAMES },
  "8 of 128 values": { count: 8, values: FRAMES },
};
/** `sets` is the least that must be done: one copy of the values of each, and nothing else. */
export const PARAMETER_TECHNIQUES = { ours, "ours, not frozen": notFrozen, emscripten, messages, sets };

export const parametersId = (shape, technique = "ours") => `${shape}, ${technique}`;

export function casesIn({ isMain }) {
  if (!isMain) return [];
  return Object.keys(PARAMETER_SHAPES).flatMap((shape) =>
    Object.keys(PARAMETER_TECHNIQUES).map((technique) => ({
      id: parametersId(shape, technique),
      of: shape,
      technique,
      isTarget: technique === "ours" || technique === "sets",
    })),
  );
}

export function works({ of, technique }) {
  const shape = PARAMETER_SHAPES[of];
  // What is measured with a block is told as what it takes more than one without parameters.
  return [withoutParameters(), PARAMETER_TECHNIQUES[technique](shape)];
}

const namesOf = (count) => Array.from({ length: count }, (_, p) => `parameter${p}`);

/** Values of which no two are alike. */
function valuesOf({ count, values }) {
  return Object.fromEntries(namesOf(count).map((name, p) => [name, Float32Array.from({ length: values }, (_, k) => p + k / 256)]));
}

const inOneTurn = (body, scope) => inTurn([0], body, scope);

/** The least block that there is: one output, whose lists come again. */
const BLOCK = "storage.collect(NONE, outputs, parameters);";
const NONE = Object.freeze([]);
const hostOutputs = () => Object.freeze([Object.freeze([new Float32Array(FRAMES)])]);

/** Whether the time of a case has a block in it. */
export const hasBlock = (id) => id.includes(", ours");

function withoutParameters() {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, { maxFrames: FRAMES });
  return inOneTurn(BLOCK, { storage, NONE, outputs: hostOutputs(), parameters: Object.freeze({}) });
}

function ours(shape, freeze = Object.freeze) {
  const parameters = namesOf(shape.count).map((name) => ({ name }));
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1], parameters }, { maxFrames: FRAMES });
  const host = freeze(valuesOf(shape));
  const outputs = hostOutputs();
  storage.collect(NONE, outputs, host);
  prove(storage.memory, storage.parametersAddress, host);
  return inOneTurn(BLOCK, { storage, NONE, outputs, parameters: host });
}

function notFrozen(shape) {
  return ours(shape, (values) => values);
}

/** As Emscripten's worklet does it: structs and values one after the other on the kernel's stack. */
function emscripten(shape) {
  const { memory } = createHeap({ initialPages: 4 });
  const host = Object.freeze(valuesOf(shape));
  const [words, floats] = [new Uint32Array(memory.buffer), new Float32Array(memory.buffer)];
  const block = (parameters) => {
    let struct = 65536 >> 2;
    let data = struct + shape.count * 2;
    for (const name of Object.keys(parameters)) {
      const values = parameters[name];
      words[struct++] = values.length;
      words[struct++] = data << 2;
      floats.set(values, data);
      data += values.length;
    }
  };
  block(host);
  prove(memory, 65536, host);
  return inOneTurn("block(parameters);", { block, parameters: host });
}

/** A message for each parameter that has changed: here, as if all had, posted and received in one thread. */
function messages({ count }) {
  const { port1, port2 } = new MessageChannel();
  const values = new Float32Array(count);
  const block = () => {
    for (let p = 0; p < count; p++) port1.postMessage({ index: p, value: 0.5 });
    for (let received = receiveMessageOnPort(port2); received !== undefined; received = receiveMessageOnPort(port2)) {
      values[received.message.index] = received.message.value;
    }
  };
  block();
  if (values.some((value) => value !== 0.5)) throw new Error("a message did not arrive");
  return inOneTurn("block();", { block });
}

function sets({ count, values }) {
  const target = Array.from({ length: count }, () => new Float32Array(values));
  const source = Object.values(valuesOf({ count, values }));
  const block = () => {
    for (let p = 0; p < count; p++) target[p].set(source[p]);
  };
  return inOneTurn("block();", { block });
}

/** @throws Error when a kernel would not find the values. */
function prove({ buffer }, address, host) {
  const structs = new Uint32Array(buffer, address, 2 * Object.keys(host).length);
  Object.values(host).forEach((values, p) => {
    const found = new Float32Array(buffer, structs[2 * p + 1], values.length);
    if (structs[2 * p] !== values.length || !found.every((value, k) => value === values[k]))
      throw new Error(`parameter ${p} did not arrive`);
  });
}
