// The kernel of examples/emscripten-callback, as Emscripten compiles it, against the same sum in JS: by its export, and by its number
// in the table, over growth in the middle and in blocks of any length.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EmscriptenCallback, instantiateKernel, type Kernel, ProcessBufferStorage } from "wasm-process-buffers";
import { build } from "../../../examples/emscripten-callback/build.mjs";
import { config } from "../../../examples/emscripten-callback/config.mjs";
import { noise } from "../../support/host-channels";
import { bits, hostOutputs, noiseBlocks } from "./blocks";

const module = new WebAssembly.Module(readFileSync(await build()));
const { fround } = Math;

function ducker(callbackOf: (kernel: Kernel["exports"]) => unknown) {
  const { exports: kernel, heap } = instantiateKernel(module);
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, missingInputs: "drop" });
  const callback = new EmscriptenCallback(storage, callbackOf(kernel) as never, { userData: kernel.create() });
  return { kernel, heap, storage, callback };
}

test.each<[string, Parameters<typeof ducker>[0]]>([
  ["its export", (kernel) => kernel.process],
  ["its number", (kernel) => (kernel.__indirect_function_table as unknown as WebAssembly.Table).get(kernel.callback())],
])("called by %s it ducks as the sum in JS says, whatever the host connects", (_, callbackOf) => {
  const { heap, storage, callback } = ducker(callbackOf);
  let level = 0;
  const shapes = [[2, 1], [2, 0], [0, 1], [1, 1], [], [2, 2], [6, 4]];
  for (const [i, block] of noiseBlocks(400, shapes).entries()) {
    const frames = i % 3 === 0 ? 128 : 1 + ((i * 37) % 128);
    const [main, side] = block.map((channels) => channels.map((samples) => samples.subarray(0, frames)));
    const gain = i % 5 === 0 ? Float32Array.of(0.75) : noise(frames, 9000 + i);
    const depth = noise(frames, 5000 + i);
    const outputs = hostOutputs([2], frames);
    if (i % 50 === 49) heap.memory.grow(1);
    storage.collect([main ?? [], side ?? []], outputs, { gain, depth });
    expect(callback.call()).toBe(true);
    storage.deliver(outputs);
    const expected = hostOutputs([2], frames);
    for (let k = 0; k < frames; k++) {
      level = fround(level + fround(fround(Math.abs(side?.[0]?.[k] ?? 0) - level) * 0.0625));
      const factor = fround(gain[gain.length > 1 ? k : 0]! * fround(1 - fround(depth[k]! * level)));
      for (const [c, samples] of expected[0]!.entries()) samples[k] = fround((main?.[c]?.[k] ?? 0) * factor);
    }
    expect(bits(outputs)).toEqual(bits(expected));
  }
});

test("where the kernel says that it is done, so does the call", () => {
  const { kernel, storage, callback } = ducker((kernel) => kernel.process);
  kernel.end_after(2);
  storage.begin(128);
  expect([callback.call(), callback.call(), callback.call(), callback.call()]).toEqual([true, true, false, false]);
});

test("its memory is its own: no thread shares it", () => {
  expect(ducker((kernel) => kernel.process).heap.memory.buffer).toBeInstanceOf(ArrayBuffer);
});
