// The soak in Node, with a host that is made up. Needs --expose-gc.

import { Soak } from "./scenario.js";

const FRAMES = 128;
const CHANNELS = [
  [2, 1],
  [1, 0],
  [0, 2],
  [4, 2],
  [2, 0],
  [0, 0],
  [6, 1],
];

const [blocks, warmBlocks] = process.argv.slice(2).map(Number);
const hosts = CHANNELS.map((counts) =>
  Object.freeze(
    counts.map((count) =>
      Object.freeze(Array.from({ length: count }, () => Float32Array.from({ length: FRAMES }, () => Math.random() - 0.5))),
    ),
  ),
);
const outputs = Object.freeze([2, 1].map((count) => Object.freeze(Array.from({ length: count }, () => new Float32Array(FRAMES)))));
const soak = new Soak();

const start = performance.now();
render(warmBlocks);
const memoryBefore = soak.report.memoryBytes;
const heaps = [heapBytes()];
for (const until of [(warmBlocks + blocks) / 2, blocks]) {
  render(until);
  heaps.push(heapBytes());
}
process.send({ ...soak.report, seconds: (performance.now() - start) / 1000, memoryBefore, heaps });

function render(until) {
  while (soak.blocks < until) soak.process(hosts[Math.floor(soak.blocks / 140) % hosts.length], outputs);
}

function heapBytes() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
