// Edges that were wrong once.

import { describe, expect, test, vi } from "vitest";
import {
  BusConfigError,
  type BusInfo,
  busConfigFromNodeOptions,
  clearOutputs,
  copyInputsToOutputs,
  createHeap,
  createRegionHeap,
  ProcessBufferStorage,
  StorageObserver,
  validateBusConfig,
} from "wasm-process-buffers";
import { guardedHeap } from "../../support/guarded-memory";
import { filled, ramp, ramps } from "../../support/host-channels";
import { firstDifference } from "../../support/memory-contents";

const of = (inputs: number[], outputs: number[], options = {}) => ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

describe("a host channel that claims a length it does not have", () => {
  const claiming = (length: unknown) => Object.defineProperty(new Float32Array(128), "length", { value: length });

  test.each<[unknown]>([
    [1n],
    [Symbol("length")],
    [-5],
    [-(2 ** 30) + 700],
    ["abc"],
    [{}],
    [12.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [2 ** 40],
  ])("%s: no throw, a whole number of frames, no byte outside", (length) => {
    const heap = createHeap({ initialPages: 4 });
    const storage = of([1], [1], { heap });
    const neighbour = of([2], [2], { heap });
    neighbour.collect([ramps(2)], []);
    const start = neighbour.inputsAddress;
    const bytes = () => new Uint8Array(heap.memory.buffer, start).slice();
    const before = bytes();
    for (const [inputs, outputs] of [
      [[[claiming(length)]], [[claiming(length)]]],
      [[], [[claiming(length)]]],
      [[[new Float32Array(64), claiming(length)]], []],
    ] as [Float32Array[][], Float32Array[][]][]) {
      const frames = storage.collect(inputs, outputs);
      expect([Number.isInteger(frames), frames >= 0, frames <= 128]).toEqual([true, true, true]);
      storage.deliver(outputs);
    }
    expect(firstDifference(bytes(), before)).toBe(-1);
    for (const count of Object.values(storage.diagnostics)) expect(Number.isFinite(count)).toBe(true);
  });
});

describe("the block's length", () => {
  test.each<[string, (number | null)[][], (number | null)[][], number]>([
    ["two outputs of different lengths", [], [[64], [128]], 128],
    ["a null first output", [], [[null, 64]], 64],
    ["inputs as long as the shorter output", [[64]], [[64], [128]], 128],
    ["a longer last output channel", [], [[64, 128]], 128],
    ["inputs alone", [[64, 100]], [], 100],
  ])("%s: the longest counts", (_, inputs, outputs, frames) => {
    const host = (buses: (number | null)[][]) =>
      buses.map((channels) => channels.map((length) => (length === null ? null : new Float32Array(length)))) as Float32Array[][];
    for (const channelMemory of ["owned", "external"] as const)
      expect(of([2], [2, 1], { channelMemory }).collect(host(inputs), host(outputs))).toBe(frames);
  });

  test("a host that turns to channels of different lengths is noticed when its block is delivered", () => {
    const storage = of([2], [2]);
    const block = (...lengths: number[]) => {
      const outputs = [lengths.map((length) => new Float32Array(length).fill(9))];
      const frames = storage.collect([], outputs);
      storage.mainOutput!.channel(1).fill(0.5);
      storage.deliver(outputs);
      return { frames, last: [...outputs[0]!.at(-1)!] };
    };
    expect(block(64, 64).frames).toBe(64);
    // The first channel is as long as the block before; so much of the others is right.
    const turning = block(64, 128);
    expect(turning.frames).toBe(64);
    expect(turning.last).toEqual([...Array(64).fill(0.5), ...Array(64).fill(0)]);
    const next = block(64, 128);
    expect(next.frames).toBe(128);
    expect(next.last).toEqual(Array(128).fill(0.5));
    expect(block(64, 128).frames).toBe(128);
    expect(block(64, 64).frames).toBe(64);
    expect(storage.diagnostics.droppedChannels).toBe(0);
  });

  test("a block that is looked at twice counts once for observers", () => {
    const storage = of([1], [1], { heap: createHeap({ shared: true }) });
    const observer = new StorageObserver(storage.location);
    storage.collect([[new Float32Array(64), new Float32Array(128)]], [filled(1)]);
    storage.collect([[new Float32Array(64)]], [filled(1)]);
    expect(observer.blocks).toBe(2);
  });
});

test("a bus without channels neither writes nor reads its neighbour's, interleaved", () => {
  const storage = of([0, 1], [0, 1], { interleavedChannels: 1 });
  storage.begin(128);
  storage.collectInterleaved(storage.inputs[1]!, filled(1, 0.25)[0]!, 1);
  expect(storage.collectInterleaved(storage.inputs[0]!, filled(1, 9)[0]!, 1)).toBe(0);
  expect(storage.inputs[1]!.channel(0)[0]).toBe(0.25);
  storage.outputs[1]!.channel(0).fill(0.75);
  const [samples] = filled(1, 5);
  expect(storage.deliverInterleaved(storage.outputs[0]!, samples!, 1)).toBe(0);
  expect(samples![0]).toBe(0);
});

test("more staging than a memory can hold is a RangeError", () => {
  for (const sampleFormat of ["f32", "f64"]) {
    expect(() => of([], [1], { maxFrames: 2 ** 25, interleavedChannels: 32, sampleFormat })).toThrow(RangeError);
    expect(() => of([], [1], { maxFrames: 2 ** 28, interleavedChannels: 4, sampleFormat })).toThrow(RangeError);
  }
});

describe("a view asked for in a block of no frames, after the memory grew", () => {
  test("is empty and alive", () => {
    const storage = of([2], [2], { heap: createHeap() });
    storage.begin(128);
    storage.memory.grow(1);
    storage.begin(0);
    expect(() => {
      clearOutputs(storage);
      copyInputsToOutputs(storage);
      storage.mainInput!.channel(1).fill(0);
    }).not.toThrow();
  });
});

describe("silence is silent", () => {
  test("after clear, too", () => {
    const storage = of([2], []);
    storage.begin(128);
    storage.mainInput!.channel(1).fill(7);
    storage.clear();
    storage.setFrames(128);
    storage.collectInterleaved(storage.mainInput!, ramp(1), 1);
    expect([...storage.mainInput!.channel(1)]).toEqual(Array(128).fill(0));
  });

  test("in what a block grows by, and so are its outputs", () => {
    const storage = of([2], [2]);
    storage.begin(128);
    storage.mainInput!.channel(0).fill(7);
    for (const channel of [0, 1]) storage.mainOutput!.channel(channel).fill(9);
    storage.begin(10);
    storage.mainOutput!.channel(0).fill(0.5);
    storage.setFrames(128);
    expect([...storage.mainInput!.channel(0)]).toEqual(Array(128).fill(0));
    expect([...storage.mainOutput!.channel(0)]).toEqual([...Array(10).fill(0.5), ...Array(118).fill(0)]);
    expect([...storage.mainOutput!.channel(1)]).toEqual(Array(128).fill(0));
  });
});

test("views of the storage's own samples are never forgotten, however many there are", () => {
  const storage = of([32], [32], { maxFrames: 300 });
  const round = () => {
    for (let frames = 1; frames <= 300; frames++) {
      const host = [filled(32, 1, frames)];
      storage.collect(host, host);
      storage.deliver(host);
    }
    return storage.diagnostics.viewRebuilds;
  };
  const first = round();
  expect(first).toBeGreaterThan(16384);
  expect(round()).toBe(first);
});

test("one 16-bit sample in a block of one frame goes in and out unchanged", () => {
  const storage = of([1], [1], { maxFrames: 1, interleavedChannels: 1 });
  const samples = new Int16Array(1);
  for (const value of [12345, -3, 32767]) {
    storage.begin(1);
    storage.collectInterleaved(storage.mainInput!, Int16Array.of(value), 1);
    expect(storage.mainInput!.channel(0)[0]).toBe(Math.fround(value / 32768));
    storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    storage.deliverInterleaved(storage.mainOutput!, samples, 1);
    expect(samples[0]).toBe(value);
  }
});

test("an interleaved array that claims a length it does not have is silence behind its end", () => {
  const storage = of([1], []);
  storage.begin(128);
  storage.collectInterleaved(storage.mainInput!, Object.defineProperty(ramp(1, 50), "length", { value: 1000 }), 1);
  expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1, 50), ...Array(78).fill(0)]);
});

test.each([1, 2])(
  "an interleaved array of %i channels that is longer whenever it is asked again writes nothing outside the storage",
  (channels) => {
    const heap = guardedHeap(8);
    for (const [maxFrames, View] of [
      [128, Float32Array],
      [128, Int16Array],
      [101, Int16Array],
    ] as const) {
      const storage = of([channels], [channels], { heap, maxFrames, interleavedChannels: channels });
      storage.begin(maxFrames);
      const honest = maxFrames * channels;
      const growing = () => {
        let asked = 0;
        return Object.defineProperty(new View(honest), "length", { get: () => honest * (1 + 100 * asked++) });
      };
      storage.collectInterleaved(storage.mainInput!, growing(), channels);
      storage.deliverInterleaved(storage.mainOutput!, growing(), channels);
      expect(heap.firstChangedGuard()).toBe(-1);
    }
  },
);

test("what only looks like an interleaved array changes nothing", () => {
  const storage = of([2], []);
  storage.collect([ramps(2)], []);
  const throwing = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error("the host");
      },
    },
  );
  for (const samples of [throwing, Object.create(Float32Array.prototype)]) {
    expect(storage.collectInterleaved(storage.mainInput!, samples as Float32Array, 2)).toBe(0);
    expect([storage.mainInput!.length, storage.mainInput!.constantMask, storage.mainInput!.channel(1)[0]]).toEqual([2, 0, 2]);
  }
});

test("a bus that tells its count by a getter is copied as what it tells", () => {
  class Stereo implements BusInfo {
    get channelCount() {
      return 2;
    }
  }
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [new Stereo()], outputs: [new Stereo()] });
  expect(storage.config).toEqual({ inputs: [{ channelCount: 2 }], outputs: [{ channelCount: 2 }] });
  expect(storage.inputTableAddress).toBe(storage.mainInput!.tableAddress);
});

test("a heap that frees the storage while it is reconfigured is given each block back once", () => {
  const inner = createHeap();
  const freed: number[] = [];
  let during = () => {};
  const heap = {
    memory: inner.memory,
    malloc(bytes: number) {
      during();
      return inner.malloc(bytes);
    },
    free: (address: number) => void freed.push(address),
  };
  const storage = of([1], [1], { heap });
  during = () => storage.free();
  storage.reconfigure({ inputs: [2], outputs: [2] });
  expect(new Set(freed).size).toBe(freed.length);
});

describe("typed errors at set-up", () => {
  test("of helpers, too", () => {
    for (const options of [null, { outputChannelCount: 5 }, { outputChannelCount: "22" }]) {
      expect(() => busConfigFromNodeOptions(options as object)).toThrow(BusConfigError);
    }
    expect(() => createHeap(null as unknown as object)).toThrow(RangeError);
  });
});

describe("above 2 GiB", () => {
  // An engine without that much address space has no such address either.
  const pages = 65536;
  let memory: WebAssembly.Memory | undefined;
  try {
    memory = new WebAssembly.Memory({ initial: pages });
  } catch {
    memory = undefined;
  }

  test.skipIf(memory === undefined)("what malloc gave is taken back as wasm says it, signed", () => {
    const heap = createRegionHeap(memory!, 2 ** 31, 4096);
    const address = heap.malloc(4096);
    heap.free(address | 0);
    expect(heap.malloc(4096)).toBe(address);
  });

  test.skipIf(memory === undefined)("a storage up to the end of 4 GiB renders, and nothing reaches the very end", () => {
    const heap = createRegionHeap(memory!, 2 ** 32 - 8192, 8192);
    const storage = of([1], [1], { heap, detectConstant: true, sampleFormat: "f64", maxFrames: 128 });
    const outputs = [filled(1)];
    storage.collect([[ramp(1)]], outputs);
    expect(storage.mainInput!.constantMask).toBe(0);
    storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    storage.deliver(outputs);
    expect([...outputs[0]![0]!]).toEqual([...ramp(1)]);
    storage.clear();
    expect([storage.mainInput!.push(2 ** 32 - 1024), storage.mainInput!.push(2 ** 32 - 1024 - 16)]).toEqual([false, true]);
    storage.free();
    for (let address = heap.malloc(16), last = 0; address !== 0; last = address, address = heap.malloc(16))
      expect(address).toBeGreaterThan(last);
    expect(heap.malloc(16)).toBe(0);
  });
});

test.each<[string, PropertyDescriptor]>([
  ["says that it is empty", { value: 0 }],
  ["says that it is longer", { value: 1000 }],
  ["throws when it is asked", { get: () => new Array(-1) }],
])("an interleaved array with a length of its own that %s is read and written as it is", (_, length) => {
  const storage = of([2], [2], { interleavedChannels: 0 });
  const lying = Object.defineProperty(new Float32Array(256).fill(1), "length", length);
  storage.begin(128);
  expect(storage.collectInterleaved(storage.mainInput!, lying, 2)).toBe(2);
  for (const channel of [0, 1]) expect([...storage.mainInput!.channel(channel)]).toEqual(Array(128).fill(1));
  storage.mainOutput!.channel(1).fill(0.5);
  expect(storage.deliverInterleaved(storage.mainOutput!, lying, 2)).toBe(2);
  expect(Array.from({ length: 256 }, (_, i) => lying[i])).toEqual(Array.from({ length: 256 }, (_, i) => (i % 2) / 2));
});

test("a list of buses that claims to be endless gives the buses that it has", () => {
  const storage = of([1], [1]);
  const host = [ramps(1)];
  const endless = new Proxy(host, { get: (list, key) => (key === "length" ? 2 ** 32 - 1 : Reflect.get(list, key)) });
  for (let block = 0; block < 2; block++) {
    storage.collect(endless, [filled(1)]);
    expect(storage.mainInput!.channel(0)).toEqual(ramps(1)[0]);
  }
});

test("what only looks like a list of buses or of channels holds none", () => {
  const storage = of([1, 1], [1]);
  const like = (entry: unknown) => ({ 0: entry, length: 1 }) as unknown as Float32Array[][];
  const [channel, target] = [ramps(1)[0]!, filled(1)[0]!];
  const untouched = target.slice();
  for (const [inputs, outputs] of [
    [like([channel]), like([target])],
    [[like(channel)], [like(target)]],
  ] as unknown as [Float32Array[][], Float32Array[][]][]) {
    expect(storage.collect(inputs, outputs)).toBe(storage.maxFrames);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.channel(0).every((sample) => sample === 0)]).toEqual([0, true]);
    storage.deliver(outputs);
    expect(target).toEqual(untouched);
  }
});

test("a host's empty channel counts as dropped when a block of no frames is delivered, and is not looked at through a view", () => {
  const storage = of([], [2]);
  storage.begin(0);
  storage.deliver([[new Float32Array(0), new Float32Array(0)]]);
  expect(storage.diagnostics).toMatchObject({ droppedChannels: 2, viewRebuilds: 0 });
});

describe("a host channel that lies of its length, where the lists are as long as they say", () => {
  const lying = (frames: number, claimed: number) =>
    Object.defineProperty(new Float32Array(frames).fill(0.5), "length", { value: claimed });

  test.each([
    [64, 1000],
    [64, 3],
    [128, 1000],
  ])("%i frames that claim to be %i go in as they are, silence behind them", (frames, claimed) => {
    const storage = of([2], [2]);
    storage.collect([ramps(2)], [filled(2)]);
    expect(storage.collect([[lying(frames, claimed), ramp(1)]], [filled(2)])).toBe(128);
    expect([...storage.mainInput!.channel(0)]).toEqual([...Array(frames).fill(0.5), ...Array(128 - frames).fill(0)]);
    expect(storage.mainInput!.channel(1)).toEqual(ramp(1));
  });

  test("and outputs are written as far as they go", () => {
    const storage = of([], [2]);
    storage.begin(128);
    for (const channel of [0, 1]) storage.mainOutput!.channel(channel).fill(0.25);
    const target = lying(64, 128);
    storage.deliver([[target, new Float32Array(128)]]);
    expect(Array.from({ length: 64 }, (_, frame) => target[frame])).toEqual(Array(64).fill(0.25));
  });

  test.each([
    ["an object with the prototype of floats", () => Object.create(Float32Array.prototype)],
    ["a view of no type that says it has one", () => new DataView(new ArrayBuffer(512))],
  ])("%s is no channel: silence in its place, counted", (_, make) => {
    const storage = of([2], [1]);
    const forged = Object.defineProperty(make(), "length", { value: 128 });
    Object.defineProperty(forged, Symbol.toStringTag, { value: "Float32Array" });
    for (const block of [1, 2]) {
      storage.collect([[forged, ramp(1)]], [filled(1)]);
      expect([...storage.mainInput!.channel(0)]).toEqual(Array(128).fill(0));
      expect(storage.mainInput!.channel(1)).toEqual(ramp(1));
      expect(storage.diagnostics.droppedChannels).toBe(block);
    }
  });
});

test("what a host takes stays what it says, however much is pushed", () => {
  const storage = of([2], [2], { channelMemory: "external" });
  storage.collect([filled(1)], [filled(1)]);
  for (const bus of [storage.mainInput!, storage.mainOutput!]) for (let i = 0; i < 2; i++) bus.push(1024);
  expect([storage.mainInput!.connectedLength, storage.mainOutput!.connectedLength]).toEqual([2, 1]);
});

test("frames without end are counted by no more than a memory has", () => {
  const storage = of([1], [1]);
  for (let i = 0; i < 3; i++) expect(storage.setFrames(1e308)).toBe(128);
  expect(storage.diagnostics.truncatedFrames).toBe(3 * (2 ** 32 - 2 ** 16 - 128));
});

test("an observer reads each number once, so that one that changes leads nowhere", () => {
  const heap = createHeap({ shared: true });
  // No window is taken to begin before the memory does.
  heap.malloc(4096);
  const storage = of([], [1], { heap });
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

test("a freed storage's location says that it is freed", () => {
  const storage = of([1], [1], { heap: createHeap({ shared: true }) });
  storage.free();
  expect(() => storage.location).toThrow("a freed storage is nowhere");
});

describe("a configuration that says something else each time it is read", () => {
  const changing = (...answers: unknown[]) => {
    let asked = 0;
    return Object.defineProperty({} as { channelCount: number }, "channelCount", {
      get: () => answers[Math.min(asked++, answers.length - 1)],
    });
  };

  test.each([[40], [-70], [1000], ["2"], [Number.NaN]])("is built as it was judged: 2 channels, not %s", (later) => {
    const heap = guardedHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [changing(2, later), changing(2, later)], outputs: [2] }, { heap });
    expect(storage.inputs.map(({ capacity }) => capacity)).toEqual([2, 2]);
    storage.collect([ramps(2), ramps(2, 5)], [filled(2)]);
    expect(storage.inputs[1]!.channel(1)).toEqual(ramp(6));
    expect(heap.firstChangedGuard()).toBe(-1);
  });

  test("is refused where what is read first cannot be", () => {
    expect(() => of([changing(33, 2) as unknown as number], [])).toThrow(BusConfigError);
  });

  test("or that throws is an error of configurations, with its cause", () => {
    const cause = new Error("the getter");
    const throwing = Object.defineProperty({}, "inputs", {
      get: () => {
        throw cause;
      },
    });
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    for (const config of [throwing, { inputs: proxy, outputs: [] }] as never[]) {
      expect(() => validateBusConfig(config)).toThrow(BusConfigError);
      expect(() => ProcessBufferStorage.allocateFromConfig(config)).toThrow("plain data");
    }
    expect(() => validateBusConfig(throwing as never)).toThrow(expect.objectContaining({ cause, code: "invalid-bus-list" }));
  });

  test("cannot free the storage while it is reconfigured", () => {
    const storage = of([1], [1]);
    const inputs = () => {
      storage.free();
      return [1];
    };
    const freeing = Object.defineProperty({ outputs: [1] }, "inputs", { get: inputs });
    expect(() => storage.reconfigure(freeing as never)).toThrow("a freed storage cannot be reconfigured");
    expect(storage.begin(128)).toBe(0);
  });
});

test("a channel count of -0 is 0", () => {
  expect(Object.is(of([-0], []).mainInput!.capacity, 0)).toBe(true);
});

test("views of others' samples are forgotten all at once, and then found again as before", () => {
  const heap = createHeap({ initialPages: 16 });
  const storage = of([1], [], { heap, channelMemory: "external", maxFrames: 4 });
  const look = (from: number, to: number) => {
    for (let pointer = from; pointer < to; pointer++) {
      storage.clear();
      storage.setFrames(4);
      storage.mainInput!.push(65536 + pointer * 4);
      storage.mainInput!.channel(0);
    }
    return storage.diagnostics.viewRebuilds;
  };
  const many = look(0, 20_000);
  expect(look(19_000, 20_000)).toBe(many);
  const again = look(0, 1000);
  expect(again).toBe(many + 1000);
  for (let round = 0; round < 3; round++) expect(look(0, 1000)).toBe(again);
});

test("an engine that cannot tell what is unreachable does without", () => {
  vi.stubGlobal("FinalizationRegistry", undefined);
  try {
    const storage = of([2], [2]);
    expect(storage.begin(128)).toBe(128);
    storage.free();
  } finally {
    vi.unstubAllGlobals();
  }
});
