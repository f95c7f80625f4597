import { describe, expect, test } from "vitest";
import {
  type BusConfig,
  BusConfigError,
  createHeap,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
  warmUp,
} from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { filled, ramps } from "../support/host-channels";

describe("warmUp", () => {
  test.each<[string, BusConfig | undefined, StorageOptions<SampleFormat>]>([
    ["the default buses", undefined, {}],
    ["a sidechain in doubles", { inputs: [2, 1], outputs: [2] }, { sampleFormat: "f64", detectConstant: true }],
    ["an instrument", { inputs: [], outputs: [2] }, {}],
    ["an analyser", { inputs: [2], outputs: [] }, { missingInputs: "drop" }],
    ["no bus", { inputs: [], outputs: [] }, {}],
    ["external channel memory", { inputs: [2], outputs: [2] }, { channelMemory: "external" }],
    ["long blocks", { inputs: [6], outputs: [6] }, { maxFrames: 4096 }],
  ])("renders with %s, and leaves nothing allocated", (_, config, options) => {
    const heap = countingHeap(createHeap());
    warmUp(config, { ...options, heap });
    expect(heap.held.size).toBe(0);
  });

  test("leaves storages of the same heap alone", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
    storage.collect([ramps(2)], [filled(2)]);
    warmUp({ inputs: [2], outputs: [2] }, { heap });
    expect([0, 1].map((channel) => storage.mainInput!.channel(channel))).toEqual(ramps(2));
  });

  test("throws what an allocation throws", () => {
    expect(() => warmUp({ inputs: [33], outputs: [] })).toThrow(BusConfigError);
    expect(() => warmUp(undefined, { maxFrames: 0 })).toThrow(RangeError);
    expect(() => warmUp(undefined, { maxframes: 1 } as object)).toThrow("maxFrames may be meant");
  });
});
