// A kernel that copies its inputs, in blocks of its own length: what comes out is what went in, `latency` frames later,
// sample by sample, whatever the host's blocks are.

import { describe, expect, test } from "vitest";
import { createHeap, FixedBlocks, InterleavedHost, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { frozenBuses, noise } from "../support/host-channels";
import { firstDifference } from "../support/memory-contents";
import { randomNumbers, seeds } from "../support/random-numbers.js";

const LENGTHS = [1, 17, 64, 100, 128, 160, 256, 480, 512, 960, 1024, 4096];
const BUSES = [2, 1];
const heap = createHeap();

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function storageOf(maxFrames: number, sampleFormat: SampleFormat = "f32") {
  return ProcessBufferStorage.allocateFromConfig<SampleFormat>({ inputs: BUSES, outputs: BUSES }, { maxFrames, sampleFormat, heap });
}

/** The kernel: a copy, in blocks that must be whole. */
function copyAll(blocks: FixedBlocks<SampleFormat>, storage: ProcessBufferStorage<SampleFormat>): void {
  while (blocks.next()) {
    expect(storage.frames).toBe(storage.maxFrames);
    for (const [b, input] of storage.inputs.entries()) {
      for (let c = 0; c < input.length; c++) storage.outputs[b]!.channel(c).set(input.channel(c) as never);
    }
  }
}

function expectNothingCounted(storage: ProcessBufferStorage<SampleFormat>): void {
  const { viewRebuilds: _, ...counts } = storage.diagnostics;
  expect(Object.values(counts).every((count) => count === 0)).toBe(true);
}

/** Of all their bytes. */
function differenceOf(samples: ArrayBufferView, expected: ArrayBufferView): number {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
  return firstDifference(bytes(samples), bytes(expected));
}

/** `samples`, as many samples later, and silence before. */
function delayed<T extends Float32Array | Int16Array>(samples: T, by: number): T {
  const late = samples.slice().fill(0) as T;
  late.set(samples.subarray(0, Math.max(0, samples.length - by)), by);
  return late;
}

/** Blocks of these lengths through a planar host that hands over the same lists as long as the length is the same. */
function throughPlanar(storage: ProcessBufferStorage<SampleFormat>, blocks: FixedBlocks<SampleFormat>, lengths: readonly number[]): void {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const sound = BUSES.map((channels, b) => Array.from({ length: channels }, (_, c) => noise(total, 1 + b * 2 + c)));
  const heard = sound.map((channels) => channels.map(() => new Float32Array(total)));
  const hosts = new Map<number, readonly (readonly Float32Array[])[][]>();
  let at = 0;
  for (const length of lengths) {
    const lists = () => frozenBuses(BUSES.map((channels) => Array.from({ length: channels }, () => new Float32Array(length))));
    const host = hosts.get(length) ?? [lists() as never, lists() as never];
    hosts.set(length, host);
    const [inputs, outputs] = host as never as [Float32Array[][], Float32Array[][]];
    sound.forEach((channels, b) => {
      for (const [c, samples] of channels.entries()) inputs[b]![c]!.set(samples.subarray(at, at + length));
    });
    blocks.collect(inputs, outputs);
    copyAll(blocks, storage);
    blocks.deliver(outputs);
    heard.forEach((channels, b) => {
      for (const [c, samples] of channels.entries()) samples.set(outputs[b]![c]!, at);
    });
    at += length;
  }
  const differences = sound.flatMap((channels, b) =>
    channels.map((samples, c) => differenceOf(heard[b]![c]!, delayed(samples, blocks.latency))),
  );
  expect(differences).toEqual(differences.map(() => -1));
  expectNothingCounted(storage);
}

function throughInterleaved(format: "f32" | "i16", kernelFrames: number, hostFrames: number): void {
  const storage = storageOf(kernelFrames);
  const blocks = new FixedBlocks(storage, { hostFrames });
  const host = new InterleavedHost(storage, { channelCount: 3, format });
  blocks.prepare(host);
  const count = blocksFor(kernelFrames, hostFrames);
  const floats = noise(count * hostFrames * 3, 7);
  const sound = format === "f32" ? floats : Int16Array.from(floats, (sample) => Math.round(sample * 32767));
  const heard = sound.slice();
  const array = sound.slice(0, hostFrames * 3);
  for (let block = 0; block < count; block++) {
    array.set(sound.subarray(block * hostFrames * 3, (block + 1) * hostFrames * 3));
    blocks.collectFrom(host, array);
    copyAll(blocks, storage);
    // The same array in and out.
    blocks.deliverTo(host, array);
    heard.set(array, block * hostFrames * 3);
  }
  expect(differenceOf(heard, delayed(sound, blocks.latency * 3))).toBe(-1);
  expectNothingCounted(storage);
  host.free();
  storage.free();
}

const blocksFor = (kernelFrames: number, hostFrames: number) => Math.ceil((2.5 * kernelFrames + 40) / hostFrames) + 4;

describe.each(LENGTHS)("a kernel of %i frames", (kernelFrames) => {
  describe.each(["f32", "f64"] as const)("in %s, planar", (sampleFormat) => {
    test.each(LENGTHS)("under a host of %i: the input, N - gcd(N, host) frames later", (hostFrames) => {
      const storage = storageOf(kernelFrames, sampleFormat);
      const blocks = new FixedBlocks(storage, { hostFrames });
      expect(blocks.latency).toBe(kernelFrames - gcd(kernelFrames, hostFrames));
      throughPlanar(storage, blocks, Array(blocksFor(kernelFrames, hostFrames)).fill(hostFrames));
      expect(blocks.latency).toBe(kernelFrames - gcd(kernelFrames, hostFrames));
      storage.free();
    });
  });

  test.each(["f32", "i16"] as const)("interleaved %s, under hosts of all lengths: the input, as many frames later", (format) => {
    for (const hostFrames of LENGTHS) throughInterleaved(format, kernelFrames, hostFrames);
  });

  test.each(seeds)("under a host of any length (seed %i): the input, N - 1 frames later", (seed) => {
    const roll = randomNumbers(seed);
    const storage = storageOf(kernelFrames);
    const blocks = new FixedBlocks(storage, { hostFrames: "any", maxHostFrames: 4096 });
    expect(blocks.latency).toBe(kernelFrames - 1);
    // Mostly short ones, some of the lengths that hosts have, none, and a few long ones.
    const length = () => [roll(20), roll(300), LENGTHS[roll(8)]!, 128, roll(100) === 0 ? roll(4097) : 0][roll(5)]!;
    throughPlanar(storage, blocks, Array.from({ length: 10_000 / LENGTHS.length }, length));
    storage.free();
  });
});

test("the latency is the least there can be", () => {
  const latency = (maxFrames: number, hostFrames?: number | "any") => {
    const storage = storageOf(maxFrames);
    const { latency } = new FixedBlocks(storage, hostFrames === undefined ? {} : { hostFrames });
    storage.free();
    return latency;
  };
  expect([480, 512, 256, 64, 128].map((frames) => latency(frames))).toEqual([448, 384, 128, 0, 0]);
  expect([latency(128, 480), latency(480, "any"), latency(1, "any")]).toEqual([96, 479, 0]);
});

test.each(LENGTHS)("with fewer frames than that, a kernel of %i would be too late in some block", (kernelFrames) => {
  for (const hostFrames of LENGTHS) {
    // Frames that are made before block k is delivered, and that are heard in it.
    const late = Array.from({ length: kernelFrames }, (_, k) => {
      const collected = (k + 1) * hostFrames;
      return collected - Math.floor(collected / kernelFrames) * kernelFrames;
    });
    expect(Math.max(...late)).toBe(kernelFrames - gcd(kernelFrames, hostFrames));
  }
});
