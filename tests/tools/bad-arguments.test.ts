// Levels and block operations with wrong values in place of a bus, a storage or a gain.

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
