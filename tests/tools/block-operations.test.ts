import { describe, expect, test } from "vitest";
import { applyGain, clearOutputs, copyInputsToOutputs, ProcessBufferStorage, pairedChannels } from "wasm-process-buffers";
import { filled, ramps } from "../support/host-channels";

const lists = (channels: readonly Float32Array[]) => channels.map((channel) => [...channel]);

describe("whole blocks", () => {
  test("channels pair by index, as many as the shorter bus has", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [3, 1], outputs: [2, 4] });
    storage.begin(16);
    expect(pairedChannels(storage.mainInput, storage.mainOutput)).toBe(2);
    expect(pairedChannels(storage.inputs[1], storage.outputs[1])).toBe(1);
    expect(pairedChannels(undefined, storage.mainOutput)).toBe(0);
    expect(pairedChannels(storage.mainInput, storage.outputs[2])).toBe(0);
  });

  test("inputs are copied to outputs bus by bus, and the rest stays silent", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [3, 1], outputs: [2, 2, 1] });
    const outputs = [filled(2, 9), filled(2, 9), filled(1, 9)];
    storage.collect([ramps(3), ramps(1, 7)], outputs);
    copyInputsToOutputs(storage);
    storage.deliver(outputs);
    expect(outputs.map(lists)).toEqual([lists(ramps(2)), [...lists(ramps(1, 7)), Array(128).fill(0)], [Array(128).fill(0)]]);
  });

  test("a gain applies to every output channel, and clearing silences them", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    const outputs = [filled(2)];
    storage.collect([ramps(2)], outputs);
    copyInputsToOutputs(storage);
    applyGain(storage, 0.5);
    storage.deliver(outputs);
    expect(lists(outputs[0]!)).toEqual(lists(ramps(2)).map((channel) => channel.map((sample) => sample * 0.5)));
    clearOutputs(storage);
    storage.deliver(outputs);
    expect(outputs[0]!.every((channel) => channel.every((sample) => sample === 0))).toBe(true);
  });
});
