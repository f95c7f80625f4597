// Wrong values, as a faulty or malicious host may hand them over in place of a list of buses, a bus, a
// channel, or an array of interleaved samples. Plain JS, because worklets use them too.

/**
 * The name that a report shows, and a function that makes the value. Each use makes a new one, because a
 * call may change it.
 *
 * @typedef {readonly [name: string, make: () => unknown]} BadValue
 */

const ramp = (seed, frames = 128) => Float32Array.from({ length: frames }, (_, frame) => seed + frame / 1024);

const thrower = () => {
  throw new Error("the host");
};

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

// Some engines lack these, and some have them outside of worklets only.
const hasTransfer = typeof structuredClone === "function" || "transfer" in ArrayBuffer.prototype;
const hasResizable = "resizable" in ArrayBuffer.prototype;
const hasShared = typeof SharedArrayBuffer === "function";

const resizable = (byteLength, maxByteLength) => new ArrayBuffer(byteLength, { maxByteLength });

function detached() {
  const samples = new Float32Array(128);
  if ("transfer" in ArrayBuffer.prototype) samples.buffer.transfer();
  else structuredClone(samples.buffer, { transfer: [samples.buffer] });
  return samples;
}

/** Samples that no longer lie within their buffer, because it was made smaller. Their length is 0. */
function outOfBounds() {
  const buffer = resizable(512, 1024);
  const samples = new Float32Array(buffer, 0, 128);
  buffer.resize(256);
  return samples;
}

/**
 * Values that are neither a list of buses, nor a bus, nor a channel, nor interleaved samples. The library
 * must treat each as if nothing was there.
 *
 * @type {readonly BadValue[]}
 */
export const unusableValues = [
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
  ["no samples", () => new Float32Array(0)],
  ["an empty list", () => []],
  ["a sparse list", () => new Array(3)],
  ["a huge sparse list", () => new Array(2 ** 32 - 1)],
  ["a list of lists of lists", () => [[[], []], [[]]]],
  [
    "a list that holds itself",
    () => {
      const list = [];
      list.push(list, list);
      return list;
    },
  ],
  ["a list whose entries throw", () => Object.defineProperties([1, 2], { 0: { get: thrower }, 1: { get: thrower } })],
  ...(hasTransfer ? [["detached samples", detached]] : []),
  ...(hasShared ? [["a shared buffer", () => new SharedArrayBuffer(512)]] : []),
  ...(hasResizable ? [["samples out of bounds", outOfBounds]] : []),
];

/**
 * Samples that are broken in some way. The library may take them or leave them out, but nothing else may
 * go wrong.
 *
 * @type {readonly BadValue[]}
 */
export const brokenSamples = [
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
        set() {
          thrower();
        }
        fill() {
          return thrower();
        }
      })(128),
  ],
  ["samples without a prototype", () => Object.setPrototypeOf(ramp(1), null)],
  ["samples whose name throws", () => Object.defineProperty(Object.setPrototypeOf(ramp(1), null), Symbol.toStringTag, { get: thrower })],
  ["frozen of none", () => Object.freeze(new Float32Array(0))],
];

/**
 * All of both lists.
 *
 * @type {readonly BadValue[]}
 */
export const badHostValues = [...unusableValues, ...brokenSamples];

/**
 * Samples of unusual kinds that are good all the same, and must be taken.
 *
 * @param {number} frames
 * @returns {[name: string, samples: Float32Array][]}
 */
export function unusualSamples(frames) {
  const kinds = [["a subclass", new (class extends Float32Array {})(frames)]];
  kinds.push(["within a larger buffer", new Float32Array(frames + 8).subarray(4, 4 + frames)]);
  if (hasShared) kinds.push(["shared", new Float32Array(new SharedArrayBuffer(frames * 4))]);
  if (hasResizable) {
    kinds.push(["resizable", new Float32Array(resizable(frames * 4, frames * 8), 0, frames)]);
    kinds.push(["following a resizable buffer's length", new Float32Array(resizable(frames * 4, frames * 8))]);
  }
  return kinds;
}
