// The core module: everything that the facade calls. It imports a memory, keeps no state, and
// works on the addresses that it is given, so one instance serves every storage of a memory.

export { describeBuses, pushChannel } from "./bus";
export { deinterleave, floatsFromInt16, int16FromFloats, interleave } from "./interleaved";
export {
  CAPACITY_BITS,
  CHANNEL_COUNT_OFFSET,
  CONSTANT_MASK_OFFSET,
  DATA32_OFFSET,
  DATA64_OFFSET,
  DESCRIPTOR_BYTES,
  LATENCY_OFFSET,
  MAX_BUSES,
  MAX_CHANNELS,
  POINTER_BYTES,
  SAMPLE_ALIGNMENT,
} from "./layout";
export { constantChannels, narrowSamples, widenSamples, zeroChannels } from "./samples";
