// The cores come before everything else in a bundle. A compressor finds repeated text only in the last 32 KB; cores between
// other modules would move the text of these out of its reach.
import "./core/inlined";

export { MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS } from "./abi";
export { FixedBlocks, type FixedBlocksOptions } from "./blocks/fixed-blocks";
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
export { InterleavedHost, type InterleavedHostOptions } from "./hosts/interleaved";
export type { PcmFormat } from "./hosts/pcm";
export { type CapturedKernel, captureKernel } from "./kernel/capture-kernel";
export { heapOf } from "./kernel/heap-of";
export { instantiateKernel, type Kernel, type KernelFunctions, type KernelOptions } from "./kernel/instantiate-kernel";
export type { WasmHeap } from "./memory/heap";
export { createHeap, createRegionHeap, type HeapOptions, type OwnHeap } from "./memory/own-heaps";
export type { ChangedOptions, KernelAddress, KernelAddresses, MissingInputs, StorageOptions } from "./options";
export type { ParameterInfo } from "./parameter-info";
export type { ChannelView, SampleFormat, SampleLayout, Samples } from "./sample-format";
export type { StorageLocation } from "./shown-state";
export { ProcessBufferStorage } from "./storage";
export { applyGain, clearOutputs, copyInputsToOutputs, pairedChannels } from "./tools/block-operations";
export { type AudioWorkletCallback, EmscriptenCallback, type EmscriptenCallbackOptions } from "./tools/emscripten-callback";
export { average, peak, rms } from "./tools/levels";
export { StorageObserver } from "./tools/observer";
export { warmUp } from "./tools/warm-up";
export type { MemoryUsage } from "./usage";
export type { KernelSource } from "./worklet/compiled-modules";
export type { KernelContext, KernelDefinition, KernelRun } from "./worklet/kernel-definition";
export {
  createKernelNode,
  type KernelErrorEvent,
  type KernelNode,
  type KernelNodeEventMap,
  type KernelNodeOptions,
} from "./worklet/kernel-node";
export { registerKernelProcessor } from "./worklet/kernel-processor";
export { type NodeBusOptions, nodeOptionsFor, parameterDescriptorsFor } from "./worklet/node-options";
export type { BusLevels, KernelErrorOutcome, KernelLevels } from "./worklet/protocol";
