/** What a kernel reads and writes: 32-bit or 64-bit floats. */
export type SampleFormat = "f32" | "f64";

/** The typed array that shows one channel of a format. */
export type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : Float32Array;

/** Bytes of one sample as hosts hand it over. */
export const FLOAT_BYTES = 4;

/** Bytes of one sample as the kernel has it. */
export function sampleBytesOf(sampleFormat: SampleFormat): number {
  return sampleFormat === "f64" ? 8 : FLOAT_BYTES;
}
