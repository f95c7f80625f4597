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
/** One bus as a kernel sees it: CLAP's `clap_audio_buffer` as wasm32 lays it out. */
declare class BusDescriptor {
    /** `float**`: one pointer a channel; null where the kernel works in doubles. */
    data32: usize;
    /** `double**`: one pointer a channel; null where the kernel works in floats. */
    data64: usize;
    /** Channels in this block. */
    channelCount: u32;
    /** Frames of latency from or to the host; always 0 here. */
    latency: u32;
    /** Bit c is set where channel c holds one value throughout the block. */
    constantMask: u64;
}
/** One parameter as a kernel sees it: Emscripten's `AudioParamFrame` as wasm32 lays it out. */
declare class ParameterFrame {
    /** Values: 1 where they are all the same, else one for each frame. */
    length: u32;
    /** `float*`, or `double*` where the kernel works in doubles. An a-rate parameter has a value there for each frame, whatever the length says. */
    data: usize;
}
/** One event as a kernel sees it. */
declare class EventFrame {
    /** Frames from the block's start. */
    frame: u32;
    /** What kind it is, and what belongs to it: for host and kernel to agree upon. */
    type: u32;
    a: u32;
    b: f32;
}

export { BusDescriptor, EventFrame, MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS, ParameterFrame };
