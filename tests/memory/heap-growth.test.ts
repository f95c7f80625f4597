// How a heap of our own grows: to twice its size where it can, because every view is made anew after it.

import { describe, expect, test } from "vitest";
import { createHeap } from "wasm-process-buffers";

const PAGE = 65536;

/** The sizes that the memory has while `count` blocks of `bytes` are taken, in pages. */
function sizes(heap: ReturnType<typeof createHeap>, count: number, bytes: number): number[] {
  const seen = new Set([heap.memory.buffer.byteLength / PAGE]);
  for (let i = 0; i < count && heap.malloc(bytes) !== 0; i++) seen.add(heap.memory.buffer.byteLength / PAGE);
  return [...seen];
}

describe("a heap of our own that has no room", () => {
  test("doubles its memory", () => {
    expect(sizes(createHeap(), 1000, 4096)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(sizes(createHeap({ initialPages: 3 }), 100, 10_000)).toEqual([3, 6, 12, 24]);
  });

  test("grows by what is wanted where that is more", () => {
    expect(sizes(createHeap(), 1, 10 * PAGE)).toEqual([1, 11]);
  });

  test("grows by what is wanted where the memory cannot double", () => {
    expect(sizes(createHeap({ initialPages: 4, maximumPages: 7 }), 100, PAGE)).toEqual([4, 5, 6, 7]);
  });

  test("stays as it is where not even that can be, and works on", () => {
    const heap = createHeap({ initialPages: 2, maximumPages: 3 });
    expect([heap.malloc(3 * PAGE), heap.memory.buffer.byteLength]).toEqual([0, 2 * PAGE]);
    expect(heap.malloc(PAGE)).toBe(16);
  });

  test("finds room in what somebody else has grown the memory by", () => {
    const heap = createHeap({ initialPages: 1, maximumPages: 8 });
    heap.memory.grow(7);
    expect(heap.malloc(6 * PAGE)).toBe(16);
  });
});
