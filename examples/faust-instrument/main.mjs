// Plays a melody on a polyphonic instrument in Faust. Each note begins and ends at its own frame, wherever that lies in a block.
//
//   node examples/faust-instrument/main.mjs

import { readFileSync } from "node:fs";
import { peak } from "wasm-process-buffers";
import { build } from "./build.mjs";
import { FaustInstrument, NOTE_OFF, NOTE_ON } from "./instrument.mjs";

const SAMPLE_RATE = 48_000;
const BLOCK = 128;
const STEP_SECONDS = 0.21;
/** MIDI keys, one after the other, each held for two steps. */
const MELODY = [60, 64, 67, 72, 71, 67, 64, 62];

const { wasm, mixer, json } = await build();
const compile = (path) => new WebAssembly.Module(readFileSync(path));
const instrument = new FaustInstrument(compile(wasm), compile(mixer), readFileSync(json, "utf8"), { sampleRate: SAMPLE_RATE });
const { events, storage } = instrument;

MELODY.forEach((key, step) => {
  events.push(step * STEP_SECONDS * SAMPLE_RATE, NOTE_ON, key, 100 / 127);
  events.push((step + 2) * STEP_SECONDS * SAMPLE_RATE, NOTE_OFF, key, 0);
});

const outputs = [[new Float32Array(BLOCK), new Float32Array(BLOCK)]];
const blocks = Math.ceil(((MELODY.length + 4) * STEP_SECONDS * SAMPLE_RATE) / BLOCK);
const rows = Array.from({ length: MELODY.length + 4 }, () => ({ highest: 0, offsets: [] }));
for (let block = 0; block < blocks; block++) {
  instrument.process(outputs, block * BLOCK);
  const row = rows[Math.floor((block * BLOCK) / (STEP_SECONDS * SAMPLE_RATE))];
  row.highest = Math.max(row.highest, peak(storage.mainOutput, 0));
  for (let i = 0; i < events.count; i++) row.offsets.push(instrument.list.getUint32(events.address + i * 16, true));
}

console.log(`${MELODY.length} notes in ${blocks} blocks of ${BLOCK} frames, ${storage.diagnostics.refusedEvents} refused`);
console.log("         events at frames of their blocks    peak");
rows.forEach(({ highest, offsets }, step) => {
  console.log(`  ${(step * STEP_SECONDS).toFixed(2)} s ${offsets.join(", ").padStart(32)}   ${highest.toFixed(3)}`);
});
events.free();
storage.free();
