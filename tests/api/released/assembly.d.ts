type i32 = number;
type u32 = number;
type u64 = number;
type usize = number;
/** Most channels in one bus. */
declare const MAX_CHANNELS: i32;
/** Most buses in one direction. */
declare const MAX_BUSES: i32;
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

export { BusDescriptor, MAX_BUSES, MAX_CHANNELS };
