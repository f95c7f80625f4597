// Interleaved conversion against a plain loop, by property: any channel count against any bus, floats and
// 16-bit, floats and doubles for the kernel, with and without room set aside, arrays of any length.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bus, createHeap, type InterleavedSamples, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { guardedHeap } from "../support/guarded-memory";
import { filled, noise, ramp, ramps } from "../support/host-channels";
import { descriptorAt, firstDifference, pointersAt } from "../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

interface Case {
  readonly sampleFormat: SampleFormat;
  readonly int16: boolean;
  readonly width: number;
  readonly capacity: number;
  readonly frames: number;
  readonly length: number;
  readonly interleavedChannels: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    sampleFormat: fc.constantFrom<SampleFormat>("f32", "f64"),
    int16: fc.boolean(),
    width: fc.oneof(fc.constantFrom(1, 2, 4, 6, 8), fc.integer({ min: 1, max: 32 })),
    capacity: fc.integer({ min: 1, max: 32 }),
    frames: fc.integer({ min: 1, max: 70 }),
    off: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }) }),
    interleavedChannels: fc.constantFrom(0, 2, 8, 32),
    seed: fc.integer(),
  })
  .map(({ off, ...rest }) => ({ ...rest, length: Math.max(0, rest.frames * rest.width + off) }));

const MAX_FRAMES = 70;

// One heap for all: engines cap the number of memories in a process.
const heap = createHeap();

function made({ sampleFormat, capacity, interleavedChannels }: Case) {
  return ProcessBufferStorage.allocateFromConfig(
    { inputs: [capacity], outputs: [capacity] },
    { heap, sampleFormat, interleavedChannels, maxFrames: MAX_FRAMES },
  );
}

function samplesOf({ int16, length, seed }: Case): InterleavedSamples {
  const floats = noise(length, seed).map((sample) => sample * 1.1);
  return int16 ? Int16Array.from(floats, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 30000)))) : floats;
}

const int16From = (sample: number) => (Number.isNaN(sample) ? 0 : Math.max(-32768, Math.min(32767, Math.round(sample * 32768)))) + 0;

/** Channel `c` of the main input as a kernel finds it, through descriptor and table. */
function found(storage: ReturnType<typeof made>, c: number): number[] {
  const { data32, data64 } = descriptorAt(storage.memory, storage.inputsAddress);
  const pointer = pointersAt(storage.memory, data32 || data64, c + 1)[c];
  const View = storage.sampleFormat === "f64" ? Float64Array : Float32Array;
  return [...new View(storage.memory.buffer, pointer, storage.frames)];
}

test("in: every channel is what a plain loop makes of it", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const storage = made(given);
      const bus = storage.mainInput! as Bus<SampleFormat>;
      const samples = samplesOf(given);
      const before = samples.slice();
      storage.begin(given.frames);
      const taken = Math.min(given.width, given.capacity);
      expect(storage.collectInterleaved(bus, samples, given.width)).toBe(taken);
      expect([bus.length, bus.connectedLength]).toEqual([given.capacity, taken]);
      for (let c = 0; c < given.capacity; c++) {
        const expected = Array.from({ length: given.frames }, (_, k) => {
          const sample = c < taken ? (samples[k * given.width + c] ?? 0) : 0;
          return given.int16 ? sample / 32768 : sample;
        });
        expect([...bus.channel(c)]).toEqual(expected);
        expect(found(storage, c)).toEqual(expected);
      }
      const { channelCount, constantMask } = descriptorAt(storage.memory, storage.inputsAddress);
      expect([channelCount, Number(constantMask)]).toEqual([given.capacity, 2 ** given.capacity - 2 ** taken]);
      expect(storage.diagnostics.droppedChannels).toBe(given.width - taken);
      expect(samples).toEqual(before);
      storage.free();
    }),
    { numRuns: 300 },
  );
});

test("out: every sample is what a plain loop makes of it, channels that the bus does not have are zeros", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const storage = made(given);
      const bus = storage.mainOutput! as Bus<SampleFormat>;
      storage.begin(given.frames);
      for (let c = 0; c < given.capacity; c++) bus.channel(c).set(noise(given.frames, given.seed + c).map((sample) => sample * 1.2));
      const planar = Array.from({ length: given.capacity }, (_, c) => [...bus.channel(c)]);
      const samples = samplesOf(given);
      expect(storage.deliverInterleaved(bus, samples, given.width)).toBe(Math.min(given.width, given.capacity));
      const expected = Array.from(samples, (_, i) => {
        const sample = planar[i % given.width]?.[Math.floor(i / given.width)] ?? 0;
        return given.int16 ? int16From(sample) : Math.fround(sample);
      });
      expect([...samples]).toEqual(expected);
      expect(Array.from({ length: given.capacity }, (_, c) => [...bus.channel(c)])).toEqual(planar);
      storage.free();
    }),
    { numRuns: 300 },
  );
});

test("nothing outside the storage and the array is touched", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const storage = made(given);
      const { buffer } = storage.memory;
      const start = storage.inputsAddress;
      const end = start + storage.usage.totalBytes;
      const [head, tail] = [new Uint8Array(buffer, 0, start).slice(), new Uint8Array(buffer, end).slice()];
      const host = new Float32Array(given.length + 16).fill(7);
      const samples = host.subarray(8, 8 + given.length);
      storage.begin(given.frames);
      storage.collectInterleaved(storage.mainInput! as Bus<SampleFormat>, samples, given.width);
      storage.deliverInterleaved(storage.mainOutput! as Bus<SampleFormat>, samples, given.width);
      expect(firstDifference(new Uint8Array(buffer, 0, start), head)).toBe(-1);
      expect(firstDifference(new Uint8Array(buffer, end), tail)).toBe(-1);
      expect([...host.slice(0, 8), ...host.slice(-8)]).toEqual(Array(16).fill(7));
      storage.free();
    }),
    { numRuns: 100 },
  );
});

describe("16-bit samples", () => {
  test.each([0, 8])("out: rounded to the nearest, halves up, clamped, NaN to 0 (room for %i channels)", (interleavedChannels) => {
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
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, { interleavedChannels });
    storage.begin(special.length);
    storage.mainOutput!.channel(0).set(special);
    const samples = new Int16Array(special.length);
    storage.deliverInterleaved(storage.mainOutput!, samples, 1);
    expect([...samples]).toEqual([...storage.mainOutput!.channel(0)].map(int16From));
  });

  test("in and out again are the same, all 65,536 of them", () => {
    for (const sampleFormat of ["f32", "f64"] as const) {
      const storage = ProcessBufferStorage.allocateFromConfig(
        { inputs: [2], outputs: [2] },
        { sampleFormat, interleavedChannels: 2, maxFrames: 32768 },
      );
      const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
      const out = new Int16Array(65536);
      storage.begin(32768);
      storage.collectInterleaved(storage.mainInput! as Bus<SampleFormat>, all, 2);
      for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c) as Float32Array);
      storage.deliverInterleaved(storage.mainOutput! as Bus<SampleFormat>, out, 2);
      expect(firstDifference(new Uint8Array(out.buffer), new Uint8Array(all.buffer))).toBe(-1);
    }
  });
});

describe("what is no such array, bus or count is 0 channels, and never throws", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { interleavedChannels: 2 });
  const other = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
  const detached = new Float32Array(256);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const right: [Bus, InterleavedSamples, number] = [storage.mainInput!, new Float32Array(256), 2];

  test.each<[string, unknown[]]>([
    ["null samples", [right[0], null, 2]],
    ["a plain array", [right[0], [1, 2], 2]],
    ["samples of another type", [right[0], new Float64Array(256), 2]],
    ["a proxy", [right[0], new Proxy(new Float32Array(256), {}), 2]],
    ["no channel", [right[0], right[1], 0]],
    ["a negative count", [right[0], right[1], -2]],
    ["a fraction", [right[0], right[1], 1.5]],
    ["NaN", [right[0], right[1], Number.NaN]],
    ["a string", [right[0], right[1], "2"]],
    ["a symbol", [right[0], right[1], Symbol("2")]],
    ["no bus", [undefined, right[1], 2]],
    ["another storage's bus", [other.mainInput, right[1], 2]],
    ["a bus of the other direction", [storage.mainOutput, right[1], 2]],
  ])("%s, in", (_, [bus, samples, width]) => {
    storage.begin(128);
    expect(storage.collectInterleaved(bus as Bus, samples as Float32Array, width as number)).toBe(0);
    expect([storage.mainInput!.length, storage.mainInput!.constantMask]).toEqual([2, 3]);
    const out = bus === right[0] ? storage.mainOutput : bus === storage.mainOutput ? storage.mainInput : bus;
    expect(storage.deliverInterleaved(out as Bus, samples as Float32Array, width as number)).toBe(0);
  });

  test("detached samples are silence", () => {
    storage.begin(128);
    expect(() => storage.collectInterleaved(storage.mainInput!, detached, 2)).not.toThrow();
    expect([...storage.mainInput!.channel(0)]).toEqual(Array(128).fill(0));
    expect(() => storage.deliverInterleaved(storage.mainOutput!, detached, 2)).not.toThrow();
  });

  test("a freed storage", () => {
    const freed = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    const [input, output] = [freed.mainInput!, freed.mainOutput!];
    freed.free();
    const samples = new Float32Array(256).fill(9);
    expect([freed.collectInterleaved(input, samples, 2), freed.deliverInterleaved(output, samples, 2)]).toEqual([0, 0]);
    expect(samples.every((sample) => sample === 9)).toBe(true);
  });
});

test("a lone interleaved channel is repeated, and a dropped one is dropped, as with planar hosts", () => {
  const samples = noise(128, 1);
  const mono = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }, { missingInputs: "repeat-mono" });
  mono.begin(128);
  mono.collectInterleaved(mono.mainInput!, samples, 1);
  expect([...mono.mainInput!.channel(1)]).toEqual([...samples]);
  const drop = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }, { missingInputs: "drop" });
  drop.begin(128);
  drop.collectInterleaved(drop.mainInput!, samples, 1);
  expect(drop.mainInput!.length).toBe(1);
});

test("frames beyond the block are left out", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] });
  storage.begin(128);
  storage.collectInterleaved(
    storage.mainInput!,
    Float32Array.from({ length: 2 * 200 }, (_, i) => i),
    2,
  );
  expect([...storage.mainInput!.channel(1)]).toEqual(Array.from({ length: 128 }, (_, k) => 2 * k + 1));
});

test.each([[-1], [33], [1.5], ["2"], [null]])("option interleavedChannels of %s is a RangeError", (interleavedChannels) => {
  const options = { interleavedChannels: interleavedChannels as number };
  expect(() => ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, options)).toThrow(RangeError);
});

test("a bus without channels neither writes nor reads its neighbour's, interleaved", () => {
  const storage = storageOf([0, 1], [0, 1], { interleavedChannels: 1 });
  storage.begin(128);
  storage.collectInterleaved(storage.inputs[1]!, filled(1, 0.25)[0]!, 1);
  expect(storage.collectInterleaved(storage.inputs[0]!, filled(1, 9)[0]!, 1)).toBe(0);
  expect(storage.inputs[1]!.channel(0)[0]).toBe(0.25);
  storage.outputs[1]!.channel(0).fill(0.75);
  const [samples] = filled(1, 5);
  expect(storage.deliverInterleaved(storage.outputs[0]!, samples!, 1)).toBe(0);
  expect(samples![0]).toBe(0);
});

test("one 16-bit sample in a block of one frame goes in and out unchanged", () => {
  const storage = storageOf([1], [1], { maxFrames: 1, interleavedChannels: 1 });
  const samples = new Int16Array(1);
  for (const value of [12345, -3, 32767]) {
    storage.begin(1);
    storage.collectInterleaved(storage.mainInput!, Int16Array.of(value), 1);
    expect(storage.mainInput!.channel(0)[0]).toBe(Math.fround(value / 32768));
    storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    storage.deliverInterleaved(storage.mainOutput!, samples, 1);
    expect(samples[0]).toBe(value);
  }
});

test("an interleaved array that claims a length it does not have is silence behind its end", () => {
  const storage = storageOf([1], []);
  storage.begin(128);
  storage.collectInterleaved(storage.mainInput!, Object.defineProperty(ramp(1, 50), "length", { value: 1000 }), 1);
  expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1, 50), ...Array(78).fill(0)]);
});

test.each([1, 2])(
  "an interleaved array of %i channels that is longer whenever it is asked again writes nothing outside the storage",
  (channels) => {
    const heap = guardedHeap(8);
    for (const [maxFrames, View] of [
      [128, Float32Array],
      [128, Int16Array],
      [101, Int16Array],
    ] as const) {
      const storage = storageOf([channels], [channels], { heap, maxFrames, interleavedChannels: channels });
      storage.begin(maxFrames);
      const honest = maxFrames * channels;
      const growing = () => {
        let asked = 0;
        return Object.defineProperty(new View(honest), "length", { get: () => honest * (1 + 100 * asked++) });
      };
      storage.collectInterleaved(storage.mainInput!, growing(), channels);
      storage.deliverInterleaved(storage.mainOutput!, growing(), channels);
      expect(heap.firstChangedGuard()).toBe(-1);
    }
  },
);

test("what only looks like an interleaved array changes nothing", () => {
  const storage = storageOf([2], []);
  storage.collect([ramps(2)], []);
  const throwing = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error("the host");
      },
    },
  );
  for (const samples of [throwing, Object.create(Float32Array.prototype)]) {
    expect(storage.collectInterleaved(storage.mainInput!, samples as Float32Array, 2)).toBe(0);
    expect([storage.mainInput!.length, storage.mainInput!.constantMask, storage.mainInput!.channel(1)[0]]).toEqual([2, 0, 2]);
  }
});

test.each<[string, PropertyDescriptor]>([
  ["says that it is empty", { value: 0 }],
  ["says that it is longer", { value: 1000 }],
  ["throws when it is asked", { get: () => new Array(-1) }],
])("an interleaved array with a length of its own that %s is read and written as it is", (_, length) => {
  const storage = storageOf([2], [2], { interleavedChannels: 0 });
  const lying = Object.defineProperty(new Float32Array(256).fill(1), "length", length);
  storage.begin(128);
  expect(storage.collectInterleaved(storage.mainInput!, lying, 2)).toBe(2);
  for (const channel of [0, 1]) expect([...storage.mainInput!.channel(channel)]).toEqual(Array(128).fill(1));
  storage.mainOutput!.channel(1).fill(0.5);
  expect(storage.deliverInterleaved(storage.mainOutput!, lying, 2)).toBe(2);
  expect(Array.from({ length: 256 }, (_, i) => lying[i])).toEqual(Array.from({ length: 256 }, (_, i) => (i % 2) / 2));
});
