// Plays one second of a low and a high tone. A kernel in Rust splits them into two bands, in doubles. In the second half, a
// control signal on the sidechain moves the frequency at which they are split.
//
//   node examples/rust-kernel/main.mjs

import { readFileSync } from "node:fs";
import { ProcessBufferStorage, rms } from "wasm-process-buffers";
import { build } from "./build.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const BLOCKS = SAMPLE_RATE / BLOCK;
const CONFIG = {
  inputs: [
    { channelCount: 1, name: "main" },
    { channelCount: 1, name: "control" },
  ],
  outputs: [
    { channelCount: 1, name: "low" },
    { channelCount: 1, name: "high" },
  ],
  parameters: [{ name: "step", defaultValue: 0.1, minValue: 0, maxValue: 1 }],
};

const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await build()))).exports;
const storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap: kernel, maxFrames: BLOCK, sampleFormat: "f64" });

const music = Float32Array.from({ length: SAMPLE_RATE }, (_, k) => {
  const phase = (2 * Math.PI * k) / SAMPLE_RATE;
  return 0.3 * Math.sin(110 * phase) + 0.3 * Math.sin(7000 * phase);
});
const control = new Float32Array(BLOCK).fill(-1);

const outputs = [[new Float32Array(BLOCK)], [new Float32Array(BLOCK)]];
const squares = { unconnected: [0, 0], connected: [0, 0] };
for (let block = 0; block < BLOCKS; block++) {
  const samples = music.subarray(block * BLOCK, (block + 1) * BLOCK);
  const half = block < BLOCKS / 2 ? "unconnected" : "connected";
  const frames = storage.collect([[samples], half === "connected" ? [control] : []], outputs);
  kernel.process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress);
  storage.deliver(outputs);
  storage.outputs.forEach((bus, band) => (squares[half][band] += rms(bus, 0) ** 2));
}

const decibels = (sum) => `${(10 * Math.log10(sum / (BLOCKS / 2))).toFixed(1)} dB`.padStart(12);
console.log(`${BLOCKS} blocks of ${BLOCK} frames in doubles; the storage takes ${storage.usage.totalBytes} bytes of the kernel's memory`);
console.log("control            low        high");
for (const [half, bands] of Object.entries(squares)) console.log(`  ${half.padEnd(11)}${bands.map(decibels).join("")}`);
storage.free();
