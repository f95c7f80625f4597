import { describe, expect, test } from "vitest";
import {
  clearOutputs,
  copyInputsToOutputs,
  createHeap,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { filled, ramp, ramps } from "../support/host-channels";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

const allocate = (maxFrames = 128) =>
  ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: createHeap(), maxFrames });

describe("channel views", () => {
  test("are the same object from block to block", () => {
    const storage = allocate();
    storage.collect([ramps(2)], [filled(2)]);
    const views = [storage.mainInput!.channel(0), storage.mainInput!.channel(1), storage.mainOutput!.channel(0)];
    storage.collect([ramps(2, 5)], [filled(2)]);
    expect(storage.mainInput!.channel(0)).toBe(views[0]);
    expect(storage.mainInput!.channel(1)).toBe(views[1]);
    expect(storage.mainOutput!.channel(0)).toBe(views[2]);
    expect([...views[0]!]).toEqual([...ramp(5)]);
  });

  test("of whole blocks are made at set-up: none is made while rendering", () => {
    const storage = allocate();
    for (const count of [2, 0, 1, 2]) {
      storage.collect([ramps(count)], [filled(2)]);
      for (const channel of [0, 1]) expect(storage.mainInput!.channel(channel)).toHaveLength(128);
      storage.deliver([filled(2)]);
    }
    expect(storage.diagnostics.viewRebuilds).toBe(0);
  });

  test("are found again for every block size that was seen before", () => {
    const storage = allocate();
    const render = (frames: number) => {
      storage.collect([ramps(2, 1, frames)], [filled(2, 0, frames)]);
      storage.deliver([filled(2, 0, frames)]);
      return storage.mainInput!.channel(0);
    };
    const seen = new Map([128, 64, 100].map((frames) => [frames, render(frames)]));
    // Two sizes other than the whole block, four channels each.
    expect(storage.diagnostics.viewRebuilds).toBe(8);
    for (const frames of [64, 128, 100, 64, 100, 128]) expect(render(frames)).toBe(seen.get(frames));
    expect(storage.diagnostics.viewRebuilds).toBe(8);
  });

  test("are found again for every pointer that was seen before", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [] }, { heap, channelMemory: "external" });
    const pointers = [heap.malloc(512), heap.malloc(512), heap.malloc(512)];
    const bus = storage.mainInput!;
    const push = (pointer: number) => {
      storage.clear();
      storage.setFrames(128);
      bus.push(pointer);
      return bus.channel(0);
    };
    const seen = pointers.map(push);
    expect(storage.diagnostics.viewRebuilds).toBe(3);
    for (const i of [0, 2, 1, 1, 0]) expect(push(pointers[i]!)).toBe(seen[i]);
    expect(storage.diagnostics.viewRebuilds).toBe(3);
    expect(seen.map((view) => view.byteOffset)).toEqual(pointers);
  });

  test("of ever new pointers do not pile up, and stay right", () => {
    const heap = createHeap({ initialPages: 32 });
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [] }, { heap, channelMemory: "external" });
    const start = heap.malloc(200_000);
    for (let i = 0; i < 40_000; i++) {
      storage.clear();
      storage.setFrames(128);
      storage.mainInput!.push(start + i * 4);
      const view = storage.mainInput!.channel(0);
      if (view.byteOffset !== start + i * 4 || view.length !== 128) throw new Error(`view ${i} is wrong`);
    }
    expect(storage.diagnostics.viewRebuilds).toBe(40_000);
  });

  test("a second, larger channel count never reads past the views made for the first", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [6], outputs: [6] });
    for (const count of [1, 6, 2, 5]) {
      storage.collect([ramps(count)], [filled(count)]);
      for (let channel = 0; channel < 6; channel++) {
        expect([...storage.mainInput!.channel(channel)]).toEqual(channel < count ? [...ramp(1 + channel)] : Array(128).fill(0));
      }
    }
  });
});

describe("growth of the memory", () => {
  test("between two blocks: views are right again, addresses stay, nothing is lost", () => {
    const storage = allocate();
    storage.collect([ramps(2)], [filled(2)]);
    const address = storage.inputsAddress;
    const pointers = [0, 1].map((channel) => storage.mainInput!.pointer(channel));
    const old = storage.mainInput!.channel(0);
    storage.memory.grow(1);
    expect(old).toHaveLength(0);
    expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1)]);
    storage.collect([ramps(2, 3)], [filled(2)]);
    expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(4)]);
    expect(storage.inputsAddress).toBe(address);
    expect([0, 1].map((channel) => storage.mainInput!.pointer(channel))).toEqual(pointers);
  });

  test("between collect and deliver, as a kernel does it", () => {
    const storage = allocate();
    const outputs = [filled(2)];
    for (let block = 0; block < 3; block++) {
      storage.collect([ramps(2, block)], outputs);
      for (const channel of [0, 1]) storage.mainOutput!.channel(channel).set(storage.mainInput!.channel(channel));
      storage.memory.grow(1);
      storage.deliver(outputs);
      expect(outputs[0]!.map((channel) => [...channel])).toEqual([[...ramp(block)], [...ramp(block + 1)]]);
    }
  });

  test("each view is rebuilt once, and counted", () => {
    const storage = allocate();
    const block = () => {
      storage.collect([ramps(2)], [filled(2)]);
      storage.deliver([filled(2)]);
    };
    block();
    storage.memory.grow(1);
    block();
    expect(storage.diagnostics.viewRebuilds).toBe(4);
    block();
    block();
    expect(storage.diagnostics.viewRebuilds).toBe(4);
  });

  test("by another storage's allocation in the same heap", () => {
    const heap = createHeap();
    const config = { inputs: [2], outputs: [2] };
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
    storage.collect([ramps(2)], [filled(2)]);
    const others = Array.from({ length: 50 }, () => ProcessBufferStorage.allocateFromConfig(config, { heap, maxFrames: 4096 }));
    expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1)]);
    others[49]!.collect([ramps(2)], [filled(2)]);
    expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1)]);
  });

  test("to a resizable buffer and beyond, where the engine has them", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: createHeap({ maximumPages: 64 }) });
    const memory = storage.memory as WebAssembly.Memory & { toResizableBuffer?(): ArrayBuffer };
    memory.toResizableBuffer?.();
    for (let block = 0; block < 3; block++) {
      storage.collect([ramps(2, block)], [filled(2)]);
      memory.grow(1);
      expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(block + 1)]);
    }
  });
});

describe("a view asked for in a block of no frames, after the memory grew", () => {
  test("is empty and alive", () => {
    const storage = storageOf([2], [2], { heap: createHeap() });
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

test("each view that is made after the memory grew is counted, those of tables and of parameters too", () => {
  const rebuiltBy = (inputs: number[], parameterCount: number, options: StorageOptions<SampleFormat>) => {
    const heap = createHeap();
    const parameters = Array.from({ length: parameterCount }, (_, p) => ({ name: `p${p}` }));
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs, outputs: [], parameters }, { heap, ...options });
    storage.begin(128);
    heap.memory.grow(1);
    const before = storage.diagnostics.viewRebuilds;
    storage.begin(128);
    return storage.diagnostics.viewRebuilds - before;
  };
  // That of descriptors and tables, which are written through it.
  expect(rebuiltBy([1, 1, 1, 1, 1, 1], 0, {})).toBe(1);
  // The last values, and each parameter's values; in doubles the floats beside them, too.
  expect(rebuiltBy([], 2, { sampleFormat: "f32" })).toBe(rebuiltBy([], 1, { sampleFormat: "f32" }) + 1);
  expect(rebuiltBy([], 2, { sampleFormat: "f64" })).toBe(rebuiltBy([], 1, { sampleFormat: "f64" }) + 2);
});

test("views of ever new block lengths do not pile up: those of the length that was seen first are forgotten first", () => {
  const storage = storageOf([32], [32], { maxFrames: 300 });
  const render = (from: number, to: number) => {
    for (let frames = from; frames <= to; frames++) {
      const host = [filled(32, 1, frames)];
      storage.collect(host, host);
      storage.deliver(host);
      expect(storage.mainInput!.channel(31)).toHaveLength(frames);
    }
    return storage.diagnostics.viewRebuilds;
  };
  const all = render(1, 300);
  // Those of whole blocks, made at set-up, were the first to go.
  expect(all).toBe(300 * 64);
  // 16,384 views are kept: 64 each of 256 lengths.
  expect(render(45, 300)).toBe(all);
  expect(render(44, 44)).toBe(all + 64);
  expect(render(45, 45)).toBe(all + 128);
});

test("views of others' samples are forgotten all at once, and then found again as before", () => {
  const heap = createHeap({ initialPages: 16 });
  const storage = storageOf([1], [], { heap, channelMemory: "external", maxFrames: 4 });
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
