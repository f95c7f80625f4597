/** What a kernel reads and writes: 32-bit or 64-bit floats. */
export type SampleFormat = "f32" | "f64";

/** The typed array that shows one channel of a format. */
export type ChannelView<F extends SampleFormat> = F extends "f64" ? Float64Array : Float32Array;
