// The structs that a kernel is handed, and the limits of a configuration. `src/layout.ts` has a drawing of where they lie in
// memory.

/** Most channels in one bus. */
export const MAX_CHANNELS: i32 = 32;
/** Most buses in one direction. */
export const MAX_BUSES: i32 = 16;

/** Bits that the core takes for the channel count of one bus: six, because {@link MAX_CHANNELS} is 32. */
export const CAPACITY_BITS: i32 = 32 - clz(MAX_CHANNELS);

/** Most parameters of one processor. */
export const MAX_PARAMETERS: i32 = 256;

/** Each channel's samples begin at a multiple of this many bytes, so that a kernel may load four floats at once. */
export const SAMPLE_ALIGNMENT: i32 = 16;

/** One bus as a kernel sees it: CLAP's `clap_audio_buffer` in the layout of wasm32. */
@unmanaged
export class BusDescriptor {
  /** `float**`: one pointer for each channel. Null for a bus of doubles or of 16-bit samples. */
  data32!: usize;
  /** `double**`: one pointer for each channel. Null for a bus of floats or of 16-bit samples. */
  data64!: usize;
  /** Channels in this block. */
  channelCount!: u32;
  /** Frames of latency from or to the host. Always 0 here. */
  latency!: u32;
  /** Bit c is set where channel c holds one value throughout the block. It is a hint: all samples of the channel are there. */
  constantMask!: u64;
}

export const DESCRIPTOR_BYTES: i32 = <i32>offsetof<BusDescriptor>();
export const DATA32_OFFSET: i32 = <i32>offsetof<BusDescriptor>("data32");
export const DATA64_OFFSET: i32 = <i32>offsetof<BusDescriptor>("data64");
export const CHANNEL_COUNT_OFFSET: i32 = <i32>offsetof<BusDescriptor>("channelCount");
export const LATENCY_OFFSET: i32 = <i32>offsetof<BusDescriptor>("latency");
export const CONSTANT_MASK_OFFSET: i32 = <i32>offsetof<BusDescriptor>("constantMask");
export const POINTER_BYTES: i32 = <i32>sizeof<usize>();

/** One parameter as a kernel sees it: Emscripten's `AudioParamFrame` in the layout of wasm32. */
@unmanaged
export class ParameterFrame {
  /** 1 where all values of the block are the same, otherwise the block's frames. */
  length!: u32;
  /**
   * `float*`, or `double*` where the storage's `sampleFormat` is "f64". An a-rate parameter always has one value for each
   * frame here, even where `length` is 1.
   */
  data!: usize;
}

export const PARAMETER_BYTES: i32 = <i32>offsetof<ParameterFrame>();
export const PARAMETER_LENGTH_OFFSET: i32 = <i32>offsetof<ParameterFrame>("length");
export const PARAMETER_DATA_OFFSET: i32 = <i32>offsetof<ParameterFrame>("data");

/** One event as a kernel sees it. */
@unmanaged
export class EventFrame {
  /** Counted in frames from the block's start. */
  frame!: u32;
  /** Host and kernel agree on what `type`, `a` and `b` mean. */
  type!: u32;
  a!: u32;
  b!: f32;
}

export const EVENT_BYTES: i32 = <i32>offsetof<EventFrame>();
export const EVENT_FRAME_OFFSET: i32 = <i32>offsetof<EventFrame>("frame");
export const EVENT_TYPE_OFFSET: i32 = <i32>offsetof<EventFrame>("type");
export const EVENT_A_OFFSET: i32 = <i32>offsetof<EventFrame>("a");
export const EVENT_B_OFFSET: i32 = <i32>offsetof<EventFrame>("b");
