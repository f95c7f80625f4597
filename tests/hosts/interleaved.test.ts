// Interleaved hosts against a plain loop, by property: any channel count against any buses, floats and 16-bit samples,
// floats and doubles for the kernel, every policy, arrays of any length, with and without looking for constant channels.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  copyInputsToOutputs,
  createHeap,
  InterleavedHost,
  type InterleavedHostOptions,
  type MissingInputs,
  type PcmFormat,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { unusableValues } from "../support/bad-host-values.js";
import { countingHeap } from "../support/counting-heap";
import { guardedHeap } from "../support/guarded-memory";
import { filled, noise, ramp, ramps } from "../support/host-channels";
import { descriptorAt, firstDifference, pointersAt } from "../support/memory-contents";

type Samples = Float32Array | Int16Array;

// One heap for all: engines cap the number of memories in a process.
const heap = createHeap();

function storageOf(inputs: number[], outputs: number[], options: StorageOptions<SampleFormat> = {}) {
  return ProcessBufferStorage.allocateFromConfig<SampleFormat>({ inputs, outputs }, { heap, ...options });
}

const formats: readonly PcmFormat[] = ["f32", "i16"];
const sampleFormats: readonly SampleFormat[] = ["f32", "f64"];
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];
const ofFormat = (format: PcmFormat, from: ArrayLike<number>): Samples =>
  format === "i16" ? Int16Array.from(from) : Float32Array.from(from);

interface Case {
  readonly sampleFormat: SampleFormat;
  readonly missingInputs: MissingInputs;
  readonly detectConstant: boolean;
  readonly format: PcmFormat;
  /** Channels of each bus, for both directions. */
  readonly buses: number[];
  /** Channels in the host's array. */
  readonly width: number;
  readonly frames: number;
  /** Samples in the host's array; frames * width, or more or fewer. */
  readonly length: number;
  readonly isConstant: boolean;
  readonly seed: number;
}

const MAX_FRAMES = 70;

const cases: fc.Arbitrary<Case> = fc
  .record({
    sampleFormat: fc.constantFrom(...sampleFormats),
    missingInputs: fc.constantFrom(...policies),
    detectConstant: fc.boolean(),
    format: fc.constantFrom(...formats),
    buses: fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.integer({ min: 1, max: 32 })) },
      { weight: 2, arbitrary: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }) },
    ),
    width: fc.oneof(fc.constantFrom(1, 2, 4, 6, 8), fc.integer({ min: 1, max: 40 })),
    frames: fc.integer({ min: 1, max: MAX_FRAMES }),
    off: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }) }),
    isConstant: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ off, ...rest }) => ({ ...rest, length: Math.max(0, rest.frames * rest.width + off) }));

function made({ buses, sampleFormat, missingInputs, detectConstant, width, format }: Case) {
  const storage = storageOf(buses, buses, { sampleFormat, missingInputs, detectConstant, maxFrames: MAX_FRAMES });
  return { storage, host: new InterleavedHost(storage, { channelCount: width, format }) };
}

function samplesOf({ format, length, isConstant, width, seed }: Case): Samples {
  const floats = noise(isConstant ? width : length, seed).map((sample) => sample * 1.1);
  const samples = Float32Array.from({ length }, (_, i) => floats[i % floats.length]!);
  return format === "i16" ? Int16Array.from(samples, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 30000)))) : samples;
}

const int16From = (sample: number) => (Number.isNaN(sample) ? 0 : Math.max(-32768, Math.min(32767, Math.round(sample * 32768)))) + 0;

/** Frames of a block that is as long as an array, up to what a block can have. */
const framesOf = ({ length, width }: Case) => Math.min(MAX_FRAMES, Math.ceil(length / width));

/** The host's channel that each channel of each bus is given; `undefined` where the array has none for it. */
function channelsGiven({ buses, width }: Case): (number | undefined)[][] {
  let next = 0;
  return buses.map((capacity) => Array.from({ length: capacity }, () => (next < width ? next++ : void next++)));
}

/** Channel `c` of an input bus as a kernel finds it, through descriptor and table. */
function found(storage: ReturnType<typeof storageOf>, bus: number, c: number): number[] {
  const { data32, data64 } = descriptorAt(storage.memory, storage.inputsAddress, bus);
  const pointer = pointersAt(storage.memory, data32 || data64, c + 1)[c];
  const View = storage.sampleFormat === "f64" ? Float64Array : Float32Array;
  return [...new View(storage.memory.buffer, pointer, storage.frames)];
}

test("in: every channel of every bus is what a plain loop makes of it, and starts a block as long as the array", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { storage, host } = made(given);
      const samples = samplesOf(given);
      const before = samples.slice();
      const frames = framesOf(given);
      // So that what is left of another block would show.
      storage.collect(
        given.buses.map((count) => filled(count, 9, MAX_FRAMES)),
        [],
      );
      for (const bus of storage.outputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(9);
      expect([host.collect(samples as Float32Array), storage.frames]).toEqual([frames, frames]);
      const scale = given.format === "i16" ? 1 / 32768 : 1;
      for (const [b, channels] of channelsGiven(given).entries()) {
        const bus = storage.inputs[b]!;
        const taken = channels.filter((channel) => channel !== undefined).length;
        const repeats = given.missingInputs === "repeat-mono" && taken === 1;
        const length = given.missingInputs === "drop" ? taken : bus.capacity;
        expect([bus.length, bus.connectedLength]).toEqual([length, taken]);
        let mask = 0;
        for (let c = 0; c < length; c++) {
          const from = repeats ? channels[0] : channels[c];
          const expected = Array.from({ length: frames }, (_, k) =>
            from === undefined ? 0 : (samples[k * given.width + from] ?? 0) * scale,
          );
          expect([...bus.channel(c)]).toEqual(expected);
          expect(found(storage, b, c)).toEqual(expected);
          const isEven = frames > 0 && expected.every((sample) => Object.is(sample, expected[0]));
          if (from === undefined || (given.detectConstant && (isEven || frames === 0))) mask |= 1 << c;
        }
        // What is dropped is silent in its own place all the same.
        const View = given.sampleFormat === "f64" ? Float64Array : Float32Array;
        for (let c = length; c < bus.capacity; c++) {
          expect(new View(storage.memory.buffer, bus.channelAddress(c), frames).every((sample) => sample === 0)).toBe(true);
        }
        expect(bus.constantMask).toBe(mask >>> 0);
        expect(descriptorAt(storage.memory, storage.inputsAddress, b)).toMatchObject({
          channelCount: length,
          constantMask: BigInt(mask >>> 0),
        });
      }
      for (const bus of storage.outputs) {
        for (let c = 0; c < bus.length; c++) expect(bus.channel(c).every((sample) => sample === 0)).toBe(true);
      }
      const capacity = given.buses.reduce((sum, count) => sum + count, 0);
      expect(storage.diagnostics.droppedChannels).toBe(Math.max(0, given.width - capacity));
      expect(storage.diagnostics.truncatedFrames).toBe(Math.max(0, Math.ceil(given.length / given.width) - MAX_FRAMES));
      expect(samples).toEqual(before);
      host.free();
      storage.free();
    }),
    { numRuns: 400 },
  );
});

test("out: every sample is what a plain loop makes of it, and what no bus gives is zero", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { storage, host } = made(given);
      storage.begin(given.frames);
      const planar = storage.outputs.flatMap((bus, b) =>
        Array.from({ length: bus.length }, (_, c) => {
          bus.channel(c).set(noise(given.frames, given.seed + b * 32 + c).map((sample) => sample * 1.2));
          return [...bus.channel(c)];
        }),
      );
      const samples = samplesOf(given);
      expect(host.deliver(samples as Float32Array)).toBe(Math.min(given.frames, Math.ceil(given.length / given.width)));
      const expected = Array.from(samples, (_, i) => {
        const sample = planar[i % given.width]?.[Math.floor(i / given.width)] ?? 0;
        return given.format === "i16" ? int16From(sample) : Math.fround(sample);
      });
      expect([...samples]).toEqual(expected);
      expect(storage.outputs.flatMap((bus) => Array.from({ length: bus.length }, (_, c) => [...bus.channel(c)]))).toEqual(planar);
      expect(storage.diagnostics.droppedChannels).toBe(Math.max(0, planar.length - given.width));
      host.free();
      storage.free();
    }),
    { numRuns: 400 },
  );
});

test("nothing outside the storage, the host's room and the array is touched", () => {
  const guarded = guardedHeap(16);
  fc.assert(
    fc.property(cases, (given) => {
      guarded.reset();
      const { buses, sampleFormat, detectConstant, width, format } = given;
      const storage = storageOf(buses, buses, { heap: guarded, sampleFormat, detectConstant, maxFrames: MAX_FRAMES });
      const host = new InterleavedHost(storage, { channelCount: width, format });
      const array = ofFormat(format, new Float32Array(given.length + 16).fill(7));
      const samples = array.subarray(8, 8 + given.length);
      host.collect(samples as Float32Array);
      copyInputsToOutputs(storage);
      host.deliver(samples as Float32Array);
      expect(guarded.firstChangedGuard()).toBe(-1);
      expect([...array.slice(0, 8), ...array.slice(-8)]).toEqual(Array(16).fill(7));
    }),
    { numRuns: 100 },
  );
});

test("an array of 1024 channels reaches every channel of sixteen buses, in and out", () => {
  const buses = Array<number>(16).fill(32);
  for (const sampleFormat of sampleFormats) {
    const storage = storageOf(buses, buses, { sampleFormat, maxFrames: 4 });
    const host = new InterleavedHost(storage, { channelCount: 1024 });
    const samples = noise(4 * 1024, 5);
    expect(host.collect(samples)).toBe(4);
    expect(storage.inputs[15]!.channel(31)[3]).toBe(samples[3 * 1024 + 511]);
    copyInputsToOutputs(storage);
    const out = new Float32Array(4 * 1024).fill(7);
    expect(host.deliver(out)).toBe(4);
    expect([...out]).toEqual([...samples].map((sample, i) => (i % 1024 < 512 ? sample : 0)));
    expect(storage.diagnostics.droppedChannels).toBe(512);
    host.free();
    storage.free();
  }
});

describe("16-bit samples", () => {
  test.each(sampleFormats)("out of %s: rounded to the nearest, halves up, clamped, NaN to 0", (sampleFormat) => {
    const special = [
      0,
      -0,
      0.5,
      1.5,
      -0.5,
      -1.5,
      2.5,
      0.49999997,
      -0.49999997,
      0.50000006,
      32767,
      32767.4,
      32767.5,
      40000,
      1e30,
      -32768,
      -32768.5,
      -40000,
      Infinity,
      -Infinity,
      NaN,
      16384.5,
      -16384.5,
    ].map((sample) => Math.fround(sample) / 32768);
    const storage = storageOf([], [1], { sampleFormat });
    const host = new InterleavedHost(storage, { channelCount: 1, format: "i16" });
    storage.begin(special.length);
    storage.mainOutput!.channel(0).set(special);
    const expected = [...storage.mainOutput!.channel(0)].map(int16From);
    // At once, and sample by sample where the array is shorter than the block.
    for (const length of [special.length, special.length - 1]) {
      const samples = new Int16Array(length);
      host.deliver(samples);
      expect([...samples]).toEqual(expected.slice(0, length));
    }
  });

  test("from doubles are rounded once, not by way of floats", () => {
    const storage = storageOf([], [1], { sampleFormat: "f64" });
    const host = new InterleavedHost(storage, { channelCount: 1, format: "i16" });
    storage.begin(1);
    // As a float it would be the half above, and go up.
    storage.mainOutput!.channel(0)[0] = (12345.5 - 2 ** -20) / 32768;
    const samples = new Int16Array(1);
    host.deliver(samples);
    expect(samples[0]).toBe(12345);
  });

  test("in and out again are the same, all 65,536 of them", () => {
    for (const sampleFormat of sampleFormats) {
      const storage = storageOf([2], [2], { sampleFormat, maxFrames: 32768 });
      const host = new InterleavedHost(storage, { channelCount: 2, format: "i16" });
      const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
      const out = new Int16Array(65536);
      expect(host.collect(all)).toBe(32768);
      copyInputsToOutputs(storage);
      expect(host.deliver(out)).toBe(32768);
      expect(firstDifference(new Uint8Array(out.buffer), new Uint8Array(all.buffer))).toBe(-1);
      host.free();
      storage.free();
    }
  });

  test("one sample in a block of one frame goes in and out unchanged", () => {
    const storage = storageOf([1], [1], { maxFrames: 1 });
    const host = new InterleavedHost(storage, { channelCount: 1, format: "i16" });
    const samples = new Int16Array(1);
    for (const value of [12345, -3, 32767]) {
      expect(host.collect(Int16Array.of(value))).toBe(1);
      expect(storage.mainInput!.channel(0)[0]).toBe(Math.fround(value / 32768));
      storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0) as Float32Array);
      expect(host.deliver(samples)).toBe(1);
      expect(samples[0]).toBe(value);
    }
  });
});

describe("the block's length", () => {
  const host = (storage: ReturnType<typeof storageOf>, channelCount: number, format: PcmFormat = "f32") =>
    new InterleavedHost(storage, { channelCount, format });

  test.each(formats)("a last frame that is not whole counts, and its missing samples are zero (%s)", (format) => {
    for (const sampleFormat of sampleFormats) {
      const storage = storageOf([3], [3], { sampleFormat });
      const interleaved = host(storage, 3, format);
      storage.collect([filled(3, 9)], []);
      const one = format === "i16" ? 32768 : 1;
      expect(
        interleaved.collect(
          ofFormat(
            format,
            [1, 2, 3, 4].map((sample) => (sample * one) / 8),
          ) as Float32Array,
        ),
      ).toBe(2);
      expect([0, 1, 2].map((c) => [...storage.mainInput!.channel(c)])).toEqual([
        [1 / 8, 4 / 8],
        [2 / 8, 0],
        [3 / 8, 0],
      ]);
      for (const c of [0, 1, 2]) storage.mainOutput!.channel(c).fill((c + 1) / 8);
      const out = ofFormat(format, [7, 7, 7, 7]);
      expect(interleaved.deliver(out as Float32Array)).toBe(2);
      expect([...out]).toEqual([1, 2, 3, 1].map((sample) => (sample * one) / 8));
    }
  });

  test.each(formats)("is at most maxFrames, and what is cut off is counted (%s)", (format) => {
    const storage = storageOf([2], [2]);
    const samples = ofFormat(
      format,
      Array.from({ length: 2 * 200 }, (_, i) => i),
    );
    expect(host(storage, 2, format).collect(samples as Float32Array)).toBe(128);
    const scale = format === "i16" ? 1 / 32768 : 1;
    expect([...storage.mainInput!.channel(1)]).toEqual(Array.from({ length: 128 }, (_, k) => (2 * k + 1) * scale));
    expect(storage.diagnostics.truncatedFrames).toBe(72);
  });

  test("is 0 for an empty array", () => {
    const storage = storageOf([2], [2]);
    const interleaved = host(storage, 2);
    storage.begin(128);
    expect([interleaved.collect(new Float32Array(0)), storage.frames, storage.mainInput!.connectedLength]).toEqual([0, 0, 2]);
    const out = new Float32Array(6).fill(7);
    expect(interleaved.deliver(out)).toBe(0);
    expect([...out]).toEqual(Array(6).fill(0));
    expect(storage.diagnostics).toMatchObject({ droppedChannels: 0, truncatedFrames: 0 });
  });

  test.each(formats)(
    "an array that is longer than the block is zero behind its end, a shorter one is written as far as it goes (%s)",
    (format) => {
      const storage = storageOf([], [2]);
      const interleaved = host(storage, 2, format);
      storage.begin(3);
      for (const c of [0, 1]) storage.mainOutput!.channel(c).fill((c + 1) / 4);
      const one = format === "i16" ? 32768 : 1;
      const [long, short] = [10, 3].map((length) => ofFormat(format, Array(length).fill(7)));
      expect([interleaved.deliver(long as Float32Array), interleaved.deliver(short as Float32Array)]).toEqual([3, 2]);
      expect([...long!]).toEqual([1, 2, 1, 2, 1, 2].map((sample) => (sample * one) / 4).concat([0, 0, 0, 0]));
      expect([...short!]).toEqual([1, 2, 1].map((sample) => (sample * one) / 4));
    },
  );

  test("after a reconfiguration to more frames, longer blocks go in and out as they should, and short ones as before", () => {
    for (const sampleFormat of sampleFormats) {
      for (const format of formats) {
        const storage = storageOf([2], [2], { sampleFormat, maxFrames: 16 });
        const interleaved = host(storage, 2, format);
        storage.reconfigure({ inputs: [1, 2], outputs: [1, 2] }, { maxFrames: 100 });
        for (const frames of [100, 16, 5]) {
          const samples = ofFormat(
            format,
            Array.from({ length: 2 * frames }, (_, i) => (format === "i16" ? i * 100 : i / 512)),
          );
          expect(interleaved.collect(samples as Float32Array)).toBe(frames);
          expect(storage.inputs.map((bus) => [bus.length, bus.connectedLength, bus.constantMask])).toEqual([
            [1, 1, 0],
            [2, 1, 0b10],
          ]);
          copyInputsToOutputs(storage);
          const out = ofFormat(format, new Float32Array(2 * frames));
          expect(interleaved.deliver(out as Float32Array)).toBe(frames);
          expect(out).toEqual(samples);
        }
        interleaved.free();
        storage.free();
      }
    }
  });
});

describe("channels that have no place are counted", () => {
  test("in: those of the array that no bus takes", () => {
    const storage = storageOf([2, 1], [1]);
    const host = new InterleavedHost(storage, { channelCount: 5 });
    host.collect(new Float32Array(5 * 16));
    expect(storage.diagnostics.droppedChannels).toBe(2);
    expect(storage.inputs.map((bus) => bus.connectedLength)).toEqual([2, 1]);
  });

  test("out: those pushed for which the array has no place, and none that nobody pushed", () => {
    const storage = storageOf([], [2, 3]);
    const host = new InterleavedHost(storage, { channelCount: 3 });
    storage.begin(16);
    host.deliver(new Float32Array(3 * 16));
    expect(storage.diagnostics.droppedChannels).toBe(2);
    storage.clear();
    host.deliver(new Float32Array(3 * 16));
    expect(storage.diagnostics.droppedChannels).toBe(2);
    storage.outputs[1]!.push(storage.outputs[1]!.channelAddress(2));
    host.deliver(new Float32Array(3 * 16));
    expect(storage.diagnostics.droppedChannels).toBe(2);
  });
});

describe("what is no array of the host's format", () => {
  const detached = new Float32Array(256);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const wrong: [string, PcmFormat, unknown][] = [
    ["16-bit samples for floats", "f32", new Int16Array(256)],
    ["floats for 16-bit samples", "i16", new Float32Array(256)],
    ["32-bit whole numbers", "i16", new Int32Array(256)],
    ["doubles", "f32", new Float64Array(256)],
    ["clamped bytes", "f32", new Uint8ClampedArray(256)],
    ["24-bit samples that are no bytes", "i24", new Int32Array(256)],
    ["a plain array", "f32", [1, 2]],
    ["an object with the prototype of a data view", "f32", Object.create(DataView.prototype)],
    ["a proxy", "f32", new Proxy(new Float32Array(256), {})],
    ["an object with the prototype of floats", "f32", Object.create(Float32Array.prototype)],
    ["a list of channels", "f32", ramps(2)],
  ];

  test.each(wrong)("%s: silence of maxFrames frames, and all of its channels are counted, in and out", (_, format, samples) => {
    for (const missingInputs of policies) {
      for (const sampleFormat of sampleFormats) {
        const storage = storageOf([2, 1], [2], { missingInputs, sampleFormat });
        const host = new InterleavedHost(storage, { channelCount: 2, format });
        storage.collect([filled(2, 9), filled(1, 9)], [filled(2)]);
        storage.begin(5);
        expect([host.collect(samples as Float32Array), storage.frames]).toEqual([128, 128]);
        expect(storage.diagnostics.droppedChannels).toBe(2);
        const isCut = missingInputs === "drop";
        expect(storage.inputs.map((bus) => [bus.length, bus.connectedLength, bus.constantMask])).toEqual(
          isCut
            ? [
                [0, 0, 0],
                [0, 0, 0],
              ]
            : [
                [2, 0, 0b11],
                [1, 0, 0b1],
              ],
        );
        for (const bus of storage.inputs) {
          for (let c = 0; c < bus.length; c++) expect([...bus.channel(c)]).toEqual(Array(128).fill(0));
        }
        expect(host.deliver(samples as Float32Array)).toBe(0);
        expect(storage.diagnostics.droppedChannels).toBe(4);
      }
    }
  });

  test.each(unusableValues)("%s: nothing throws, and the next block is right", (_, make) => {
    for (const format of formats) {
      const storage = storageOf([2], [2]);
      const host = new InterleavedHost(storage, { channelCount: 2, format });
      expect(() => {
        host.collect(make() as never);
        host.deliver(make() as never);
      }).not.toThrow();
      const samples = ofFormat(
        format,
        Array.from({ length: 256 }, (_, i) => i),
      );
      const out = samples.slice().fill(1);
      expect(host.collect(samples as Float32Array)).toBe(128);
      copyInputsToOutputs(storage);
      expect(host.deliver(out as Float32Array)).toBe(128);
      expect(out).toEqual(samples);
      host.free();
      storage.free();
    }
  });

  test("detached samples have no frames: a block of none, and none are written", () => {
    const storage = storageOf([2], [2]);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    expect([host.collect(detached), host.deliver(detached)]).toEqual([0, 0]);
    storage.begin(128);
    expect(host.deliver(detached)).toBe(0);
  });
});

describe("an array with a length of its own", () => {
  const lengths: [string, PropertyDescriptor][] = [
    ["says that it is empty", { value: 0 }],
    ["says that it is longer", { value: 1000 }],
    ["is no number", { value: Symbol("length") }],
    ["throws when it is asked", { get: () => new Array(-1) }],
  ];

  test.each(lengths)("that %s is read and written as it is", (_, length) => {
    for (const sampleFormat of sampleFormats) {
      const storage = storageOf([2], [2], { sampleFormat });
      const host = new InterleavedHost(storage, { channelCount: 2 });
      const lying = Object.defineProperty(new Float32Array(256).fill(1), "length", length);
      expect(host.collect(lying)).toBe(128);
      for (const channel of [0, 1]) expect([...storage.mainInput!.channel(channel)]).toEqual(Array(128).fill(1));
      storage.mainOutput!.channel(1).fill(0.5);
      expect(host.deliver(lying)).toBe(128);
      expect(Array.from({ length: 256 }, (_, i) => lying[i])).toEqual(Array.from({ length: 256 }, (_, i) => (i % 2) / 2));
    }
  });

  test.each([1, 2])("of %i channels that is longer whenever it is asked again writes nothing outside the storage", (channels) => {
    const guarded = guardedHeap(8);
    for (const [maxFrames, View] of [
      [128, Float32Array],
      [128, Int16Array],
      [101, Int16Array],
    ] as const) {
      const storage = storageOf([channels], [channels], { heap: guarded, maxFrames });
      const host = new InterleavedHost(storage, { channelCount: channels, format: View === Int16Array ? "i16" : "f32" });
      const honest = maxFrames * channels;
      const growing = () => {
        let asked = 0;
        return Object.defineProperty(new View(honest), "length", { get: () => honest * (1 + 100 * asked++) }) as Float32Array;
      };
      expect([host.collect(growing()), host.deliver(growing())]).toEqual([maxFrames, maxFrames]);
      expect(guarded.firstChangedGuard()).toBe(-1);
    }
  });

  test("a set or fill of its own is not called", () => {
    const refuse = () => {
      throw new Error("the host");
    };
    const storage = storageOf([1], [1]);
    const host = new InterleavedHost(storage, { channelCount: 1 });
    const samples = Object.defineProperties(ramp(1), { set: { get: refuse }, fill: { value: refuse } });
    expect(host.collect(samples)).toBe(128);
    copyInputsToOutputs(storage);
    expect(host.deliver(samples)).toBe(128);
    expect([...samples]).toEqual([...ramp(1)]);
  });
});

test("the array may lie in the outputs, which are zeroed after it is read", () => {
  for (const sampleFormat of sampleFormats) {
    const storage = storageOf([2], [1], { sampleFormat });
    const host = new InterleavedHost(storage, { channelCount: 2 });
    const samples = new Float32Array(storage.memory.buffer, storage.mainOutput!.samplesAddress, 64);
    samples.set(noise(64, 3));
    expect(host.collect(samples)).toBe(32);
    expect([...storage.mainInput!.channel(1)]).toEqual([...noise(64, 3)].filter((_, i) => i % 2 === 1));
  }
});

test("a lone channel is repeated in its bus alone, and a dropped one is dropped, as with planar hosts", () => {
  const samples = noise(2 * 128, 1);
  const [left, right] = [0, 1].map((c) => [...samples].filter((_, i) => i % 2 === c));
  const mono = storageOf([1, 3, 2], [], { missingInputs: "repeat-mono" });
  new InterleavedHost(mono, { channelCount: 2 }).collect(samples);
  expect([0, 1, 2].map((c) => [...mono.inputs[1]!.channel(c)])).toEqual([right, right, right]);
  expect([...mono.mainInput!.channel(0)]).toEqual(left);
  expect(mono.inputs.map((bus) => [bus.connectedLength, bus.constantMask])).toEqual([
    [1, 0],
    [1, 0],
    [0, 0b11],
  ]);
  const drop = storageOf([3], [], { missingInputs: "drop" });
  new InterleavedHost(drop, { channelCount: 2 }).collect(samples);
  expect([drop.mainInput!.length, drop.mainInput!.channelAddress(2)]).toEqual([2, drop.mainInput!.samplesAddress + 2 * 512]);
});

test("constant channels are marked, and no longer where the block grows", () => {
  for (const sampleFormat of sampleFormats) {
    const storage = storageOf([3], [], { detectConstant: true, sampleFormat });
    new InterleavedHost(storage, { channelCount: 2 }).collect(Float32Array.of(1, 5, 1, 6, 1, 7, 1, 8));
    expect(storage.mainInput!.constantMask).toBe(0b101);
    storage.setFrames(16);
    expect([...storage.mainInput!.channel(0)]).toEqual([1, 1, 1, 1, ...Array(12).fill(0)]);
    expect(storage.mainInput!.constantMask).toBe(0b100);
  }
});

test("buses without channels, before, between and behind others, take and give nothing", () => {
  const storage = storageOf([0, 1, 0, 2, 0], [0, 1, 0, 2, 0]);
  const host = new InterleavedHost(storage, { channelCount: 3 });
  const samples = noise(3 * 128, 4);
  host.collect(samples);
  copyInputsToOutputs(storage);
  const out = new Float32Array(3 * 128).fill(9);
  host.deliver(out);
  expect(out).toEqual(samples);
  expect(storage.diagnostics.droppedChannels).toBe(0);
});

describe("pushed pointers", () => {
  test("outputs are delivered from where they lead, in both formats of a kernel", () => {
    for (const sampleFormat of sampleFormats) {
      for (const format of formats) {
        const before = storageOf([], [2], { sampleFormat });
        const storage = storageOf([], [1, 2], { sampleFormat, channelMemory: "owned" });
        const host = new InterleavedHost(storage, { channelCount: 3, format });
        before.begin(64);
        for (const c of [0, 1]) before.mainOutput!.channel(c).fill((c + 1) / 8);
        storage.clear();
        storage.setFrames(64);
        // Crosswise, so that own samples would show; the last channel is not pushed.
        storage.outputs[1]!.push(before.mainOutput!.pointer(1));
        storage.outputs[0]!.push(before.mainOutput!.pointer(0));
        const out = ofFormat(format, Array(3 * 64).fill(9));
        expect(host.deliver(out as Float32Array)).toBe(64);
        const one = format === "i16" ? 32768 : 1;
        expect([...out]).toEqual(Array.from({ length: 3 * 64 }, (_, i) => [one / 8, one / 4, 0][i % 3]));
      }
    }
  });

  test("are gone from inputs and outputs with the next block", () => {
    const storage = storageOf([2], [2]);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    storage.clear();
    for (const bus of [storage.mainInput!, storage.mainOutput!]) bus.push(1024);
    host.collect(noise(256, 1));
    for (const bus of [storage.mainInput!, storage.mainOutput!]) {
      expect([0, 1].map((c) => bus.pointer(c))).toEqual([0, 1].map((c) => bus.channelAddress(c)));
    }
    expect([...storage.mainInput!.channel(0)]).toEqual([...noise(256, 1)].filter((_, i) => i % 2 === 0));
  });

  test("external channel memory: nothing is copied, the block has the array's length, and the buses say what the host has", () => {
    for (const sampleFormat of sampleFormats) {
      const storage = storageOf([2, 2], [2], { channelMemory: "external", sampleFormat });
      const host = new InterleavedHost(storage, { channelCount: 3 });
      expect(host.collect(noise(3 * 64, 1))).toBe(64);
      expect(storage.inputs.map((bus) => [bus.length, bus.connectedLength])).toEqual([
        [0, 2],
        [0, 1],
      ]);
      const owned = storageOf([], [1], { sampleFormat });
      owned.begin(64);
      owned.mainOutput!.channel(0).fill(0.25);
      expect(storage.mainOutput!.push(owned.mainOutput!.pointer(0))).toBe(true);
      const out = new Float32Array(3 * 64).fill(9);
      expect(host.deliver(out)).toBe(64);
      expect([...out]).toEqual(Array.from({ length: 3 * 64 }, (_, i) => (i % 3 === 0 ? 0.25 : 0)));
    }
  });
});

test("the memory may grow between all calls", () => {
  const grown = createHeap();
  for (const sampleFormat of sampleFormats) {
    for (const format of formats) {
      const storage = storageOf([2], [2], { heap: grown, sampleFormat, detectConstant: true });
      const host = new InterleavedHost(storage, { channelCount: 2, format });
      for (const frames of [128, 50, 128]) {
        const samples = ofFormat(
          format,
          Array.from({ length: 2 * frames }, (_, i) => (format === "i16" ? i * 77 : i / 512)),
        );
        const out = samples.slice().fill(0);
        grown.memory.grow(1);
        expect(host.collect(samples as Float32Array)).toBe(frames);
        grown.memory.grow(1);
        copyInputsToOutputs(storage);
        grown.memory.grow(1);
        expect(host.deliver(out as Float32Array)).toBe(frames);
        expect(out).toEqual(samples);
      }
    }
  }
});

test("hosts of other counts and formats, and planar ones, take turns at one storage", () => {
  const storage = storageOf([2], [2]);
  const stereo = new InterleavedHost(storage, { channelCount: 2 });
  const mono = new InterleavedHost(storage, { channelCount: 1, format: "i16" });
  for (let turn = 0; turn < 3; turn++) {
    const [samples, out] = [noise(256, turn), new Float32Array(256)];
    stereo.collect(samples);
    copyInputsToOutputs(storage);
    stereo.deliver(out);
    expect(out).toEqual(samples);
    const planar = [filled(2, 9)];
    storage.collect([ramps(2, turn)], planar);
    copyInputsToOutputs(storage);
    storage.deliver(planar);
    expect(planar).toEqual([ramps(2, turn)]);
    const [pcm, back] = [Int16Array.from({ length: 100 }, (_, i) => i * turn), new Int16Array(100)];
    mono.collect(pcm);
    copyInputsToOutputs(storage);
    mono.deliver(back);
    expect(back).toEqual(pcm);
    expect(storage.mainInput!.constantMask).toBe(0b10);
  }
});

describe("its room", () => {
  test("is taken from the storage's heap once, and given back once", () => {
    const counting = countingHeap(createHeap());
    const storage = storageOf([2], [2], { heap: counting });
    expect(counting.held.size).toBe(1);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    expect([...counting.held.values()]).toEqual([storage.usage.totalBytes, 2 * 128 * 4]);
    host.free();
    host.free();
    expect(counting.held.size).toBe(1);
    storage.free();
    expect(counting.held.size).toBe(0);
  });

  test("that the heap does not have is an error, and the storage renders on", () => {
    const full = createHeap({ initialPages: 1, maximumPages: 1 });
    const storage = storageOf([2], [2], { heap: full });
    expect(() => new InterleavedHost(storage, { channelCount: 1024 })).toThrow("the heap has no room for 524288 bytes");
    expect(storage.collect([ramps(2)], [filled(2)])).toBe(128);
  });

  test("is not used once it is given back: collect and deliver do nothing", () => {
    const storage = storageOf([2], [2]);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    storage.collect([ramps(2)], [filled(2)]);
    host.free();
    const samples = new Float32Array(64).fill(9);
    expect([host.collect(samples), host.deliver(samples), storage.frames]).toEqual([0, 0, 128]);
    expect(samples.every((sample) => sample === 9)).toBe(true);
    expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(2)]);
    expect(storage.diagnostics.droppedChannels).toBe(0);
  });

  test("outlives the storage, and is of no use then: collect and deliver do nothing", () => {
    const storage = storageOf([2], [2]);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    storage.free();
    const before = new Uint8Array(heap.memory.buffer).slice();
    const samples = new Float32Array(256).fill(9);
    expect([host.collect(samples), host.deliver(samples)]).toEqual([0, 0]);
    expect(samples.every((sample) => sample === 9)).toBe(true);
    expect(firstDifference(new Uint8Array(heap.memory.buffer), before)).toBe(-1);
    host.free();
  });
});

describe("what it is told", () => {
  const make = (storage: unknown, options: unknown) => () => new InterleavedHost(storage as never, options as InterleavedHostOptions);

  test.each<[unknown, string]>([
    [{ channelCount: 0 }, "option channelCount is a whole number of channels, 1 to 1024; 0 came"],
    [{ channelCount: 1025 }, "1025 came"],
    [{ channelCount: -2 }, "-2 came"],
    [{ channelCount: 1.5 }, "1.5 came"],
    [{ channelCount: Number.NaN }, "NaN came"],
    [{ channelCount: "2" }, '"2" came'],
    [{ channelCount: 2n }, "2n came"],
    [{ channelCount: null }, "null came"],
    [{}, "undefined came"],
    [{ channelCount: 2, format: "i8" }, 'option format is "f32" or "f64" or "i16" or "u8" or "i24" or "i32"; "i8" came'],
    [{ channelCount: 2, format: "toString" }, '"toString" came'],
    [{ channelCount: 2, format: null }, "null came"],
    [{ channels: 2 }, "there is no option channels; channelCount may be meant"],
    [{ channelCount: 2, sampleFormat: "f32" }, "there is no option sampleFormat; format may be meant"],
    [undefined, "options are an object; undefined came"],
    [2, "options are an object; 2 came"],
  ])("options that cannot be (%#) are a RangeError, and take nothing", (options, message) => {
    const counting = countingHeap(createHeap());
    const storage = storageOf([1], [1], { heap: counting });
    expect(make(storage, options)).toThrow(RangeError);
    expect(make(storage, options)).toThrow(message);
    expect(counting.held.size).toBe(1);
    storage.free();
  });

  test.each([undefined, null, {}, 7])("%s for a storage is a TypeError", (storage) => {
    expect(make(storage, { channelCount: 2 })).toThrow(TypeError);
    expect(make(storage, { channelCount: 2 })).toThrow("an InterleavedHost is for a ProcessBufferStorage");
  });

  test("a freed storage is an error that says so", () => {
    const storage = storageOf([1], [1]);
    storage.free();
    expect(make(storage, { channelCount: 1 })).toThrow("the storage is freed, so no host can be made for it");
  });
});

test.each(["f32", "i16"] as const)("an array of BigInts with the prototype of %s samples is silence, and counts", (format) => {
  for (const frames of [16, 500]) {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    const host = new InterleavedHost(storage, { channelCount: 2, format });
    const forged = Object.setPrototypeOf(new BigInt64Array(2 * frames), (format === "f32" ? Float32Array : Int16Array).prototype);
    expect(host.collect(forged)).toBe(128);
    expect([storage.diagnostics.droppedChannels, storage.mainInput!.connectedLength]).toEqual([2, 0]);
    expect(() => host.deliver(forged)).not.toThrow();
  }
});
