// Plays a tone through a gain of one half in an AudioWorklet. It gets louder on the left, and softer on the right.
//
//   node examples/gain/main.mjs

import { fileURLToPath } from "node:url";
import { audioEngine } from "./audio-engine.mjs";

const SAMPLE_RATE = 48_000;
const ROWS = 5;

const { OfflineAudioContext, AudioWorkletNode } = await audioEngine();
const context = new OfflineAudioContext(2, SAMPLE_RATE, SAMPLE_RATE);
await context.audioWorklet.addModule(fileURLToPath(new URL("processor.mjs", import.meta.url)));

const tone = Float32Array.from({ length: SAMPLE_RATE }, (_, k) => Math.sin((2 * Math.PI * 440 * k) / SAMPLE_RATE));
const played = [tone.map((sample, k) => (sample * k) / SAMPLE_RATE), tone.map((sample, k) => sample * (1 - k / SAMPLE_RATE))];
const buffer = context.createBuffer(2, SAMPLE_RATE, SAMPLE_RATE);
played.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
const source = context.createBufferSource();
source.buffer = buffer;
source.start();

const node = new AudioWorkletNode(context, "gain", { outputChannelCount: [2] });
source.connect(node).connect(context.destination);
const rendered = await context.startRendering();

const heard = [0, 1].map((channel) => rendered.getChannelData(channel));
console.log("peaks     left in    out      right in    out");
for (let row = 0; row < ROWS; row++) {
  const peaks = [played[0], heard[0], played[1], heard[1]].map((samples) =>
    peakOf(samples.subarray((row * SAMPLE_RATE) / ROWS, ((row + 1) * SAMPLE_RATE) / ROWS)),
  );
  console.log(`  ${(row / ROWS).toFixed(1)} s ${peaks.map((peak, column) => peak.toFixed(3).padStart([10, 7, 14, 7][column])).join("")}`);
}
const isHalf = heard.every((samples, channel) => samples.every((sample, k) => sample === played[channel][k] / 2));
console.log(isHalf ? "every sample came out at half its level" : "what came out is not half of what went in");
// Without this, the thread of the audio engine's worklet keeps the process alive.
process.exit(isHalf ? 0 : 1);

function peakOf(samples) {
  return samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
}
