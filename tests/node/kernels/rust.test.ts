// The kernel in Rust, in doubles and with Rust's own allocator, against the same sum in JS.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ProcessBufferStorage } from "wasm-process-buffers";
import { build } from "../../../examples/rust-kernel/build.mjs";
import { filled, noise } from "../../support/host-channels";
import { type Block, bits, hostOutputs, noiseBlocks } from "./blocks";

const module = new WebAssembly.Module(readFileSync(await build()));
const config = { inputs: [2, 1], outputs: [2, 2], parameters: [{ name: "step", defaultValue: 0.1, minValue: 0, maxValue: 1 }] };

interface Kernel {
  readonly memory: WebAssembly.Memory;
  malloc(byteLength: number): number;
  free(address: number): void;
  process(inputs: number, outputs: number, frames: number, parameters: number): void;
}

function instantiate() {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
  return { kernel, storage: ProcessBufferStorage.allocateFromConfig(config, { heap: kernel, sampleFormat: "f64" }) };
}

function render({ kernel, storage }: ReturnType<typeof instantiate>, block: Block, frames = 128): Float32Array[][] {
  const outputs = hostOutputs(config.outputs, frames);
  const blockFrames = storage.collect(block, outputs);
  kernel.process(storage.inputsAddress, storage.outputsAddress, blockFrames, storage.parametersAddress);
  storage.deliver(outputs);
  return outputs;
}

/** What the kernel computes, in doubles, and rounded to floats at the end alone. */
function crossover(): (block: Block, frames?: number) => Float32Array[][] {
  const low = [0, 0];
  return ([main = [], control = []], frames = 128) => {
    const outputs = hostOutputs(config.outputs, frames);
    for (let c = 0; c < 2; c++) {
      for (let k = 0; k < frames; k++) {
        const input = main[c]?.[k] ?? 0;
        const step = Math.min(Math.max(0.1 + 0.09 * (control[0]?.[k] ?? 0), 0), 1);
        low[c]! += (input - low[c]!) * step;
        outputs[0]![c]![k] = low[c]!;
        outputs[1]![c]![k] = input - low[c]!;
      }
      if (Math.abs(low[c]!) < 1e-30) low[c] = 0;
    }
    return outputs;
  };
}

describe("the kernel", () => {
  test("renders sample for sample what it should, whatever buses the host connects", () => {
    const instance = instantiate();
    const expected = crossover();
    for (const block of noiseBlocks(200, [[2, 1], [2, 0], [0, 1], [1, 1], [], [2, 2], [6]])) {
      expect(bits(render(instance, block))).toEqual(bits(expected(block)));
    }
  });

  test("falls wholly silent after its input has", () => {
    const instance = instantiate();
    const expected = crossover();
    let rendered: Float32Array[][] = [];
    for (const block of noiseBlocks(12, [[2, 1], ...Array(11).fill([0, 0])])) {
      rendered = render(instance, block);
      expect(bits(rendered)).toEqual(bits(expected(block)));
    }
    expect(bits(rendered)).toEqual(bits([filled(2), filled(2)]));
  });

  test("renders blocks of changing lengths", () => {
    const instance = instantiate();
    const expected = crossover();
    for (let frames = 1; frames <= 128; frames++) {
      const block = [[noise(frames, frames), noise(frames, frames + 500)], [noise(frames, frames + 1000)]];
      expect(bits(render(instance, block, frames))).toEqual(bits(expected(block, frames)));
    }
  });

  test("follows a parameter that is another in each frame, in doubles", () => {
    const { kernel, storage } = instantiate();
    const step = Float32Array.from({ length: 128 }, (_, k) => k / 128);
    const [input, outputs] = [noise(128, 1), hostOutputs(config.outputs)];
    const frames = storage.collect([[input]], outputs, { step });
    kernel.process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress);
    storage.deliver(outputs);
    let low = 0;
    expect([...outputs[0]![0]!]).toEqual(Array.from(input, (sample, k) => Math.fround((low += (sample - low) * step[k]!))));
  });

  test("goes on without a seam when its memory grows between blocks", () => {
    const instance = instantiate();
    const { kernel, storage } = instance;
    const expected = crossover();
    const bytes = kernel.memory.buffer.byteLength;
    const { inputsAddress } = storage;
    for (const block of noiseBlocks(20, [[2, 1]])) {
      expect(kernel.malloc(1 << 20)).not.toBe(0);
      expect(bits(render(instance, block))).toEqual(bits(expected(block)));
    }
    expect(kernel.memory.buffer.byteLength).toBeGreaterThan(bytes + 19 * 2 ** 20);
    expect(storage.inputsAddress).toBe(inputsAddress);
  });

  test("stays in bounds with a control signal that is none", () => {
    const instance = instantiate();
    for (const control of [1000, -1000, Infinity, -Infinity, NaN]) {
      const outputs = render(instance, [[noise(128, 1), noise(128, 2)], [new Float32Array(128).fill(control)]]);
      expect(outputs.flat().every((samples) => samples.every((sample) => Math.abs(sample) <= 2))).toBe(true);
    }
  });
});

describe("the kernel's allocator", () => {
  test("has room for the next storage where the last one was", () => {
    const { kernel, storage } = instantiate();
    expect(storage.usage.reclaimable).toBe(true);
    storage.free();
    const bytes = kernel.memory.buffer.byteLength;
    for (let i = 0; i < 1000; i++) ProcessBufferStorage.allocateFromConfig(config, { heap: kernel, maxFrames: 1 + i }).free();
    expect(kernel.memory.buffer.byteLength).toBeLessThanOrEqual(bytes + 2 ** 16);
  });

  test("renders on after the storage was laid out anew", () => {
    const instance = instantiate();
    instance.storage.reconfigure({ ...config, inputs: [6], outputs: [6] }, { maxFrames: 4096 });
    instance.storage.reconfigure(config, { maxFrames: 128 });
    const expected = crossover();
    for (const block of noiseBlocks(10, [[2, 1]])) expect(bits(render(instance, block))).toEqual(bits(expected(block)));
  });

  test("gives pieces on 16-byte boundaries that nobody else has, and takes each one back whole", () => {
    const { kernel } = instantiate();
    const sizes = Array.from({ length: 200 }, (_, i) => i * 37);
    const round = () => {
      const held = sizes.map((bytes, i) => {
        const address = kernel.malloc(bytes);
        expect(address % 16).toBe(0);
        new Uint8Array(kernel.memory.buffer, address, bytes).fill(i);
        return address;
      });
      held.forEach((address, i) => {
        expect(new Uint8Array(kernel.memory.buffer, address, sizes[i]!).every((byte) => byte === i)).toBe(true);
        kernel.free(address);
      });
    };
    round();
    const bytes = kernel.memory.buffer.byteLength;
    for (let i = 0; i < 20; i++) round();
    expect(kernel.memory.buffer.byteLength).toBe(bytes);
  });

  test("answers null where there is no room, and takes null back", () => {
    const { kernel } = instantiate();
    for (const bytes of [0xffffffff, 0xfffffff0, 0xfffe0000]) expect(kernel.malloc(bytes)).toBe(0);
    kernel.free(0);
    expect(kernel.malloc(16)).not.toBe(0);
  });
});

test("main.mjs renders a second, and both bands are told in its levels", () => {
  const printed = execFileSync(process.execPath, ["examples/rust-kernel/main.mjs"], { encoding: "utf8" });
  expect(printed).toContain("375 blocks of 128 frames in doubles");
  const [unconnected, connected] = ["unconnected", "connected"].map((half) =>
    new RegExp(`^ +${half} +(-[\\d.]+) dB +(-[\\d.]+) dB$`, "m").exec(printed)!.slice(1).map(Number),
  ) as [number[], number[]];
  expect(connected[0]).toBeLessThan(unconnected[0]! - 3);
  expect(connected[1]).toBeGreaterThan(unconnected[1]! + 1);
});
