import { expect, test } from "vitest";
import { BusConfigError, createHeap, ProcessBufferStorage, warmUp } from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { filled } from "../support/host-channels";

test("leaves nothing allocated, whatever the buses and the options", () => {
  const heap = countingHeap(createHeap());
  for (const config of [undefined, { inputs: [], outputs: [] }, { inputs: [2, 1], outputs: [2, 6] }, { inputs: [1], outputs: [] }]) {
    for (const options of [{}, { sampleFormat: "f64", detectConstant: true }, { channelMemory: "external" }, { maxFrames: 1 }] as const) {
      warmUp(config, { heap, ...options });
      expect(heap.held.size).toBe(0);
    }
  }
});

test("refuses what no storage can be made of, and leaves nothing allocated", () => {
  const heap = countingHeap(createHeap());
  expect(() => warmUp({ inputs: [33], outputs: [] }, { heap })).toThrow(BusConfigError);
  expect(() => warmUp(undefined, { heap, maxFrames: 0 })).toThrow(RangeError);
  expect(heap.held.size).toBe(0);
});

test("a storage that comes after it works as any other", () => {
  warmUp();
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] });
  expect(storage.collect([filled(1, 0.5)], [filled(1)])).toBe(128);
  expect([...storage.mainInput!.channel(0)]).toEqual(Array(128).fill(0.5));
  expect(storage.diagnostics).toEqual({ refusedPushes: 0, droppedChannels: 0, truncatedFrames: 0, viewRebuilds: 0 });
});
