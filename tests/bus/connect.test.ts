// Inputs without host arrays: the caller connects a bus's channels and writes them itself.

import { describe, expect, test } from "vitest";
import {
  createHeap,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
  type SampleFormat,
  StorageObserver,
} from "wasm-process-buffers";
import { ramps } from "../support/host-channels";

const of = (inputs: number[], outputs: number[], options = {}) => ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);
const silent = Array(128).fill(0);

describe("a connected bus", () => {
  test.each<SampleFormat>(["f32", "f64"])("has every channel in its own place, apart from all others (%s)", (sampleFormat) => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { sampleFormat });
    const { mainInput, sidechain } = storage;
    storage.begin(128);
    expect(mainInput!.connect()).toBe(2);
    ramps(2).forEach((samples, channel) => mainInput!.channel(channel).set(samples));
    expect([0, 1].map((channel) => [...mainInput!.channel(channel)])).toEqual(ramps(2).map((samples) => [...samples]));
    expect([mainInput!.length, mainInput!.connectedLength, mainInput!.constantMask]).toEqual([2, 2, 0]);
    // What was not connected is as silent as before.
    expect([[...sidechain!.channel(0)], sidechain!.connectedLength, sidechain!.constantMask]).toEqual([silent, 0, 1]);
  });

  test("is what the kernel is handed", () => {
    const storage = of([2], []);
    storage.begin(128);
    storage.mainInput!.connect();
    const table = new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 2);
    expect([...table]).toEqual([storage.mainInput!.pointer(0), storage.mainInput!.pointer(1)]);
    expect(table[1]! - table[0]!).toBe(512);
  });

  test("is silent until it is written, whatever the block before has left", () => {
    const storage = of([2], [2]);
    storage.collect([ramps(2)], []);
    storage.begin(128);
    storage.mainInput!.connect();
    expect([0, 1].map((channel) => [...storage.mainInput!.channel(channel)])).toEqual([silent, silent]);
  });

  test.each<[MissingInputs, number, number[], number]>([
    ["silence", 3, [1, 0, 0], 0b110],
    ["repeat-mono", 3, [1, 0, 0], 0b110],
    ["drop", 1, [1], 0],
  ])(
    "of which one channel is connected has silence in the others, which %s leaves in or out, and nothing is repeated",
    (missingInputs, length, firsts, mask) => {
      const storage = of([3], [], { missingInputs });
      storage.begin(128);
      expect(storage.mainInput!.connect(1)).toBe(1);
      storage.mainInput!.channel(0).fill(1);
      const { mainInput } = storage;
      expect([mainInput!.length, mainInput!.connectedLength, mainInput!.constantMask]).toEqual([length, 1, mask]);
      expect(firsts.map((_, channel) => mainInput!.channel(channel)[127])).toEqual(firsts);
    },
  );

  test("is missing again in the next block", () => {
    const storage = of([2], []);
    storage.begin(128);
    storage.mainInput!.connect();
    storage.begin(128);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([0, 3]);
  });
});

test.each([
  [0, 0],
  [2, 2],
  [1.9, 1],
  [9, 2],
  [-1, 0],
  [Number.NaN, 0],
  [Infinity, 2],
  ["2", 0],
  [null, 0],
  [undefined, 2],
])("connecting %s of two channels connects %i", (channels, connected) => {
  const storage = of([2], []);
  storage.begin(128);
  expect(storage.mainInput!.connect(channels as number)).toBe(connected);
  expect(storage.mainInput!.connectedLength).toBe(connected);
});

test("an output bus, a bus without samples and a freed storage have nothing to connect", () => {
  const outputs = of([], [2]);
  const external = of([2], [], { channelMemory: "external" });
  const freed = of([2], [2]);
  freed.free();
  for (const storage of [outputs, external, freed]) {
    storage.begin(128);
    for (const bus of [...storage.inputs, ...storage.outputs]) {
      const { length, constantMask } = bus;
      expect(bus.connect()).toBe(0);
      expect([bus.length, bus.constantMask]).toEqual([length, constantMask]);
    }
  }
});

describe("a block that grows", () => {
  test.each([false, true])(
    "is silent where it grows, in inputs too, and no longer marked as of one value (detectConstant %s)",
    (detectConstant) => {
      const storage = of([1, 1, 2], [1], { detectConstant });
      const [delivered, connected] = storage.inputs;
      storage.collect([[new Float32Array(128).fill(9)], [new Float32Array(128).fill(9)]], []);
      storage.collect([[new Float32Array(64).fill(0.5)]], [[new Float32Array(64)]]);
      connected!.connect();
      connected!.channel(0).fill(0.25);
      connected!.constantMask = 1;
      expect(delivered!.constantMask).toBe(Number(detectConstant));
      storage.setFrames(128);
      for (const [bus, value] of [
        [delivered, 0.5],
        [connected, 0.25],
      ] as const) {
        expect([...bus!.channel(0)]).toEqual([...Array(64).fill(value), ...Array(64).fill(0)]);
        expect(bus!.constantMask).toBe(0);
      }
      // What is missing is silent throughout, and stays marked.
      expect(storage.inputs[2]!.constantMask).toBe(3);
      storage.setFrames(10);
      expect(storage.inputs[2]!.constantMask).toBe(3);
    },
  );

  test("has clean silence, though a kernel wrote into it and the block was only cleared", () => {
    const storage = of([2], []);
    storage.begin(128);
    storage.mainInput!.channel(1).fill(7);
    storage.clear();
    storage.setFrames(64);
    storage.mainInput!.connect(1);
    storage.mainInput!.channel(0).fill(0.5);
    storage.setFrames(128);
    expect([...storage.mainInput!.channel(1)]).toEqual(silent);
  });
});

describe("a window", () => {
  const pointersOf = (storage: ProcessBufferStorage) => [
    ...new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 4),
    ...new Uint32Array(storage.memory.buffer, storage.outputTableAddress, 2),
  ];
  const whole = (storage: ProcessBufferStorage) =>
    [...storage.inputs, ...storage.outputs].flatMap((bus) => Array.from({ length: bus.length }, (_, channel) => bus.pointer(channel)));

  test.each<[string, (storage: ProcessBufferStorage) => void]>([
    ["the block gets another length", (storage) => void storage.setFrames(50)],
    [
      "an interleaved host is collected",
      (storage) => void new InterleavedHost(storage, { channelCount: 2 }).collect(new Float32Array(256)),
    ],
    ["all buses are cleared", (storage) => storage.clear()],
    ["a bus is connected", (storage) => void storage.sidechain!.connect()],
    ["a pointer is pushed, and refused", (storage) => void storage.mainInput!.push(storage.mainInput!.pointer(0))],
    ["a block is begun", (storage) => void storage.begin(128)],
  ])("is the whole block again where %s", (_, change) => {
    const storage = of([2, 2], [2]);
    storage.begin(128);
    const home = whole(storage);
    storage.setWindow(40, 88);
    expect(pointersOf(storage)).toEqual(home.map((pointer) => pointer + 160));
    change(storage);
    expect(pointersOf(storage)).toEqual(home);
  });

  test("does not change what another thread sees of a channel", () => {
    const storage = of([], [2], { heap: createHeap({ shared: true }) });
    const observer = new StorageObserver(storage.location);
    storage.begin(128);
    storage.mainOutput!.channel(0)[3] = 0.25;
    storage.mainOutput!.channel(1).fill(1);
    for (const offset of [0, 64, 127, 0]) {
      storage.setWindow(offset, 128);
      expect([observer.peak("output", 0, 0), observer.peak("output", 0, 1)]).toEqual([0.25, 1]);
    }
  });
});
