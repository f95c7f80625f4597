// The third argument of `process`, whatever a host hands over in its place. Nothing may throw, the others stay right, and
// what cannot be used counts.

import { describe, expect, test } from "vitest";
import { type BusConfig, createHeap, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { badHostValues, unusableValues, unusualSamples } from "../support/bad-host-values.js";
import { filled } from "../support/host-channels";
import { forms, listsInForm } from "../support/host-forms";
import { parametersOf, structsOf, valuesOf } from "../support/kernel-parameters";
import { hasResizable, resizableBuffer, resizeBuffer } from "../support/resizable-buffers";

const heap = createHeap();
const config: BusConfig = {
  inputs: [1],
  outputs: [1],
  parameters: [
    { name: "first", defaultValue: 0.25 },
    { name: "second", defaultValue: 0.5 },
    { name: "rate", automationRate: "k-rate" },
  ],
};
const ramp = (from: number, frames = 128) => Float32Array.from({ length: frames }, (_, k) => from + k / 256);
const one = (value: number) => Float32Array.of(value);
const formats: readonly SampleFormat[] = ["f32", "f64"];

describe.each(formats)("%s", (sampleFormat) => {
  const allocate = () => ProcessBufferStorage.allocateFromConfig(config, { heap, sampleFormat });
  const block = (storage: ReturnType<typeof allocate>, values: unknown) =>
    storage.collect([filled(1)], [filled(1)], values as Record<string, Float32Array>);

  test.each(forms)("channels that are %s make no difference", (form) => {
    const storage = allocate();
    const inputs = listsInForm(form, [filled(1)]);
    const outputs = listsInForm(form, [filled(1)]);
    for (let round = 0; round < 5; round++) {
      const first = ramp(round);
      storage.collect(inputs, outputs, { first, second: one(round), rate: ramp(round + 9) });
      expect(parametersOf(storage)).toEqual([
        { length: 128, values: [...first] },
        { length: 1, values: Array(128).fill(round) },
        { length: 1, values: [round + 9] },
      ]);
    }
  });

  test.each(forms)("of a host that hands over none the last values stay, and nothing counts; its channels are %s", (form) => {
    const storage = allocate();
    const inputs = listsInForm(form, [filled(1)]);
    const outputs = listsInForm(form, [filled(1)]);
    for (let round = 0; round < 5; round++) {
      storage.collect(inputs, outputs, { first: one(round), second: one(-round), rate: one(round / 2) });
      for (const none of [undefined, {}]) {
        storage.collect(inputs, outputs, none);
        expect([0, 1, 2].map((p) => valuesOf(storage, p, 1))).toEqual([[round], [-round], [round / 2]]);
      }
    }
    expect(storage.diagnostics.invalidParameters).toBe(0);
  });

  test("one object that comes again is read anew, frozen, and so known, or not: its arrays have other values in each block", () => {
    for (const freeze of [Object.freeze, (values: object) => values]) {
      const storage = allocate();
      const [first, second, rate] = [ramp(0), one(0), ramp(0)];
      const values = freeze({ first, second, rate });
      for (let round = 0; round < 70; round++) {
        first.set(ramp(round));
        second[0] = -round;
        rate.set(ramp(round * 2));
        block(storage, values);
        expect([valuesOf(storage, 0), valuesOf(storage, 1, 1), valuesOf(storage, 2, 1)]).toEqual([[...first], [-round], [round * 2]]);
      }
      const { isKnown } = (storage as unknown as { planar: { parameters: { isKnown: boolean } } }).planar.parameters;
      expect(isKnown).toBe(freeze === Object.freeze);
      const before = parametersOf(storage);
      storage.begin(128);
      block(storage, values);
      expect(parametersOf(storage)).toEqual(before);
      storage.setParameter(1, 100);
      block(storage, values);
      expect(parametersOf(storage)).toEqual(before);
      expect(storage.diagnostics).toMatchObject({ invalidParameters: 0 });
    }
  });

  test("after a known array's last value that value is repeated, in a longer block and where the array has changed", () => {
    const lists = (frames: number) => [[new Float32Array(frames)]];
    const storage = allocate();
    const first = ramp(0, 100);
    const values = Object.freeze({ first });
    for (let round = 0; round < 8; round++) storage.collect(lists(64), lists(64), values);
    storage.collect(lists(128), lists(128), values);
    expect(valuesOf(storage, 0)).toEqual([...first, ...Array(28).fill(first[99])]);
    for (let round = 0; round < 8; round++) storage.collect(lists(128), lists(128), values);
    first.set(ramp(7, 100));
    storage.collect(lists(128), lists(128), values);
    expect(valuesOf(storage, 0)).toEqual([...first, ...Array(28).fill(first[99])]);
  });

  test("an object that is not frozen may have other arrays in the next block", () => {
    const storage = allocate();
    const values: Record<string, Float32Array> = { first: one(1), second: one(2), rate: one(3) };
    for (let round = 0; round < 4; round++) block(storage, values);
    values.first = ramp(8);
    delete values.second;
    values.rate = one(5);
    block(storage, values);
    expect(parametersOf(storage)).toEqual([
      { length: 128, values: [...ramp(8)] },
      { length: 1, values: Array(128).fill(2) },
      { length: 1, values: [5] },
    ]);
  });

  test.each<[string, (now: () => Float32Array) => object]>([
    ["a getter", (now) => Object.freeze(Object.defineProperty({ second: one(1), rate: one(2) }, "first", { get: now }))],
    ["a prototype", (now) => Object.freeze(Object.create(Object.defineProperty({ second: one(1), rate: one(2) }, "first", { get: now })))],
    [
      "a proxy that does not tell whether it is frozen",
      (now) =>
        new Proxy(
          {},
          {
            get: (_, name) => (name === "first" ? now() : one(1)),
            isExtensible: () => {
              throw new Error("the host");
            },
          },
        ),
    ],
  ])("an object with %s is read anew in each block, also where it is frozen", (_, make) => {
    const storage = allocate();
    let round = 0;
    const values = make(() => ramp(round));
    for (; round < 70; round++) {
      block(storage, values);
      expect(valuesOf(storage, 0)).toEqual([...ramp(round)]);
    }
  });

  test.each([undefined, 7, null])("%s in a frozen object keeps the last value in every block", (value) => {
    const storage = allocate();
    const second = one(2);
    block(storage, { first: one(1), second, rate: ramp(3) });
    second[0] = 9;
    const values = Object.freeze({ first: one(4), second: value, rate: ramp(5) });
    for (let round = 1; round <= 5; round++) {
      block(storage, values);
      expect(parametersOf(storage)).toEqual([
        { length: 1, values: Array(128).fill(4) },
        { length: 1, values: Array(128).fill(2) },
        { length: 1, values: [5] },
      ]);
      expect(storage.diagnostics.invalidParameters).toBe(value === undefined ? 0 : round);
    }
  });

  test("in blocks without frames many values are none, and the last value stays; one value is one", () => {
    const storage = allocate();
    const values = Object.freeze({ first: ramp(5), second: one(4), rate: one(3) });
    block(storage, { first: one(1), second: one(2) });
    for (let round = 0; round < 5; round++) {
      expect(storage.collect([filled(1, 0, 0)], [filled(1, 0, 0)], values)).toBe(0);
      expect([0, 1, 2].map((p) => valuesOf(storage, p, 1))).toEqual([[1], [4], [3]]);
      expect(structsOf(storage).map(({ length }) => length)).toEqual([1, 1, 1]);
    }
    storage.begin(8);
    expect(valuesOf(storage, 0)).toEqual(Array(8).fill(1));
    expect(storage.diagnostics.invalidParameters).toBe(0);
  });

  test("a frozen object's array that becomes shorter has its last value repeated", () => {
    if (!hasResizable) return;
    const storage = allocate();
    const first = new Float32Array(resizableBuffer(512));
    const values = Object.freeze({ first, second: one(1), rate: one(2) });
    first.set(ramp(1));
    for (let round = 0; round < 5; round++) block(storage, values);
    resizeBuffer(first.buffer, 0.5);
    block(storage, values);
    expect(valuesOf(storage, 0)).toEqual([...ramp(1, 64), ...Array(64).fill(ramp(1)[63])]);
  });

  test("128 equal values are one, which is how Firefox hands over all that do not change", () => {
    const storage = allocate();
    for (let round = 0; round < 4; round++) {
      block(storage, Object.freeze({ first: ramp(1).fill(7), second: ramp(1).fill(-0), rate: ramp(1).fill(2) }));
      expect(structsOf(storage).map(({ length }) => length)).toEqual([1, 1, 1]);
      expect(valuesOf(storage, 1)).toEqual(Array(128).fill(-0));
    }
  });

  test("a value that is another one in the last frame alone, or in any one frame, is told", () => {
    const storage = allocate();
    for (let frame = 0; frame < 128; frame++) {
      const first = ramp(1).fill(7);
      first[frame] = 8;
      block(storage, { first });
      expect([structsOf(storage)[0]!.length, valuesOf(storage, 0)]).toEqual([128, [...first]]);
    }
  });

  test("one NaN in any frame keeps the last value, and counts once a block", () => {
    const storage = allocate();
    const good = ramp(1);
    for (let frame = 0; frame < 128; frame++) {
      block(storage, { first: good, second: one(frame), rate: one(1) });
      const first = ramp(3);
      first[frame] = Number.NaN;
      block(storage, { first, second: one(frame + 1), rate: one(Number.NaN) });
      expect(parametersOf(storage)).toEqual([
        { length: 1, values: Array(128).fill(good[127]) },
        { length: 1, values: Array(128).fill(frame + 1) },
        { length: 1, values: [1] },
      ]);
      expect(storage.diagnostics.invalidParameters).toBe(2 * (frame + 1));
    }
  });

  test("infinities are values", () => {
    const storage = allocate();
    const first = ramp(1);
    first[5] = Number.POSITIVE_INFINITY;
    first[6] = Number.NEGATIVE_INFINITY;
    block(storage, { first, second: one(Number.NEGATIVE_INFINITY) });
    expect([valuesOf(storage, 0), valuesOf(storage, 1, 1)]).toEqual([[...first], [Number.NEGATIVE_INFINITY]]);
    expect(storage.diagnostics.invalidParameters).toBe(0);
  });

  test.each(badHostValues)("%s in place of a parameter leaves the others right, and its own last value", (_, make) => {
    const storage = allocate();
    block(storage, { first: one(1), second: one(2), rate: one(3) });
    for (const freeze of [Object.freeze, (values: object) => values]) {
      const values = freeze({ first: one(4), second: make(), rate: one(5) });
      for (let round = 0; round < 4; round++) {
        expect(block(storage, values)).toBe(128);
        expect([valuesOf(storage, 0), valuesOf(storage, 2, 1)]).toEqual([Array(128).fill(4), [5]]);
        expect(valuesOf(storage, 1).some(Number.isNaN)).toBe(false);
      }
    }
  });

  test.each(unusableValues.filter(([name]) => name !== "undefined"))(
    "%s in place of a parameter counts, and keeps the last value",
    (_, make) => {
      const storage = allocate();
      block(storage, { second: one(2) });
      block(storage, { first: one(1), second: make() });
      expect(valuesOf(storage, 1)).toEqual(Array(128).fill(2));
      expect(storage.diagnostics.invalidParameters).toBe(1);
    },
  );

  test.each(badHostValues)("%s in place of all parameters keeps their last values", (_, make) => {
    const storage = allocate();
    block(storage, { first: ramp(1), second: one(2), rate: one(3) });
    for (let round = 0; round < 3; round++) {
      expect(block(storage, make())).toBe(128);
      expect(parametersOf(storage)).toEqual([
        { length: 1, values: Array(128).fill(ramp(1)[127]) },
        { length: 1, values: Array(128).fill(2) },
        { length: 1, values: [3] },
      ]);
    }
  });

  test.each(unusualSamples(128))("%s samples are taken", (_, samples) => {
    const storage = allocate();
    samples.set(ramp(2));
    for (let round = 0; round < 4; round++) {
      block(storage, Object.freeze({ first: samples, second: one(1), rate: samples }));
      expect([valuesOf(storage, 0), valuesOf(storage, 2, 1)]).toEqual([[...ramp(2)], [2]]);
    }
    expect(storage.diagnostics.invalidParameters).toBe(0);
  });

  test.each([1, 2, 3, 64, 127, 129, 500])("of %i values the block's frames are taken, and the last one is repeated", (length) => {
    const storage = allocate();
    const first = ramp(1, length);
    for (let round = 0; round < 4; round++) {
      block(storage, Object.freeze({ first, second: one(1), rate: first }));
      expect(valuesOf(storage, 0)).toEqual(Array.from({ length: 128 }, (_, k) => first[Math.min(k, length - 1)]));
      expect(valuesOf(storage, 2, 1)).toEqual([1]);
    }
    storage.begin(4);
    expect(valuesOf(storage, 0)).toEqual(Array(4).fill(first[Math.min(127, length - 1)]));
  });

  test("a name that every object has is missing where nobody handed it over", () => {
    const names = ["toString", "constructor", "__proto__", "hasOwnProperty"];
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [], outputs: [1], parameters: names.map((name) => ({ name })) },
      { heap, sampleFormat },
    );
    for (let round = 0; round < 3; round++) storage.collect([], [filled(1)], {});
    expect(storage.diagnostics.invalidParameters).toBe(0);
    storage.collect([], [filled(1)], Object.assign(Object.create(null), { toString: one(1), constructor: one(2) }));
    expect([valuesOf(storage, 0, 1), valuesOf(storage, 1, 1)]).toEqual([[1], [2]]);
  });

  test("an array that is detached after it was known counts, and the others stay right", () => {
    if (!("transfer" in ArrayBuffer.prototype)) return;
    const storage = allocate();
    const first = ramp(1);
    const values = Object.freeze({ first, second: one(2), rate: one(3) });
    for (let round = 0; round < 5; round++) block(storage, values);
    (first.buffer as ArrayBuffer & { transfer(): void }).transfer();
    values.second[0] = 9;
    block(storage, values);
    expect(storage.diagnostics.invalidParameters).toBe(1);
    expect(parametersOf(storage)).toEqual([
      { length: 1, values: Array(128).fill(ramp(1)[127]) },
      { length: 1, values: Array(128).fill(9) },
      { length: 1, values: [3] },
    ]);
  });

  test("a getter that grows the memory does no harm, and what it answers is taken", () => {
    for (const [answer, counted] of [
      [undefined, 0],
      [5, 1],
      [one(0.5), 0],
    ] as const) {
      for (const name of ["first", "second"]) {
        const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: createHeap() });
        const values = Object.defineProperty({ first: one(0.25), second: one(0.25), rate: one(3) }, name, {
          get: () => {
            storage.memory.grow(1);
            return answer;
          },
        });
        block(storage, { first: one(0.125), second: one(0.125), rate: one(2) });
        block(storage, values as never);
        const [first, second] = [valuesOf(storage, 0, 1)[0], valuesOf(storage, 1, 1)[0]];
        const expected = typeof answer === "object" ? 0.5 : 0.125;
        expect([first, second, storage.diagnostics.invalidParameters]).toEqual(
          name === "first" ? [expected, 0.25, counted] : [0.25, expected, counted],
        );
      }
    }
  });

  test("a getter that frees or reconfigures the storage in the middle of a block does no harm", () => {
    for (const act of ["free", "reconfigure"] as const) {
      for (const rounds of [0, 5]) {
        const storage = allocate();
        const host = [Object.freeze([Object.freeze(filled(1))]), Object.freeze([Object.freeze(filled(1))])] as const;
        for (let round = 0; round < rounds; round++) storage.collect(host[0], host[1], { first: one(1) });
        const values = {
          get first(): Float32Array {
            if (act === "free") storage.free();
            else storage.reconfigure(config);
            return one(3);
          },
        } as unknown as Record<string, Float32Array>;
        expect(storage.collect(host[0], host[1], values)).toBe(0);
        expect(storage.parametersAddress > 0).toBe(act === "reconfigure");
      }
    }
  });
});
