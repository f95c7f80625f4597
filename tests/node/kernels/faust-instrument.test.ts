// A melody on a polyphonic instrument of Faust's, through a queue of events, against faustwasm's own polyphony, which
// renders its blocks in slices from note to note: every bit must be the same.

import { readFileSync } from "node:fs";
import { FaustPolyDspGenerator } from "@grame/faustwasm/dist/esm/index.js";
import { expect, test } from "vitest";
import { build } from "../../../examples/faust-instrument/build.mjs";
import { FaustInstrument, NOTE_OFF, NOTE_ON } from "../../../examples/faust-instrument/instrument.mjs";
import { bits, hostOutputs } from "./blocks";

const { wasm, mixer, json } = await build();
const voiceModule = new WebAssembly.Module(readFileSync(wasm));
const mixerModule = new WebAssembly.Module(readFileSync(mixer));
const description = readFileSync(json, "utf8");
const VOICES = 8;
const BLOCK = 128;
const BLOCKS = 400;

interface Note {
  readonly frame: number;
  readonly key: number;
  /** 1 … 127; 0 lets the key go. */
  readonly velocity: number;
}

/** What a melody and its echo a fifth above come to: never more keys than voices. */
const melody: readonly Note[] = [60, 62, 64, 65, 67, 69, 71, 72]
  .flatMap((key, step) => [
    { frame: step * 4001 + 17, key, velocity: 127 - step * 9 },
    { frame: step * 4001 + 17, key: key + 19, velocity: 40 + step },
    { frame: step * 4001 + 5000, key, velocity: 0 },
    { frame: step * 4001 + 6000 + step, key: key + 19, velocity: 0 },
  ])
  .sort((one, other) => one.frame - other.frame);

/** What faustwasm's own polyphony does, which needs a list for each block. */
async function renderedByFaust(): Promise<Float32Array[][]> {
  const factory = { cfactory: 0, code: readFileSync(wasm), module: voiceModule, json: description, poly: true, soundfiles: {} };
  const generator = new FaustPolyDspGenerator();
  const processor = await generator.createOfflineProcessor(48_000, BLOCK, VOICES, factory as never, mixerModule, null);
  const { fDSPCode: dsp } = processor as unknown as {
    fDSPCode: {
      start(): void;
      keyOn(channel: number, key: number, velocity: number): void;
      keyOff(channel: number, key: number, velocity: number): void;
      compute(inputs: Float32Array[], outputs: Float32Array[], events: { frame: number; apply(): void }[]): boolean;
    };
  };
  dsp.start();
  return Array.from({ length: BLOCKS }, (_, block) => {
    const [outputs] = hostOutputs([2]) as [Float32Array[]];
    const events = melody
      .filter(({ frame }) => Math.floor(frame / BLOCK) === block)
      .map(({ frame, key, velocity }) => ({
        frame: frame - block * BLOCK,
        apply: () => (velocity > 0 ? dsp.keyOn(0, key, velocity) : dsp.keyOff(0, key, 0)),
      }));
    dsp.compute([], outputs, events);
    return outputs;
  });
}

test("a melody from a list of notes is, bit by bit, what faustwasm's own polyphony makes of it", async () => {
  const instrument = new FaustInstrument(voiceModule, mixerModule, description, { voices: VOICES });
  // In any order, because the queue sorts them: the last one first, but those of one frame as they stand.
  const pushed = [...melody].sort((one, other) => other.frame - one.frame);
  for (const { frame, key, velocity } of pushed) {
    expect(instrument.events.push(frame, velocity > 0 ? NOTE_ON : NOTE_OFF, key, velocity / 127)).toBe(true);
  }
  const expected = await renderedByFaust();
  let highest = 0;
  let within = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const outputs = hostOutputs([2]);
    instrument.process(outputs, block * BLOCK);
    expect([block, bits(outputs)]).toEqual([block, bits([expected[block]!])]);
    highest = Math.max(highest, ...outputs[0]![0]!);
    for (let i = 0; i < instrument.events.count; i++)
      within += Number(instrument.list.getUint32(instrument.events.address + i * 16, true) > 0);
  }
  expect(highest).toBeGreaterThan(0.1);
  expect(within).toBeGreaterThan(25);
  // All voices have died away, and are free again.
  expect(instrument.voices.every(({ key }: { key: number }) => key === -1)).toBe(true);
});
