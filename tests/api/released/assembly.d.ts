type i32 = number;
type u32 = number;
type u64 = number;
type usize = number;
type f32 = number;
/** Most channels in one bus. */
declare const MAX_CHANNELS: i32;
/** Most buses in one direction. */
declare const MAX_BUSES: i32;
/** Most parameters of one processor. */
declare const MAX_PARAMETERS: i32;
/** One bus as a kernel sees it: CLAP's `clap_audio_buffer` in the layout of wasm32. */
declare class BusDescriptor {
    /** `float**`: one pointer for each channel. Null for a bus of doubles or of 16-bit samples. */
    data32: usize;
    /** `double**`: one pointer for each channel. Null for a bus of floats or of 16-bit samples. */
    data64: usize;
    /** Channels in this block. */
    channelCount: u32;
    /** Frames of latency from or to the host. Always 0 here. */
    latency: u32;
    /** Bit c is set where channel c holds one value throughout the block. It is a hint: all samples of the channel are there. */
    constantMask: u64;
}
/** One parameter as a kernel sees it: Emscripten's `AudioParamFrame` in the layout of wasm32. */
declare class ParameterFrame {
    /** 1 where all values of the block are the same, otherwise the block's frames. */
    length: u32;
    /**
     * `float*`, or `double*` where the storage's `sampleFormat` is "f64". An a-rate parameter always has one value for each
     * frame here, even where `length` is 1.
     */
    data: usize;
}
/** One event as a kernel sees it. */
declare class EventFrame {
    /** Counted in frames from the block's start. */
    frame: u32;
    /** Host and kernel agree on what `type`, `a` and `b` mean. */
    type: u32;
    a: u32;
    b: f32;
}

export { BusDescriptor, EventFrame, MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS, ParameterFrame };
