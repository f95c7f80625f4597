/** What a kernel reads and writes: 32-bit or 64-bit floats. */
export type SampleFormat = "f32" | "f64";

/** The typed array that shows one channel of a format. */
export type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : Float32Array;

/** Samples of any format. */
export type Samples = Float32Array | Float64Array;

/** Bytes of one sample as a planar host hands it over. */
export const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** What is to know of each format. */
export const SAMPLE_FORMATS = {
  f32: { bytes: Float32Array.BYTES_PER_ELEMENT, View: Float32Array },
  f64: { bytes: Float64Array.BYTES_PER_ELEMENT, View: Float64Array },
} as const;
