// Where everything of a storage lies in linear memory.
//
// A storage is one allocation. From its base address, a multiple of 16:
//
//            ┌────────────────────────────────────────────────────────────────┐
//   base     │ descriptors   one BusDescriptor (24 B) a bus                   │
//            │               inputs, then outputs                             │
//            ├────────────────────────────────────────────────────────────────┤
//   tables   │ tables        one pointer (4 B) a channel                      │
//            │               inputs, then outputs; bus after bus              │
//            ├──────────────────────────────────────────── next 16 B boundary ┤
//   silence  │ silence       one channel of zeros, which stands in for every  │
//            │               missing one; absent where nothing can be missing │
//            ├────────────────────────────────────────────────────────────────┤
//   samples  │ samples       one channel after the other, each on a 16 B      │
//            │               boundary: inputs, then outputs; absent where the │
//            │               caller brings every pointer                      │
//            ├────────────────────────────────────────────────────────────────┤
//            │ staging       floats on their way between host and kernel,     │
//            │               where one has doubles or interleaved frames      │
//            ├────────────────────────────────────────────────────────────────┤
//            │ counters      what another thread may read of a storage;       │
//            │               absent where the memory is not shared            │
//            └────────────────────────────────────────────────────────────────┘
//
// Nothing of this has a fixed size: a bus that is not declared has no descriptor,
// and a channel that is not declared has neither an entry nor samples.

/** Most channels in one bus. */
export const MAX_CHANNELS: i32 = 32;
/** Most buses in one direction. */
export const MAX_BUSES: i32 = 16;

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

/** Eight 32-bit counts; `src/layout.ts` says which. */
export const COUNTERS_BYTES: i32 = 32;

/** Bytes from the base to the first table. */
export function tablesOffset(buses: u32): u32 {
  return buses * DESCRIPTOR_BYTES;
}

/** Bytes from the base to the silence. */
export function silenceOffset(buses: u32, channels: u32): u32 {
  return aligned(tablesOffset(buses) + channels * POINTER_BYTES);
}

/** Bytes from one channel's samples to the next one's. */
export function channelStride(maxFrames: u32, sampleBytes: u32): u32 {
  return aligned(maxFrames * sampleBytes);
}

/**
 * Bytes of a whole storage with `sampleChannels` channels of samples or silence, `stagedFloats`
 * floats of staging and `counters` bytes of counters. A float, because a wrong configuration can ask for more
 * than an address can say, and the caller must hear how much.
 */
export function storageBytes(buses: u32, channels: u32, sampleChannels: u32, maxFrames: u32, sampleBytes: u32, stagedFloats: f64, counters: u32): f64 {
  const staging = ceil((stagedFloats * sizeof<f32>()) / SAMPLE_ALIGNMENT) * SAMPLE_ALIGNMENT;
  const blocks = <f64>sampleChannels * <f64>channelStride(maxFrames, sampleBytes) + staging + <f64>counters;
  if (blocks == 0) return <f64>(tablesOffset(buses) + channels * POINTER_BYTES);
  return <f64>silenceOffset(buses, channels) + blocks;
}

function aligned(bytes: u32): u32 {
  return (bytes + (SAMPLE_ALIGNMENT - 1)) & ~(SAMPLE_ALIGNMENT - 1);
}
