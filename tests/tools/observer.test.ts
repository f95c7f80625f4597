// What a StorageObserver shows, call by call; tests/node/observer.test.ts and
// tests/worklet/shared.test.ts look on from another thread.

import { describe, expect, test, vi } from "vitest";
import {
  createHeap,
  EventQueue,
  InterleavedHost,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageLocation,
  StorageObserver,
} from "wasm-process-buffers";
import { filled } from "../support/host-channels";
import { locationOf } from "../support/inside";

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

test("every diagnostic is told with whatever changes the block next", () => {
  const { storage, observer } = observed([1], [1], "f32");
  storage.collect([filled(3)], [filled(1)]);
  for (let i = 0; i < 3; i++) storage.mainOutput!.push(64);
  storage.begin(132);
  storage.mainOutput!.channel(0);
  storage.begin(5);
  storage.mainOutput!.channel(0);
  storage.clear();
  expect(observer.diagnostics).toMatchObject({ refusedPushes: 3, droppedChannels: 2, truncatedFrames: 4, viewRebuilds: 1 });
  expect(observer.diagnostics).toEqual(storage.diagnostics);
  expect(observer.diagnostics).toEqual({ ...storage.diagnostics });
});

test("what parameters and events are refused is told, too", () => {
  const parameters = [{ name: "gain" }];
  const heap = createHeap({ shared: true, maximumPages: 16 });
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1], parameters }, { heap });
  const observer = new StorageObserver(storage.location);
  const events = new EventQueue(storage, { capacity: 1 });
  for (let i = 0; i < 3; i++) events.push(i, 0, 0, 0);
  storage.collect([], [filled(1)], { gain: Float32Array.of(Number.NaN) });
  expect(observer.diagnostics).toMatchObject({ invalidParameters: 1, refusedEvents: 2 });
  storage.setParameter(0, Number.NaN);
  expect(observer.diagnostics).toMatchObject({ invalidParameters: 2 });
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

describe("of a block that was collected", () => {
  const inputs = [filled(1, 0.25)];

  test("inputs show at once, and outputs once they are delivered", () => {
    const { storage, observer } = observed([1], [1], "f32");
    const outputs = [filled(1)];
    for (let block = 1; block < 4; block++) {
      storage.collect(inputs, outputs);
      storage.mainOutput!.channel(0).fill(block);
      expect([observer.peak("input", 0, 0), observer.channelCount("output", 0), observer.frames]).toEqual([0.25, 1, 128]);
      expect(observer.peak("output", 0, 0)).toBeUndefined();
      storage.setWindow(64, 64);
      expect(observer.peak("output", 0, 0)).toBeUndefined();
      storage.deliver(outputs);
      expect([observer.peak("input", 0, 0), observer.peak("output", 0, 0)]).toEqual([0.25, block]);
    }
    expect(observer.isGone).toBe(false);
  });

  test("so it is with an interleaved host", () => {
    const { storage, observer } = observed([1], [1], "f32");
    const host = new InterleavedHost(storage, { channelCount: 1 });
    host.collect(new Float32Array(100).fill(0.5));
    storage.mainOutput!.channel(0).fill(2);
    expect([observer.frames, observer.peak("input", 0, 0), observer.peak("output", 0, 0)]).toEqual([100, 0.5, undefined]);
    host.deliver(new Float32Array(100));
    expect(observer.peak("output", 0, 0)).toBe(2);
  });

  test("what was not looked for is never seen: a kernel that is at its outputs, through a thousand looks again", () => {
    const { storage, observer } = observed([1], [1], "f32");
    storage.collect(inputs, [filled(1)]);
    const load = vi.spyOn(Atomics, "load");
    expect(observer.peak("output", 0, 0)).toBeUndefined();
    expect(load.mock.calls.length).toBeGreaterThan(1000);
    expect(load.mock.calls.length).toBeLessThan(10_000);
    load.mockRestore();
  });
});

test("a window, however it was opened, moves no channel", () => {
  for (const sampleFormat of ["f32", "f64"] as const) {
    const { storage, observer } = observed([], [2], sampleFormat);
    storage.begin(128);
    storage.mainOutput!.channel(1).fill(1);
    const peaks = () => [0, 1].map((channel) => observer.peak("output", 0, channel));
    for (const offset of [1, 64, 127]) {
      storage.setWindow(offset, 1);
      expect(peaks()).toEqual([0, 1]);
    }
    storage.clear();
    storage.setFrames(128);
    for (const channel of [1, 0]) storage.mainOutput!.push(storage.mainOutput!.channelAddress(channel));
    for (const offset of [1, 64, 127]) {
      storage.setWindow(offset, 1);
      expect(peaks()).toEqual([1, 0]);
    }
    storage.begin(128);
    storage.mainOutput!.channel(0).fill(0.5);
    expect(peaks()).toEqual([0.5, 0]);
  }
});

describe.each<SampleFormat>(["f32", "f64"])("pushed pointers, of %s samples", (sampleFormat) => {
  const storage = ProcessBufferStorage.allocateFromConfig(
    { inputs: [2], outputs: [1] },
    { heap, sampleFormat, channelMemory: "external" },
  ) as ProcessBufferStorage;
  const observer = new StorageObserver(storage.location);
  const bytes = sampleFormat === "f64" ? 8 : 4;
  const pointer = heap.malloc(128 * bytes);
  const samples = new (sampleFormat === "f64" ? Float64Array : Float32Array)(heap.memory.buffer, pointer, 128);

  test("lead to the samples that show", () => {
    samples.fill(-3);
    storage.clear();
    storage.setFrames(100);
    expect([observer.channelCount("input", 0), observer.peak("input", 0, 0)]).toEqual([0, 0]);
    storage.mainInput!.push(pointer);
    expect([observer.channelCount("input", 0), observer.peak("input", 0, 0), observer.peak("input", 0, 1)]).toEqual([1, 3, 0]);
  });

  test("that a kernel has written over show nothing, wherever outside they lead", () => {
    const table = new Uint32Array(heap.memory.buffer, storage.mainInput!.tableAddress, 1);
    const { byteLength } = heap.memory.buffer;
    // The block has 100 frames. The last one of these would be the first one outside.
    for (const spoiled of [0, 1, 0xffffffff, 0xfffffff8, byteLength - 8, byteLength - 99 * bytes]) {
      table[0] = spoiled;
      expect(observer.peak("input", 0, 0)).toBeUndefined();
    }
    table[0] = byteLength - 100 * bytes;
    expect(observer.peak("input", 0, 0)).toBe(0);
    table[0] = pointer;
    expect(observer.peak("input", 0, 0)).toBe(3);
  });

  test("into memory that has grown since show it", () => {
    const grown = createHeap({ shared: true, maximumPages: 4 });
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, { heap: grown, sampleFormat });
    const observer = new StorageObserver(storage.location);
    storage.begin(128);
    expect(observer.peak("output", 0, 0)).toBe(0);
    const pointer = grown.memory.grow(1) * 65536;
    new (sampleFormat === "f64" ? Float64Array : Float32Array)(grown.memory.buffer, pointer, 128).fill(7);
    storage.clear();
    storage.setFrames(128);
    storage.mainOutput!.push(pointer);
    expect([observer.frames, observer.peak("output", 0, 0)]).toEqual([128, 7]);
  });
});

describe("a kernel that has written over what leads to channels of the storage's own", () => {
  test("changes nothing of what shows", () => {
    const { storage, observer } = observed([1], [2], "f32");
    storage.begin(128);
    storage.mainOutput!.channel(1).fill(0.75);
    const { address, layout } = locationOf(storage);
    for (const value of [0xffffffff, 0x7fffffff, 33, 0xfffffff8]) {
      new Uint32Array(heap.memory.buffer, address, (layout.tables + 3 * 4) / 4).fill(value);
      expect(observer.channelCount("output", 0)).toBe(2);
      expect([0, 1, 2].map((channel) => observer.peak("output", 0, channel))).toEqual([0, 0.75, 0]);
    }
  });

  test("cannot make a block longer than its channels", () => {
    const { storage, observer } = observed([1], [2], "f32");
    storage.begin(128);
    storage.mainOutput!.channel(1).fill(0.75);
    const { address, layout } = locationOf(storage);
    for (const frames of [129, 2 ** 30, 2 ** 32 - 1]) {
      new Uint32Array(heap.memory.buffer, address + layout.shownState, 12)[4] = frames;
      expect(observer.peak("output", 0, 0)).toBeUndefined();
    }
  });
});

describe("a storage that is gone", () => {
  const nothing = (observer: StorageObserver) => {
    expect(observer.isGone).toBe(true);
    expect([observer.blocks, observer.frames, observer.diagnostics]).toEqual([undefined, undefined, undefined]);
    expect([observer.channelCount("input", 0), observer.channelCount("input", 9)]).toEqual([undefined, undefined]);
    expect([observer.peak("output", 0, 0), observer.peak("output", 9, 0)]).toEqual([undefined, undefined]);
  };

  test.each<[string, (storage: ProcessBufferStorage) => void]>([
    ["freed", (storage) => storage.free()],
    ["reconfigured", (storage) => storage.reconfigure({ inputs: [1], outputs: [2] })],
    ["reconfigured to the same", (storage) => storage.reconfigure(storage.config)],
  ])("is known to be gone: %s", (_, end) => {
    const { storage, observer } = observed([1], [1], "f32");
    const { location } = storage;
    const late = new StorageObserver(location);
    storage.begin(128);
    expect([observer.isGone, observer.frames]).toEqual([false, 128]);
    end(storage);
    nothing(observer);
    nothing(late);
    nothing(new StorageObserver(location));
  });

  test("is known to be gone, too, where its heap takes nothing back", () => {
    const { memory, malloc } = createHeap({ shared: true });
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { heap: { memory, malloc } });
    const observer = new StorageObserver(storage.location);
    storage.begin(128);
    expect([observer.isGone, observer.frames]).toEqual([false, 128]);
    storage.free();
    nothing(observer);
  });

  test("stays gone, when another storage gets the same bytes, which shows itself", () => {
    const { storage, observer } = observed([1], [1], "f32");
    const location = locationOf(storage);
    storage.free();
    const next = observed([1], [1], "f32");
    expect(locationOf(next.storage).address).toBe(location.address);
    next.storage.begin(77);
    nothing(observer);
    nothing(new StorageObserver(location));
    expect([next.observer.isGone, next.observer.frames]).toEqual([false, 77]);
  });

  test("is seen anew at its new location", () => {
    const { storage, observer } = observed([1], [1], "f32");
    storage.begin(128);
    storage.reconfigure({ inputs: [1], outputs: [3] }, { maxFrames: 64 });
    const anew = new StorageObserver(storage.location);
    storage.begin(64);
    expect([anew.blocks, anew.frames, anew.channelCount("output", 0), observer.frames]).toEqual([1, 64, 3, undefined]);
  });

  test("no two storages are known by the same words, none of which is 0", () => {
    const known = new Set<number>();
    for (let i = 0; i < 500; i++) {
      const { storage } = observed([], [], "f32");
      for (const word of locationOf(storage).identity) known.add(word);
      storage.free();
    }
    expect(known.has(0)).toBe(false);
    // Two of a thousand random words are equal once in 8,600 runs.
    expect(known.size).toBeGreaterThan(997);
  });
});

test("a block that is being collected shows nothing, and shows when it is whole", () => {
  const { storage, observer } = observed([1], [1], "f32");
  storage.begin(128);
  const seen: unknown[] = [];
  const channels = Object.defineProperty(filled(1), 0, {
    get: () => {
      seen.push(observer.peak("input", 0, 0), observer.frames, observer.isGone);
      return filled(1, 0.5)[0];
    },
  });
  storage.collect([channels], [filled(1)]);
  expect(seen.slice(0, 3)).toEqual([undefined, undefined, false]);
  expect(observer.peak("input", 0, 0)).toBe(0.5);
});

describe("what another thread does between a look and its check", () => {
  /** Whatever is done there is done once. */
  function meanwhile(change: () => void) {
    const exchange = vi.spyOn(Atomics, "exchange").mockImplementationOnce((...[, , value]) => {
      change();
      return value;
    });
    return () => exchange.mockRestore();
  }

  test("is seen by looking again, if it changed the block", () => {
    const { storage, observer } = observed([1], [1], "f32");
    storage.begin(128);
    storage.mainOutput!.channel(0).fill(1);
    const end = meanwhile(() => {
      storage.begin(128);
      storage.mainOutput!.channel(0).fill(2);
    });
    expect(observer.peak("output", 0, 0)).toBe(2);
    end();
  });

  test("hides the old block, if the storage was freed, and another one is at the same place and the same number", () => {
    const { storage, observer } = observed([1], [1], "f32");
    storage.begin(128);
    storage.mainOutput!.channel(0).fill(1);
    const { address } = locationOf(storage);
    const end = meanwhile(() => {
      storage.free();
      const next = observed([1], [1], "f32");
      next.storage.begin(128);
      expect(locationOf(next.storage).address).toBe(address);
    });
    expect([observer.peak("output", 0, 0), observer.isGone]).toEqual([undefined, true]);
    end();
  });
});

describe("what is no location is a TypeError that says what came", () => {
  const location = locationOf(observed([1], [1], "f32").storage);
  const { layout } = location;
  const end = location.memory.buffer.byteLength;
  const withBus = (part: object) => ({ ...location, layout: { ...layout, buses: [{ ...layout.buses[0], ...part }] } });

  test.each<readonly [unknown, string]>([
    [undefined, "a location is what ProcessBufferStorage.location says; undefined came"],
    [null, "a location is what ProcessBufferStorage.location says; null came"],
    [64, "a location is what ProcessBufferStorage.location says; 64 came"],
    [{ ...location, memory: undefined }, "the memory of a location is a WebAssembly.Memory; undefined came"],
    [{ ...location, memory: location.memory.buffer }, "the memory of a location is a WebAssembly.Memory; an object came"],
    [{ ...location, memory: new WebAssembly.Memory({ initial: 1 }) }, "the memory of a location is shared; one came that is not"],
    [{ ...location, identity: 5 }, "identity of a location is two whole numbers; 5 came"],
    [{ ...location, identity: [1] }, "identity of a location is two whole numbers; a list came"],
    [{ ...location, layout: null }, "layout of a location is what ProcessBufferStorage.location says; null came"],
    [{ ...location, layout: {} }, "layout of a location is what ProcessBufferStorage.location says; an object came"],
    [
      { ...location, layout: { ...layout, buses: [null] } },
      "layout of a location is what ProcessBufferStorage.location says; an object came",
    ],
    [{ ...location, address: "16" }, 'address of a location is a whole number; "16" came'],
    [{ ...location, address: 16n }, "address of a location is a whole number; 16n came"],
    [{ ...location, address: 2 ** 33 }, `a location leads to samples in its memory; ${layout.samples + 2 ** 33} came`],
    [{ ...location, address: -4096 }, `a location leads to samples in its memory; ${layout.samples - 4096} came`],
    [{ ...location, address: 18 }, `a location leads to samples in its memory; ${layout.samples + 18} came`],
    [withBus({ firstChannel: 2 ** 30 }), `a location leads to tables in its memory; ${location.address + layout.tables + 2 ** 32} came`],
    [withBus({ samples: -4096 }), `a location leads to samples in its memory; ${location.address - 4096} came`],
    [withBus({ samples: undefined }), "a location leads to samples in its memory; NaN came"],
    // Its first word is in the memory, and its last one is not.
    [withBus({ samples: end - location.address - 16 }), `a location leads to samples in its memory; ${end - 16} came`],
    ...[{ sampleFormat: "f16" }, { step: 0 }, { step: 6 }, { step: "4px" }, { scale: 1 }, { scale: null }].map(
      (part) => [withBus(part), "layout of a location is what ProcessBufferStorage.location says; bus 0 is otherwise"] as const,
    ),
    [
      { ...location, layout: { ...layout, shownState: 2 ** 30 } },
      `a location leads to its state in its memory; ${location.address + 2 ** 30} came`,
    ],
  ])("%#", (wrong, message) => {
    expect(() => new StorageObserver(wrong as StorageLocation)).toThrow(new TypeError(message));
  });
});

test("an observer keeps to the location that it was given, whatever becomes of the object", () => {
  const { storage } = observed([1], [1], "f32");
  const { memory, ...parts } = locationOf(storage);
  const location = { memory, ...structuredClone(parts) };
  const observer = new StorageObserver(location);
  Object.assign(location.identity, [1, 2]);
  Object.assign(location.layout.buses[1]!, { capacity: 0, samples: 16 });
  Object.assign(location.layout, { shownState: 16, stride: 16 });
  Object.assign(location, { address: 16 });
  storage.begin(77);
  storage.mainOutput!.channel(0).fill(1);
  expect([observer.frames, observer.blocks, observer.peak("output", 0, 0)]).toEqual([77, 1, 1]);
});

test("a storage that ends where its memory does is observed", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const atEnd = { memory, malloc: (bytes: number) => memory.buffer.byteLength - bytes, free() {} };
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [] }, { heap: atEnd });
  const { address, layout } = locationOf(storage);
  expect(address + layout.totalBytes).toBe(memory.buffer.byteLength);
  storage.begin(64);
  expect(new StorageObserver(storage.location).frames).toBe(64);
});

test("a main bus of 0 channels is a bus of a location, too, whatever its layout", () => {
  for (const layout of ["planar", "contiguous", "interleaved"] as const) {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [{ channelCount: 0, layout }], outputs: [1] }, { heap });
    storage.begin(128);
    expect(new StorageObserver(storage.location).frames).toBe(128);
    storage.free();
  }
});
