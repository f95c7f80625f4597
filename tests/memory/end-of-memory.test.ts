// Nothing reaches the last 16 bytes of 4 GiB: the end behind them is no 32-bit number, and a loop that ends there
// would not run. Whoever hands out or takes addresses keeps clear of them.

import { describe, expect, test } from "vitest";
import { createHeap, createRegionHeap, ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";

const END = 2 ** 32;
const PAGES = END / 65536;
const stereo = { inputs: [2], outputs: [2] };
const STEREO_BYTES = 4 * 512 + 64;

// An engine without that much address space has no such address either.
let memory: WebAssembly.Memory | undefined;
try {
  memory = new WebAssembly.Memory({ initial: PAGES });
} catch {
  memory = undefined;
}

describe.skipIf(memory === undefined)("of the last 16 bytes of 4 GiB", () => {
  test("a part of the memory hands out none", () => {
    const heap = createRegionHeap(memory!, END - 64, 64);
    expect([heap.malloc(64), heap.malloc(49), heap.malloc(48), heap.malloc(1)]).toEqual([0, 0, END - 64, 0]);
    heap.free(END - 64);
    const blocks = [1, 2, 3, 4].map(() => heap.malloc(16));
    expect(blocks).toEqual([END - 64, END - 48, END - 32, 0]);
  });

  test("a heap of our own that has grown to the end hands out none", () => {
    const heap = createHeap({ initialPages: PAGES });
    expect([heap.malloc(END - 31), heap.malloc(END - 32), heap.malloc(1)]).toEqual([0, 16, 0]);
  });

  test("a heap of our own does not grow for them", () => {
    const heap = createHeap();
    expect(heap.malloc(END - 31)).toBe(0);
    expect(heap.memory.buffer.byteLength).toBe(65536);
  });

  test("a storage takes none from a heap that hands them out, and gives them back", () => {
    const givenBack: number[] = [];
    const heapAt = (address: number): WasmHeap => ({ memory: memory!, malloc: () => address, free: (given) => givenBack.push(given) });
    const tooFar = END - STEREO_BYTES;
    for (const address of [tooFar, tooFar | 0]) {
      expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap: heapAt(address) })).toThrow(
        `the heap's malloc answered ${tooFar} for ${STEREO_BYTES} bytes, but its memory ends at ${END}`,
      );
    }
    expect(givenBack).toEqual([tooFar, tooFar]);
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: heapAt(tooFar - 16) });
    expect([storage.begin(128), storage.inputsAddress]).toEqual([128, tooFar - 16]);
    storage.free();
  });
});
