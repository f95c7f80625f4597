// An effect that Faust compiled, over flat tables, in one memory with the storage: against the same
// arithmetic in JS, step by step, so every bit must be the same.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { FaustMonoDspGenerator } from "@grame/faustwasm/dist/esm/index.js";
import { describe, expect, test } from "vitest";
import { ProcessBufferStorage } from "wasm-process-buffers";
import { build } from "../../../examples/faust-effect/build.mjs";
import { createEffect } from "../../../examples/faust-effect/effect.mjs";
import { filled } from "../../support/host-channels";
import { type Block, bits, hostOutputs, noiseBlocks } from "./blocks";

const { wasm, json } = await build();
const module = new WebAssembly.Module(readFileSync(wasm));
const description = readFileSync(json, "utf8");
const config = { inputs: [2, 2], outputs: [2] };
/** Frames from one echo to the next. */
const DELAY = 4800;
const { abs, fround, max } = Math;

function effect() {
  const { heap, compute } = createEffect(module, description, 48_000);
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
  const render = (block: Block) => {
    const outputs = hostOutputs([2]);
    compute(storage.collect(block, outputs), storage.inputTableAddress, storage.outputTableAddress);
    storage.deliver(outputs);
    return outputs;
  };
  return { heap, compute, storage, render };
}

/** What the effect computes, every step rounded to a float, in the order in which Faust takes them. */
function duckedEcho(): (block: Block) => Float32Array[][] {
  const release = fround(0.999);
  const rendered: [number[], number[]] = [[], []];
  let level = 0;
  return ([main = [], side = []]) => {
    const outputs = hostOutputs([2]);
    for (let k = 0; k < 128; k++) {
      level = max(fround(release * level), abs(side[0]?.[k] ?? 0), abs(side[1]?.[k] ?? 0));
      const attenuation = fround(1 + fround(4 * level));
      for (const [c, before] of rendered.entries()) {
        const echo = 0.5 * (before[before.length - DELAY] ?? 0);
        const sample = fround(echo + fround((main[c]?.[k] ?? 0) / attenuation));
        before.push(sample);
        outputs[0]![c]![k] = sample;
      }
    }
    return outputs;
  };
}

test("renders sample for sample what it should, whatever buses the host connects", () => {
  const { render } = effect();
  const expected = duckedEcho();
  for (const block of noiseBlocks(300, [[2, 2], [2, 0], [0, 2], [1, 1], [], [2, 1], [6, 4]])) {
    expect(bits(render(block))).toEqual(bits(expected(block)));
  }
});

test("the echo rings on when the input has ended and has no channels, half as loud each time", () => {
  const { render, storage } = effect();
  const expected = duckedEcho();
  const blocksOf = (count: number, block: Block) => Array.from({ length: count }, () => block);
  const levels: number[] = [];
  // Half an echo's time of sound, ten times as much without.
  for (const block of [...blocksOf(19, [filled(2, 0.5)]), ...blocksOf(356, [[]])]) {
    const rendered = render(block);
    expect(bits(rendered)).toEqual(bits(expected(block)));
    levels.push(max(...rendered[0]![1]!));
  }
  expect([storage.mainInput!.length, storage.mainInput!.connectedLength]).toEqual([2, 0]);
  const echoes = Array.from({ length: 10 }, (_, echo) => levels[Math.ceil((echo * DELAY) / 128)]);
  expect(echoes).toEqual(echoes.map((_, echo) => 0.5 ** (echo + 1)));
  expect(levels[30]).toBe(0);
});

test.each([false, true])("the state lies at the bottom, and the storage above it; imported memory: %s", async (imports) => {
  const built = await build(undefined, imports);
  const json = readFileSync(built.json, "utf8");
  const { size } = JSON.parse(json);
  const { heap, compute } = createEffect(new WebAssembly.Module(readFileSync(built.wasm)), json, 48_000);
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
  expect(storage.inputsAddress).toBeGreaterThanOrEqual(size);
  // Guards around the state: in front there is nothing, behind it what nobody has.
  const guard = heap.malloc(64, 16);
  new Uint8Array(heap.memory.buffer, guard, 64).fill(7);
  storage.collect([filled(2, 0.5)], hostOutputs([2]));
  compute(128, storage.inputTableAddress, storage.outputTableAddress);
  expect(storage.mainInput!.channel(0).every((sample) => sample === 0.5)).toBe(true);
  expect(new Uint8Array(heap.memory.buffer, guard, 64).every((byte) => byte === 7)).toBe(true);
});

test("a second storage takes over in the same memory, and the echo goes on", () => {
  const { heap, compute, storage, render } = effect();
  const expected = duckedEcho();
  const second = ProcessBufferStorage.allocateFromConfig(config, { heap });
  expect(second.inputTableAddress).toBeGreaterThan(storage.inputTableAddress);
  for (const [index, block] of noiseBlocks(100, [
    [2, 2],
    [0, 2],
  ]).entries()) {
    if (index < 50) {
      expect(bits(render(block))).toEqual(bits(expected(block)));
      continue;
    }
    storage.free();
    const outputs = hostOutputs([2]);
    compute(second.collect(block, outputs), second.inputTableAddress, second.outputTableAddress);
    second.deliver(outputs);
    expect(bits(outputs)).toEqual(bits(expected(block)));
  }
});

test("no frames change nothing", () => {
  const { compute, storage, render } = effect();
  const expected = duckedEcho();
  for (const block of noiseBlocks(10, [[2, 2]])) {
    compute(storage.begin(0), storage.inputTableAddress, storage.outputTableAddress);
    expect(bits(render(block))).toEqual(bits(expected(block)));
  }
});

test("main.mjs renders a second, of which the end is the echo alone", () => {
  const printed = execFileSync(process.execPath, ["examples/faust-effect/main.mjs"], { encoding: "utf8" });
  const { totalBytes } = ProcessBufferStorage.allocateFromConfig(config).usage;
  expect(printed).toContain(`375 blocks of 128 frames; the storage takes ${totalBytes} bytes`);
  const last = printed.trim().split("\n").at(-1)!.trim().split(/ +/).map(Number.parseFloat);
  expect(last.slice(0, 1).concat(last.slice(2, 4))).toEqual([0.93, 0, 0]);
  expect(last.at(-1)).toBeGreaterThan(0.001);
});

describe("an effect that calls C's maths", () => {
  const blocks = noiseBlocks(40, [[2]]);
  const CHANNELS = { inputs: [2], outputs: [2] };

  /** What faustwasm's own glue makes of these blocks. */
  async function byFaustwasm(code: Uint8Array, json: string): Promise<Float32Array[][]> {
    const generator = new FaustMonoDspGenerator();
    const shaKey = "zita";
    const factory = {
      cfactory: 0,
      code,
      module: await WebAssembly.compile(code as BufferSource),
      json,
      poly: false,
      shaKey,
      soundfiles: {},
    };
    const processor = await generator.createOfflineProcessor(48_000, 128, factory as never);
    return blocks.map(([main]) => {
      const outputs = [new Float32Array(128), new Float32Array(128)];
      const offline = processor as unknown as { fDSPCode: { start(): void; compute(inputs: unknown, outputs: unknown): boolean } };
      offline.fDSPCode.start();
      offline.fDSPCode.compute(main, outputs);
      return outputs;
    });
  }

  test.each([
    ["has its memory itself, as faustwasm makes it by default", false],
    ["imports it", true],
  ])("in a module that %s renders sample for sample what faustwasm's own glue does", { timeout: 120_000 }, async (_, imports) => {
    const zita = await build("tests/kernels-published/zita.dsp", imports);
    const json = readFileSync(zita.json, "utf8");
    const own = imports ? await build("tests/kernels-published/zita.dsp") : zita;
    const expected = await byFaustwasm(readFileSync(own.wasm), json);
    const { heap, compute } = createEffect(new WebAssembly.Module(readFileSync(zita.wasm)), json, 48_000);
    const storage = ProcessBufferStorage.allocateFromConfig(CHANNELS, { heap });
    const outputs = hostOutputs([2]);
    for (const [i, block] of blocks.entries()) {
      compute(storage.collect(block, outputs), storage.inputTableAddress, storage.outputTableAddress);
      storage.deliver(outputs);
      expect(bits(outputs)).toEqual(bits([expected[i]!]));
    }
    expect(outputs[0]!.some((samples) => samples.some((sample) => sample !== 0))).toBe(true);
  });
});
