// What kernels are handed: one descriptor a bus, and the limits of it all. Where they lie in memory is
// drawn in `src/layout.ts`.

/** Most channels in one bus. */
export const MAX_CHANNELS: i32 = 32;
/** Most buses in one direction. */
export const MAX_BUSES: i32 = 16;

/** Bits in which the channel count of one bus is handed over: {@link MAX_CHANNELS} needs six. */
export const CAPACITY_BITS: i32 = 32 - clz(MAX_CHANNELS);

/** Most parameters of one processor. */
export const MAX_PARAMETERS: i32 = 256;

/** Samples begin on such a boundary, so that a kernel may read them four at a time. */
export const SAMPLE_ALIGNMENT: i32 = 16;

/** One bus as a kernel sees it: CLAP's `clap_audio_buffer` as wasm32 lays it out. */
@unmanaged
export class BusDescriptor {
  /** `float**`: one pointer a channel; null where the kernel works in doubles. */
  data32!: usize;
  /** `double**`: one pointer a channel; null where the kernel works in floats. */
  data64!: usize;
  /** Channels in this block. */
  channelCount!: u32;
  /** Frames of latency from or to the host; always 0 here. */
  latency!: u32;
  /** Bit c is set where channel c holds one value throughout the block. */
  constantMask!: u64;
}

export const DESCRIPTOR_BYTES: i32 = <i32>offsetof<BusDescriptor>();
export const DATA32_OFFSET: i32 = <i32>offsetof<BusDescriptor>("data32");
export const DATA64_OFFSET: i32 = <i32>offsetof<BusDescriptor>("data64");
export const CHANNEL_COUNT_OFFSET: i32 = <i32>offsetof<BusDescriptor>("channelCount");
export const LATENCY_OFFSET: i32 = <i32>offsetof<BusDescriptor>("latency");
export const CONSTANT_MASK_OFFSET: i32 = <i32>offsetof<BusDescriptor>("constantMask");
export const POINTER_BYTES: i32 = <i32>sizeof<usize>();

/** One parameter as a kernel sees it: Emscripten's `AudioParamFrame` as wasm32 lays it out. */
@unmanaged
export class ParameterFrame {
  /** Values: 1 where they are all the same, else one for each frame. */
  length!: u32;
  /** `float*`, or `double*` where the kernel works in doubles. An a-rate parameter has a value there for each frame, whatever the length says. */
  data!: usize;
}

export const PARAMETER_BYTES: i32 = <i32>offsetof<ParameterFrame>();
export const PARAMETER_LENGTH_OFFSET: i32 = <i32>offsetof<ParameterFrame>("length");
export const PARAMETER_DATA_OFFSET: i32 = <i32>offsetof<ParameterFrame>("data");

/** One event as a kernel sees it. */
@unmanaged
export class EventFrame {
  /** Frames from the block's start. */
  frame!: u32;
  /** What kind it is, and what belongs to it: for host and kernel to agree upon. */
  type!: u32;
  a!: u32;
  b!: f32;
}

export const EVENT_BYTES: i32 = <i32>offsetof<EventFrame>();
export const EVENT_FRAME_OFFSET: i32 = <i32>offsetof<EventFrame>("frame");
export const EVENT_TYPE_OFFSET: i32 = <i32>offsetof<EventFrame>("type");
export const EVENT_A_OFFSET: i32 = <i32>offsetof<EventFrame>("a");
export const EVENT_B_OFFSET: i32 = <i32>offsetof<EventFrame>("b");
