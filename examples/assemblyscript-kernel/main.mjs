// Plays one second through a mixer in AssemblyScript. Three input buses are connected and disconnected. There is a stereo and a
// mono output bus.
//
//   node examples/assemblyscript-kernel/main.mjs

import { readFileSync } from "node:fs";
import { ProcessBufferStorage, peak } from "wasm-process-buffers";
import { build } from "../assemblyscript.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const BLOCKS = SAMPLE_RATE / BLOCK;
const CONFIG = {
  inputs: [
    { channelCount: 2, name: "music" },
    { channelCount: 1, name: "voice" },
    { channelCount: 2, name: "reverb" },
  ],
  outputs: [
    { channelCount: 2, name: "main" },
    { channelCount: 1, name: "monitor" },
  ],
};
const GAINS = [0.5, 1, 0.25];
/** Which input buses are heard in each quarter of the second. */
const SCENES = [[0], [0, 1], [0, 1, 2], []];

const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await build(new URL(".", import.meta.url))))).exports;
GAINS.forEach((gain, bus) => kernel.setGain(bus, gain));
const storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap: kernel, maxFrames: BLOCK });

const tone = (frequency) =>
  Float32Array.from({ length: SAMPLE_RATE }, (_, k) => 0.5 * Math.sin((2 * Math.PI * frequency * k) / SAMPLE_RATE));
const sources = [[tone(220), tone(330)], [tone(440)], [tone(550), tone(660)]];

const outputs = storage.outputs.map(({ capacity }) => Array.from({ length: capacity }, () => new Float32Array(BLOCK)));
const rows = SCENES.map(() => ({ peaks: storage.outputs.map(() => 0), constantMask: 0 }));
for (let block = 0; block < BLOCKS; block++) {
  const scene = Math.floor((block * SCENES.length) / BLOCKS);
  const window = (samples) => samples.subarray(block * BLOCK, (block + 1) * BLOCK);
  const inputs = sources.map((channels, bus) => (SCENES[scene].includes(bus) ? channels.map(window) : []));
  const frames = storage.collect(inputs, outputs);
  kernel.process(storage.inputsAddress, storage.inputs.length, storage.outputsAddress, storage.outputs.length, frames);
  storage.deliver(outputs);
  rows[scene].peaks = storage.outputs.map((bus, b) => Math.max(rows[scene].peaks[b], peak(bus, 0)));
  rows[scene].constantMask = storage.mainOutput.constantMask;
}

console.log(`${BLOCKS} blocks of ${BLOCK} frames; the storage takes ${storage.usage.totalBytes} bytes of the kernel's memory`);
console.log(`heard${" ".repeat(24)}main  monitor  main's constant mask`);
rows.forEach(({ peaks, constantMask }, scene) => {
  const heard = SCENES[scene].map((bus) => storage.inputs[bus].name).join(", ") || "nothing";
  console.log(`  ${heard.padEnd(22)}${peaks.map((level) => level.toFixed(3).padStart(9)).join("")}  ${constantMask.toString(2)}`);
});
storage.free();
