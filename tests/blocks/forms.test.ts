// What the storage can do beside planar floats, in blocks of the kernel's own length: other forms of buses, mixed speakers,
// parameters.

import { describe, expect, test } from "vitest";
import {
  type BusInfo,
  copyInputsToOutputs,
  createHeap,
  FixedBlocks,
  InterleavedHost,
  type PcmFormat,
  ProcessBufferStorage,
} from "wasm-process-buffers";
import { asHost, asKernel, formsOf, nameOfForm } from "../support/forms";
import { filled, noise } from "../support/host-channels";

const heap = createHeap();
const N = 12;
const H = 8;
const BLOCKS = 9;

test.each(formsOf(2).map((info) => [nameOfForm(info), info] as const))(
  "a bus that is %s is a delay of the latency, sample by sample",
  (_, info: BusInfo) => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [info], outputs: [info] }, { maxFrames: N, heap });
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const signals = [noise(BLOCKS * H, 1), noise(BLOCKS * H, 2)];
    const heard: number[][] = [[], []];
    for (let block = 0; block < BLOCKS; block++) {
      const outputs = [filled(2, 9, H)];
      blocks.collect([signals.map((signal) => signal.slice(block * H, block * H + H))], outputs);
      while (blocks.next()) copyInputsToOutputs(storage);
      blocks.deliver(outputs);
      for (const c of [0, 1]) heard[c]!.push(...outputs[0]![c]!);
    }
    for (const c of [0, 1]) {
      const delayed = [...Array(blocks.latency).fill(0), ...Array.from(signals[c]!, (sample) => asHost(info, asKernel(info, sample)))];
      expect(heard[c]!.map((sample) => sample + 0)).toEqual(delayed.slice(0, BLOCKS * H).map((sample) => sample + 0));
    }
    storage.free();
  },
);

describe.each<[PcmFormat, number, (new (length: number) => ArrayBufferView) | undefined]>([
  ["f32", 4, Float32Array],
  ["f64", 8, Float64Array],
  ["u8", 1, Uint8Array],
  ["i16", 2, Int16Array],
  ["i24", 3, undefined],
  ["i32", 4, Int32Array],
])("an interleaved host of %s", (format, bytes, View) => {
  const silence = format === "u8" ? 128 : 0;
  const make = (maxFrames = N) => {
    // Doubles hold every sample of every format.
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames, heap, sampleFormat: "f64" });
    const host = new InterleavedHost(storage, { channelCount: 2, format });
    return { storage, host, blocks: new FixedBlocks(storage, { hostFrames: H, maxHostFrames: H }) };
  };
  const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
  const kinds: [string, (length: number) => ArrayBufferView][] = [
    ["bytes", (length) => new Uint8Array(length)],
    ["a data view", (length) => new DataView(new ArrayBuffer(length))],
  ];
  if (View !== undefined) kinds.push(["a typed array", (length) => new View(length / bytes)]);
  /** All of these bytes are samples of every format that stay as they are. */
  const sound = Uint8Array.from({ length: 2 * BLOCKS * H * bytes }, (_, at) => ((at * 37) % 61) + 1);

  test.each(kinds)("is a delay of the latency, byte by byte, and starts with silence; its array is %s", (_, arrayOf) => {
    const { storage, host, blocks } = make();
    const length = 2 * H * bytes;
    const heard: number[] = [];
    for (let block = 0; block < BLOCKS; block++) {
      const samples = arrayOf(length);
      bytesOf(samples).set(sound.subarray(block * length, (block + 1) * length));
      blocks.collectFrom(host, samples);
      while (blocks.next()) copyInputsToOutputs(storage);
      blocks.deliverTo(host, samples);
      heard.push(...bytesOf(samples));
    }
    expect(heard).toEqual([...Array(2 * blocks.latency * bytes).fill(silence), ...sound].slice(0, heard.length));
    expect(storage.diagnostics).toMatchObject({ droppedChannels: 0, underrunFrames: 0, latencyChanges: 0 });
    storage.free();
  });

  test.each(kinds)("is silent where frames are missing, in and out, and behind the longest block; its array is %s", (kind, arrayOf) => {
    const { storage, host, blocks } = make(H);
    const length = 2 * H * bytes;
    const full = arrayOf(length);
    bytesOf(full).set(sound.subarray(0, length));
    blocks.collectFrom(host, full);
    while (blocks.next()) copyInputsToOutputs(storage);
    // One frame more than the longest block has; then a frame without its second sample, and what is no array.
    const long = arrayOf(length + 2 * bytes);
    bytesOf(long).fill(9);
    blocks.deliverTo(host, long);
    expect([...bytesOf(long)]).toEqual([...sound.subarray(0, length), ...Array(2 * bytes).fill(silence)]);
    // Bytes that make no whole sample are none.
    const part = arrayOf(length - (kind === "a typed array" ? bytes : 1));
    bytesOf(part).set(sound.subarray(0, part.byteLength));
    for (const samples of [part, undefined]) {
      blocks.collectFrom(host, samples as never);
      while (blocks.next()) copyInputsToOutputs(storage);
      blocks.deliverTo(host, full);
      const given = samples === undefined ? 0 : length - bytes;
      expect([...bytesOf(full)]).toEqual([...sound.subarray(0, given), ...Array(length - given).fill(silence)]);
    }
    blocks.deliverTo(host, full);
    expect([...bytesOf(full)]).toEqual(Array(length).fill(silence));
    storage.free();
  });
});

describe('with channelInterpretation "speakers"', () => {
  const counts = [1, 2, 4, 6];
  const pairs = counts.flatMap((host) => counts.map((bus) => [host, bus] as const));

  test.each(pairs)(
    "a host of %i channels and a kernel of %i: both ways are what the storage alone makes of it, and nothing is dropped",
    (host, bus) => {
      const config = { inputs: [bus], outputs: [bus] };
      const options = { maxFrames: N, heap, channelInterpretation: "speakers" } as const;
      const [fixed, direct] = [0, 1].map(() => ProcessBufferStorage.allocateFromConfig(config, options)) as [
        ProcessBufferStorage,
        ProcessBufferStorage,
      ];
      const blocks = new FixedBlocks(fixed, { hostFrames: H });
      const signals = Array.from({ length: host }, (_, c) => noise(BLOCKS * N, c + 1));
      const cut = (from: number, frames: number) => [signals.map((signal) => signal.slice(from, from + frames))];
      const expected: number[][] = signals.map(() => Array(blocks.latency).fill(0));
      for (let from = 0; from < BLOCKS * N; from += N) {
        const outputs = [filled(host, 0, N)];
        direct.collect(cut(from, N), outputs);
        copyInputsToOutputs(direct);
        direct.deliver(outputs);
        for (const [c, samples] of outputs[0]!.entries()) expected[c]!.push(...samples);
      }
      const heard: number[][] = signals.map(() => []);
      for (let from = 0; from + H <= BLOCKS * N; from += H) {
        const outputs = [filled(host, 9, H)];
        blocks.collect(cut(from, H), outputs);
        while (blocks.next()) copyInputsToOutputs(fixed);
        blocks.deliver(outputs);
        for (const [c, samples] of outputs[0]!.entries()) heard[c]!.push(...samples);
      }
      for (const [c, samples] of heard.entries()) expect(samples).toEqual(expected[c]!.slice(0, samples.length));
      expect(heard.flat().some((sample) => sample !== 0)).toBe(true);
      expect(fixed.diagnostics).toMatchObject({ droppedChannels: 0, underrunFrames: 0 });
      for (const storage of [fixed, direct]) storage.free();
    },
  );

  test("a host that turns from stereo to mono and back hears nothing of the other mix", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [], outputs: [1] },
      { maxFrames: H, heap, channelInterpretation: "speakers" },
    );
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    for (const count of [2, 1, 6, 2, 4, 1, 3, 2]) {
      const outputs = [filled(count, 9, H)];
      blocks.collect([], outputs);
      while (blocks.next()) storage.mainOutput!.channel(0).fill(0.5);
      blocks.deliver(outputs);
      const heard = outputs[0]!.map((samples) => samples[3]);
      expect(heard).toEqual({ 1: [0.5], 2: [0.5, 0.5], 3: [0.5, 9, 9], 4: [0.5, 0.5, 0, 0], 6: [0, 0, 0.5, 0, 0, 0] }[count]);
    }
    storage.free();
  });
});

test("what was mixed for a host of more channels is not heard by one that comes later", () => {
  const options = { maxFrames: N, heap, channelInterpretation: "speakers" } as const;
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, options);
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  let last: (number | undefined)[] = [];
  // The sixth block hears what was rendered for the fourth and the fifth one, which have no third channel.
  for (const count of [6, 6, 6, 2, 2, 2, 6]) {
    const outputs = [filled(count, 9, H)];
    blocks.collect([], outputs);
    while (blocks.next()) storage.mainOutput!.channel(0).fill(0.5);
    blocks.deliver(outputs);
    last = outputs[0]!.map((samples) => samples[0]);
  }
  expect(last).toEqual([0.5, 0.5, 0, 0, 0, 0]);
  storage.free();
});

test("a parameter has its values at the frames that they belong to; a k-rate one is what it was at the block's first frame", () => {
  const parameters = [{ name: "gain" }, { name: "mode", automationRate: "k-rate" as const, maxValue: 1e6 }];
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { maxFrames: N, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const seen: number[] = [];
  const modes: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const gain = Float32Array.from({ length: H }, (_, k) => block * H + k + 1);
    blocks.collect([[new Float32Array(H)]], [filled(1, 0, H)], { gain, mode: Float32Array.of(block) });
    while (blocks.next()) {
      const words = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 4);
      seen.push(...new Float32Array(storage.memory.buffer, words[1], N));
      modes.push(new Float32Array(storage.memory.buffer, words[3], 1)[0]!);
    }
    blocks.deliver([filled(1, 0, H)]);
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, k) => k + 1));
  expect(modes).toEqual(Array.from({ length: modes.length }, (_, b) => Math.floor((b * N) / H)));
  storage.free();
});
