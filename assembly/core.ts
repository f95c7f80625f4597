// The core module: everything that the facade calls. It imports a memory, keeps no state, and
// works on the addresses that it is given, so one instance serves every storage of a memory.

export {
  CHANNEL_COUNT_OFFSET,
  CONSTANT_MASK_OFFSET,
  COUNTERS_BYTES,
  DATA32_OFFSET,
  DATA64_OFFSET,
  DESCRIPTOR_BYTES,
  LATENCY_OFFSET,
  MAX_BUSES,
  MAX_CHANNELS,
  POINTER_BYTES,
  SAMPLE_ALIGNMENT,
  channelStride,
  silenceOffset,
  storageBytes,
  tablesOffset,
} from "./layout";
export { initialiseBus, pushChannel, repeatChannel, silenceChannels } from "./bus";
export { deinterleave, floatsFromInt16, int16FromFloats, interleave } from "./interleaved";
export { constantChannels, narrowSamples, widenSamples, zeroChannels } from "./samples";
