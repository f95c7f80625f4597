// channelInterpretation "speakers": mono, stereo, quad and 5.1 into each other, by the equations of the Web Audio API.
// Source: https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing

import { describe, expect, test } from "vitest";
import { ProcessBufferStorage, type StorageOptions } from "wasm-process-buffers";
import { filled, noise } from "../../support/host-channels";
import { collectInForm, forms } from "../../support/host-forms";

const ROOT_HALF = Math.SQRT1_2;

/** Each target channel as a sum of source channels, written out as the specification has them. */
const equations: Record<string, (source: readonly number[]) => number[]> = {
  "1 to 2": ([m]) => [m!, m!],
  "1 to 4": ([m]) => [m!, m!, 0, 0],
  "1 to 6": ([m]) => [0, 0, m!, 0, 0, 0],
  "2 to 4": ([l, r]) => [l!, r!, 0, 0],
  "2 to 6": ([l, r]) => [l!, r!, 0, 0, 0, 0],
  "4 to 6": ([l, r, sl, sr]) => [l!, r!, 0, 0, sl!, sr!],
  "2 to 1": ([l, r]) => [0.5 * (l! + r!)],
  "4 to 1": ([l, r, sl, sr]) => [0.25 * (l! + r! + sl! + sr!)],
  "6 to 1": ([l, r, c, , sl, sr]) => [ROOT_HALF * (l! + r!) + c! + 0.5 * (sl! + sr!)],
  "4 to 2": ([l, r, sl, sr]) => [0.5 * (l! + sl!), 0.5 * (r! + sr!)],
  "6 to 2": ([l, r, c, , sl, sr]) => [l! + ROOT_HALF * (c! + sl!), r! + ROOT_HALF * (c! + sr!)],
  "6 to 4": ([l, r, c, , sl, sr]) => [l! + ROOT_HALF * c!, r! + ROOT_HALF * c!, sl!, sr!],
};
const pairs = Object.keys(equations).map((pair) => [pair, ...pair.split(" to ").map(Number)] as [string, number, number]);

const channelsOf = (count: number, frames = 128) => Array.from({ length: count }, (_, c) => noise(frames, c + 1));
const mixed = (pair: string, source: readonly Float32Array[], k: number) => equations[pair]!(source.map((samples) => samples[k]!));
/** A few roundings of floats up to 4. */
const NEAR = 1e-6;

const storageOf = (inputs: number[], outputs: number[], options: StorageOptions<"f32" | "f64" | "i16"> = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { channelInterpretation: "speakers", ...options } as StorageOptions);

for (const form of forms) {
  describe(`a host whose lists are copied in the ${form} form`, () => {
    test.each(pairs)("%s: in", (pair, from, to) => {
      for (const frames of [128, 7, 1]) {
        const storage = storageOf([to], [1]);
        const source = channelsOf(from, frames);
        collectInForm(form, storage, [source], [filled(1, 0, frames)], { takes: form });
        const bus = storage.mainInput!;
        expect([bus.length, bus.connectedLength, bus.constantMask]).toEqual([to, from, 0]);
        for (let k = 0; k < frames; k++) {
          for (const [c, value] of mixed(pair, source, k).entries()) expect(Math.abs(bus.channel(c)[k]! - value)).toBeLessThan(NEAR);
        }
        expect(storage.diagnostics).toMatchObject({ droppedChannels: 0, viewRebuilds: expect.any(Number) });
      }
    });

    test.each(pairs)("%s: out", (pair, from, to) => {
      const storage = storageOf([], [from]);
      const outputs = [filled(to, 9)];
      const block = collectInForm(form, storage, [], outputs, { takes: form });
      expect(storage.mainOutput!.connectedLength).toBe(Math.min(from, to));
      const source = channelsOf(from);
      for (const [c, samples] of source.entries()) storage.mainOutput!.channel(c).set(samples);
      block.deliver();
      for (let k = 0; k < 128; k++) {
        for (const [c, value] of mixed(pair, source, k).entries()) expect(Math.abs(outputs[0]![c]![k]! - value)).toBeLessThan(NEAR);
      }
      expect(storage.diagnostics.droppedChannels).toBe(0);
      // A mix is made of what the kernel has, and leaves it.
      expect(storage.mainOutput!.channel(0)).toEqual(source[0]);
    });
  });
}

test.each([
  ["f64", "planar"],
  ["i16", "interleaved"],
  ["f32", "contiguous"],
] as const)("every pair is mixed for a bus of %s that is %s, too", (sampleFormat, layout) => {
  for (const [pair, from, to] of pairs) {
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [{ channelCount: to, sampleFormat, layout }], outputs: [{ channelCount: to, sampleFormat, layout }] },
      { channelInterpretation: "speakers", maxFrames: 16 },
    );
    const source = channelsOf(from, 16).map((samples) => samples.map((sample) => sample / 8));
    const outputs = [filled(to, 0, 16)];
    for (let block = 0; block < 4; block++) {
      storage.collect([source], outputs);
      for (let c = 0; c < to; c++) {
        const [input, output] = [storage.mainInput!, storage.mainOutput!];
        if (layout === "interleaved") output.samples.set(input.samples as Int16Array);
        else output.channel(c).set(input.channel(c));
      }
      storage.deliver(outputs);
      for (let k = 0; k < 16; k++) {
        for (const [c, value] of mixed(pair, source, k).entries()) expect(Math.abs(outputs[0]![c]![k]! - value)).toBeLessThan(2 / 32768);
      }
    }
  }
});

test("other counts are discrete: what has no place is counted, in and out, and missing channels are as the policy says", () => {
  const storage = storageOf([2, 2], [3, 1]);
  const outputs = [filled(2, 9), filled(1, 9)];
  storage.collect([channelsOf(3), []], outputs);
  expect(storage.diagnostics.droppedChannels).toBe(1);
  expect([storage.inputs[0]!.connectedLength, storage.inputs[1]!.connectedLength, storage.inputs[1]!.constantMask]).toEqual([2, 0, 0b11]);
  storage.deliver(outputs);
  expect(storage.diagnostics.droppedChannels).toBe(2);
});

test("every pair of counts that Web Audio does not mix is discrete, in and out", () => {
  const untouched = [9, 9, 9, 9];
  for (let channels = 1; channels <= 10; channels++) {
    const storage = storageOf([channels], [channels], { maxFrames: 4 });
    for (let theirs = 1; theirs <= 16; theirs++) {
      if (`${theirs} to ${channels}` in equations || `${channels} to ${theirs}` in equations) continue;
      const [source, outputs] = [channelsOf(theirs, 4), [filled(theirs, 9, 4)]];
      storage.collect([source], outputs);
      for (let c = 0; c < channels; c++) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
      storage.deliver(outputs);
      const expected = source.map((samples, c) => (c < channels ? [...samples] : untouched));
      expect(outputs[0]!.map((samples) => [...samples])).toEqual(expected);
    }
    storage.free();
  }
});

test("a channel that cannot be used is silence in the mix, and counted", () => {
  const storage = storageOf([1], [1]);
  const source = [noise(128, 1), null as never];
  for (let block = 1; block < 5; block++) {
    storage.collect([source], [filled(1)]);
    expect(storage.diagnostics.droppedChannels).toBe(block);
    for (let k = 0; k < 128; k++) expect(storage.mainInput!.channel(0)[k]).toBe(Math.fround(source[0]![k]! * 0.5));
  }
});

test("hosts with other numbers of channels take turns, in every order, and each is mixed right", () => {
  const storage = storageOf([2], [2]);
  const hosts = [1, 2, 4, 6, 0, 3].map((count) => ({
    count,
    inputs: Object.freeze([Object.freeze(channelsOf(count))]) as Float32Array[][],
    outputs: Object.freeze([Object.freeze(filled(count, 9))]) as Float32Array[][],
  }));
  for (let turn = 0; turn < 60; turn++) {
    // Each often enough to become known.
    const { count, inputs, outputs } = hosts[(turn * 7 + Math.floor(turn / 5)) % hosts.length]!;
    for (let block = 0; block < 4; block++) {
      storage.collect(inputs, outputs);
      const bus = storage.mainInput!;
      for (let k = 0; k < 128; k += 9) {
        const source = inputs[0]!;
        const expected =
          count === 2 || count === 3 ? [source[0]![k]!, source[1]![k]!] : count === 0 ? [0, 0] : mixed(`${count} to 2`, source, k);
        for (const [c, value] of expected.entries()) expect(Math.abs(bus.channel(c)[k]! - value)).toBeLessThan(NEAR);
      }
      for (const c of [0, 1]) storage.mainOutput!.channel(c).fill(c + 1);
      storage.deliver(outputs);
      const given = outputs[0]!.map((samples) => samples[77]!);
      const expected = { 0: [], 1: [1.5], 2: [1, 2], 3: [1, 2, 9], 4: [1, 2, 0, 0], 6: [1, 2, 0, 0, 0, 0] }[count];
      expect(given).toEqual(expected);
    }
  }
});
