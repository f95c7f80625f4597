// What a StorageObserver shows, call by call; tests/worklet/shared.test.ts looks on from another thread.

import { describe, expect, test, vi } from "vitest";
import { createHeap, ProcessBufferStorage, type SampleFormat, type StorageLocation, StorageObserver } from "wasm-process-buffers";
import { filled } from "../support/host-channels";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

const heap = createHeap({ shared: true, maximumPages: 8 });

function observed<F extends SampleFormat>(inputs: number[], outputs: number[], sampleFormat: F) {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { heap, sampleFormat });
  return { storage, observer: new StorageObserver(storage.location) };
}

test("blocks are counted by whatever starts one, and by nothing else", () => {
  const { storage, observer } = observed([1], [1], "f32");
  expect(observer.blocks).toBe(0);
  for (const [start, blocks] of [
    [() => storage.clear(), 1],
    [() => storage.begin(128), 2],
    [() => storage.collect([filled(1)], [filled(1)]), 3],
    [() => storage.setFrames(64), 3],
    [() => storage.setWindow(1, 2), 3],
    [() => storage.deliver([filled(1)]), 3],
    [() => storage.clear(), 4],
  ] as const) {
    start();
    expect(observer.blocks).toBe(blocks);
  }
});

test("frames are those of the block, however it got them", () => {
  const { storage, observer } = observed([1], [1], "f32");
  storage.begin(100);
  expect(observer.frames).toBe(100);
  storage.setFrames(64);
  expect(observer.frames).toBe(64);
  storage.collect([filled(1, 0, 17)], [filled(1, 0, 17)]);
  expect(observer.frames).toBe(17);
});

test("every diagnostic is told with the next block", () => {
  const { storage, observer } = observed([1], [1], "f32");
  storage.collect([filled(3)], [filled(1)]);
  for (let i = 0; i < 3; i++) storage.mainOutput!.push(64);
  storage.begin(132);
  storage.mainOutput!.channel(0);
  storage.begin(5);
  storage.mainOutput!.channel(0);
  storage.clear();
  expect(observer.diagnostics).toEqual({ refusedPushes: 3, droppedChannels: 2, truncatedFrames: 4, viewRebuilds: 1 });
  expect(observer.diagnostics).toEqual({ ...storage.diagnostics });
});

describe.each<SampleFormat>(["f32", "f64"])("of a storage in %s", (sampleFormat) => {
  test("levels and counts are those of the block", () => {
    const { storage, observer } = observed([2], [3], sampleFormat);
    storage.begin(64);
    storage.mainInput!.connect();
    storage.mainInput!.channel(1)[63] = -0.75;
    storage.mainOutput!.channel(2)[0] = 0.5;
    expect([observer.channelCount("input", 0), observer.channelCount("output", 0)]).toEqual([2, 3]);
    expect([0, 1].map((channel) => observer.peak("input", 0, channel))).toEqual([0, 0.75]);
    expect([0, 1, 2].map((channel) => observer.peak("output", 0, channel))).toEqual([0, 0, 0.5]);
  });

  test("what is not there has no channels and no level", () => {
    const { storage, observer } = observed([1], [], sampleFormat);
    storage.begin(128);
    storage.mainInput!.connect();
    storage.mainInput!.channel(0).fill(1);
    for (const bus of [1, -1, 0.5, Number.NaN])
      expect([observer.channelCount("input", bus), observer.peak("input", bus, 0)]).toEqual([0, 0]);
    for (const channel of [1, -1, 0.5, Number.NaN]) expect(observer.peak("input", 0, channel)).toBe(0);
    const nowhere = observed([1], [1], sampleFormat);
    nowhere.storage.begin(128);
    expect(nowhere.observer.channelCount("inputs" as never, 0)).toBe(0);
    expect([observer.channelCount("output", 0), observer.peak("output", 0, 0)]).toEqual([0, 0]);
    storage.clear();
    expect([observer.channelCount("input", 0), observer.peak("input", 0, 0)]).toEqual([0, 0]);
  });
});

describe("what is no location is a TypeError that says what came", () => {
  const { location } = observed([1], [1], "f32").storage;

  test.each([
    [undefined, "a location is what ProcessBufferStorage.location says; undefined came"],
    [null, "a location is what ProcessBufferStorage.location says; null came"],
    [64, "a location is what ProcessBufferStorage.location says; 64 came"],
    [{ ...location, memory: undefined }, "the memory of a location is a WebAssembly.Memory; undefined came"],
    [{ ...location, memory: location.memory.buffer }, "the memory of a location is a WebAssembly.Memory; an object came"],
    [{ ...location, sampleFormat: "f99" }, 'sampleFormat of a location is "f32" or "f64"; "f99" came'],
    [{ ...location, inputsAddress: 16n }, "inputsAddress of a location is a whole number; 16n came"],
    [{ ...location, inputsAddress: "16" }, 'inputsAddress of a location is a whole number; "16" came'],
    [{ ...location, inputBuses: -1 }, "inputBuses of a location is a whole number; -1 came"],
    [{ ...location, outputsAddress: 0.5 }, "outputsAddress of a location is a whole number; 0.5 came"],
    [{ ...location, outputBuses: Number.NaN }, "outputBuses of a location is a whole number; NaN came"],
    [{ ...location, shownStateAddress: undefined }, "shownStateAddress of a location is a whole number; undefined came"],
  ])("%#", (wrong, message) => {
    expect(() => new StorageObserver(wrong as StorageLocation)).toThrow(new TypeError(message));
  });
});

test("an observer keeps to the location that it was given, whatever becomes of the object", () => {
  const { storage } = observed([1], [1], "f32");
  const location = { ...storage.location };
  const observer = new StorageObserver(location);
  Object.assign(location, { shownStateAddress: 16 });
  storage.begin(77);
  expect([observer.frames, observer.blocks]).toEqual([77, 1]);
});

test("an observer reads each number once, so that one that changes leads nowhere", () => {
  const heap = createHeap({ shared: true });
  // No window is taken to begin before the memory does.
  heap.malloc(4096);
  const storage = storageOf([], [1], { heap });
  storage.begin(128);
  const observer = new StorageObserver(storage.location);
  let asked = 0;
  // The block's length is another one whenever it is read, as where a thread writes over it.
  const load = vi.spyOn(Atomics, "load").mockImplementation(() => [128, 0, 2 ** 30 - 1][asked++ % 3] as never);
  try {
    for (let i = 0; i < 10; i++) expect(observer.peak("output", 0, 0)).toBe(0);
  } finally {
    load.mockRestore();
  }
});
