// Interleaved hosts in every format, as typed arrays and as bytes that begin anywhere, into and out of every form of bus.

import { describe, expect, test } from "vitest";
import { type BusInfo, InterleavedHost, type PcmFormat, ProcessBufferStorage } from "wasm-process-buffers";
import { asKernel, formsOf, kernelSample, nameOfForm } from "../support/forms";
import { noise } from "../support/host-channels";

interface Pcm {
  readonly bytes: number;
  readonly View: (new (length: number) => Float32Array | Float64Array | Uint8Array | Int16Array | Int32Array) | undefined;
  /** The largest whole number and one; 0 for floats. */
  readonly unit: number;
  get(view: DataView, at: number): number;
  set(view: DataView, at: number, value: number): void;
}

const pcm: Record<PcmFormat, Pcm> = {
  f32: { bytes: 4, View: Float32Array, unit: 0, get: (v, at) => v.getFloat32(at, true), set: (v, at, x) => v.setFloat32(at, x, true) },
  f64: { bytes: 8, View: Float64Array, unit: 0, get: (v, at) => v.getFloat64(at, true), set: (v, at, x) => v.setFloat64(at, x, true) },
  u8: { bytes: 1, View: Uint8Array, unit: 128, get: (v, at) => v.getUint8(at) - 128, set: (v, at, x) => v.setUint8(at, x + 128) },
  i16: { bytes: 2, View: Int16Array, unit: 32768, get: (v, at) => v.getInt16(at, true), set: (v, at, x) => v.setInt16(at, x, true) },
  i24: {
    bytes: 3,
    View: undefined,
    unit: 8388608,
    get: (v, at) => (v.getInt8(at + 2) << 16) | v.getUint16(at, true),
    set: (v, at, x) => {
      v.setUint16(at, x & 0xffff, true);
      v.setInt8(at + 2, x >> 16);
    },
  },
  i32: { bytes: 4, View: Int32Array, unit: 2147483648, get: (v, at) => v.getInt32(at, true), set: (v, at, x) => v.setInt32(at, x, true) },
};
const formats = Object.keys(pcm) as PcmFormat[];

/** Rounded to the nearest, halves up; clamped; NaN becomes 0. */
function whole(value: number, unit: number): number {
  if (Number.isNaN(value)) return 0;
  const scaled = value * unit;
  const below = Math.floor(scaled);
  return Math.max(-unit, Math.min(below + (scaled - below >= 0.5 ? 1 : 0), unit - 1));
}

/** As the host means it. */
const hostValue = ({ unit }: Pcm, sample: number) => (unit === 0 ? sample : sample / unit);
const hostSample = (format: PcmFormat, value: number) =>
  format === "f32" ? Math.fround(value) : format === "f64" ? value : whole(value, pcm[format].unit);

const FRAMES = 13;

/** The kinds of array in which a host may hand over `bytes`. */
function arraysOf(format: PcmFormat, bytes: Uint8Array): [string, ArrayBufferView][] {
  const { View } = pcm[format];
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const kinds: [string, ArrayBufferView][] = [
    ["bytes", bytes.slice()],
    ["bytes that begin anywhere", shifted.subarray(3)],
    ["a data view that begins anywhere", new DataView(shifted.slice().buffer, 3)],
  ];
  if (View !== undefined) kinds.push(["a typed array", new View(bytes.slice().buffer as never)]);
  if (typeof Buffer === "function") kinds.push(["a Buffer", Buffer.from(bytes)]);
  return kinds;
}

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

for (const format of formats) {
  const kind = pcm[format];
  const samples = FRAMES * 5;
  const bytes = new Uint8Array(samples * kind.bytes);
  const view = new DataView(bytes.buffer);
  const signal = noise(samples, 7);
  for (let i = 0; i < samples; i++) kind.set(view, i * kind.bytes, hostSample(format, i === 3 ? 2 : i === 4 ? -2 : signal[i]! * 1.1));

  describe(`a host of ${format}`, () => {
    test.each(formsOf(2).map((info) => [nameOfForm(info), info] as const))(
      "into and out of a bus that is %s: every sample, whatever array it comes in",
      (_, info) => {
        // Five channels in the array: two for the first bus, two for the second one, and one that nobody takes.
        const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [info, info], outputs: [info, info] }, { maxFrames: FRAMES });
        const host = new InterleavedHost(storage, { channelCount: 5, format });
        const stride = Math.ceil((FRAMES * { f32: 4, f64: 8, i16: 2 }[info.sampleFormat!]) / 16) * 16;
        for (const [name, array] of arraysOf(format, bytes)) {
          const dropped = storage.diagnostics.droppedChannels;
          expect(host.collect(array)).toBe(FRAMES);
          expect(storage.diagnostics.droppedChannels).toBe(dropped + 1);
          for (let b = 0; b < 2; b++) {
            for (let c = 0; c < 2; c++) {
              for (let k = 0; k < FRAMES; k++) {
                const { memory } = storage;
                const value = hostValue(kind, kind.get(view, (k * 5 + b * 2 + c) * kind.bytes));
                const into = kernelSample(memory, info, storage.inputs[b]!.samplesAddress, stride, FRAMES, c, k);
                if (into.samples[into.at] !== asKernel(info, value))
                  expect(into.samples[into.at], `${name}: bus ${b}, channel ${c}, frame ${k}`).toBe(asKernel(info, value));
                const out = kernelSample(memory, info, storage.outputs[b]!.samplesAddress, stride, FRAMES, c, k);
                out.samples[out.at] = into.samples[into.at]!;
              }
            }
          }
          bytesOf(array).fill(7);
          expect(host.deliver(array)).toBe(FRAMES);
          const written = bytesOf(array);
          const found = new DataView(written.buffer, written.byteOffset, written.byteLength);
          for (let i = 0; i < samples; i++) {
            const value = hostValue(kind, kind.get(view, i * kind.bytes));
            const kernel = asKernel(info, value);
            const back = (info.sampleFormat === "i16" ? kernel / 32768 : kernel) / info.scale!;
            const expected = i % 5 === 4 ? 0 : hostSample(format, back);
            const actual = kind.get(found, i * kind.bytes);
            if (actual !== expected) expect(actual, `${name}: sample ${i}`).toBe(expected);
          }
          bytesOf(array).set(bytes);
        }
      },
    );

    test("every value of so many bits goes in and out of a kernel of doubles unchanged", () => {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { maxFrames: 4096, sampleFormat: "f64" });
      const host = new InterleavedHost(storage, { channelCount: 1, format });
      const array = new Uint8Array(4096 * kind.bytes);
      for (let round = 0; round < 17; round++) {
        for (let i = 0; i < array.length; i++) array[i] = round === 16 ? (i * 251) & 0xff : (i >> (round % 4)) * (round + 1);
        // Not every pattern of bits is a float that stays as it is.
        if (kind.unit === 0) for (let i = kind.bytes - 1; i < array.length; i += kind.bytes) array[i]! &= 0xbf;
        const before = array.slice();
        expect(host.collect(array)).toBe(4096);
        storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
        host.deliver(array);
        expect(array).toEqual(before);
      }
    });

    test("what comes of what is no number, too large or a half", () => {
      if (kind.unit === 0) return;
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, { maxFrames: 8, sampleFormat: "f64" });
      const host = new InterleavedHost(storage, { channelCount: 1, format });
      storage.begin(8);
      const { unit } = kind;
      storage
        .mainOutput!.channel(0)
        .set([Number.NaN, 1, -1.5, Number.POSITIVE_INFINITY, 0.5 / unit, -0.5 / unit, (0.5 - 2 ** -54) / unit, 1.5 / unit]);
      const array = new Uint8Array(8 * kind.bytes);
      host.deliver(array);
      const found = new DataView(array.buffer);
      expect(Array.from({ length: 8 }, (_, i) => kind.get(found, i * kind.bytes) + 0)).toEqual([0, unit - 1, -unit, unit - 1, 1, 0, 0, 2]);
    });

    test("a last frame or sample that is not whole counts, and what is missing is silence; what is longer than the block is silence behind it", () => {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames: 16 });
      const host = new InterleavedHost(storage, { channelCount: 2, format });
      const array = new Uint8Array(kind.bytes * 5);
      for (let i = 0; i < 5; i++) kind.set(new DataView(array.buffer), i * kind.bytes, hostSample(format, 0.25));
      expect(host.collect(array)).toBe(3);
      expect([0, 1].map((c) => [...storage.mainInput!.channel(c)])).toEqual([
        [0.25, 0.25, 0.25],
        [0.25, 0.25, 0],
      ]);
      for (const c of [0, 1]) storage.mainOutput!.channel(c).fill(0.5);
      const out = new Uint8Array(kind.bytes * 9).fill(7);
      expect(host.deliver(out)).toBe(3);
      const found = new DataView(out.buffer);
      const half = hostSample(format, 0.5);
      expect(Array.from({ length: 9 }, (_, i) => kind.get(found, i * kind.bytes))).toEqual([half, half, half, half, half, half, 0, 0, 0]);
    });
  });
}

test("64 channels go to 4 buses of 16, and none erases another's", () => {
  const config = { inputs: [16, 16, 16, 16], outputs: [16, 16, 16, 16] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: 32 });
  const host = new InterleavedHost(storage, { channelCount: 64, format: "i24" });
  const bytes = new Uint8Array(64 * 32 * 3).map((_, i) => (i * 37) & 0xff);
  expect(host.collect(bytes)).toBe(32);
  for (let b = 0; b < 4; b++) for (let c = 0; c < 16; c++) storage.outputs[b]!.channel(c).set(storage.inputs[b]!.channel(c));
  const out = new Uint8Array(bytes.length);
  expect(host.deliver(out)).toBe(32);
  expect(out).toEqual(bytes);
  expect(storage.diagnostics.droppedChannels).toBe(0);
});

test.each(["silence", "repeat-mono", "drop"] as const)(
  "channels that the array does not have are as %s says, in every form",
  (missingInputs) => {
    for (const info of formsOf(3) as BusInfo[]) {
      const storage = ProcessBufferStorage.allocateFromConfig(
        { inputs: [info], outputs: [] },
        { maxFrames: 8, missingInputs, detectConstant: true },
      );
      for (const channelCount of [1, 2]) {
        const host = new InterleavedHost(storage, { channelCount });
        storage.collect([Array.from({ length: 3 }, () => new Float32Array(8).fill(0.9))], []);
        host.collect(Float32Array.from({ length: 8 * channelCount }, (_, i) => (i % 2 === 0 ? 0.5 : i / 100)));
        const bus = storage.mainInput!;
        const repeats = missingInputs === "repeat-mono" && channelCount === 1;
        expect([bus.length, bus.connectedLength]).toEqual([missingInputs === "drop" ? channelCount : 3, channelCount]);
        for (let c = 0; c < 3; c++) {
          const { samples, at } = kernelSample(
            storage.memory,
            info,
            bus.samplesAddress,
            Math.ceil((8 * { f32: 4, f64: 8, i16: 2 }[info.sampleFormat!]) / 16) * 16,
            8,
            c,
            2,
          );
          const source = repeats ? 0.5 : c >= channelCount ? 0 : channelCount === 1 ? 0.5 : c === 0 ? 0.5 : 5 / 100;
          expect(samples[at]! + 0, nameOfForm(info)).toBe(asKernel(info, Math.fround(source)) + 0);
        }
        host.free();
      }
    }
  },
);

test.each(["f32", "f64", "i16", "i24", "i32"] as const)("of bytes an incomplete last sample of %s is no sample", (format) => {
  const { bytes, set } = pcm[format];
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }, { maxFrames: 8 });
  const host = new InterleavedHost(storage, { channelCount: 2, format });
  const whole = new DataView(new ArrayBuffer(4 * bytes));
  for (let k = 0; k < 4; k++) set(whole, k * bytes, format === "f32" || format === "f64" ? 0.3 : 64);
  host.collect(whole);
  const [left, right] = [0, 1].map((c) => [...storage.mainInput!.channel(c)]);
  // Of the second frame's right sample a byte is missing; then all but one.
  for (const missing of [1, bytes - 1]) {
    const part = new Uint8Array(whole.buffer, 0, 4 * bytes - missing);
    for (const samples of [part, new DataView(whole.buffer, 0, part.length)]) {
      expect(host.collect(samples)).toBe(2);
      expect([0, 1].map((c) => [...storage.mainInput!.channel(c)])).toEqual([left, [right![0], 0]]);
    }
  }
  host.free();
  storage.free();
});

test("a block of a single byte is taken and given", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { maxFrames: 8 });
  const host = new InterleavedHost(storage, { channelCount: 1, format: "u8" });
  for (const samples of [Uint8Array.of(192), new DataView(Uint8Array.of(192).buffer)]) {
    expect(host.collect(samples)).toBe(1);
    expect([...storage.mainInput!.channel(0)]).toEqual([0.5]);
    storage.mainOutput!.channel(0).fill(-0.5);
    expect(host.deliver(samples)).toBe(1);
    expect([...bytesOf(samples)]).toEqual([64]);
  }
});
