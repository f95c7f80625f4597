// The length of a block, and hosts whose channels and lists claim another length than they have.

import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage, StorageObserver } from "wasm-process-buffers";
import { filled, ramp, ramps } from "../../support/host-channels";
import { firstDifference } from "../../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

describe("the block's length", () => {
  test.each<[string, (number | null)[][], (number | null)[][], number]>([
    ["two outputs of different lengths", [], [[64], [128]], 128],
    ["a null first output", [], [[null, 64]], 64],
    ["inputs as long as the shorter output", [[64]], [[64], [128]], 128],
    ["a longer last output channel", [], [[64, 128]], 128],
    ["inputs alone", [[64, 100]], [], 100],
  ])("%s: the longest counts", (_, inputs, outputs, frames) => {
    const host = (buses: (number | null)[][]) =>
      buses.map((channels) => channels.map((length) => (length === null ? null : new Float32Array(length)))) as Float32Array[][];
    for (const channelMemory of ["owned", "external"] as const)
      expect(storageOf([2], [2, 1], { channelMemory }).collect(host(inputs), host(outputs))).toBe(frames);
  });

  test("a host that turns to channels of different lengths is noticed when its block is delivered", () => {
    const storage = storageOf([2], [2]);
    const block = (...lengths: number[]) => {
      const outputs = [lengths.map((length) => new Float32Array(length).fill(9))];
      const frames = storage.collect([], outputs);
      storage.mainOutput!.channel(1).fill(0.5);
      storage.deliver(outputs);
      return { frames, last: [...outputs[0]!.at(-1)!] };
    };
    expect(block(64, 64).frames).toBe(64);
    // The first channel is as long as the block before; so much of the others is right.
    const turning = block(64, 128);
    expect(turning.frames).toBe(64);
    expect(turning.last).toEqual([...Array(64).fill(0.5), ...Array(64).fill(0)]);
    const next = block(64, 128);
    expect(next.frames).toBe(128);
    expect(next.last).toEqual(Array(128).fill(0.5));
    expect(block(64, 128).frames).toBe(128);
    expect(block(64, 64).frames).toBe(64);
    expect(storage.diagnostics.droppedChannels).toBe(0);
  });

  test("a block that is looked at twice counts once for observers", () => {
    const storage = storageOf([1], [1], { heap: createHeap({ shared: true }) });
    const observer = new StorageObserver(storage.location);
    storage.collect([[new Float32Array(64), new Float32Array(128)]], [filled(1)]);
    storage.collect([[new Float32Array(64)]], [filled(1)]);
    expect(observer.blocks).toBe(2);
  });
});

describe("a host channel that claims a length it does not have", () => {
  const claiming = (length: unknown) => Object.defineProperty(new Float32Array(128), "length", { value: length });

  test.each<[unknown]>([
    [1n],
    [Symbol("length")],
    [-5],
    [-(2 ** 30) + 700],
    ["abc"],
    [{}],
    [12.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [2 ** 40],
  ])("%s: no throw, a whole number of frames, no byte outside", (length) => {
    const heap = createHeap({ initialPages: 4 });
    const storage = storageOf([1], [1], { heap });
    const neighbour = storageOf([2], [2], { heap });
    neighbour.collect([ramps(2)], []);
    const start = neighbour.inputsAddress;
    const bytes = () => new Uint8Array(heap.memory.buffer, start).slice();
    const before = bytes();
    for (const [inputs, outputs] of [
      [[[claiming(length)]], [[claiming(length)]]],
      [[], [[claiming(length)]]],
      [[[new Float32Array(64), claiming(length)]], []],
    ] as [Float32Array[][], Float32Array[][]][]) {
      const frames = storage.collect(inputs, outputs);
      expect([Number.isInteger(frames), frames >= 0, frames <= 128]).toEqual([true, true, true]);
      storage.deliver(outputs);
    }
    expect(firstDifference(bytes(), before)).toBe(-1);
    for (const count of Object.values(storage.diagnostics)) expect(Number.isFinite(count)).toBe(true);
  });
});

test("a list of buses that claims to be endless gives the buses that it has", () => {
  const storage = storageOf([1], [1]);
  const host = [ramps(1)];
  const endless = new Proxy(host, { get: (list, key) => (key === "length" ? 2 ** 32 - 1 : Reflect.get(list, key)) });
  for (let block = 0; block < 2; block++) {
    storage.collect(endless, [filled(1)]);
    expect(storage.mainInput!.channel(0)).toEqual(ramps(1)[0]);
  }
});

test("what only looks like a list of buses or of channels holds none", () => {
  const storage = storageOf([1, 1], [1]);
  const like = (entry: unknown) => ({ 0: entry, length: 1 }) as unknown as Float32Array[][];
  const [channel, target] = [ramps(1)[0]!, filled(1)[0]!];
  const untouched = target.slice();
  for (const [inputs, outputs] of [
    [like([channel]), like([target])],
    [[like(channel)], [like(target)]],
  ] as unknown as [Float32Array[][], Float32Array[][]][]) {
    expect(storage.collect(inputs, outputs)).toBe(storage.maxFrames);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.channel(0).every((sample) => sample === 0)]).toEqual([0, true]);
    storage.deliver(outputs);
    expect(target).toEqual(untouched);
  }
});

test("a host's empty channel counts as dropped when a block of no frames is delivered, and is not looked at through a view", () => {
  const storage = storageOf([], [2]);
  storage.begin(0);
  storage.deliver([[new Float32Array(0), new Float32Array(0)]]);
  expect(storage.diagnostics).toMatchObject({ droppedChannels: 2, viewRebuilds: 0 });
});

describe("a host channel that lies of its length, where the lists are as long as they say", () => {
  const lying = (frames: number, claimed: number) =>
    Object.defineProperty(new Float32Array(frames).fill(0.5), "length", { value: claimed });

  test.each([
    [64, 1000],
    [64, 3],
    [128, 1000],
  ])("%i frames that claim to be %i go in as they are, silence behind them", (frames, claimed) => {
    const storage = storageOf([2], [2]);
    storage.collect([ramps(2)], [filled(2)]);
    expect(storage.collect([[lying(frames, claimed), ramp(1)]], [filled(2)])).toBe(128);
    expect([...storage.mainInput!.channel(0)]).toEqual([...Array(frames).fill(0.5), ...Array(128 - frames).fill(0)]);
    expect(storage.mainInput!.channel(1)).toEqual(ramp(1));
  });

  test("and outputs are written as far as they go", () => {
    const storage = storageOf([], [2]);
    storage.begin(128);
    for (const channel of [0, 1]) storage.mainOutput!.channel(channel).fill(0.25);
    const target = lying(64, 128);
    storage.deliver([[target, new Float32Array(128)]]);
    expect(Array.from({ length: 64 }, (_, frame) => target[frame])).toEqual(Array(64).fill(0.25));
  });

  test.each([
    ["an object with the prototype of floats", () => Object.create(Float32Array.prototype)],
    ["a view of no type that says it has one", () => new DataView(new ArrayBuffer(512))],
  ])("%s is no channel: silence in its place, counted", (_, make) => {
    const storage = storageOf([2], [1]);
    const forged = Object.defineProperty(make(), "length", { value: 128 });
    Object.defineProperty(forged, Symbol.toStringTag, { value: "Float32Array" });
    for (const block of [1, 2]) {
      storage.collect([[forged, ramp(1)]], [filled(1)]);
      expect([...storage.mainInput!.channel(0)]).toEqual(Array(128).fill(0));
      expect(storage.mainInput!.channel(1)).toEqual(ramp(1));
      expect(storage.diagnostics.droppedChannels).toBe(block);
    }
  });
});
