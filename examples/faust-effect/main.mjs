// Plays a quarter of a second of a stereo tone through an effect written in Faust, which turns it down while a drum plays. Then
// the host delivers no more channels of the tone, and the echo is heard alone.
//
//   node examples/faust-effect/main.mjs

import { readFileSync } from "node:fs";
import { ProcessBufferStorage, peak } from "wasm-process-buffers";
import { build } from "./build.mjs";
import { createEffect } from "./effect.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const BLOCKS = SAMPLE_RATE / BLOCK;
const TONE_BLOCKS = Math.ceil(BLOCKS / 4);
const ROWS = 15;
const CONFIG = {
  inputs: [
    { channelCount: 2, name: "main" },
    { channelCount: 2, name: "sidechain" },
  ],
  outputs: [2],
};

const { wasm, json } = await build();
const effect = createEffect(new WebAssembly.Module(readFileSync(wasm)), readFileSync(json, "utf8"), SAMPLE_RATE);
const storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap: effect.heap, maxFrames: BLOCK });

const tone = (frequency) =>
  Float32Array.from({ length: SAMPLE_RATE }, (_, k) => 0.5 * Math.sin((2 * Math.PI * frequency * k) / SAMPLE_RATE));
/** One stroke, a tenth of a second after the tone began. */
const drum = tone(60).map((sample, k) => (k < SAMPLE_RATE / 10 ? 0 : 2 * sample * Math.exp((0.1 - k / SAMPLE_RATE) / 0.02)));
const music = [tone(220), tone(330)];

const outputs = [[new Float32Array(BLOCK), new Float32Array(BLOCK)]];
const levels = [];
for (let block = 0; block < BLOCKS; block++) {
  const window = (samples) => samples.subarray(block * BLOCK, (block + 1) * BLOCK);
  const main = block < TONE_BLOCKS ? music.map(window) : [];
  const frames = storage.collect([main, [drum, drum].map(window)], outputs);
  effect.compute(frames, storage.inputTableAddress, storage.outputTableAddress);
  storage.deliver(outputs);
  levels.push([
    storage.mainInput.connectedLength,
    ...[storage.mainInput, storage.sidechain, storage.mainOutput].map((bus) => peak(bus, 0)),
  ]);
}

console.log(`${BLOCKS} blocks of ${BLOCK} frames; the storage takes ${storage.usage.totalBytes} bytes above Faust's own`);
console.log("channels in, and peaks     main  sidechain     output");
for (let row = 0; row < ROWS; row++) {
  const within = levels.slice((row * BLOCKS) / ROWS, ((row + 1) * BLOCKS) / ROWS);
  const most = [0, 1, 2, 3].map((column) => Math.max(...within.map((block) => block[column])));
  const peaks = most.slice(1).map((level) => level.toFixed(3).padStart(11));
  console.log(`  ${(row / ROWS).toFixed(2)} s           ${most[0]} ${peaks.join("")}`);
}
storage.free();
