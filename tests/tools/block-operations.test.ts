import { describe, expect, test } from "vitest";
import {
  applyGain,
  average,
  clearOutputs,
  copyInputsToOutputs,
  ProcessBufferStorage,
  pairedChannels,
  peak,
  rms,
} from "wasm-process-buffers";
import { type BadValue, unusableValues } from "../support/bad-host-values.js";
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

describe("levels", () => {
  const side = () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [0, 1], outputs: [] });
    storage.collect([[], [Float32Array.of(3, -4, 0, 1)]], []);
    return storage.sidechain!;
  };

  test("peak is the largest magnitude, rms the root of the mean square, average the mean magnitude", () => {
    expect(peak(side(), 0)).toBe(4);
    expect(rms(side(), 0)).toBe(Math.sqrt(26 / 4));
    expect(average(side(), 0)).toBe(2);
  });

  test("of a channel that is not there are 0", () => {
    expect([peak(side(), 1), rms(side(), 1), average(side(), -1)]).toEqual([0, 0, 0]);
  });
});

describe("in place of a bus, a storage or a gain", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
  const throwing = new Proxy({}, { get: refuse, getPrototypeOf: refuse });
  const throwingIn = (target: object) => new Proxy(target, { get: refuse });

  function refuse(): never {
    throw new Error("the caller");
  }

  test.each<BadValue>([
    ...unusableValues,
    ["a proxy that throws", () => throwing],
    ["a bus that throws", () => throwingIn(storage.mainOutput!)],
    ["a storage that throws", () => throwingIn(storage)],
    ["a bus that answers null", () => new Proxy(storage.mainOutput!, { get: () => null })],
    ["a bus whose functions answer null", () => new Proxy(storage.mainOutput!, { get: () => () => null })],
    ["a bus that answers words", () => new Proxy(storage.mainOutput!, { get: () => "x" })],
    ["a storage that answers null", () => new Proxy(storage, { get: () => null })],
    ["a storage of buses that are none", () => new Proxy(storage, { get: () => [null, 3] })],
  ])("%s: nothing throws, and no sample changes", (_, make) => {
    const what = make() as never;
    storage.collect([ramps(2)], [filled(2)]);
    storage.mainOutput!.channel(0).set(ramps(1, 5)[0]!);
    expect([peak(what, 0), rms(what, 0), average(what, 0)]).toEqual([0, 0, 0]);
    expect([pairedChannels(what, storage.mainOutput), pairedChannels(storage.mainInput, what)]).toEqual([0, 0]);
    for (const operation of [copyInputsToOutputs, clearOutputs]) operation(what);
    applyGain(what, 0.5);
    if (typeof what !== "number") applyGain(storage, what);
    expect([...storage.mainOutput!.channel(0)]).toEqual([...ramps(1, 5)[0]!]);
  });
});
