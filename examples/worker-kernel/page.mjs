// The page: plays a click every half second in a room that a worker computes.

import { createNodeInWorker } from "./node.mjs";
import { LATENCY, REFUSED_FRAMES, UNDERRUN_FRAMES } from "./rings.mjs";

const button = document.getElementById("play");
const status = document.getElementById("status");

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    await play();
  } catch (error) {
    status.textContent = error.message;
  }
});

async function play() {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.audioWorklet.addModule("processor.js");
  const worker = new Worker("worker.js", { type: "module" });
  const module = await WebAssembly.compileStreaming(fetch("kernel.wasm"));
  const { node, counts } = await createNodeInWorker(context, worker, { module, channels: 2 });
  const buffer = context.createBuffer(2, context.sampleRate / 2, context.sampleRate);
  for (const channel of [0, 1]) buffer.getChannelData(channel)[0] = channel === 0 ? 1 : -0.5;
  const clicks = new AudioBufferSourceNode(context, { buffer, loop: true });
  const meter = new AnalyserNode(context, { fftSize: 32_768 });
  clicks.connect(node).connect(meter).connect(context.destination);
  clicks.start();
  await context.resume();
  const samples = new Float32Array(meter.fftSize);
  setInterval(() => {
    meter.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const milliseconds = ((1000 * LATENCY) / context.sampleRate).toFixed(0);
    status.textContent = `Latency ${LATENCY} frames, ${milliseconds} ms; underruns ${counts[UNDERRUN_FRAMES]}, refused ${counts[REFUSED_FRAMES]}; peak ${peak.toFixed(3)}.`;
  }, 250);
}
