import { describe, expect, test, vi } from "vitest";
import { BusConfigError, createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { filled, ramp, ramps } from "../support/host-channels";
import { firstDifference } from "../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

const stereo = { inputs: [2], outputs: [2] };

describe("reconfigure", () => {
  test("takes on new buses and a new maxFrames, and gives the old memory back", () => {
    const heap = countingHeap(createHeap());
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    storage.collect([ramps(2)], [filled(2)]);
    const [oldInput] = storage.inputs;
    storage.reconfigure({ inputs: [6, 1], outputs: [1] }, { maxFrames: 512 });
    expect(storage.inputs.map((bus) => bus.capacity)).toEqual([6, 1]);
    expect([storage.maxFrames, storage.frames]).toEqual([512, 0]);
    expect(storage.inputs[0]).not.toBe(oldInput);
    expect([...heap.held.values()]).toEqual([storage.usage.totalBytes]);
    const inputs = [ramps(6, 1, 512), ramps(1, 9, 512)];
    expect(storage.collect(inputs, [filled(1, 0, 512)])).toBe(512);
    expect([...storage.inputs[0]!.channel(5)]).toEqual([...ramp(6, 512)]);
  });

  test("keeps maxFrames and every other option that it is not told to change", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { maxFrames: 64, clearOutputs: false });
    storage.reconfigure({ inputs: [], outputs: [1] });
    expect(storage.maxFrames).toBe(64);
    storage.begin(64);
    storage.mainOutput!.channel(0).fill(1);
    storage.begin(64);
    expect(storage.mainOutput!.channel(0)[63]).toBe(1);
  });

  test("lets diagnostics run on, in the same object", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo);
    const { diagnostics } = storage;
    storage.collect([ramps(3)], []);
    storage.reconfigure({ inputs: [1], outputs: [1] });
    storage.collect([ramps(3)], []);
    expect(diagnostics.droppedChannels).toBe(1 + 2);
    expect(storage.diagnostics).toBe(diagnostics);
  });

  test("buses of the old configuration are empty and refuse pushes", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo);
    storage.collect([ramps(2)], []);
    const old = storage.mainInput!;
    storage.reconfigure(stereo);
    storage.collect([ramps(2)], []);
    old.constantMask = 3;
    expect([old.length, old.connectedLength, old.constantMask, old.pointer(0), old.push(1024)]).toEqual([0, 0, 0, 0, false]);
    expect(old.channel(0)).toHaveLength(0);
    expect(storage.mainInput!.length).toBe(2);
  });

  test.each<[string, () => [never, never?]]>([
    ["a configuration that cannot be", () => [{ inputs: [40], outputs: [] } as never]],
    ["a maxFrames that cannot be", () => [stereo as never, { maxFrames: 0 } as never]],
    ["a maxFrames of null", () => [stereo as never, { maxFrames: null } as never]],
    ["more than the heap holds", () => [stereo as never, { maxFrames: 100_000 } as never]],
  ])("%s throws, and the old storage still renders", (_, args) => {
    const heap = countingHeap(createHeap({ initialPages: 1, maximumPages: 2 }));
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    storage.collect([ramps(2)], [filled(2)]);
    const before = [storage.inputsAddress, storage.maxFrames, storage.config, storage.mainInput, storage.usage];
    const held = [...heap.held];
    expect(() => storage.reconfigure(...args())).toThrow();
    expect([storage.inputsAddress, storage.maxFrames, storage.config, storage.mainInput, storage.usage]).toEqual(before);
    expect([...heap.held]).toEqual(held);
    expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(2)]);
    storage.collect([ramps(2, 5)], [filled(2)]);
    expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(6)]);
  });

  test("buffers grow with maxFrames: none of the old size is kept", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { maxFrames: 32 });
    storage.reconfigure(stereo, { maxFrames: 1024 });
    storage.collect([ramps(2, 1, 1024)], [filled(2, 0, 1024)]);
    expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1, 1024)]);
    expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(2, 1024)]);
  });

  test("an option of another name, or one that cannot be changed, is a RangeError, and the old storage still renders", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo);
    for (const options of [{ maxframes: 64 }, { sampleFormat: "f64" }, { heap: createHeap() }]) {
      const error = /there is no option \w+; \w+ may be meant\. The options are maxFrames, addresses/;
      expect(() => storage.reconfigure(stereo, options as object)).toThrow(error);
    }
    expect(storage.collect([ramps(2)], [filled(2)])).toBe(128);
  });

  test("errors are typed as at allocation", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo);
    expect(() => storage.reconfigure(null as never)).toThrow(BusConfigError);
    expect(() => storage.reconfigure(stereo, { maxFrames: 1.5 })).toThrow(RangeError);
    expect(() => storage.reconfigure(stereo, null as never)).toThrow(RangeError);
  });
});

describe("free", () => {
  test("gives the memory back once, however often it is called", () => {
    const heap = countingHeap(createHeap());
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    expect(heap.held.size).toBe(1);
    storage.free();
    expect(heap.held.size).toBe(0);
    storage.free();
  });

  test("leaves every render call without effect on memory that may be somebody else's", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    storage.collect([ramps(2)], [filled(2)]);
    const [input] = storage.inputs;
    storage.free();
    const memory = new Uint8Array(heap.memory.buffer);
    const before = memory.slice();
    const outputs = [filled(2, 9)];
    expect(storage.collect([ramps(2)], outputs)).toBe(0);
    expect(storage.begin(128)).toBe(0);
    expect(storage.setFrames(128)).toBe(0);
    storage.clear();
    storage.deliver(outputs);
    input!.constantMask = 7;
    expect([input!.push(1024), input!.length, input!.connectedLength, input!.constantMask, input!.pointer(0)]).toEqual([false, 0, 0, 0, 0]);
    expect(input!.channel(0)).toHaveLength(0);
    expect(outputs[0]!.every((channel) => channel.every((sample) => sample === 9))).toBe(true);
    expect(firstDifference(memory, before)).toBe(-1);
    expect([storage.frames, storage.inputsAddress, storage.outputTableAddress, storage.usage.totalBytes]).toEqual([0, 0, 0, 0]);
  });

  test("makes room for another storage in a full heap", () => {
    const heap = createHeap({ initialPages: 1, maximumPages: 4 });
    const storages: ProcessBufferStorage[] = [];
    const fill = () => {
      for (;;) storages.push(ProcessBufferStorage.allocateFromConfig(stereo, { heap, maxFrames: 512 }));
    };
    expect(fill).toThrow(/no room/);
    expect(storages.length).toBeGreaterThan(10);
    for (const storage of [...storages]) {
      storage.free();
      storages.push(ProcessBufferStorage.allocateFromConfig(stereo, { heap, maxFrames: 512 }));
      expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap, maxFrames: 512 })).toThrow(/no room/);
    }
    const last = storages.at(-1)!;
    expect(last.collect([ramps(2)], [filled(2)])).toBe(128);
    expect([...last.mainInput!.channel(1)]).toEqual([...ramp(2)]);
  });

  test("a freed storage cannot be reconfigured", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo);
    storage.free();
    expect(() => storage.reconfigure(stereo)).toThrow(/freed/);
  });
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
  const storage = storageOf([1], [1], { heap });
  during = () => storage.free();
  expect(() => storage.reconfigure({ inputs: [2], outputs: [2] })).toThrow("the storage was freed while it was reconfigured");
  expect(storage.begin(128)).toBe(0);
  expect([new Set(freed).size, freed.length]).toEqual([2, 2]);
});

test("a freed storage's location says that it is freed", () => {
  const storage = storageOf([1], [1], { heap: createHeap({ shared: true }) });
  storage.free();
  expect(() => storage.location).toThrow("the storage is freed: there is nothing for another thread to find");
});

test("an engine that cannot tell what is unreachable does without", () => {
  vi.stubGlobal("FinalizationRegistry", undefined);
  try {
    const storage = storageOf([2], [2]);
    expect(storage.begin(128)).toBe(128);
    storage.free();
  } finally {
    vi.unstubAllGlobals();
  }
});
