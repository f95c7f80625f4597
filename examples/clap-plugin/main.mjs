// Plays one second of two tones through a CLAP plug-in that was compiled to wasm32. The second tone stops half way, and its port
// is unconnected from then on. Then plays a melody on another plug-in, an instrument. Notes and a fading gain take effect at
// their own frame, wherever that lies in a block.
//
//   node examples/clap-plugin/main.mjs

import { readFileSync } from "node:fs";
import { peak } from "wasm-process-buffers";
import { build } from "./build.mjs";
import { NOTE_OFF, NOTE_ON, PARAM_VALUE } from "./events.mjs";
import { HostedPlugin } from "./host.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const BLOCKS = SAMPLE_RATE / BLOCK;

const hosted = new HostedPlugin(new WebAssembly.Module(readFileSync(await build())), { sampleRate: SAMPLE_RATE, maxFrames: BLOCK });
const { storage, name } = hosted;

const tone = (frequency) =>
  Float32Array.from({ length: SAMPLE_RATE }, (_, k) => 0.5 * Math.sin((2 * Math.PI * frequency * k) / SAMPLE_RATE));
/** A tone on the left, and one steady value on the right. */
const main = [tone(220), new Float32Array(SAMPLE_RATE).fill(0.25)];
const side = tone(330);

const outputs = storage.config.outputs.map(({ channelCount }) => Array.from({ length: channelCount }, () => new Float32Array(BLOCK)));
const highest = { connected: [0, 0], alone: [0, 0] };
let constantChannels = 0;
for (let block = 0; block < BLOCKS; block++) {
  const window = (samples) => samples.subarray(block * BLOCK, (block + 1) * BLOCK);
  const isConnected = block < BLOCKS / 2;
  hosted.process([main.map(window), isConnected ? [window(side)] : []], outputs);
  const levels = highest[isConnected ? "connected" : "alone"];
  storage.outputs.forEach((bus, port) => {
    levels[port] = Math.max(levels[port], peak(bus, 0));
    for (let c = 0; c < bus.length; c++) constantChannels += (bus.constantMask >>> c) & 1;
  });
}

const ports = (buses) => buses.map((bus) => `${bus.name} (${bus.capacity})`).join(", ");
const levels = ([main, difference]) => `${main.toFixed(3)} and ${difference.toFixed(3)}`;
console.log(`${name}: ${ports(storage.inputs)} in; ${ports(storage.outputs)} out, by its own account`);
console.log(`${BLOCKS} blocks of ${BLOCK} frames; the storage takes ${storage.usage.totalBytes} bytes of the plug-in's memory`);
console.log(`peaks of the left outputs: ${levels(highest.connected)} with the side, ${levels(highest.alone)} without`);
console.log(`${constantChannels} of ${BLOCKS * 4} output channels held one value, and were marked so`);
hosted.close();

const MELODY = [60, 64, 67, 72, 67, 64, 60];
const STEP = 5001;
const GAIN_PARAM = 7;
const synth = new HostedPlugin(new WebAssembly.Module(readFileSync(await build("synth"))), { sampleRate: SAMPLE_RATE, maxFrames: BLOCK });
MELODY.forEach((key, step) => {
  synth.events.push(step * STEP, NOTE_ON, key, 0.8);
  synth.events.push((step + 1) * STEP + 700, NOTE_OFF, key, 0);
  synth.events.push(step * STEP + 333, PARAM_VALUE, GAIN_PARAM, 1 - step / MELODY.length);
});
const stereo = [[new Float32Array(BLOCK), new Float32Array(BLOCK)]];
let events = 0;
let loudest = 0;
for (let block = 0; block < BLOCKS; block++) {
  synth.process([], stereo);
  events += synth.events.count;
  loudest = Math.max(loudest, peak(synth.storage.mainOutput, 0));
}
console.log(`${synth.name}: ${events} events as clap_event_note and clap_event_param_value, peak ${loudest.toFixed(3)}`);
synth.close();
