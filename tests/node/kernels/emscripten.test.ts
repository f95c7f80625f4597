// A looper in C++ that allocates while it processes, so that its memory grows under the storage in the
// middle of a block: against the same loop in JS.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";
import { build } from "../../../examples/emscripten-kernel/build.mjs";
import { instantiate } from "../../../examples/emscripten-kernel/instantiate.mjs";
import { pointersAt } from "../../support/memory-contents";
import { type Block, bits, hostOutputs, noiseBlocks } from "./blocks";

const { loader, wasm } = await build();
const { default: load } = await import(/* @vite-ignore */ pathToFileURL(loader).href);
const module = new WebAssembly.Module(readFileSync(wasm));
const config = { inputs: [2, 2], outputs: [2] };

interface Kernel {
  _malloc(byteLength: number): number;
  _free(address: number): void;
  _record(): void;
  _play(): void;
  _process(inputs: number, outputs: number, frames: number): void;
}

function looper() {
  const { kernel, heap } = instantiate(load, module) as { kernel: Kernel; heap: WasmHeap };
  const { memory } = heap;
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
  /** Blocks within which the memory grew. */
  let growths = 0;
  const render = (block: Block, frames = 128) => {
    const outputs = hostOutputs([2], frames);
    storage.collect(block, outputs);
    const bytes = memory.buffer.byteLength;
    kernel._process(storage.inputsAddress, storage.outputsAddress, frames);
    if (memory.buffer.byteLength > bytes) growths++;
    storage.deliver(outputs);
    return outputs;
  };
  return { kernel, memory, storage, render, growths: () => growths };
}

/** What the looper computes. */
class Loop {
  private readonly samples: [number[], number[]] = [[], []];
  private position = 0;

  /** While it records, the main input is heard as it is. */
  record([main, take]: Block, frames = 128): Float32Array[][] {
    for (const [c, samples] of this.samples.entries()) for (let k = 0; k < frames; k++) samples.push(take?.[c]?.[k] ?? 0);
    return hostOutputs([2], frames).map((channels) => channels.map((samples, c) => samples.map((_, k) => main?.[c]?.[k] ?? 0)));
  }

  play([main]: Block, frames = 128): Float32Array[][] {
    const start = this.position;
    const length = this.samples[0].length;
    this.position = (start + frames) % length;
    return hostOutputs([2], frames).map((channels) =>
      channels.map((samples, c) => samples.map((_, k) => (main?.[c]?.[k] ?? 0) + this.samples[c]![(start + k) % length]!)),
    );
  }
}

const shapes = [[2, 2], [2, 0], [0, 2], [1, 1], [], [2, 1], [6, 4]];

test("the memory grows inside process, and every sample is right, whatever buses the host connects", () => {
  const { kernel, render, growths } = looper();
  const loop = new Loop();
  kernel._record();
  for (const block of noiseBlocks(1000, shapes)) expect(bits(render(block))).toEqual(bits(loop.record(block)));
  expect(growths()).toBeGreaterThan(3);
  kernel._play();
  for (const block of noiseBlocks(1500, shapes)) expect(bits(render(block))).toEqual(bits(loop.play(block)));
});

test("a loop and blocks whose lengths do not divide each other", () => {
  const { kernel, render } = looper();
  const loop = new Loop();
  kernel._record();
  for (const frames of [128, 100, 57]) {
    for (const block of noiseBlocks(7, shapes, frames)) expect(bits(render(block, frames))).toEqual(bits(loop.record(block, frames)));
  }
  kernel._play();
  for (const frames of [128, 100, 57]) {
    for (const block of noiseBlocks(50, shapes, frames)) expect(bits(render(block, frames))).toEqual(bits(loop.play(block, frames)));
  }
});

test("addresses stay when the memory grows, and so do the tables", () => {
  const { kernel, memory, storage, render, growths } = looper();
  const addresses = () => {
    const { inputsAddress, outputsAddress, inputTableAddress, outputTableAddress } = storage;
    return [inputsAddress, outputsAddress, pointersAt(memory, inputTableAddress, 4), pointersAt(memory, outputTableAddress, 2)];
  };
  const [block] = noiseBlocks(1, [[2, 2]]) as [Block];
  render(block);
  const before = addresses();
  kernel._record();
  while (growths() < 3) {
    render(block);
    expect(addresses()).toEqual(before);
  }
});

test("views are made anew once for each growth, and never again while the memory stays", () => {
  const { kernel, storage, render, growths } = looper();
  const [block] = noiseBlocks(1, [[2, 2]]) as [Block];
  const allViews = 6;
  kernel._record();
  for (let grown = 1; grown <= 4; grown++) {
    while (growths() < grown) render(block);
    // Those that the block after the growth asks for first.
    render(block);
    expect(storage.diagnostics.viewRebuilds).toBe(grown * allViews);
    expect(growths()).toBe(grown);
  }
  kernel._play();
  for (let i = 0; i < 1000; i++) render(block);
  expect(storage.diagnostics.viewRebuilds).toBe(4 * allViews);
});

test("the loop that a new recording replaces is given back", () => {
  const { kernel, memory, render } = looper();
  const [block] = noiseBlocks(1, [[2, 2]]) as [Block];
  const bytesAfterTake = () => {
    kernel._record();
    for (let i = 0; i < 500; i++) render(block);
    return memory.buffer.byteLength;
  };
  bytesAfterTake();
  const bytes = bytesAfterTake();
  for (let take = 0; take < 20; take++) expect(bytesAfterTake()).toBe(bytes);
});

test("main.mjs renders a second, half of it with a loop, and says how the memory grew", () => {
  const printed = execFileSync(process.execPath, ["examples/emscripten-kernel/main.mjs"], { encoding: "utf8" });
  expect(printed).toMatch(/^480 blocks of 100 frames/);
  const rows = Array.from(printed.matchAll(/^ +[\d.]+ s +([\d.]+) +(\d+) KB$/gm), ([, ...numbers]) => numbers.map(Number));
  expect(rows.map(([peak]) => peak! > 0.6)).toEqual([false, false, false, false, true, true, true, true]);
  expect(rows.at(-1)![1]).toBeGreaterThan(rows[0]![1]!);
});
