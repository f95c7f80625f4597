// The mixer in AssemblyScript, which walks all buses by itself, against the same sums in JS.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAX_BUSES, ProcessBufferStorage, type StorageOptions, type WasmHeap } from "wasm-process-buffers";
import { build } from "../../../examples/assemblyscript.mjs";
import { filled, ramps } from "../../support/host-channels";
import { type Block, bits, hostOutputs, noiseBlocks } from "./blocks";

const module = new WebAssembly.Module(readFileSync(await build(new URL("../../../examples/assemblyscript-kernel/", import.meta.url))));
const INPUTS = [2, 1, 6];
const OUTPUTS = [2, 6, 1];
const GAINS = [0.5, 0.7, -0.3].map(Math.fround);
const { fround } = Math;

interface Kernel extends WasmHeap {
  setGain(bus: number, gain: number): void;
  process(inputs: number, inputCount: number, outputs: number, outputCount: number, frames: number): void;
}

function mixer(options: StorageOptions = {}) {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
  for (const [bus, gain] of GAINS.entries()) kernel.setGain(bus, gain);
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: INPUTS, outputs: OUTPUTS }, { heap: kernel, ...options });
  const run = (frames: number) =>
    kernel.process(storage.inputsAddress, storage.inputs.length, storage.outputsAddress, storage.outputs.length, frames);
  const render = (block: Block, beforeProcess = () => {}) => {
    const outputs = hostOutputs(OUTPUTS);
    const frames = storage.collect(block, outputs);
    beforeProcess();
    run(frames);
    storage.deliver(outputs);
    return outputs;
  };
  return { kernel, storage, render };
}

/** The input channels that are heard in channel `channel` of an output, as bus and index. */
function heard(channel: number): (readonly [bus: number, index: number])[] {
  return INPUTS.map((count, bus) => [bus, count === 1 ? 0 : channel] as const).filter(([bus, index]) => index < INPUTS[bus]!);
}

/** What the mixer computes, every step rounded to a float. */
function mixed(block: Block): Float32Array[][] {
  const outputs = hostOutputs(OUTPUTS);
  for (const channels of outputs) {
    for (const [channel, samples] of channels.entries()) {
      samples.fill(0);
      for (const [bus, index] of heard(channel)) {
        const from = block[bus]?.[index];
        if (from !== undefined) for (let k = 0; k < 128; k++) samples[k]! += fround(from[k]! * GAINS[bus]!);
      }
    }
  }
  return outputs;
}

/** The channels of each output in which nothing is heard. */
function silentMasks(block: Block): number[] {
  const isSilent = (channel: number) => heard(channel).every(([bus, index]) => block[bus]?.[index] === undefined);
  return OUTPUTS.map((count) =>
    Array.from({ length: count }, (_, channel) => (isSilent(channel) ? 2 ** channel : 0)).reduce((a, b) => a + b),
  );
}

const shapes = [[2, 1, 6], [2, 1], [0, 1], [2], [0, 0, 6], [], [1, 0, 3], [0, 0, 1], [6, 2, 8]];

test("every output is the sum of what the host connects, sample for sample", () => {
  const { render } = mixer();
  for (const block of noiseBlocks(200, shapes)) expect(bits(render(block))).toEqual(bits(mixed(block)));
});

test("output channels in which nothing is heard are marked as constant, and no others", () => {
  const { render, storage } = mixer();
  for (const block of noiseBlocks(50, shapes)) {
    render(block);
    expect(storage.outputs.map(({ constantMask }) => constantMask)).toEqual(silentMasks(block));
  }
});

test("a constant input that is not silence is heard, and its output marked", () => {
  const { render, storage } = mixer({ detectConstant: true });
  const outputs = render([[...ramps(1), ...filled(1, 0.25)], [], []]);
  expect([...outputs[0]![1]!]).toEqual(Array(128).fill(0.125));
  expect(storage.outputs.map(({ constantMask }) => constantMask)).toEqual([0b10, 0b111110, 0]);
});

test("an input channel that is marked as constant and begins with zero is skipped", () => {
  const { render, storage } = mixer();
  const [left, right] = ramps(2, 0) as [Float32Array, Float32Array];
  const outputs = render([[left, right]], () => {
    storage.mainInput!.constantMask = 0b01;
  });
  expect(left[0]).toBe(0);
  expect([...outputs[0]![0]!]).toEqual(Array(128).fill(0));
  expect([...outputs[0]![1]!]).toEqual(Array.from(right, (sample) => sample * 0.5));
});

test("a gain for a bus beyond the most that there can be changes nothing", () => {
  const { kernel, render } = mixer();
  for (const bus of [MAX_BUSES, 1e6, -1]) kernel.setGain(bus, 1e9);
  for (const block of noiseBlocks(5, shapes)) expect(bits(render(block))).toEqual(bits(mixed(block)));
});

test("main.mjs renders a second, and says when nothing is heard", () => {
  const printed = execFileSync(process.execPath, ["examples/assemblyscript-kernel/main.mjs"], { encoding: "utf8" });
  expect(printed).toMatch(/^375 blocks of 128 frames/);
  expect(printed).toMatch(/^ +music +0\.250 +0\.250 +0$/m);
  expect(printed).toMatch(/^ +music, voice, reverb +0\.[78]\d\d +0\.[78]\d\d +0$/m);
  expect(printed).toMatch(/^ +nothing +0\.000 +0\.000 +11$/m);
});
