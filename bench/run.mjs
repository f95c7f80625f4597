// What a block costs, as a ratio to the floor: one `TypedArray.set` for each channel in and out, and
// nothing else. Floor and case take turns, so that a ratio holds when the machine's speed drifts.
//
//   npm run build && npm run bench

import { ProcessBufferStorage } from "wasm-process-buffers";

const FRAMES = 128;
const ROUNDS = 25;
const BATCH_NANOSECONDS = 4e6;

const SHAPES = {
  mono: { inputs: [1], outputs: [1] },
  stereo: { inputs: [2], outputs: [2] },
  "stereo + mono sidechain": { inputs: [2, 1], outputs: [2] },
  5.1: { inputs: [6], outputs: [6] },
  "16 buses of 2": { inputs: Array(16).fill(2), outputs: Array(16).fill(2) },
};

const CASES = {
  "collect + deliver": {},
  "outputs not zeroed": { clearOutputs: false },
  "detectConstant, noise": { detectConstant: true },
  "detectConstant, silence": { detectConstant: true, silent: true },
  "f64": { sampleFormat: "f64" },
};

console.log(`Node ${process.version}, ${FRAMES} frames, median ratio to the floor of ${ROUNDS} rounds`);
console.log(`${"".padEnd(26)}${"floor ns".padStart(10)}${Object.keys(CASES).map((name) => name.padStart(26)).join("")}`);
for (const [shape, config] of Object.entries(SHAPES)) {
  const columns = Object.values(CASES).map((options) => measure(config, options));
  const floor = Math.min(...columns.map(({ floorNanoseconds }) => floorNanoseconds));
  console.log(`${shape.padEnd(26)}${floor.toFixed(0).padStart(10)}${columns.map(({ ratio }) => ratio.toFixed(2).padStart(26)).join("")}`);
}

function measure(config, { silent = false, ...options }) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES, ...options });
  const inputs = host(config.inputs, silent ? () => 0 : () => Math.random() - 0.5);
  const outputs = host(config.outputs, () => 0);
  const floor = repeated("move(inputs, staged); move(fetched, outputs);", { move, inputs, outputs, staged: host(config.inputs, () => 0), fetched: host(config.outputs, () => 0) });
  const ours = repeated("storage.collect(inputs, outputs); storage.deliver(outputs);", { storage, inputs, outputs });
  const calls = Math.ceil(BATCH_NANOSECONDS / (time(floor, 1000) / 1000));
  time(ours, calls);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const nanoseconds = time(floor, calls) / calls;
    return { nanoseconds, ratio: time(ours, calls) / calls / nanoseconds };
  });
  storage.free();
  return { floorNanoseconds: Math.min(...rounds.map(({ nanoseconds }) => nanoseconds)), ratio: rounds.map(({ ratio }) => ratio).sort((a, b) => a - b)[ROUNDS >> 1] };
}

/** Frozen lists of channels, as most engines hand them over. */
function host(buses, sample) {
  return Object.freeze(buses.map((channels) => Object.freeze(Array.from({ length: channels }, () => Float32Array.from({ length: FRAMES }, sample)))));
}

function move(from, to) {
  for (let b = 0; b < from.length; b++) {
    const source = from[b];
    const target = to[b];
    for (let c = 0; c < source.length; c++) target[c].set(source[c]);
  }
}

/** A loop of its own for each case, so that one does not make the other's calls polymorphic. */
function repeated(body, scope) {
  return new Function(...Object.keys(scope), `return (calls) => { for (let i = 0; i < calls; i++) { ${body} } };`)(...Object.values(scope));
}

function time(work, calls) {
  const start = process.hrtime.bigint();
  work(calls);
  return Number(process.hrtime.bigint() - start);
}
