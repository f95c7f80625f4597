// Plays one second of a stereo tone through a kernel in C, which turns it down while a drum plays on the sidechain.
//
//   node examples/c-kernel/main.mjs

import { readFileSync } from "node:fs";
import { ProcessBufferStorage, peak } from "wasm-process-buffers";
import { build } from "./build.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 64;
const BLOCKS = SAMPLE_RATE / BLOCK;
const ROWS = 10;
const CONFIG = {
  inputs: [
    { channelCount: 2, name: "main" },
    { channelCount: 1, name: "sidechain" },
  ],
  outputs: [
    { channelCount: 2, name: "main" },
    { channelCount: 1, name: "send" },
  ],
};

const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await build()))).exports;
kernel.prepare(SAMPLE_RATE);
const storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap: kernel, maxFrames: BLOCK });

const tone = (frequency) =>
  Float32Array.from({ length: SAMPLE_RATE }, (_, k) => 0.5 * Math.sin((2 * Math.PI * frequency * k) / SAMPLE_RATE));
/** Two strokes in the second. Each decays within a fifth of a second. */
const drum = tone(60).map((sample, k) => 2 * sample * Math.exp(-(k % (SAMPLE_RATE / 2)) / (0.04 * SAMPLE_RATE)));
const music = [tone(220), tone(330)];

const outputs = [[new Float32Array(BLOCK), new Float32Array(BLOCK)], [new Float32Array(BLOCK)]];
const levels = [];
for (let block = 0; block < BLOCKS; block++) {
  const window = (samples) => samples.subarray(block * BLOCK, (block + 1) * BLOCK);
  const frames = storage.collect([music.map(window), [window(drum)]], outputs);
  kernel.process(storage.inputsAddress, storage.inputs.length, storage.outputsAddress, storage.outputs.length, frames);
  storage.deliver(outputs);
  levels.push([storage.sidechain, storage.mainOutput, storage.auxOutputs[0]].map((bus) => peak(bus, 0)));
}

console.log(`${BLOCKS} blocks of ${BLOCK} frames; the storage takes ${storage.usage.totalBytes} bytes of the kernel's memory`);
console.log("peaks    sidechain   main out       send");
for (let row = 0; row < ROWS; row++) {
  const within = levels.slice((row * BLOCKS) / ROWS, ((row + 1) * BLOCKS) / ROWS);
  const peaks = [0, 1, 2].map((column) =>
    Math.max(...within.map((block) => block[column]))
      .toFixed(3)
      .padStart(11),
  );
  console.log(`  ${(row / ROWS).toFixed(1)} s ${peaks.join("")}`);
}
storage.free();
