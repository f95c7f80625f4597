// Turns a tone down while another one plays, with a kernel that is written for Emscripten's Wasm Audio Worklets. Its gain is
// automated sample by sample. Neither SharedArrayBuffer nor Emscripten's own worklet is needed.
//
//   node examples/emscripten-callback/main.mjs

import { readFileSync } from "node:fs";
import { EmscriptenCallback, instantiateKernel, ProcessBufferStorage, peak } from "wasm-process-buffers";
import { build } from "./build.mjs";
import { config } from "./config.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const BLOCKS = 375;
const ROWS = 5;

const { exports: kernel, heap } = instantiateKernel(readFileSync(await build()));
const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, missingInputs: "drop" });
const callback = new EmscriptenCallback(storage, kernel.process, { userData: kernel.create() });

const tone = (frequency, first) =>
  Float32Array.from({ length: BLOCK }, (_, k) => 0.5 * Math.sin((2 * Math.PI * frequency * (first + k)) / SAMPLE_RATE));
const outputs = [[new Float32Array(BLOCK), new Float32Array(BLOCK)]];
const gain = new Float32Array(BLOCK);
const rows = Array.from({ length: ROWS }, () => 0);
for (let block = 0; block < BLOCKS; block++) {
  const row = Math.floor((block * ROWS) / BLOCKS);
  const first = block * BLOCK;
  // In the last part, the gain falls from 1 to 0.
  for (let k = 0; k < BLOCK; k++) gain[k] = Math.min(1, ((BLOCKS * BLOCK - first - k) * ROWS) / (BLOCKS * BLOCK));
  // In the middle part there is a second input.
  storage.collect([[tone(220, first), tone(330, first)], row === 2 ? [tone(880, first)] : []], outputs, { gain });
  if (!callback.call()) break;
  storage.deliver(outputs);
  rows[row] = peak(storage.mainOutput, 0);
}

console.log(`shared memory: ${storage.memory.buffer instanceof ArrayBuffer ? "none" : "needed"}; ${BLOCKS} blocks of ${BLOCK} frames`);
for (const [row, level] of rows.entries()) console.log(`  to ${((row + 1) / ROWS).toFixed(1)} s ${level.toFixed(3).padStart(7)}`);
