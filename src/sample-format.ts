/** Format of a kernel's samples: 32-bit or 64-bit floats, or 16-bit integers. */
export type SampleFormat = "f32" | "f64" | "i16";

/**
 * How the samples of a bus lie in memory.
 * "planar": one run for each channel. In the storage, each begins on a 16-byte boundary.
 * "contiguous": one run for all channels. Channel c begins at sample `c * frames`, where `frames` is the length of this
 * block.
 * "interleaved": one run for all channels, frame after frame. The next sample of a channel is as many samples further on as
 * the bus has channels.
 */
export type SampleLayout = "planar" | "contiguous" | "interleaved";

/** The typed array that shows one channel of a format. */
export type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : F extends "i16" ? Int16Array : Float32Array;

/** An array of samples in any format. */
export type Samples = Float32Array | Float64Array | Int16Array;

/** Bytes of one sample of a planar host, which is a 32-bit float. */
export const FLOAT_BYTES = 4;

/** Properties of each format. `code` is its number in the core, `unit` the sample that is 1 for the host. */
export const SAMPLE_FORMATS = {
  f32: { code: 0, bytes: FLOAT_BYTES, unit: 1, View: Float32Array },
  f64: { code: 1, bytes: 8, unit: 1, View: Float64Array },
  i16: { code: 2, bytes: 2, unit: 32768, View: Int16Array },
} as const;

export const SAMPLE_LAYOUTS: readonly SampleLayout[] = ["planar", "contiguous", "interleaved"];

export const NO_SAMPLES = /* @__PURE__ */ new Float32Array(0);

/**
 * These methods work on all typed arrays. They are taken from the prototype, because a host may have put a function of the
 * same name on its own array.
 */
export const { set, fill, copyWithin } = Float32Array.prototype;

/**
 * Whether `set` converts floats to doubles faster than the core does. In SpiderMonkey it takes 1.4 to 1.7 times a plain copy,
 * which is less than a copy and a call of the core. In V8 it takes three times as long as the core. Only SpiderMonkey has
 * `InternalError`.
 */
export const CONVERTS_BY_SET = "InternalError" in globalThis;
