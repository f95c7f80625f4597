import { describe, expect, test } from "vitest";
import { createRegionHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { filled, ramp, ramps } from "../support/host-channels";
import { firstDifference } from "../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

const memoryOf = (pages: number) => new WebAssembly.Memory({ initial: pages });

describe("a heap within a part of a memory", () => {
  test("hands out blocks on 16-byte boundaries, all within the part", () => {
    const heap = createRegionHeap(memoryOf(1), 1003, 2000);
    const blocks: number[] = [];
    for (let address = heap.malloc(100); address !== 0; address = heap.malloc(100)) blocks.push(address);
    expect(blocks).toHaveLength(17);
    for (const [i, address] of blocks.entries()) expect([address, address % 16]).toEqual([1008 + i * 112, 0]);
  });

  test("is whole again when everything was given back, in whatever order", () => {
    const heap = createRegionHeap(memoryOf(1), 1024, 16 * 64);
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ]) {
      const blocks = [256, 256, 256, 256].map((bytes) => heap.malloc(bytes));
      expect(heap.malloc(1)).toBe(0);
      for (const i of order) heap.free(blocks[i]!);
      const whole = heap.malloc(1024);
      expect(whole).toBe(1024);
      heap.free(whole);
    }
  });

  test("uses a gap again, and only for what fits", () => {
    const heap = createRegionHeap(memoryOf(1), 1024, 768);
    const [, middle] = [heap.malloc(256), heap.malloc(256), heap.malloc(256)];
    heap.free(middle!);
    expect(heap.malloc(257)).toBe(0);
    expect(heap.malloc(256)).toBe(middle);
  });

  test("ignores what is not its own, and what was given back already", () => {
    const heap = createRegionHeap(memoryOf(1), 1024, 64);
    const block = heap.malloc(16);
    for (const address of [0, 8, block + 4, Number.NaN, 1e9]) heap.free(address);
    heap.free(block);
    heap.free(block);
    expect([heap.malloc(64), heap.malloc(1)]).toEqual([1024, 0]);
  });

  test("answers 0 to what is no size, and never hands out address 0", () => {
    const heap = createRegionHeap(memoryOf(1), 0, 64);
    for (const bytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(heap.malloc(bytes)).toBe(0);
    expect(heap.malloc(16)).toBe(16);
  });

  test.each([
    [-16, 64],
    [0.5, 64],
    [0, 65537],
    [65536, 1],
    [Number.NaN, 64],
    ["0", 64],
    [0, Number.POSITIVE_INFINITY],
  ])("refuses %s and %s with a RangeError", (address, bytes) => {
    expect(() => createRegionHeap(memoryOf(1), address as number, bytes)).toThrow(RangeError);
  });

  test("refuses what is no memory", () => {
    expect(() => createRegionHeap({} as WebAssembly.Memory, 0, 0)).toThrow(TypeError);
  });
});

describe("a storage in it", () => {
  test("renders, and changes no byte outside the part", () => {
    const memory = memoryOf(2);
    const bytes = new Uint8Array(memory.buffer).fill(0xa5);
    const before = bytes.slice();
    const heap = createRegionHeap(memory, 65536, 8192);
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap });
    const outputs = [filled(2)];
    storage.collect([ramps(2)], outputs);
    storage.mainOutput!.channel(1).set(storage.mainInput!.channel(1));
    storage.deliver(outputs);
    storage.free();
    expect([...outputs[0]![1]!]).toEqual([...ramp(2)]);
    expect(firstDifference(bytes.slice(0, 65536), before.slice(0, 65536))).toBe(-1);
    expect(firstDifference(bytes.slice(65536 + 8192), before.slice(65536 + 8192))).toBe(-1);
  });

  test("that does not fit is an error", () => {
    const heap = createRegionHeap(memoryOf(1), 1024, 2048);
    expect(() => ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap })).toThrow(/no room/);
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
    const storage = storageOf([1], [1], { heap, detectConstant: true, sampleFormat: "f64", maxFrames: 128 });
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
