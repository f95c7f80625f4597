// What a kernel finds of its parameters, whatever comes between: blocks without a host, other lengths, windows, growth,
// kernels that write over them, and other configurations.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BusConfig, createHeap, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { filled } from "./support/host-channels";
import { parametersOf, scribbleOver, structsOf, valuesOf } from "./support/kernel-parameters";

const heap = createHeap();
const parameters = [
  { name: "gain", defaultValue: 0.5, minValue: 0, maxValue: 2 },
  { name: "mode", defaultValue: 3, automationRate: "k-rate" as const },
  { name: "pan" },
];
const config: BusConfig = { inputs: [1], outputs: [1], parameters };
const formats: readonly SampleFormat[] = ["f32", "f64"];
const ramp = (from: number, frames = 128) => Float32Array.from({ length: frames }, (_, k) => from + k / 256);
const one = (value: number) => Float32Array.of(value);
const constant = (value: number, frames = 128) => ({ length: 1, values: Array<number>(frames).fill(value) });
const varying = (values: Float32Array) => ({ length: values.length, values: [...values] });

describe.each(formats)("%s", (sampleFormat) => {
  const allocate = (of: BusConfig = config, maxFrames = 128) =>
    ProcessBufferStorage.allocateFromConfig(of, { heap, sampleFormat, maxFrames });
  const collect = (storage: ReturnType<typeof allocate>, values?: Record<string, unknown>, frames = 128) =>
    storage.collect([filled(1, 0, frames)], [filled(1, 0, frames)], values as Record<string, Float32Array>);

  test("each is its default until somebody says otherwise, from allocation on", () => {
    const storage = allocate();
    expect(structsOf(storage).map(({ length }) => length)).toEqual([1, 1, 1]);
    expect([0, 1, 2].map((p) => valuesOf(storage, p, 1)[0])).toEqual([0.5, 3, 0]);
    storage.begin(128);
    expect(parametersOf(storage)).toEqual([constant(0.5), constant(3, 1), constant(0)]);
  });

  test("structs are 8 bytes each, and values begin on 16-byte boundaries", () => {
    const storage = allocate();
    const [gain, mode, pan] = structsOf(storage);
    expect([gain, mode, pan].map((struct) => struct!.data % 16)).toEqual([0, 0, 0]);
    expect(new Set([gain, mode, pan].map((struct) => struct!.data)).size).toBe(3);
    expect(storage.parametersAddress % 16).toBe(0);
  });

  test("nothing is there where none is declared", () => {
    const storage = allocate({ inputs: [1], outputs: [1] });
    expect(storage.parametersAddress).toBe(0);
    expect(storage.usage.parameterBytes).toBe(0);
    expect(storage.setParameter(0, 1)).toBe(false);
    expect(collect(storage, { gain: one(1) })).toBe(128);
    expect(allocate({ inputs: [1], outputs: [1], parameters: [] }).usage).toEqual(storage.usage);
  });

  test("usage has their bytes", () => {
    const bytes = sampleFormat === "f64" ? 8 : 4;
    expect(allocate().usage.parameterBytes).toBe(3 * (8 + bytes) + 2 * 128 * bytes + 16);
    expect(allocate().usage.totalBytes - allocate({ inputs: [1], outputs: [1] }).usage.totalBytes).toBeGreaterThanOrEqual(
      allocate().usage.parameterBytes,
    );
  });

  test("setParameter holds from the block that is open on, and in all that follow", () => {
    const storage = allocate();
    storage.begin(64);
    expect(storage.setParameter(0, 1.5)).toBe(true);
    expect(storage.setParameter(1, 7)).toBe(true);
    expect(parametersOf(storage)).toEqual([constant(1.5, 64), constant(7, 1), constant(0, 64)]);
    collect(storage);
    expect(parametersOf(storage)).toEqual([constant(1.5), constant(7, 1), constant(0)]);
    collect(storage, { gain: one(1.25) });
    expect(parametersOf(storage)).toEqual([constant(1.25), constant(7, 1), constant(0)]);
  });

  test("setParameter clamps to the range as an AudioParam does, and refuses what is no parameter or no number", () => {
    const storage = allocate();
    storage.begin(16);
    storage.setParameter(0, 5);
    expect(valuesOf(storage, 0)[3]).toBe(2);
    storage.setParameter(0, -5);
    expect(valuesOf(storage, 0)[3]).toBe(0);
    storage.setParameter(2, Number.POSITIVE_INFINITY);
    expect(valuesOf(storage, 2)[0]).toBe(3.4028234663852886e38);
    storage.setParameter(2, 1);
    for (const index of [3, -1, 0.5, Number.NaN, "0", null, undefined, 2n]) expect(storage.setParameter(index as number, 1)).toBe(false);
    expect(storage.diagnostics.invalidParameters).toBe(0);
    for (const value of [Number.NaN, "1", null, undefined, {}, 1n]) expect(storage.setParameter(2, value as number)).toBe(false);
    expect(storage.diagnostics.invalidParameters).toBe(6);
    expect(valuesOf(storage, 2)).toEqual(Array(16).fill(1));
  });

  test("after a block in which it changed, it is what it was at the end", () => {
    const storage = allocate();
    const gain = ramp(0.25);
    collect(storage, { gain });
    expect(parametersOf(storage)[0]).toEqual(varying(gain));
    storage.begin(32);
    expect(parametersOf(storage)[0]).toEqual(constant(gain[127]!, 32));
    collect(storage, { gain });
    storage.clear();
    expect(parametersOf(storage)[0]).toEqual(constant(gain[127]!));
  });

  test("a block that grows has the last value in what is new; one that shrinks has the values that are left", () => {
    const storage = allocate();
    const gain = ramp(0.25, 50);
    collect(storage, { gain, pan: one(0.5) }, 50);
    storage.setFrames(121);
    expect(parametersOf(storage)).toEqual([
      { length: 121, values: [...gain, ...Array(71).fill(gain[49])] },
      constant(3, 1),
      constant(0.5, 121),
    ]);
    storage.setFrames(20);
    expect(parametersOf(storage)).toEqual([varying(gain.subarray(0, 20)), constant(3, 1), constant(0.5, 20)]);
    storage.setFrames(0);
    expect(valuesOf(storage, 2, 1)).toEqual([0.5]);
    storage.setFrames(7);
    expect(parametersOf(storage)[2]).toEqual(constant(0.5, 7));
  });

  test("a window moves the values of a-rate ones, and every block is whole again", () => {
    const storage = allocate();
    const gain = ramp(0.25);
    collect(storage, { gain, mode: one(4), pan: one(0.75) });
    const whole = structsOf(storage);
    expect(storage.setWindow(40, 30)).toBe(30);
    const bytes = sampleFormat === "f64" ? 8 : 4;
    expect(structsOf(storage)).toEqual([
      { length: 30, data: whole[0]!.data + 40 * bytes },
      whole[1],
      { length: 1, data: whole[2]!.data + 40 * bytes },
    ]);
    expect(valuesOf(storage, 0, 30)).toEqual([...gain.subarray(40, 70)]);
    expect(valuesOf(storage, 2, 88)).toEqual(Array(88).fill(0.75));
    storage.setWindow(0, 128);
    expect(structsOf(storage)).toEqual(whole);
    storage.setWindow(128, 0);
    expect(valuesOf(storage, 0, 1)).toEqual([gain[127]]);
    storage.begin(0);
    storage.setWindow(0, 0);
    expect(valuesOf(storage, 0, 1)).toEqual([gain[127]]);
    collect(storage, { gain });
    expect(structsOf(storage)).toEqual(whole);
    storage.setWindow(5, 5);
    storage.clear();
    expect(structsOf(storage).map(({ data }) => data)).toEqual(whole.map(({ data }) => data));
  });

  test("setParameter between two windows holds from the second one on, and leaves it open", () => {
    const storage = allocate();
    collect(storage, { gain: ramp(0.25) });
    const [gain] = structsOf(storage);
    storage.setWindow(64, 64);
    storage.setParameter(0, 2);
    storage.setParameter(1, 9);
    expect(structsOf(storage)[0]).toEqual({ length: 1, data: gain!.data + 64 * (sampleFormat === "f64" ? 8 : 4) });
    expect(valuesOf(storage, 0, 64)).toEqual(Array(64).fill(2));
    expect(valuesOf(storage, 1, 1)).toEqual([9]);
  });

  test("a kernel that writes over structs and values finds them right in the next block, whoever starts it", () => {
    const storage = allocate();
    const values = { gain: ramp(0.25), mode: one(2), pan: one(-1) };
    const blocks = [() => collect(storage, values), () => storage.begin(128), () => storage.clear(), () => storage.setFrames(128)];
    collect(storage, values);
    collect(storage, values);
    const data = structsOf(storage).map((struct) => struct.data);
    for (const start of blocks) {
      scribbleOver(storage);
      start();
      expect(structsOf(storage).map((struct) => struct.data)).toEqual(data);
      expect(parametersOf(storage).slice(1)).toEqual([constant(2, 1), constant(-1)]);
    }
    storage.begin(128);
    expect(parametersOf(storage)[0]).toEqual(constant(values.gain[127]!));
  });

  test("they survive growth of the memory, before a block and within it", () => {
    const own = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: own, sampleFormat });
    const values = Object.freeze({ gain: ramp(0.25), mode: one(2), pan: one(-1) });
    for (let block = 0; block < 6; block++) {
      if (block === 4) own.memory.grow(1);
      collect(storage, values);
      expect(parametersOf(storage)).toEqual([varying(values.gain), constant(2, 1), constant(-1)]);
    }
    own.memory.grow(1);
    storage.setFrames(64);
    own.memory.grow(1);
    storage.setParameter(2, 0.5);
    own.memory.grow(1);
    storage.setWindow(3, 9);
    expect(valuesOf(storage, 0, 9)).toEqual([...values.gain.subarray(3, 12)]);
    own.memory.grow(1);
    storage.begin(8);
    expect(parametersOf(storage)).toEqual([constant(values.gain[127]!, 8), constant(2, 1), constant(0.5, 8)]);
  });

  test("after reconfiguration each keeps its last value where there is one of its name, within its new range", () => {
    const storage = allocate();
    collect(storage, { gain: ramp(1), mode: one(6), pan: one(-4) });
    const next = [{ name: "pan", minValue: -1, maxValue: 1 }, { name: "new", defaultValue: 8 }, { name: "gain" }];
    storage.reconfigure({ inputs: [], outputs: [1], parameters: next }, { maxFrames: 32 });
    expect(structsOf(storage).map((_, p) => valuesOf(storage, p, 1)[0])).toEqual([-1, 8, ramp(1)[127]]);
    storage.begin(32);
    expect(parametersOf(storage)).toEqual([constant(-1, 32), constant(8, 32), constant(ramp(1)[127]!, 32)]);
    storage.reconfigure({ inputs: [], outputs: [1] });
    expect(storage.parametersAddress).toBe(0);
    storage.reconfigure(config);
    storage.begin(16);
    expect(parametersOf(storage)).toEqual([constant(0.5, 16), constant(3, 1), constant(0, 16)]);
  });

  test("a freed storage has none", () => {
    const storage = allocate();
    storage.free();
    expect(storage.parametersAddress).toBe(0);
    expect(storage.setParameter(0, 1)).toBe(false);
    expect(collect(storage, { gain: one(1) })).toBe(0);
    expect(storage.usage.parameterBytes).toBe(0);
  });

  test.each([1, 13, 14, 15, 28, 64, 256])("%i of them are as right as one", (count) => {
    const many = Array.from({ length: count }, (_, p) => ({
      name: `p${p}`,
      defaultValue: p,
      automationRate: p % 3 === 1 ? ("k-rate" as const) : ("a-rate" as const),
    }));
    const storage = allocate({ inputs: [], outputs: [1], parameters: many }, 20);
    const valueFor = (p: number): Float32Array | undefined => [undefined, one(p + 0.5), ramp(p, 20), one(Number.NaN)][p % 4];
    const values = Object.fromEntries(many.map(({ name }, p) => [name, valueFor(p)]));
    for (let block = 0; block < 3; block++) collect(storage, values, 20);
    expect(parametersOf(storage)).toEqual(
      many.map(({ automationRate }, p) => {
        const frames = automationRate === "k-rate" ? 1 : 20;
        if (p % 4 === 2) return frames === 1 ? constant(p, 1) : varying(ramp(p, 20));
        return constant(p % 4 === 1 ? p + 0.5 : p, frames);
      }),
    );
    expect(storage.diagnostics.invalidParameters).toBe(3 * Math.floor(count / 4));
  });

  test("of many that vary, setParameter holds the one that it is for, and a window shows the others as they are", () => {
    const many = Array.from({ length: 15 }, (_, p) => ({ name: `p${p}` }));
    const storage = allocate({ inputs: [], outputs: [1], parameters: many }, 20);
    const values = Object.fromEntries(many.map(({ name }, p) => [name, ramp(p, 20)]));
    for (let held = 0; held < many.length; held++) {
      collect(storage, values, 20);
      storage.setParameter(held, 100);
      storage.setWindow(5, 10);
      const shown = structsOf(storage).map(({ length }, p) => valuesOf(storage, p, length));
      expect(shown).toEqual(many.map((_, p) => (p === held ? [100] : [...ramp(p, 20).subarray(5, 15)])));
    }
  });

  test("equal to a plain model over random blocks", () => {
    const valueFor = fc.oneof(
      fc.constant(undefined),
      fc.double({ min: -2, max: 2, noNaN: true }).map((value) => one(value)),
      fc
        .tuple(fc.constantFrom(1, 2, 3, 5, 17, 20, 64, 128, 200), fc.boolean(), fc.double({ min: -1, max: 1, noNaN: true }))
        .map(([frames, varies, from]) => (varies ? ramp(from, frames) : new Float32Array(frames).fill(from))),
      fc.constantFrom(one(Number.NaN), Float32Array.of(1, 2, Number.NaN), null, "1", [1], new Float64Array(1), new Float32Array(0)),
    );
    const block = fc.record({ frames: fc.nat(70), gain: valueFor, mode: valueFor, pan: valueFor, how: fc.nat(3), scribbles: fc.boolean() });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const storage = allocate(config, 64);
        const rounded = sampleFormat === "f64" ? (value: number) => value : Math.fround;
        const last = [0.5, 3, 0];
        let invalid = 0;
        for (const { frames: wanted, how, scribbles, ...values } of blocks) {
          const frames = Math.min(wanted, 64);
          if (how === 0) storage.begin(wanted);
          else collect(storage, how === 1 ? Object.freeze(values) : values, wanted);
          const seen = parametersOf(storage);
          for (const [p, { name, automationRate }] of parameters.entries()) {
            const value: unknown = how === 0 ? undefined : values[name as "gain"];
            const taken = automationRate === "k-rate" ? 1 : frames;
            let expected = Array<number>(taken).fill(last[p]!);
            const isSingle = value instanceof Float32Array && (value.length === 1 || taken === 1);
            const given = value instanceof Float32Array && value.length > 0 ? [...value.subarray(0, isSingle ? 1 : frames)] : undefined;
            // In an empty block there is no frame of which to have the value.
            const isBroken = value !== undefined && (given === undefined || given.some(Number.isNaN));
            if (isBroken) invalid++;
            else if (given !== undefined && given.length > 0) {
              expected = Array.from({ length: taken }, (_, k) => given[Math.min(k, given.length - 1)]!);
              last[p] = given.at(-1)!;
            }
            const isOne = expected.every((each) => Object.is(each, expected[0]));
            expect(seen[p]).toEqual({ length: isOne ? 1 : frames, values: expected.map(rounded) });
            if (taken === 0) expect(valuesOf(storage, p, 1)).toEqual([rounded(last[p]!)]);
          }
          expect(storage.diagnostics.invalidParameters).toBe(invalid);
          if (scribbles) scribbleOver(storage);
        }
        storage.free();
      }),
      { numRuns: 150 },
    );
  });
});
