export { applyGain, clearOutputs, copyInputsToOutputs, pairedChannels } from "./block-operations";
export { Bus } from "./bus";
export {
  type BusConfig,
  BusConfigError,
  type BusConfigErrorCode,
  type BusDirection,
  type BusInfo,
  busInfo,
  DEFAULT_BUS_CONFIG,
  MAX_BUSES,
  MAX_CHANNELS,
  totalChannels,
  validateBusConfig,
} from "./bus-config";
export type { Diagnostics } from "./diagnostics";
export { createHeap, createRegionHeap, type HeapOptions, type WasmHeap } from "./heap";
export type { HostBuses, HostChannels } from "./host";
export type { InterleavedSamples } from "./interleaved";
export { average, peak, rms } from "./levels";
export { busConfigFromNodeOptions, type NodeBusOptions } from "./node-options";
export { type StorageLocation, StorageObserver } from "./observer";
export type { MissingInputs, StorageOptions } from "./options";
export type { ChannelView, SampleFormat } from "./sample-format";
export { ProcessBufferStorage } from "./storage";
export type { MemoryUsage } from "./usage";
