// In which order a storage tells other threads that it changes. A thread that looks meets each order seldom, and some
// of them never on the machine at hand; here every change is looked at from within.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHeap, InterleavedHost, ProcessBufferStorage, type StorageOptions } from "wasm-process-buffers";
import { filled, frozenBuses, noise, ramps } from "../support/host-channels";
import { collectedBy, locationOf } from "../support/inside";

/** An atomic store into the memory that is looked at, and all other bytes as they were then. */
interface Told {
  readonly word: number;
  readonly before: number;
  readonly value: number;
  readonly others: string;
}

const heap = createHeap({ shared: true, maximumPages: 32 });
/** Where a kernel keeps the samples of a bus: now here, now a channel further. */
const samplesOfKernel = heap.malloc(4096, 16);
const told: Told[] = [];
/** Words that were loaded atomically right after a store. */
const loaded: number[] = [];
const { store, load } = Atomics;
const wordOf = (words: Uint32Array, index: number) => words.byteOffset / 4 + index;

/** All bytes but those of one word. */
function othersThan(word: number): string {
  const words = new Uint32Array(heap.memory.buffer).slice();
  words[word] = 0;
  return words.join();
}

beforeEach(() => {
  told.length = 0;
  loaded.length = 0;
  vi.spyOn(Atomics, "load").mockImplementation(((words: Uint32Array, index: number) => {
    loaded.push(wordOf(words, index));
    return load(words, index);
  }) as typeof Atomics.load);
  vi.spyOn(Atomics, "store").mockImplementation(((words: Uint32Array, index: number, value: number) => {
    if (words.buffer === heap.memory.buffer) {
      const word = wordOf(words, index);
      told.push({ word, before: words[index]! >>> 0, value, others: othersThan(word) });
    }
    return store(words, index, value);
  }) as typeof Atomics.store);
});

afterEach(() => vi.restoreAllMocks());

const storageOf = (options: StorageOptions = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap, ...options }) as ProcessBufferStorage;

type Change = [name: string, options: StorageOptions, prepare: (storage: ProcessBufferStorage) => () => unknown];

/** Inputs that differ from call to call, in lists that do not. */
function collectedAgain(storage: ProcessBufferStorage, inputs: Float32Array[][], outputs: Float32Array[][], by: string) {
  const lists = [frozenBuses(inputs), frozenBuses(outputs)] as const;
  let seed = 1;
  const collect = () => {
    for (const channel of inputs.flat()) channel.set(noise(channel.length, seed++));
    storage.collect(...(lists as unknown as [Float32Array[][], Float32Array[][]]));
  };
  for (let block = 0; block < 3; block++) collect();
  return () => {
    collect();
    expect(collectedBy(storage)).toBe(by);
  };
}

const dirty = (storage: ProcessBufferStorage) => {
  for (const bus of [...storage.inputs, ...storage.outputs]) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(0.5);
};

const changes: Change[] = [
  ["collect, from known lists", {}, (storage) => collectedAgain(storage, [ramps(2), ramps(1)], [filled(2)], "known")],
  ["collect, from known lists that lack channels", {}, (storage) => collectedAgain(storage, [ramps(1)], [filled(1)], "known")],
  ["collect, from plain lists", {}, (storage) => () => storage.collect([ramps(2), ramps(1)], [filled(2)])],
  ["collect, from lists of mixed lengths", {}, (storage) => () => storage.collect([ramps(2, 1, 64), ramps(3)], [filled(2)])],
  ["collect, from lists that drop channels", { missingInputs: "drop" }, (storage) => () => storage.collect([ramps(1), []], [filled(2)])],
  ["collect, from a lone channel", { missingInputs: "repeat-mono" }, (storage) => () => storage.collect([ramps(1)], [filled(2)])],
  ["collect, looking for constant channels", { detectConstant: true }, (storage) => () => storage.collect([filled(2, 0.25)], [filled(2)])],
  ["collect, for a kernel in doubles", { sampleFormat: "f64" } as object, (storage) => () => storage.collect([ramps(2)], [filled(2)])],
  [
    "collect, with external channel memory",
    { channelMemory: "external" },
    (storage) => () => storage.collect([ramps(2)], [filled(2, 0, 64)]),
  ],
  [
    "begin",
    {},
    (storage) => {
      storage.begin(128);
      dirty(storage);
      return () => storage.begin(100);
    },
  ],
  [
    "clear, with an open window",
    {},
    (storage) => {
      storage.begin(128);
      storage.setWindow(64, 64);
      return () => storage.clear();
    },
  ],
  [
    "setFrames",
    {},
    (storage) => {
      storage.begin(128);
      dirty(storage);
      storage.setFrames(32);
      storage.setWindow(16, 16);
      return () => storage.setFrames(96);
    },
  ],
  [
    "setWindow",
    {},
    (storage) => {
      storage.begin(128);
      return () => storage.setWindow(40, 88);
    },
  ],
  [
    "push",
    {},
    (storage) => {
      storage.clear();
      return () => storage.sidechain!.push(storage.mainOutput!.channelAddress(1));
    },
  ],
  [
    "a push that is refused, with an open window",
    {},
    (storage) => {
      storage.begin(128);
      storage.setWindow(64, 64);
      return () => storage.mainInput!.push(1);
    },
  ],
  [
    "connect",
    {},
    (storage) => {
      storage.begin(128);
      dirty(storage);
      return () => storage.mainInput!.connect(1);
    },
  ],
  [
    "moveTo, with an open window",
    { addresses: { inputs: [samplesOfKernel] } },
    (storage) => {
      storage.begin(128);
      storage.setWindow(64, 64);
      return () => storage.mainInput!.moveTo(samplesOfKernel + 1024);
    },
  ],
  [
    "an interleaved host's collect",
    {},
    (storage) => {
      const host = new InterleavedHost(storage, { channelCount: 4 });
      return () => host.collect(noise(4 * 100, 5));
    },
  ],
  [
    "an interleaved host's collect, sample by sample",
    {},
    (storage) => {
      const host = new InterleavedHost(storage, { channelCount: 4 });
      return () => host.collect(noise(4 * 300, 5));
    },
  ],
  [
    "an interleaved host's collect of no array",
    {},
    (storage) => {
      const host = new InterleavedHost(storage, { channelCount: 4 });
      return () => host.collect(undefined as never);
    },
  ],
];

describe("other threads are told first that the storage changes, and last that it has changed", () => {
  test.each(changes)("%s", (_, options, prepare) => {
    const storage = storageOf(options);
    const change = prepare(storage);
    const { address, layout } = locationOf(storage);
    const sequence = (address + layout.shownState) / 4 + 2;
    const words = () => new Uint32Array(heap.memory.buffer);
    const start = words()[sequence]!;
    expect(start % 2).toBe(0);
    const before = othersThan(sequence);
    told.length = 0;
    loaded.length = 0;
    change();
    const after = othersThan(sequence);
    expect(after).not.toBe(before);
    expect(told.map(({ word, value }) => [word, value])).toEqual([
      [sequence, start + 1],
      [sequence, start + 2],
    ]);
    expect(words()[sequence]).toBe(start + 2);
    // No plain store has told anything in between.
    expect(told.map((each) => each.before)).toEqual([start, start + 1]);
    // Without this load, ARM might let the changes overtake the store that tells of them.
    expect(loaded).toEqual([sequence]);
    expect(told[0]!.others === before, "nothing has changed before it is told").toBe(true);
    expect(told[1]!.others === after, "nothing changes after it is told").toBe(true);
    storage.free();
  });
});

test.each<[string, (storage: ProcessBufferStorage) => () => unknown]>([
  [
    "deliver, to known lists",
    (storage) => {
      const lists = [frozenBuses([ramps(2), ramps(1)]), frozenBuses([filled(2)])] as unknown as [Float32Array[][], Float32Array[][]];
      for (let block = 0; block < 3; block++) storage.collect(...lists);
      return () => storage.deliver(lists[1]);
    },
  ],
  [
    "deliver, to plain lists",
    (storage) => {
      storage.collect([], []);
      return () => storage.deliver([filled(2)]);
    },
  ],
  [
    "deliver, to whatever comes",
    (storage) => {
      storage.collect([], []);
      return () => storage.deliver(undefined as never);
    },
  ],
  [
    "an interleaved host's deliver",
    (storage) => {
      const host = new InterleavedHost(storage, { channelCount: 2 });
      host.collect(noise(256, 1));
      return () => host.deliver(new Float32Array(256));
    },
  ],
  [
    "an interleaved host's deliver to no array",
    (storage) => {
      const host = new InterleavedHost(storage, { channelCount: 2 });
      host.collect(noise(256, 1));
      return () => host.deliver(undefined as never);
    },
  ],
])("%s tells that the kernel is through, and changes nothing else", (_, prepare) => {
  const storage = storageOf();
  const deliver = prepare(storage);
  const { address, layout } = locationOf(storage);
  const shown = new Uint32Array(heap.memory.buffer, address + layout.shownState, 16);
  const rest = () => new Uint32Array(heap.memory.buffer, address, layout.shownState / 4).join();
  const [before, sequence] = [rest(), shown[2]!];
  expect(shown[7]).toBe(1);
  told.length = 0;
  deliver();
  expect([shown[2], shown[7], told.map(({ value }) => value)]).toEqual([sequence + 2, 0, [sequence + 1, sequence + 2]]);
  expect(rest()).toBe(before);
  storage.free();
});

describe("the word by which a storage is known is wiped by an atomic store, before the bytes are given back", () => {
  test.each<[string, (storage: ProcessBufferStorage) => void]>([
    ["free", (storage) => storage.free()],
    ["reconfigure", (storage) => storage.reconfigure({ inputs: [1], outputs: [1] })],
  ])("%s", (_, end) => {
    const givenBack: number[] = [];
    const wipedAsGivenBack: number[] = [];
    const watched = {
      memory: heap.memory,
      malloc: (byteLength: number) => heap.malloc(byteLength),
      free(address: number) {
        givenBack.push(address);
        wipedAsGivenBack.push(new Uint32Array(heap.memory.buffer)[word]!);
        heap.free(address);
      },
    };
    const storage = storageOf({ heap: watched });
    const { address, layout, identity } = locationOf(storage);
    const word = (address + layout.shownState) / 4;
    expect(new Uint32Array(heap.memory.buffer)[word]).toBe(identity[0]);
    told.length = 0;
    end(storage);
    expect(told.filter((each) => each.word === word).map(({ before, value }) => [before, value])).toEqual([[identity[0], 0]]);
    expect(loaded.at(-1)).toBe(word);
    expect([givenBack, wipedAsGivenBack]).toEqual([[address], [0]]);
  });
});

test("a storage that is freed while a host is read writes nothing to what is somebody else's by then", () => {
  const storage = storageOf();
  const { address, layout } = locationOf(storage);
  const inputs = [ramps(2)];
  Object.defineProperty(inputs, 0, {
    get() {
      storage.free();
      // Whoever gets the bytes next.
      new Uint8Array(heap.memory.buffer, address, layout.totalBytes).fill(0xa5);
      return ramps(2);
    },
  });
  expect(storage.collect(inputs, [filled(2)])).toBe(0);
  for (const render of [() => storage.begin(1), () => storage.clear(), () => storage.setFrames(1), () => storage.setWindow(0, 1)]) render();
  storage.deliver([filled(2)]);
  const shown = new Uint8Array(heap.memory.buffer, address + layout.shownState, 64);
  expect([...shown]).toEqual(Array(shown.length).fill(0xa5));
});

test("an unshared storage tells nobody anything", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
  vi.mocked(Atomics.store).mockClear();
  storage.collect([ramps(2)], [filled(2)]);
  storage.setWindow(1, 2);
  storage.deliver([filled(2)]);
  storage.free();
  expect(Atomics.store).not.toHaveBeenCalled();
});
