// A hundred AudioWorkletNodes, each an echo of its own length, in one memory. A click goes through all
// of them at once, and must be heard a hundred times, each time on its frame.
//
//   node examples/many-nodes/main.mjs

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "../assemblyscript.mjs";
import { audioEngine } from "./audio-engine.mjs";

const NODES = 100;
const SAMPLE_RATE = 48_000;
const FRAMES = 8 * 128;
/** Length of a node's echo in frames. No two are alike, and none is a multiple of a block. */
const lengthOf = (node) => 7 + node * 10;
/** Level of a node's echo. No two are alike, so that the level tells which node's echo it is. */
const levelOf = (node) => (node + 1) / 128;

const { OfflineAudioContext, AudioWorkletNode } = await audioEngine();
const context = new OfflineAudioContext(1, FRAMES, SAMPLE_RATE);
await context.audioWorklet.addModule(fileURLToPath(new URL("processor.mjs", import.meta.url)));
const module = new WebAssembly.Module(readFileSync(await build(new URL(".", import.meta.url))));

const buffer = context.createBuffer(1, 1, SAMPLE_RATE);
buffer.copyToChannel(Float32Array.of(1), 0);
const click = context.createBufferSource();
click.buffer = buffer;
click.start();

const reports = Array.from({ length: NODES }, (_, index) => {
  const node = new AudioWorkletNode(context, "echo", {
    channelCount: 1,
    channelCountMode: "explicit",
    processorOptions: { module, length: lengthOf(index) },
  });
  const level = context.createGain();
  level.gain.value = levelOf(index);
  click.connect(node).connect(level).connect(context.destination);
  return new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => resolve(data);
    node.onprocessorerror = (event) => reject(event.error ?? new Error("a processor threw"));
  });
});

const rendered = (await context.startRendering()).getChannelData(0);
const nodes = await Promise.all(reports);

const expected = new Float32Array(FRAMES);
for (let node = 0; node < NODES; node++) expected[lengthOf(node)] = levelOf(node);
const wrong = rendered.reduce((count, sample, k) => count + Number(sample !== expected[k]), 0);
const places = new Set(nodes.map(({ inputsAddress }) => inputsAddress)).size;
const memoryBytes = Math.max(...nodes.map((node) => node.memoryBytes));

console.log(`${NODES} nodes at ${places} addresses of one memory of ${memoryBytes / 1024} KiB, their echoes included`);
console.log(`  ${nodes[0].bytes} bytes a storage; a memory for each node would be ${NODES * 64} KiB at least`);
console.log(`${wrong} of ${FRAMES} frames are not what ${NODES} echoes of one click are`);
// Without this, the thread of the audio engine's worklet keeps the process alive.
process.exit(wrong === 0 && places === NODES ? 0 : 1);
