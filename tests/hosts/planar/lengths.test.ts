// The length of a block, and hosts whose channels and lists claim another length than they have.

import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage, StorageObserver } from "wasm-process-buffers";
import { filled, ramp, ramps } from "../../support/host-channels";
import { collectInForm, forms, hostInForm, listsInForm } from "../../support/host-forms";
import { firstDifference } from "../../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

/** A host with channels of these lengths; `null` for one that is missing. */
const hostOf = (buses: (number | null)[][], value = 0) =>
  buses.map((channels) => channels.map((length) => (length === null ? null : new Float32Array(length).fill(value)))) as Float32Array[][];

describe("the block's length", () => {
  test.each<[string, (number | null)[][], (number | null)[][], number]>([
    ["two outputs of different lengths", [], [[64], [128]], 128],
    ["a null first output", [], [[null, 64]], 64],
    ["inputs as long as the shorter output", [[64]], [[64], [128]], 128],
    ["longer inputs than outputs", [[128, 128]], [[64]], 64],
    ["a longer last output channel", [], [[64, 128]], 128],
    [
      "a longer output channel that is declared nowhere",
      [],
      [
        [64, 64],
        [64, 64, 100],
      ],
      100,
    ],
    ["inputs alone", [[64, 100]], [], 100],
    ["inputs alone, beside buses of outputs without channels", [[64, 100]], [[], []], 100],
    ["outputs of no frames", [[64]], [[0, 0]], 0],
    ["a first output of no frames", [[64]], [[0, 64]], 64],
    ["inputs of no frames, alone", [[0]], [], 0],
    ["a null output alone", [[64]], [[null]], 64],
    ["nothing at all", [], [], 128],
  ])("%s: the longest output counts, without outputs the longest input", (_, inputs, outputs, frames) => {
    for (const channelMemory of ["owned", "external"] as const) {
      for (const form of forms) {
        const storage = storageOf([2], [2, 1], { channelMemory });
        const host = hostInForm(form, hostOf(inputs), hostOf(outputs));
        // From the first block on, and when the host is known.
        for (let block = 0; block < 4; block++) expect(storage.collect(host.inputs, host.outputs)).toBe(frames);
      }
    }
  });

  test("of no frames is none: nothing is rendered, delivered or counted as cut off, and the next block is whole", () => {
    for (const form of forms) {
      const storage = storageOf([2], [2]);
      for (let round = 0; round < 3; round++) {
        const block = collectInForm(form, storage, hostOf([[0, 0]]), hostOf([[0, 0]]), { takes: "careful" });
        expect([block.frames, storage.frames, storage.mainInput!.channel(0).length, storage.mainOutput!.channel(1).length]).toEqual([
          0, 0, 0, 0,
        ]);
        expect([storage.mainInput!.length, storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([2, 2, 0]);
        storage.deliver(hostOf([[0, 0]]));
        expect(storage.diagnostics).toEqual({
          refusedPushes: 0,
          droppedChannels: 0,
          truncatedFrames: 0,
          viewRebuilds: 0,
          invalidParameters: 0,
          refusedEvents: 0,
        });
        expect(collectInForm(form, storage, [ramps(2)], [filled(2)]).frames).toBe(128);
        expect(storage.mainInput!.channel(1)).toEqual(ramp(2));
      }
    }
  });

  test("is the new one from the very block on in which a host's channels turn to different lengths", () => {
    for (const form of forms) {
      const storage = storageOf([2], [2]);
      const block = (...lengths: number[]) => {
        const outputs = hostOf([lengths], 9);
        const uniform = lengths.every((length) => length === lengths[0]);
        const collected = collectInForm(form, storage, [], outputs, { takes: uniform ? form : "careful" });
        storage.mainOutput!.channel(1).fill(0.5);
        collected.deliver();
        return { frames: collected.frames, last: [...outputs[0]!.at(-1)!] };
      };
      expect(block(64, 64).frames).toBe(64);
      for (const lengths of [
        [64, 128],
        [128, 64],
        [64, 128],
      ]) {
        expect(block(...lengths)).toEqual({ frames: 128, last: Array(lengths[1]).fill(0.5) });
      }
      expect(block(64, 64)).toEqual({ frames: 64, last: Array(64).fill(0.5) });
      expect(storage.diagnostics.droppedChannels).toBe(0);
    }
  });

  // The loops that find the longest channel are called often enough to be compiled for speed: an engine's fault in
  // that would show only then.
  test.each([
    ["the first", [[0, 20]]],
    ["the first of two buses", [[0], [20]]],
    [
      "every one but the last",
      [
        [0, 0, 0],
        [0, 20],
      ],
    ],
    ["a null channel behind it; the first", [[0, null, 20]]],
  ])("is what the outputs say in every one of 20,000 blocks, where %s output channel has no frames", (_, lengths) => {
    for (const sampleFormat of ["f32", "f64"] as const) {
      const storage = storageOf([2, 1], [3, 2], { maxFrames: 20, sampleFormat });
      const inputs = [ramps(2, 1, 20), ramps(1, 5, 20)];
      const kinds = [hostOf(lengths, 9), listsInForm("known", hostOf(lengths, 9)), listsInForm("careful", hostOf(lengths, 9))];
      for (let block = 0; block < 20_000; block++) {
        const outputs = kinds[block % 3]!;
        const frames = storage.collect(inputs, outputs);
        if (frames !== 20) expect.fail(`block ${block} of ${sampleFormat} has ${frames} frames`);
        storage.deliver(outputs);
      }
      const [last] = kinds[0]!.flat().filter((channel) => channel?.length === 20);
      expect([...last!]).toEqual(Array(20).fill(0));
      expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(2, 20)]);
    }
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

test("a host's channel of no frames counts as dropped, in and out, unless the block has none either; and no view is made for it", () => {
  const storage = storageOf([2], [2]);
  storage.begin(0);
  storage.deliver(hostOf([[0, 0]]));
  expect(storage.diagnostics).toMatchObject({ droppedChannels: 0, viewRebuilds: 0 });
  expect(storage.collect(hostOf([[0, 128]]), hostOf([[0, 128]]))).toBe(128);
  expect(storage.diagnostics).toMatchObject({ droppedChannels: 1, viewRebuilds: 0 });
  storage.deliver(hostOf([[0, 128]]));
  expect(storage.diagnostics).toMatchObject({ droppedChannels: 2, viewRebuilds: 0 });
});

describe("a host channel that lies of its length, where the lists are as long as they say", () => {
  const lying = (frames: number, claimed: number) =>
    Object.defineProperty(new Float32Array(frames).fill(0.5), "length", { value: claimed });

  test.each([
    [64, 1000],
    [64, 3],
    [64, 128],
    [128, 1000],
  ])("%i frames that claim to be %i go in as they are, silence behind them", (frames, claimed) => {
    for (const form of forms) {
      const storage = storageOf([2], [2]);
      expect(collectInForm(form, storage, [[lying(frames, claimed), ramp(1)]], [filled(2)], { takes: "careful" }).frames).toBe(128);
      expect([...storage.mainInput!.channel(0)]).toEqual([...Array(frames).fill(0.5), ...Array(128 - frames).fill(0)]);
      expect(storage.mainInput!.channel(1)).toEqual(ramp(1));
    }
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
