export { MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS } from "./abi";
export type { Bus } from "./bus";
export {
  type BusConfig,
  BusConfigError,
  type BusConfigErrorCode,
  type BusDirection,
  type BusInfo,
  busInfo,
  DEFAULT_BUS_CONFIG,
  totalChannels,
  validateBusConfig,
} from "./config";
export type { Diagnostics } from "./diagnostics";
export { EventQueue, type EventQueueOptions, type WindowEvents } from "./events/event-queue";
export type { HostBuses, HostChannels } from "./hosts/host-lists";
export type { HostParameterValues } from "./hosts/host-parameters";
export { InterleavedHost, type InterleavedHostOptions, type PcmFormat } from "./hosts/interleaved";
export type { WasmHeap } from "./memory/heap";
export { createHeap, createRegionHeap, type HeapOptions } from "./memory/own-heaps";
export type { MissingInputs, StorageOptions } from "./options";
export type { ParameterInfo } from "./parameter-info";
export type { ChannelView, SampleFormat } from "./sample-format";
export type { StorageLocation } from "./shown-state";
export { ProcessBufferStorage } from "./storage";
export { applyGain, clearOutputs, copyInputsToOutputs, pairedChannels } from "./tools/block-operations";
export { average, peak, rms } from "./tools/levels";
export { StorageObserver } from "./tools/observer";
export { warmUp } from "./tools/warm-up";
export type { MemoryUsage } from "./usage";
export { type NodeBusOptions, nodeOptionsFor, parameterDescriptorsFor } from "./worklet/node-options";
