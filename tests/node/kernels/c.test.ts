// The kernel in C, with its own allocator, against the same sum in JS.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { ProcessBufferStorage } from "wasm-process-buffers";
import { build } from "../../../examples/c-kernel/build.mjs";
import { pointersAt } from "../../support/memory-contents";
import { type Block, bits, hostOutputs, noiseBlocks } from "./blocks";

const module = new WebAssembly.Module(readFileSync(await build()));
const config = { inputs: [2, 1], outputs: [2, 1] };
const SAMPLE_RATE = 48_000;
const { fround } = Math;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  malloc(byteLength: number): number;
  free(address: number): void;
  prepare(sampleRate: number): void;
  process(inputs: number, inputCount: number, outputs: number, outputCount: number, frames: number): void;
}

function instantiate(): Kernel {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
  kernel.prepare(SAMPLE_RATE);
  return kernel;
}

function render(kernel: Kernel, storage: ProcessBufferStorage, block: Block): Float32Array[][] {
  const outputs = hostOutputs([2, 1]);
  const frames = storage.collect(block, outputs);
  kernel.process(storage.inputsAddress, storage.inputs.length, storage.outputsAddress, storage.outputs.length, frames);
  storage.deliver(outputs);
  return outputs;
}

/** What the kernel computes, every step rounded to a float. */
function ducker(): (block: Block) => Float32Array[][] {
  const decay = fround(1 - fround(1 / fround(fround(0.1) * SAMPLE_RATE)));
  let level = 0;
  return ([main = [], side = []]) => {
    const outputs = hostOutputs([2, 1]);
    for (let k = 0; k < 128; k++) {
      level = Math.max(Math.abs(side[0]?.[k] ?? 0), fround(level * decay));
      const gain = fround(1 / fround(1 + fround(4 * level)));
      let sum = 0;
      for (let c = 0; c < 2; c++) {
        outputs[0]![c]![k] = (main[c]?.[k] ?? 0) * gain;
        sum = fround(sum + outputs[0]![c]![k]!);
      }
      outputs[1]![0]![k] = fround(sum * 0.5);
    }
    if (level < fround(1e-6)) level = 0;
    return outputs;
  };
}

describe("the kernel", () => {
  test("renders sample for sample what it should, whatever buses the host connects", () => {
    const kernel = instantiate();
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel });
    const expected = ducker();
    for (const block of noiseBlocks(200, [[2, 1], [2, 0], [0, 1], [1, 1], [], [2, 2], [6]])) {
      expect(bits(render(kernel, storage, block))).toEqual(bits(expected(block)));
    }
  });

  test("lets the main input come back wholly once the sidechain is silent", () => {
    const kernel = instantiate();
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel });
    const [loud, ...quiet] = noiseBlocks(1000, [[2, 1], [2, 0], ...Array(999).fill([2])]) as [Block, ...Block[]];
    const expected = ducker();
    let rendered = render(kernel, storage, loud);
    expect(bits(rendered)).toEqual(bits(expected(loud)));
    for (const block of quiet) {
      rendered = render(kernel, storage, block);
      expect(bits(rendered)).toEqual(bits(expected(block)));
    }
    expect(bits(rendered)[0]).toEqual(bits(quiet.at(-1)!)[0]);
  });

  test("goes on without a seam when its memory grows between blocks", () => {
    const kernel = instantiate();
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel });
    const expected = ducker();
    const bytes = kernel.memory.buffer.byteLength;
    const { inputsAddress } = storage;
    for (const block of noiseBlocks(20, [[2, 1]])) {
      expect(kernel.malloc(1 << 20)).not.toBe(0);
      expect(bits(render(kernel, storage, block))).toEqual(bits(expected(block)));
    }
    expect(kernel.memory.buffer.byteLength).toBeGreaterThan(bytes + 20 * 2 ** 20 - 2 ** 16);
    expect(storage.inputsAddress).toBe(inputsAddress);
  });

  test("passes the main input through where neither sidechain nor send is declared", () => {
    const kernel = instantiate();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: kernel });
    for (const [main] of noiseBlocks(10, [[2]])) expect(bits(render(kernel, storage, [main!]))[0]).toEqual(bits([main!])[0]);
  });

  test("leaves the tables that it is handed alone", () => {
    const kernel = instantiate();
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel });
    const tables = () => [
      pointersAt(kernel.memory, storage.inputTableAddress, 3),
      pointersAt(kernel.memory, storage.outputTableAddress, 3),
    ];
    storage.begin(128);
    const before = tables();
    kernel.process(storage.inputsAddress, 2, storage.outputsAddress, 2, 128);
    expect(tables()).toEqual(before);
  });
});

describe("the kernel's allocator", () => {
  test("has room for the next storage where the last one was", () => {
    const kernel = instantiate();
    const first = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel });
    const { inputsAddress } = first;
    expect(first.usage.reclaimable).toBe(true);
    const bytes = kernel.memory.buffer.byteLength;
    first.free();
    for (let i = 0; i < 1000; i++) {
      const next = ProcessBufferStorage.allocateFromConfig(config, { heap: kernel });
      expect(next.inputsAddress).toBe(inputsAddress);
      next.free();
    }
    expect(kernel.memory.buffer.byteLength).toBe(bytes);
  });

  test("renders on after the storage was laid out anew", () => {
    const kernel = instantiate();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [6], outputs: [6] }, { heap: kernel, maxFrames: 4096 });
    storage.reconfigure(config, { maxFrames: 128 });
    const expected = ducker();
    for (const block of noiseBlocks(10, [[2, 1]])) expect(bits(render(kernel, storage, block))).toEqual(bits(expected(block)));
  });

  test("gives pieces on 16-byte boundaries that nobody else has, and joins them again once they are free", () => {
    const kernel = instantiate();
    const held: { address: number; bytes: number; mark: number }[] = [];
    const bytesAt = (address: number, bytes: number) => new Uint8Array(kernel.memory.buffer, address, bytes);
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const releaseOne = () => {
      const [{ address, bytes, mark }] = held.splice(random(held.length), 1) as [(typeof held)[0]];
      expect(bytesAt(address, bytes).every((byte) => byte === mark)).toBe(true);
      kernel.free(address);
    };
    for (let i = 0; i < 3000; i++) {
      if (held.length > 40 || (held.length > 0 && random(2) === 0)) {
        releaseOne();
      } else {
        const bytes = random(5000);
        const address = kernel.malloc(bytes);
        expect(address % 16).toBe(0);
        expect(address).toBeGreaterThan(0);
        bytesAt(address, bytes).fill(i & 255);
        held.push({ address, bytes, mark: i & 255 });
      }
    }
    while (held.length > 0) releaseOne();
    const bytes = kernel.memory.buffer.byteLength;
    // All of the heap but what the module itself takes, in one piece.
    expect(kernel.malloc(bytes - 2 ** 17)).not.toBe(0);
    expect(kernel.memory.buffer.byteLength).toBe(bytes);
  });

  test("leaves memory alone that somebody else added", () => {
    const kernel = instantiate();
    const foreign = kernel.memory.grow(1) * 2 ** 16;
    new Uint8Array(kernel.memory.buffer, foreign, 2 ** 16).fill(7);
    const addresses = Array.from({ length: 100 }, () => kernel.malloc(3000));
    for (const address of addresses) new Uint8Array(kernel.memory.buffer, address, 3000).fill(9);
    for (const address of addresses) kernel.free(address);
    expect(new Uint8Array(kernel.memory.buffer, foreign, 2 ** 16).every((byte) => byte === 7)).toBe(true);
  });

  test("answers null where there is no room, and takes null back", () => {
    const kernel = instantiate();
    for (const bytes of [0xffffffff, 0xfffe0000]) expect(kernel.malloc(bytes)).toBe(0);
    kernel.free(0);
    expect(kernel.malloc(16)).not.toBe(0);
  });
});

test("the build names Debian's packages where the compiler is missing", async () => {
  vi.stubEnv("PATH", "");
  await expect(build()).rejects.toThrow(/^[^\n]*apt-get install clang lld$/);
  vi.unstubAllEnvs();
});

test("main.mjs renders a second, and the drum is heard in its levels", () => {
  const printed = execFileSync(process.execPath, ["examples/c-kernel/main.mjs"], { encoding: "utf8" });
  const { totalBytes } = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: 64 }).usage;
  expect(printed).toContain(`750 blocks of 64 frames; the storage takes ${totalBytes} bytes`);
  const mainOut = Array.from(printed.matchAll(/^ +0\.?\d? s +[\d.]+ +([\d.]+)/gm), ([, peak]) => Number(peak));
  expect(mainOut).toHaveLength(10);
  expect(mainOut[0]).toBeLessThan(mainOut[4]!);
  expect(mainOut[5]).toBeLessThan(mainOut[4]!);
});
