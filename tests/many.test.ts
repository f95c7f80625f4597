// Many storages in one memory: none touches another, and nothing is lost however they come and go.

import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { noise, ramps } from "./setup/host";
import { counting } from "./setup/memory";

/** Reproducible whole numbers below `most`. */
function dice(seed: number): (most: number) => number {
  let state = seed >>> 0;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

const CONFIGS = [
  { inputs: [1], outputs: [1] },
  { inputs: [2], outputs: [2] },
  { inputs: [2, 1], outputs: [2] },
  { inputs: [], outputs: [2] },
  { inputs: [6], outputs: [6, 2] },
  { inputs: [0, 2], outputs: [] },
];

/** Writes what only this storage would write, everywhere in it. */
function mark(storage: ProcessBufferStorage, value: number): void {
  storage.begin(storage.maxFrames);
  for (const bus of storage.outputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(value + c);
  storage.collect(storage.inputs.map((bus) => Array.from({ length: bus.capacity }, () => new Float32Array(storage.maxFrames).fill(value))), []);
}

function isMarked(storage: ProcessBufferStorage, value: number): boolean {
  const whole = (samples: Float32Array, expected: number) => samples.length === storage.maxFrames && samples.every((sample) => sample === expected);
  return (
    storage.inputs.every((bus) => bus.length === bus.capacity && Array.from({ length: bus.length }, (_, c) => whole(bus.channel(c), value)).every(Boolean)) &&
    storage.outputs.every((bus) => Array.from({ length: bus.length }, (_, c) => whole(bus.channel(c), value + c)).every(Boolean))
  );
}

describe("1,000 storages of mixed configurations in one memory", () => {
  test("freed, reallocated and reconfigured 10,000 times in random order: no overlap, no neighbour's byte changed, no leak", { timeout: 120_000 }, () => {
    const roll = dice(4711);
    const heap = counting(createHeap());
    const allocate = () => ProcessBufferStorage.allocateFromConfig(CONFIGS[roll(CONFIGS.length)]!, { heap, maxFrames: 16 + roll(4) * 8, clearOutputs: false });
    const storages = Array.from({ length: 1000 }, (_, i) => {
      const storage = allocate();
      mark(storage, i);
      return { storage, value: i };
    });
    const check = (i: number) => {
      if (!isMarked(storages[i]!.storage, storages[i]!.value)) throw new Error(`storage ${i} is not as it was left`);
    };
    let settled = 0;
    for (let step = 0; step < 10_000; step++) {
      const i = roll(1000);
      check(i);
      const slot = storages[i]!;
      if (roll(3) === 0) {
        slot.storage.reconfigure(CONFIGS[roll(CONFIGS.length)]!, { maxFrames: 16 + roll(4) * 8 });
      } else {
        slot.storage.free();
        slot.storage = allocate();
      }
      slot.value = 10_000 + step;
      mark(slot.storage, slot.value);
      if (step === 2_000) settled = heap.memory.buffer.byteLength;
    }
    for (let i = 0; i < 1000; i++) check(i);

    const blocks = [...heap.held].sort(([a], [b]) => a - b);
    expect(blocks).toHaveLength(1000);
    for (const [i, [address, bytes]] of blocks.entries()) expect(address + bytes).toBeLessThanOrEqual(blocks[i + 1]?.[0] ?? Number.POSITIVE_INFINITY);
    expect(storages.reduce((sum, { storage }) => sum + storage.usage.totalBytes, 0)).toBe(blocks.reduce((sum, [, bytes]) => sum + bytes, 0));

    // The heap stopped growing long ago, and once all is free, one block takes nearly all of it.
    expect(heap.memory.buffer.byteLength).toBe(settled);
    for (const { storage } of storages) storage.free();
    expect(heap.held.size).toBe(0);
    expect(heap.malloc(Math.floor(settled * 0.9))).toBeGreaterThan(0);
    expect(heap.memory.buffer.byteLength).toBe(settled);
  });

  test("a reconfiguration that fails half-way leaves the old storage rendering, and all others", () => {
    const heap = createHeap({ initialPages: 2, maximumPages: 2 });
    const storages: ProcessBufferStorage[] = [];
    const fill = () => {
      for (;;) storages.push(ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap, clearOutputs: false }));
    };
    expect(fill).toThrow(/no room/);
    storages.forEach(mark);
    for (const storage of storages) expect(() => storage.reconfigure({ inputs: [32], outputs: [32] })).toThrow(/no room/);
    expect(storages.every(isMarked)).toBe(true);
    storages[0]!.collect([ramps(2)], []);
    expect(storages.slice(1).every((storage, i) => isMarked(storage, i + 1))).toBe(true);
  });

  test("rendered in turn, each gets its own samples", () => {
    const storages = Array.from({ length: 200 }, () => ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }));
    const inputs = storages.map((_, i) => noise(128, i));
    const outputs = storages.map(() => new Float32Array(128));
    for (const [i, storage] of storages.entries()) storage.collect([[inputs[i]!]], [[outputs[i]!]]);
    for (const storage of storages) storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    for (const [i, storage] of storages.entries()) storage.deliver([[outputs[i]!]]);
    expect(outputs).toEqual(inputs);
    for (const storage of storages) storage.free();
  });
});
