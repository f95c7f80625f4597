// Plays a click in a room. A worker computes the room in blocks of 4096 frames, and the audio thread has blocks of 128.
// node-web-audio-api renders it offline; its worklet runs in a thread of its own, and so does the worker.
//
//   node examples/worker-kernel/main.mjs

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "../assemblyscript.mjs";
import { audioEngine } from "./audio-engine.mjs";
import { createNodeInWorker } from "./node.mjs";
import { BLOCK, LATENCY, REFUSED_FRAMES, UNDERRUN_FRAMES } from "./rings.mjs";

const SAMPLE_RATE = 48_000;
const CLICK_AT = 1000;
const FRAMES = 4 * BLOCK;

const { OfflineAudioContext, AudioWorkletNode } = await audioEngine();
const module = new WebAssembly.Module(readFileSync(await build(new URL(".", import.meta.url))));
const context = new OfflineAudioContext(2, FRAMES, SAMPLE_RATE);
await context.audioWorklet.addModule(fileURLToPath(new URL("processor.mjs", import.meta.url)));
const worker = new Worker(new URL("node-worker.mjs", import.meta.url));
const { node, counts } = await createNodeInWorker(context, worker, { module, channels: 2, waits: true }, AudioWorkletNode);
const buffer = context.createBuffer(2, CLICK_AT + 1, SAMPLE_RATE);
for (const channel of [0, 1]) buffer.getChannelData(channel)[CLICK_AT] = channel === 0 ? 1 : -0.5;
const click = context.createBufferSource();
click.buffer = buffer;
click.connect(node).connect(context.destination);
click.start();

const start = performance.now();
const rendered = await context.startRendering();
const seconds = (performance.now() - start) / 1000;
const { response } = new WebAssembly.Instance(module).exports;
let wrong = 0;
for (const [channel, level] of [1, -0.5].entries()) {
  const heard = rendered.getChannelData(channel);
  for (let k = 0; k < FRAMES; k++) {
    const since = k - CLICK_AT - LATENCY;
    const expected = since >= 0 && since < BLOCK ? Math.fround(response(since) * level) : 0;
    if (heard[k] !== expected) wrong++;
  }
}
console.log(`${FRAMES} frames in blocks of 128, the kernel's of ${BLOCK} in another thread: ${seconds.toFixed(2)} s to render
latency ${LATENCY} frames, ${((1000 * LATENCY) / SAMPLE_RATE).toFixed(0)} ms; underruns ${counts[UNDERRUN_FRAMES]}, refused ${counts[REFUSED_FRAMES]}
${wrong} of ${2 * FRAMES} samples are not what the room makes of a click`);
// Without this, the thread of the audio engine's worklet keeps the process alive.
process.exit(wrong === 0 ? 0 : 1);
