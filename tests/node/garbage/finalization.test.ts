// A storage that is dropped without `free` gives its memory back when it is collected.

import v8 from "node:v8";
import vm from "node:vm";
import { expect, test } from "vitest";
import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { countingHeap } from "../../support/counting-heap";

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;
const config = { inputs: [2], outputs: [2] };

async function collected(until: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && !until(); attempt++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return until();
}

test("dropped storages give their memory back, kept ones keep it, freed ones give it back once", async () => {
  const heap = countingHeap(createHeap());
  const kept = ProcessBufferStorage.allocateFromConfig(config, { heap });
  // In a function of its own, so that no reference is left on the stack.
  const drop = () => {
    for (let i = 0; i < 20; i++) ProcessBufferStorage.allocateFromConfig(config, { heap }).begin(128);
    ProcessBufferStorage.allocateFromConfig(config, { heap }).free();
    const moved = ProcessBufferStorage.allocateFromConfig(config, { heap });
    moved.reconfigure({ inputs: [6], outputs: [6] });
  };
  drop();
  expect(heap.held.size).toBe(22);
  expect(await collected(() => heap.held.size === 1)).toBe(true);
  expect(kept.begin(128)).toBe(128);
  expect(kept.mainInput!.channel(0)).toHaveLength(128);
});

test("a bus that is still held keeps its storage's memory", async () => {
  const heap = countingHeap(createHeap());
  const bus = (() => ProcessBufferStorage.allocateFromConfig(config, { heap }).mainInput!)();
  expect(await collected(() => heap.held.size === 0)).toBe(false);
  expect(bus.capacity).toBe(2);
});
