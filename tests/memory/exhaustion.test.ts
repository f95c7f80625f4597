// Heaps that are full. The error says how many bytes were wanted, all storages that exist work on, and
// where one is freed there is room for another.

import { describe, expect, test } from "vitest";
import {
  BusConfigError,
  createHeap,
  createRegionHeap,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
  type WasmHeap,
} from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { filled, noise } from "../support/host-channels";
import { firstDifference } from "../support/memory-contents";
import { randomNumbers, seeds } from "../support/random-numbers.js";

type Storage = ProcessBufferStorage<SampleFormat>;

// One of each for all: engines cap the number of memories in a process, and each test leaves its heap empty.
const heaps: [string, Required<WasmHeap>][] = [
  ["a heap with a maximum", createHeap({ initialPages: 1, maximumPages: 4 })],
  ["a shared heap with a maximum", createHeap({ initialPages: 1, maximumPages: 4, shared: true })],
  ["a part of a memory", createRegionHeap(new WebAssembly.Memory({ initial: 4 }), 70_001, 100_000)],
];

/** What takes more or less memory; one size of each is all that a test fills its heap with. */
const sizes: [string, { inputs: number[]; outputs: number[] }, StorageOptions<SampleFormat>][] = [
  ["mono blocks of 16", { inputs: [1], outputs: [1] }, { maxFrames: 16 }],
  ["stereo", { inputs: [2], outputs: [2] }, {}],
  ["a sidechain in doubles", { inputs: [2, 1], outputs: [2] }, { sampleFormat: "f64" }],
  ["5.1", { inputs: [6], outputs: [6] }, {}],
  ["tables alone", { inputs: [32, 32], outputs: [32] }, { channelMemory: "external", maxFrames: 1 }],
  ["large blocks", { inputs: [2], outputs: [2] }, { maxFrames: 4000 }],
];

/** Fills `heap` up to its end; what it said in the end. */
function fill(
  heap: WasmHeap,
  config: { inputs: number[]; outputs: number[] },
  options: StorageOptions<SampleFormat>,
): { storages: Storage[]; error: unknown } {
  const storages: Storage[] = [];
  for (;;) {
    try {
      storages.push(ProcessBufferStorage.allocateFromConfig(config, { ...options, heap }));
    } catch (error) {
      return { storages, error };
    }
  }
}

/** Renders a block of `seed` through a storage, halved; true when the host gets that, to the sample. */
function renders(storage: Storage, seed: number): boolean {
  // Tables alone move no samples.
  if (storage.usage.sampleBytes === 0) return storage.begin(1) === 1;
  const { capacity } = storage.mainInput!;
  const inputs = [Array.from({ length: capacity }, (_, c) => noise(storage.maxFrames, seed * 32 + c))];
  const outputs = [filled(capacity, 9, storage.maxFrames)];
  storage.collect(inputs, outputs);
  for (let c = 0; c < capacity; c++) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c).map((sample) => sample / 2));
  storage.deliver(outputs);
  return outputs[0]!.every((samples, c) => samples.every((sample, k) => sample === inputs[0]![c]![k]! / 2));
}

for (const [kind, inner] of heaps) {
  describe(`${kind}, filled to its end`, () => {
    for (const [size, config, options] of sizes) {
      test(`with ${size}: the error is clear, all work on, and freeing one makes room for one`, () => {
        const heap = countingHeap(inner);
        const { storages, error } = fill(heap, config, options);
        expect(storages.length).toBeGreaterThan(0);
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(BusConfigError);
        expect((error as Error).message).toBe(`the heap has no room for ${storages[0]!.usage.totalBytes} bytes`);
        expect(heap.held.size).toBe(storages.length);
        expect(storages.every(renders)).toBe(true);

        for (const seed of seeds) {
          const roll = randomNumbers(seed);
          for (let round = 0; round < 20; round++) {
            const index = roll(storages.length);
            storages[index]!.free();
            storages[index] = ProcessBufferStorage.allocateFromConfig(config, { ...options, heap });
            expect(() => ProcessBufferStorage.allocateFromConfig(config, { ...options, heap }), `seed ${seed}, round ${round}`).toThrow(
              /^the heap has no room for \d+ bytes$/,
            );
          }
        }
        expect(heap.held.size).toBe(storages.length);
        expect(storages.every(renders)).toBe(true);
        for (const storage of storages) storage.free();
        expect(heap.held.size).toBe(0);
      });
    }

    test("a reconfiguration that does not fit says so, and the old configuration works on; one that fits is made", () => {
      const heap = countingHeap(inner);
      const { storages } = fill(heap, { inputs: [2], outputs: [2] }, {});
      const [storage, last] = [storages[0]!, storages.at(-1)!];
      const bytes = new Uint8Array(heap.memory.buffer).slice();
      const before = [storage.inputsAddress, storage.outputsAddress, storage.maxFrames, storage.config];
      expect(() => storage.reconfigure({ inputs: [2], outputs: [2] })).toThrow(/^the heap has no room for \d+ bytes$/);
      expect(() => storage.reconfigure({ inputs: [32], outputs: [32] }, { maxFrames: 1024 })).toThrow(
        /^the heap has no room for \d+ bytes$/,
      );
      expect(firstDifference(new Uint8Array(heap.memory.buffer), bytes)).toBe(-1);
      expect([storage.inputsAddress, storage.outputsAddress, storage.maxFrames, storage.config]).toEqual(before);
      expect(storages.every(renders)).toBe(true);
      // Old and new are there together for a moment, so one other has to go.
      last.free();
      storage.reconfigure({ inputs: [1], outputs: [1] });
      expect(renders(storage, 7)).toBe(true);
      for (const one of storages) one.free();
      expect(heap.held.size).toBe(0);
    });

    test("a configuration that could never fit leaves all as it was", () => {
      const heap = countingHeap(inner);
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
      const pages = heap.memory.buffer.byteLength;
      for (const maxFrames of [2 ** 20, 2 ** 24]) {
        expect(() => ProcessBufferStorage.allocateFromConfig({ inputs: [32], outputs: [32] }, { heap, maxFrames })).toThrow(
          /no room for \d+ bytes|at most/,
        );
      }
      expect(heap.memory.buffer.byteLength).toBe(pages);
      expect(renders(storage, 1)).toBe(true);
      storage.free();
      expect(heap.held.size).toBe(0);
    });
  });
}
