// What a storage takes from its heap: asked for as seldom as can be, told to the byte, and given back whatever happens.

import { afterEach, describe, expect, test } from "vitest";
import { createHeap, InterleavedHost, ProcessBufferStorage, type StorageOptions, type WasmHeap } from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";

const stereo = { inputs: [2], outputs: [2] };
const STEREO_BYTES = 4 * 512 + 64;

/** Every address is so many bytes off a boundary of 16. */
function unaligned(off: number) {
  const inner = countingHeap(createHeap({ initialPages: 4 }));
  const asked: number[] = [];
  return {
    inner,
    asked,
    memory: inner.memory,
    malloc(bytes: number) {
      asked.push(bytes);
      return inner.malloc(bytes + off) + off;
    },
    free: (address: number, bytes: number) => inner.free(address - off, bytes + off),
  };
}

describe("a heap whose malloc aligns to 8", () => {
  const alignedToEight = () => unaligned(8);

  test("and that has no free is asked once, with the slack, and usage tells all of it", () => {
    const { memory, malloc, asked } = alignedToEight();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [10], outputs: [10] }, { heap: { memory, malloc }, maxFrames: 1024 });
    expect(storage.inputsAddress % 16).toBe(0);
    expect(asked).toEqual([storage.usage.totalBytes]);
    const { pointerBytes, descriptorBytes, sampleBytes, paddingBytes, totalBytes } = storage.usage;
    expect(pointerBytes + descriptorBytes + sampleBytes + paddingBytes).toBe(totalBytes);
    expect(paddingBytes).toBeLessThan(16 + 8);
    storage.free();
    expect(storage.usage.totalBytes).toBe(0);
  });

  test("and that has free is asked again with the slack, gets the first block back, and usage tells the second", () => {
    const heap = alignedToEight();
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    expect(storage.inputsAddress % 16).toBe(0);
    expect(heap.asked).toEqual([STEREO_BYTES, STEREO_BYTES + 8]);
    expect(storage.usage.totalBytes).toBe(STEREO_BYTES + 8);
    expect([...heap.inner.held.values()]).toEqual([STEREO_BYTES + 16]);
    storage.free();
    expect(heap.inner.held.size).toBe(0);
  });

  test("keeps the samples of a storage within what it gave", () => {
    const heap = alignedToEight();
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    const lastByte = storage.mainOutput!.samplesAddress + 2 * 512;
    const [[address, bytes]] = [...heap.inner.held] as [[number, number]];
    expect(storage.inputsAddress).toBeGreaterThanOrEqual(address);
    expect(lastByte).toBeLessThanOrEqual(address + bytes);
  });
});

describe("a heap whose malloc aligns to 4", () => {
  test("is asked for more slack where the usual one is too little, and keeps nothing but what is used", () => {
    const heap = unaligned(4);
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    expect(heap.asked).toEqual([STEREO_BYTES, STEREO_BYTES + 8, STEREO_BYTES + 12]);
    expect([storage.inputsAddress % 16, storage.usage.totalBytes, heap.inner.held.size]).toEqual([0, STEREO_BYTES + 12, 1]);
    const [[address, bytes]] = [...heap.inner.held] as [[number, number]];
    expect(storage.inputsAddress).toBeGreaterThanOrEqual(address + 4);
    expect(storage.mainOutput!.samplesAddress + 2 * 512).toBeLessThanOrEqual(address + bytes);
    storage.free();
    expect(heap.inner.held.size).toBe(0);
  });

  test("is not asked for more where the usual slack does", () => {
    const heap = unaligned(12);
    expect(ProcessBufferStorage.allocateFromConfig(stereo, { heap }).inputsAddress % 16).toBe(0);
    expect(heap.asked).toEqual([STEREO_BYTES, STEREO_BYTES + 8]);
  });

  test("and has no free is told, too", () => {
    const { memory, malloc, asked } = unaligned(4);
    const { inputsAddress, usage } = ProcessBufferStorage.allocateFromConfig(stereo, { heap: { memory, malloc } });
    expect([inputsAddress % 16, usage.totalBytes]).toEqual([0, STEREO_BYTES + 12]);
    expect(asked).toEqual([STEREO_BYTES + 8, STEREO_BYTES + 12]);
  });
});

test("a heap that aligns to 16 and has free is asked once, without slack", () => {
  const heap = countingHeap(createHeap());
  const { usage } = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
  expect([usage.totalBytes, [...heap.held.values()]]).toEqual([STEREO_BYTES, [STEREO_BYTES]]);
});

describe("nothing stays allocated where building fails half-way", () => {
  const engines = { Uint32Array, Uint8Array };
  afterEach(() => Object.assign(globalThis, engines));

  /** From now on the engine has no room for `nth` and all further views of this kind. */
  function failFrom(kind: keyof typeof engines, nth: number): () => number {
    let made = 0;
    (globalThis as Record<string, unknown>)[kind] = new Proxy(engines[kind], {
      construct(target, args: [], newTarget) {
        if (made++ >= nth) throw new RangeError("no room for a view");
        return Reflect.construct(target, args, newTarget);
      },
    });
    return () => made;
  }

  const cases: [string, StorageOptions<"f32" | "f64">, () => Required<WasmHeap>][] = [
    ["floats", {}, () => createHeap()],
    ["doubles", { sampleFormat: "f64" }, () => createHeap()],
    ["shared memory", {}, () => createHeap({ shared: true })],
  ];

  /** Has each of the views fail that `build` makes, and those after it; `look` is at what is left. */
  function failAtEach(build: () => void, look: () => void): void {
    for (let nth = 0; ; nth++) {
      const made = failFrom("Uint32Array", nth);
      try {
        build();
        expect(made()).toBe(nth);
        expect(nth).toBeGreaterThan(1);
        return;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      } finally {
        Object.assign(globalThis, engines);
      }
      look();
    }
  }

  test.each(cases)("because the engine has no room for a view: %s", (_, options, heapOf) => {
    const heap = countingHeap(heapOf());
    const build = () => ProcessBufferStorage.allocateFromConfig(stereo, { ...options, heap });
    failAtEach(build, () => expect(heap.held.size).toBe(0));
    expect(heap.held.size).toBe(1);
  });

  test("because the engine has no room for a view: an interleaved host", () => {
    const heap = countingHeap(createHeap());
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    failFrom("Uint8Array", 1);
    expect(() => new InterleavedHost(storage, { channelCount: 2 })).toThrow("no room for a view");
    expect([...heap.held.keys()]).toEqual([storage.inputsAddress]);
  });

  test("and a reconfiguration that fails so leaves the storage as it was", () => {
    const heap = countingHeap(createHeap());
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    const { inputsAddress } = storage;
    failAtEach(
      () => storage.reconfigure({ inputs: [6], outputs: [6] }),
      () => {
        expect([...heap.held.keys()]).toEqual([inputsAddress]);
        expect(storage.begin(128)).toBe(128);
      },
    );
    expect(storage.mainInput!.capacity).toBe(6);
    expect(heap.held.size).toBe(1);
  });
});
