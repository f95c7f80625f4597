// Adds noise to a recorded voice, and takes it away by RNNoise. The host's blocks have 128 frames, RNNoise's have 480. Writes
// input and output as WAV files, and prints how much of the noise is left.
//
//   node examples/noise-suppression/main.mjs [noisy.wav [clean.wav]]

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wavefile from "wavefile";
import { Denoiser, loadKernel } from "./denoiser.mjs";

const BLOCK = 128;
const NOISE_LEVEL = 0.08;
/** Seconds without a voice before and after the recording. */
const PAUSE_SECONDS = 2;
/** Seconds that RNNoise needs to adapt to the noise. In these the level is not measured. */
const SETTLING_SECONDS = 1;
/** RNNoise's own latency in frames, in addition to that of the blocks. */
const KERNEL_LATENCY = 960;

const [, , noisyPath = "noisy.wav", cleanPath = "clean.wav"] = process.argv;
const { voice, sampleRate } = readVoice();
const hiss = noise(voice.length);
const noisy = voice.map((sample, k) => sample + hiss[k]);

const kernel = await loadKernel();
const denoiser = new Denoiser(kernel, 1, BLOCK);
const latency = denoiser.blocks.latency + KERNEL_LATENCY;
const clean = new Float32Array(Math.ceil((noisy.length + latency) / BLOCK) * BLOCK);
const input = [[new Float32Array(BLOCK)]];
const output = [[new Float32Array(BLOCK)]];
const start = performance.now();
for (let at = 0; at < clean.length; at += BLOCK) {
  input[0][0].fill(0);
  input[0][0].set(noisy.subarray(at, at + BLOCK));
  denoiser.process(input, output);
  clean.set(output[0][0], at);
}
const seconds = (performance.now() - start) / 1000;
// The latency is cut off, so that voice and noise are at the same place in both files.
const heard = clean.subarray(latency, latency + noisy.length);
writeWav(noisyPath, noisy);
writeWav(cleanPath, heard);

const { underrunFrames, skippedFrames, droppedChannels } = denoiser.storage.diagnostics;
console.log(`${(voice.length / sampleRate).toFixed(1)} s at ${sampleRate} Hz in blocks of ${BLOCK}, ${seconds.toFixed(2)} s to render
latency: ${denoiser.blocks.latency} frames of the blocks, ${KERNEL_LATENCY} of the kernel; underruns ${underrunFrames}, skipped ${skippedFrames}, dropped ${droppedChannels}

                                 before      after
  while somebody speaks       ${show(speechLevel(noisy))}  ${show(speechLevel(heard))}
  where nobody speaks         ${show(pauseLevel(noisy))}  ${show(pauseLevel(heard))}
  difference                  ${show(speechLevel(noisy) - pauseLevel(noisy))}  ${show(speechLevel(heard) - pauseLevel(heard))}

${noisyPath}, ${cleanPath}: listen to them`);
denoiser.free();

function readVoice() {
  const wav = new wavefile.WaveFile(readFileSync(fileURLToPath(import.meta.resolve("audio-lena/wav")).replace(/wav\.js$/, "lena.wav")));
  wav.toSampleRate(48_000);
  wav.toBitDepth("32f");
  const samples = wav.getSamples(false, Float32Array);
  const recording = samples instanceof Float32Array ? samples : samples[0];
  const { sampleRate } = wav.fmt;
  const voice = new Float32Array(recording.length + 2 * PAUSE_SECONDS * sampleRate);
  voice.set(recording, PAUSE_SECONDS * sampleRate);
  return { voice, sampleRate };
}

/** White noise, the same in each run. */
function noise(frames) {
  let state = 1;
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * NOISE_LEVEL;
  });
}

/** Level in dB before and after the recording. */
function pauseLevel(samples) {
  const before = power(samples, SETTLING_SECONDS * sampleRate, PAUSE_SECONDS * sampleRate);
  const after = power(samples, voice.length - (PAUSE_SECONDS - SETTLING_SECONDS) * sampleRate, voice.length);
  return decibels((before + after) / 2);
}

/** Level in dB while the recording plays. */
function speechLevel(samples) {
  return decibels(power(samples, PAUSE_SECONDS * sampleRate, voice.length - PAUSE_SECONDS * sampleRate));
}

function power(samples, from, to) {
  let sum = 0;
  for (let k = from; k < to; k++) sum += samples[k] ** 2;
  return sum / (to - from);
}

function decibels(ratio) {
  return 10 * Math.log10(ratio + 1e-12);
}

function show(level) {
  return `${level.toFixed(1).padStart(6)} dB`;
}

function writeWav(path, samples) {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(
    1,
    sampleRate,
    "16",
    Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767)),
  );
  writeFileSync(path, wav.toBuffer());
}
