/** What a kernel reads and writes: 32-bit or 64-bit floats, or 16-bit whole numbers. */
export type SampleFormat = "f32" | "f64" | "i16";

/**
 * How the samples of a bus lie in memory. "planar": one run a channel, each on a 16-byte boundary. "contiguous": one run for all,
 * channel c at `c * frames` samples, `frames` being this block's. "interleaved": one run, frame after frame, always as
 * many samples apart as the bus has channels.
 */
export type SampleLayout = "planar" | "contiguous" | "interleaved";

/** The typed array that shows one channel of a format. */
export type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : F extends "i16" ? Int16Array : Float32Array;

/** Samples of any format. */
export type Samples = Float32Array | Float64Array | Int16Array;

/** Bytes of one sample as a planar host hands it over. */
export const FLOAT_BYTES = 4;

/** What is to know of each format: `code` is how the core is told, `unit` the sample that is 1 for the host. */
export const SAMPLE_FORMATS = {
  f32: { code: 0, bytes: FLOAT_BYTES, unit: 1, View: Float32Array },
  f64: { code: 1, bytes: 8, unit: 1, View: Float64Array },
  i16: { code: 2, bytes: 2, unit: 32768, View: Int16Array },
} as const;

export const SAMPLE_LAYOUTS: readonly SampleLayout[] = ["planar", "contiguous", "interleaved"];

export const NO_SAMPLES = /* @__PURE__ */ new Float32Array(0);

/** Of all typed arrays: an array's own property of that name is a host's to change. */
export const { set, fill, copyWithin } = Float32Array.prototype;

/**
 * SpiderMonkey's own conversion between typed arrays costs 1.4 to 1.7 times a plain copy, less than a copy and a
 * call of the core. V8's costs three times that of the core. `InternalError` is SpiderMonkey's alone.
 */
export const CONVERTS_BY_SET = "InternalError" in globalThis;
