// Plays through a looper in C++, which records half a second of a tone, then plays it together with another tone. The kernel's
// memory grows while it records, in the middle of a block.
//
//   node examples/emscripten-kernel/main.mjs

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ProcessBufferStorage, peak } from "wasm-process-buffers";
import { build } from "./build.mjs";
import { instantiate } from "./instantiate.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 100;
const BLOCKS = SAMPLE_RATE / BLOCK;
const ROWS = 8;
const CONFIG = {
  inputs: [
    { channelCount: 2, name: "main" },
    { channelCount: 2, name: "take" },
  ],
  outputs: [2],
};

const { loader, wasm } = await build();
const { default: load } = await import(pathToFileURL(loader));
const { kernel, heap } = instantiate(load, new WebAssembly.Module(readFileSync(wasm)));
const storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap, maxFrames: BLOCK });

const tone = (frequency) =>
  Float32Array.from({ length: SAMPLE_RATE }, (_, k) => 0.5 * Math.sin((2 * Math.PI * frequency * k) / SAMPLE_RATE));
const music = [tone(220), tone(330)];
const take = [tone(440), tone(660)];

const outputs = [[new Float32Array(BLOCK), new Float32Array(BLOCK)]];
const rows = [];
for (let block = 0; block < BLOCKS; block++) {
  if (block === 0) kernel._record();
  if (block === BLOCKS / 2) kernel._play();
  const window = (samples) => samples.subarray(block * BLOCK, (block + 1) * BLOCK);
  const frames = storage.collect([music.map(window), take.map(window)], outputs);
  kernel._process(storage.inputsAddress, storage.outputsAddress, frames);
  storage.deliver(outputs);
  const row = (rows[Math.floor((block * ROWS) / BLOCKS)] ??= { start: block / BLOCKS, peak: 0 });
  row.peak = Math.max(row.peak, peak(storage.mainOutput, 0));
  row.kilobytes = storage.memory.buffer.byteLength / 1024;
}

console.log(`${BLOCKS} blocks of ${BLOCK} frames; the storage is at ${storage.inputsAddress}, wherever the memory ends`);
console.log("             peak   memory");
for (const { start, peak, kilobytes } of rows) {
  console.log(`  ${start.toFixed(3)} s ${peak.toFixed(3).padStart(7)} ${String(kilobytes).padStart(5)} KB`);
}
storage.free();
