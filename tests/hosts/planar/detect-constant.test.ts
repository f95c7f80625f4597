import { expect, test } from "vitest";
import { type MissingInputs, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { filled, ramps } from "../../support/host-channels";
import { collectInForm, forms, hostInForm, takenForms } from "../../support/host-forms";

const formats: SampleFormat[] = ["f32", "f64"];
const allocate = (inputs: number[], sampleFormat: SampleFormat, detectConstant = true) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs: [] }, { detectConstant, sampleFormat, maxFrames: 80 });

for (const form of forms) {
  test.each(formats)(
    `%s, ${form}: a channel is marked exactly where all of its frames are bit-equal, for every frame count and place`,
    (sampleFormat) => {
      const storage = allocate([3], sampleFormat);
      for (let frames = 1; frames <= 80; frames++) {
        const channels = filled(3, 0.25, frames);
        const host = hostInForm(form, [channels], NOTHING);
        for (let block = 0; block < 3; block++) {
          storage.collect(host.inputs, host.outputs);
          expect(storage.mainInput!.constantMask).toBe(0b111);
        }
        for (const odd of [0, 1, frames >> 1, frames - 1]) {
          channels[1]!.fill(0.25);
          channels[1]![odd] = 0.5;
          storage.collect(host.inputs, host.outputs);
          expect(storage.mainInput!.constantMask, `frame ${odd} of ${frames}`).toBe(frames === 1 ? 0b111 : 0b101);
        }
        expect(takenForms(storage).collectedBy).toBe(form);
      }
    },
  );

  test.each(formats)(`%s, ${form}: zeros of both signs differ, NaN equals itself`, (sampleFormat) => {
    const storage = allocate([3], sampleFormat);
    const zeros = new Float32Array(16);
    zeros[7] = -0;
    collectInForm(form, storage, [[zeros, new Float32Array(16).fill(Number.NaN), new Float32Array(16).fill(-0)]], []);
    expect(storage.mainInput!.constantMask).toBe(0b110);
  });

  test.each(formats)(`%s, ${form}: all 32 channels, delivered and missing, on every bus`, (sampleFormat) => {
    const storage = allocate([32, 2], sampleFormat);
    collectInForm(form, storage, [filled(32, 1, 16), [...filled(1, 1, 16)]], []);
    expect(storage.inputs.map((bus) => bus.constantMask)).toEqual([0xffffffff, 0b11]);
    collectInForm(form, storage, [ramps(31, 1, 16), ramps(2, 1, 16)], []);
    expect(storage.inputs.map((bus) => bus.constantMask)).toEqual([0x80000000, 0]);
  });

  test.each<[MissingInputs, number, number]>([
    ["silence", 0b111, 0b110],
    ["repeat-mono", 0b111, 0],
    ["drop", 0b001, 0],
  ])(`where a block has grown, only what is missing holds one value, by %s (${form})`, (missingInputs, before, after) => {
    const options = { detectConstant: true, maxFrames: 80, missingInputs };
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [3], outputs: [] }, options);
    collectInForm(form, storage, [filled(1, 0.25, 16)], []);
    expect(storage.mainInput!.constantMask).toBe(before);
    storage.setFrames(80);
    expect(storage.mainInput!.constantMask).toBe(after);
  });

  test(`without the option only missing channels are marked (${form})`, () => {
    const storage = allocate([2], "f32", false);
    collectInForm(form, storage, [filled(1, 1, 16)], []);
    expect(storage.mainInput!.constantMask).toBe(0b10);
  });
}

const NOTHING = Object.freeze([]);
