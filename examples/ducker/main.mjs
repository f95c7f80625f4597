// Turns music down while a voice speaks. A recorded voice is the mono sidechain, and a synthesised stereo bed is the main input
// of an AudioWorkletNode, which node-web-audio-api renders offline.
//
//   node examples/ducker/main.mjs [--in voice.wav] [--out result.wav]

import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createKernelNode, ProcessBufferStorage } from "wasm-process-buffers";
import { build } from "../assemblyscript.mjs";
import { audioEngine } from "./audio-engine.mjs";
import { synthesiseBed } from "./bed.mjs";
import { CONFIG } from "./config.mjs";
import { gainReduction } from "./measure.mjs";
import { readWav, UserError, writeWav } from "./wav.mjs";

const BLOCK = 128;
/** Seconds after the voice has ended, in which the bed comes back. */
const TAIL_SECONDS = 1;
/** From the middle on, the bed is turned down further and comes back more slowly. The amount changes over so many seconds. */
const DEEPER = { amount: 0.95, release: 0.3, seconds: 0.5 };

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(1);
}
// Without this, the thread of the audio engine's worklet keeps the process alive.
process.exit(0);

async function main() {
  const { input, output } = paths();
  const { sampleRate, channels } = readWav(input);
  const voice = monoOf(channels);
  const frames = voice.length + TAIL_SECONDS * sampleRate;
  const bed = synthesiseBed(frames, sampleRate);
  console.log(`${input}: ${(voice.length / sampleRate).toFixed(1)} s at ${sampleRate} Hz`);

  const { ducked, report, seconds } = await render(bed, voice, frames, sampleRate);
  writeWav(output, sampleRate, mixed(ducked, voice));
  printTable();
  printReport(report, gainReduction(bed[0], ducked[0], voice, sampleRate, DEEPER.seconds), frames, sampleRate, seconds);
  console.log(`\n${output}: listen to it`);
}

function paths() {
  try {
    const { values } = parseArgs({ options: { in: { type: "string" }, out: { type: "string" } } });
    return {
      input: values.in ?? fileURLToPath(import.meta.resolve("audio-lena/wav")).replace(/wav\.js$/, "lena.wav"),
      output: values.out ?? "ducked.wav",
    };
  } catch (error) {
    throw new UserError(`${error.message}\nusage: npm start -- [--in voice.wav] [--out result.wav]`);
  }
}

function monoOf(channels) {
  return channels[0].map((_, k) => channels.reduce((sum, samples) => sum + samples[k], 0) / channels.length);
}

async function render(bed, voice, frames, sampleRate) {
  const { OfflineAudioContext, AudioWorkletNode } = await audioEngine();
  // One more block than is heard. In that block the processor measures itself.
  const blocks = Math.ceil(frames / BLOCK) + 1;
  let context;
  try {
    context = new OfflineAudioContext(2, blocks * BLOCK, sampleRate);
  } catch (error) {
    throw new UserError(`cannot render at ${sampleRate} Hz: ${error.message}`);
  }
  await context.audioWorklet.addModule(fileURLToPath(new URL("processor.mjs", import.meta.url)));
  const node = await createKernelNode(context, "ducker", {
    module: pathToFileURL(await build(new URL(".", import.meta.url))),
    config: CONFIG,
    data: { blocks },
    AudioWorkletNode,
  });
  automate(node.parameters, voice.length / sampleRate / 2);
  const report = new Promise((resolve, reject) => {
    node.addEventListener("kernelerror", ({ error }) => reject(error));
    node.port.onmessage = ({ data }) => {
      showProgress(data.rendered, blocks);
      if (data.report !== undefined) resolve(data.report);
    };
  });
  play(context, bed).connect(node, 0, 0);
  play(context, [voice]).connect(node, 0, 1);
  node.connect(context.destination);

  const start = performance.now();
  const rendered = await context.startRendering();
  const seconds = (performance.now() - start) / 1000;
  return {
    ducked: [0, 1].map((channel) => rendered.getChannelData(channel).slice(0, frames)),
    report: { ...(await report), blocks },
    seconds,
  };
}

/** Changes the parameters at `middle`: the amount on a ramp, with another value in each frame; the release at once. */
function automate(parameters, middle) {
  const amount = parameters.get("amount");
  amount.setValueAtTime(amount.value, middle);
  amount.linearRampToValueAtTime(DEEPER.amount, middle + DEEPER.seconds);
  parameters.get("release").setValueAtTime(DEEPER.release, middle);
}

function play(context, channels) {
  const buffer = context.createBuffer(channels.length, channels[0].length, context.sampleRate);
  channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.start();
  return source;
}

function mixed(ducked, voice) {
  return ducked.map((samples) => samples.map((sample, k) => sample + (voice[k] ?? 0)));
}

function showProgress(rendered, blocks) {
  const line = `rendering: block ${rendered} of ${blocks}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}${rendered === blocks ? "\n" : ""}`);
  else console.log(line);
}

/** Prints the pointer bytes of usual configurations, beside those of a table for the worst case. */
function printTable() {
  const configs = {
    "mono (1 in / 1 out)": { inputs: [1], outputs: [1] },
    "stereo (2 / 2)": { inputs: [2], outputs: [2] },
    "stereo + sidechain (2+2 / 2)": { inputs: [2, 2], outputs: [2] },
    "surround 5.1 (6 / 6)": { inputs: [6], outputs: [6] },
    "2 + mono sidechain + quad in / none out": { inputs: [2, 1, 4], outputs: [] },
  };
  console.log(`\n${"pointer bytes".padEnd(42)}${"worst case".padStart(12)}${"exact".padStart(8)}${"ratio".padStart(8)}`);
  for (const [name, config] of Object.entries(configs)) {
    const storage = ProcessBufferStorage.allocateFromConfig(config);
    const { worstCasePointerBytes, pointerBytes } = storage.usage;
    const ratio = `${(worstCasePointerBytes / pointerBytes).toFixed(1)}x`;
    console.log(`  ${name.padEnd(40)}${String(worstCasePointerBytes).padStart(12)}${String(pointerBytes).padStart(8)}${ratio.padStart(8)}`);
    storage.free();
  }
}

function printReport({ usage, diagnostics, heapBytesPerBlock, blocks }, { spoken, spokenLater, paused }, frames, sampleRate, seconds) {
  const gain = (decibels) => (Number.isNaN(decibels) ? "it never does" : `${decibels.toFixed(1)} dB`);
  const audioSeconds = frames / sampleRate;
  console.log(`
this storage (2+1 in / 2 out, ${BLOCK} frames), in bytes
  pointers ${usage.pointerBytes}, descriptors ${usage.descriptorBytes}, samples ${usage.sampleBytes}, parameters ${usage.parameterBytes}, padding ${usage.paddingBytes}: ${usage.totalBytes} in all

gain of the bed
  where the voice speaks   ${gain(spoken)}
  in its second half       ${gain(spokenLater)}, with an amount of ${DEEPER.amount} in place of ${CONFIG.parameters[0].defaultValue}
  where it pauses          ${gain(paused)}

rendering
  blocks                   ${blocks} of ${BLOCK} frames: ${audioSeconds.toFixed(1)} s of audio in ${seconds.toFixed(2)} s
  JS heap                  ${heapBytesPerBlock.toFixed(3)} bytes a block
  diagnostics              ${Object.entries(diagnostics)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ")}`);
}
