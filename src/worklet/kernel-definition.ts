import type { BusConfig } from "../config";
import type { EventQueue } from "../events/event-queue";
import type { Kernel, KernelOptions } from "../kernel/instantiate-kernel";
import type { StorageOptions } from "../options";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/**
 * What a processor is registered with: the buses and parameters that the kernel takes, and what else there is to say of it. All but the
 * buses may be left out. An entry of another name is a RangeError.
 *
 * @example A kernel that exports process, with inputs, outputs, frames and parameters
 * ```ts
 * registerKernelProcessor("gain", config);
 * ```
 * @example One that has to be prepared
 * ```ts
 * registerKernelProcessor("synth", {
 *   ...config,
 *   start({ kernel: { exports: synth }, storage, events, sampleRate }) {
 *     const voice = synth.create(sampleRate);
 *     return {
 *       process: (frames) => synth.render(voice, storage.outputsAddress, frames, events.address, events.count),
 *       message: ({ program }) => synth.select(voice, program),
 *       dispose: () => synth.destroy(voice),
 *     };
 *   },
 * });
 * ```
 */
export interface KernelDefinition<F extends SampleFormat = "f32"> extends BusConfig, KernelOptions {
  /** Frames of each block of the kernel's, where they are not the host's: a whole number, 1 or more. The latency that this costs is part of `KernelNode.latency`. */
  readonly blockFrames?: number;
  /** The sample rate in Hz that the kernel is made for. In a context of another rate no node can be made. Default: any. */
  readonly sampleRate?: number;
  /** [setup] For kernels that need their own loader. Default: `instantiateKernel` with what is said here. May return a promise; the node is ready once it is resolved. */
  instantiate?(module: WebAssembly.Module): Kernel | Promise<Kernel>;
  /** [setup] Options of the storage that depend on the instance, such as the kernel's own buffers. Those that it leaves out are the storage's defaults, but for `channelInterpretation`, which is "speakers" here. */
  storage?(kernel: Kernel): Partial<StorageOptions<F>>;
  /**
   * [setup] Prepares the instance for a node, and says how it renders. May throw: then `createKernelNode` rejects with what was thrown. Without
   * it the kernel's export `process(inputs, outputs, frames, parameters, events, eventCount)` is called, with the addresses that
   * the storage and the EventQueue have, so that a kernel may declare as many of these as it wants from the left; what an export `latency()`
   * answers is its latency.
   */
  start?(context: KernelContext<F>): KernelRun;
}

/** What a kernel has while it plays. */
export interface KernelContext<F extends SampleFormat = "f32"> {
  /** The instance: its exports and its heap. */
  readonly kernel: Kernel;
  /** In the kernel's memory, with the buses and parameters that were declared. */
  readonly storage: ProcessBufferStorage<F>;
  /** Events of the block that is rendered, collected before `process` is called. */
  readonly events: EventQueue;
  /** Of the context, in Hz. */
  readonly sampleRate: number;
  /** First frame of the block that is rendered, counted from the context's start. */
  readonly currentFrame: number;
  /** What `createKernelNode` was given as option `data`. */
  readonly data: unknown;
  /** [setup] Sends a message to the node: a "message" event of `node.port`. */
  post(data: unknown, transfer?: object[]): void;
}

/** How a kernel renders, as `start` returns it. */
export interface KernelRun {
  /** [render] One block: inputs, parameters and events are there, outputs are to be written. What it throws ends it, and is told. */
  process(frames: number): void;
  /** [setup] What was posted to `node.port`. What it throws is told, and ends nothing. */
  message?(data: unknown): void;
  /** [setup] The node has ended, or the kernel has; the storage is freed afterwards. */
  dispose?(): void;
  /** In frames, what the kernel itself takes, beside its blocks. May change. Default 0. */
  readonly latency?: number;
}
