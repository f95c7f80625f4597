// What hosts hand over by mistake or out of spite, in place of a list of buses, a bus, a channel, or an
// array of interleaved samples.

import { ramp } from "./host";

/** A name for people, and how to make one. Made anew each time, because some can be used up. */
export type Dirt = readonly [name: string, make: () => unknown];

const thrower = () => {
  throw new Error("the host");
};

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(): Float32Array {
  const samples = new Float32Array(128);
  structuredClone(samples.buffer, { transfer: [samples.buffer] });
  return samples;
}

/** A buffer that changes its length; not all engines have it. */
type Resizable = ArrayBuffer & { resize(byteLength: number): void };
const resizable = (byteLength: number, maxByteLength: number) =>
  new (ArrayBuffer as unknown as new (length: number, options: object) => Resizable)(byteLength, { maxByteLength });
const hasResizable = "resizable" in ArrayBuffer.prototype;
const hasShared = typeof SharedArrayBuffer === "function";

/** Samples that a shrinking buffer has left out of bounds: their length is 0 by now. */
function outOfBounds(): Float32Array {
  const buffer = resizable(512, 1024);
  const samples = new Float32Array(buffer, 0, 128);
  buffer.resize(256);
  return samples;
}

/** Neither a list of buses, nor a bus, nor a channel, nor interleaved samples: whoever asks for one of these finds none. */
export const nothing: readonly Dirt[] = [
  ["null", () => null],
  ["undefined", () => undefined],
  ["a number", () => 7],
  ["NaN", () => Number.NaN],
  ["a string", () => "inputs"],
  ["an empty string", () => ""],
  ["a boolean", () => true],
  ["a symbol", () => Symbol("x")],
  ["a bigint", () => 7n],
  ["a function", () => thrower],
  ["an object", () => ({})],
  ["an object without a prototype", () => Object.create(null)],
  ["a date", () => new Date(0)],
  ["an array-like", () => ({ length: 2, 0: ramp(1), 1: ramp(2) })],
  [
    "an object that throws",
    () => ({
      get length() {
        return thrower();
      },
    }),
  ],
  ["an object whose parts all throw", () => new Proxy({}, { get: thrower, has: thrower, getPrototypeOf: thrower, ownKeys: thrower })],
  ["a proxy that throws", () => new Proxy([], { get: thrower, getPrototypeOf: thrower, has: thrower })],
  ["a revoked proxy", () => revoked([])],
  ["a revoked function", () => revoked(thrower)],
  [
    "a proxy of a list with a mad length",
    () => new Proxy([], { get: (list, key) => (key === "length" ? 2 ** 32 - 1 : Reflect.get(list, key)) }),
  ],
  [
    "a proxy of a list with a symbol for its length",
    () => new Proxy([], { get: (list, key) => (key === "length" ? Symbol("length") : Reflect.get(list, key)) }),
  ],
  [
    "a proxy of a list with a negative length",
    () => new Proxy([], { get: (list, key) => (key === "length" ? -1 : Reflect.get(list, key)) }),
  ],
  ["a revoked proxy of samples", () => revoked(ramp(1))],
  ["a proxy of samples", () => new Proxy(ramp(1), {})],
  ["what has samples for a prototype", () => Object.create(ramp(1))],
  ["what only looks like samples", () => Object.create(Float32Array.prototype)],
  ["what says that it is samples", () => ({ [Symbol.toStringTag]: "Float32Array", length: 128, buffer: new ArrayBuffer(512) })],
  ["an array buffer", () => new ArrayBuffer(512)],
  ["a data view", () => new DataView(new ArrayBuffer(512))],
  ["doubles", () => new Float64Array(128)],
  ["bytes", () => new Uint8Array(128)],
  ["clamped bytes", () => new Uint8ClampedArray(128)],
  ["whole numbers", () => new Int32Array(128)],
  ["big whole numbers", () => new BigInt64Array(128)],
  ["a plain array of numbers", () => Array(128).fill(1)],
  ["detached samples", detached],
  ["no samples", () => new Float32Array(0)],
  ["an empty list", () => []],
  ["a sparse list", () => new Array(3)],
  ["a huge sparse list", () => new Array(2 ** 32 - 1)],
  ["a list of lists of lists", () => [[[], []], [[]]]],
  [
    "a list that holds itself",
    () => {
      const list: unknown[] = [];
      list.push(list, list);
      return list;
    },
  ],
  ["a list whose entries throw", () => Object.defineProperties([1, 2], { 0: { get: thrower }, 1: { get: thrower } })],
  ...(hasShared ? ([["a shared buffer", () => new SharedArrayBuffer(512)]] as Dirt[]) : []),
  ...(hasResizable ? ([["samples out of bounds", outOfBounds]] as Dirt[]) : []),
];

/** Samples, or nearly; whether they are taken or not, nothing may break. */
export const strangeSamples: readonly Dirt[] = [
  ["samples with a length of their own", () => Object.defineProperty(ramp(1), "length", { value: 64 })],
  ["samples whose length throws", () => Object.defineProperty(ramp(1), "length", { get: thrower })],
  [
    "samples whose length is another each time",
    () => {
      let length = 128;
      return Object.defineProperty(ramp(1), "length", { get: () => length++ });
    },
  ],
  ["samples whose set throws", () => Object.defineProperty(ramp(1), "set", { value: thrower })],
  ["samples whose set is no function", () => Object.defineProperty(ramp(1), "set", { value: 7 })],
  ["samples whose fill throws", () => Object.defineProperty(ramp(1, 64), "fill", { get: thrower })],
  [
    "samples of a class that throws",
    () =>
      new (class extends Float32Array {
        override set() {
          thrower();
        }
        override fill() {
          return thrower();
        }
      })(128),
  ],
  ["samples without a prototype", () => Object.setPrototypeOf(ramp(1), null)],
  ["samples whose name throws", () => Object.defineProperty(Object.setPrototypeOf(ramp(1), null), Symbol.toStringTag, { get: thrower })],
  ["frozen of none", () => Object.freeze(new Float32Array(0))],
];

/** Everything of the two. */
export const dirt: readonly Dirt[] = [...nothing, ...strangeSamples];

/** Good samples that are of an unusual kind. */
export function unusualSamples(frames: number): [name: string, samples: Float32Array][] {
  const kinds: [string, Float32Array][] = [["a subclass", new (class extends Float32Array {})(frames)]];
  kinds.push(["within a larger buffer", new Float32Array(frames + 8).subarray(4, 4 + frames)]);
  if (hasShared) kinds.push(["shared", new Float32Array(new SharedArrayBuffer(frames * 4))]);
  if (hasResizable) {
    kinds.push(["resizable", new Float32Array(resizable(frames * 4, frames * 8), 0, frames)]);
    kinds.push(["following a resizable buffer's length", new Float32Array(resizable(frames * 4, frames * 8))]);
  }
  return kinds;
}
