// A package that hides its memory, used as it is: no captureKernel, no heap in it. A storage in a heap of its own, and one `set` a
// channel each way through the loader's HEAPF32, which it replaces when the memory grows.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { heapOf, ProcessBufferStorage } from "wasm-process-buffers";
import create from "../../../node_modules/@opendaw/nam-wasm/dist/nam.js";
import { model } from "../../kernels-published/model.js";
import { noise } from "../../support/host-channels";
import { byNamWasm } from "./own-glue";

const FRAMES = 128 * 200;
const sound = [noise(FRAMES, 1), noise(FRAMES, 2)];

test("@opendaw/nam-wasm plays through its HEAPF32 what its own glue plays, over growth too", async () => {
  const nam = await create({ wasmBinary: new Uint8Array(readFileSync("node_modules/@opendaw/nam-wasm/dist/nam.wasm")).buffer });
  expect(() => heapOf(nam)).toThrow("HEAPF32");
  nam._nam_setSampleRate(48_000);
  const text = nam._malloc(model.length + 1);
  nam.stringToUTF8(model, text, model.length + 1);
  const instances = [0, 1].map(() => nam._nam_createInstance());
  for (const instance of instances) expect(Number(nam._nam_loadModel(instance, text))).toBe(1);
  const [input, output] = [nam._malloc(512), nam._malloc(512)];

  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
  const heard = sound.map(() => new Float32Array(FRAMES));
  const before = nam.HEAPF32.length;
  for (let start = 0; start < FRAMES; start += 128) {
    const part = (samples: Float32Array) => samples.subarray(start, start + 128);
    if (start === FRAMES / 2) nam._malloc(4 * before);
    const outputs = [heard.map(part)];
    const frames = storage.collect([sound.map(part)], outputs);
    for (const [c, instance] of instances.entries()) {
      nam.HEAPF32.set(storage.mainInput!.channel(c), input >> 2);
      nam._nam_process(instance, input, output, frames);
      storage.mainOutput!.channel(c).set(nam.HEAPF32.subarray(output >> 2, (output >> 2) + frames));
    }
    storage.deliver(outputs);
  }
  expect(nam.HEAPF32.length).toBeGreaterThan(before);
  const { channels } = await byNamWasm(sound);
  for (const [c, samples] of heard.entries()) expect([c, samples.findIndex((sample, k) => sample !== channels![c]![k])]).toEqual([c, -1]);
});
