// Plays one second through three nodes in one memory. They share buffers: pointers of one node are pushed to the next. Counts the
// copies on the way, and compares the result with the same three steps in plain JS.
//
//   node examples/chain/main.mjs

import { readFileSync } from "node:fs";
import { build } from "../assemblyscript.mjs";
import { Chain } from "./chain.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const BLOCKS = SAMPLE_RATE / BLOCK;
const STEP = Math.fround(110 / SAMPLE_RATE);

const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await build(new URL(".", import.meta.url))))).exports;
kernel.setStep(STEP);
const chain = new Chain(kernel, BLOCK);
const expected = inPlainJs();

const outputs = [[new Float32Array(BLOCK), new Float32Array(BLOCK)]];
const copies = countCopies();
let wrong = 0;
for (let block = 0; block < BLOCKS; block++) {
  copies.count(() => chain.render(BLOCK));
  // Copies the result to the host. There is no other copy.
  chain.crossfeed.deliver(outputs);
  for (let k = 0; k < BLOCK; k++) {
    const frame = expected.next().value;
    if (outputs[0][0][k] !== frame[0] || outputs[0][1][k] !== frame[1]) wrong++;
  }
}

const nodes = { saw: chain.saw, clip: chain.clip, crossfeed: chain.crossfeed };
const addresses = (bus) => (bus === undefined ? "nothing" : [0, 1].map((c) => bus.pointer(c)).join(" and "));
console.log(`${BLOCKS} blocks of ${BLOCK} frames through ${Object.keys(nodes).length} nodes in one memory`);
for (const [name, { mainInput, mainOutput, usage }] of Object.entries(nodes)) {
  console.log(
    `  ${name.padEnd(10)}reads ${addresses(mainInput).padEnd(16)}writes ${addresses(mainOutput).padEnd(16)}own samples: ${usage.sampleBytes} bytes`,
  );
}
console.log(`copied between them: ${copies.total()} times`);
console.log(`${wrong} of ${SAMPLE_RATE} frames differ from the same in plain JS`);
if (wrong > 0 || copies.total() > 0) process.exitCode = 1;

/** Counts calls that copy samples in JS. In wasm only the three nodes run, and the core, which writes the storages' tables. */
function countCopies() {
  const prototype = Object.getPrototypeOf(Float32Array.prototype);
  const { set, copyWithin, slice } = prototype;
  let total = 0;
  const counted = (copy) =>
    function (...args) {
      if (this instanceof Float32Array) total++;
      return copy.apply(this, args);
    };
  return {
    total: () => total,
    count(work) {
      Object.assign(prototype, { set: counted(set), copyWithin: counted(copyWithin), slice: counted(slice) });
      work();
      Object.assign(prototype, { set, copyWithin, slice });
    },
  };
}

/** The same three steps, frame by frame, each rounded to a float. */
function* inPlainJs() {
  const { fround } = Math;
  let phase = 0;
  for (;;) {
    phase = fround(phase + STEP);
    if (phase >= 1) phase = fround(phase - 1);
    const sample = Math.max(-0.5, Math.min(0.5, fround(phase * 2 - 1)));
    yield [fround(sample - sample * 0.25), fround(-sample + sample * 0.25)];
  }
}
