import type { BusConfig } from "../config";
import type { EventQueue } from "../events/event-queue";
import type { Kernel, KernelOptions } from "../kernel/instantiate-kernel";
import type { StorageOptions } from "../options";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/**
 * What a processor is registered with: the kernel's buses and parameters, and how the kernel is made and called. Only the buses
 * are required. An entry of an unknown name is a RangeError, with which `createKernelNode` rejects.
 *
 * @example A kernel that exports process, with inputs, outputs, frames and parameters
 * ```ts
 * registerKernelProcessor("gain", config);
 * ```
 * @example A kernel that has to be prepared
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
  /**
   * Frames in each block of the kernel: a whole number, 1 or more. Default: as many as in the host's block. Any other number adds
   * latency, which `KernelNode.latency` includes.
   */
  readonly blockFrames?: number;
  /** The sample rate that the kernel is made for, in Hz. In a context of another rate no node can be made. Default: any. */
  readonly sampleRate?: number;
  /**
   * [setup] Makes the instance, for a kernel that needs its own loader. May return a promise: the node is ready once it resolves.
   * Default: `instantiateKernel` with the `imports`, `pages` and `heapBase` of this definition.
   */
  instantiate?(module: WebAssembly.Module): Kernel | Promise<Kernel>;
  /**
   * [setup] Returns options of the storage. They may depend on the instance, such as the addresses of the kernel's own buffers.
   * An option that is left out has the storage's default, except these: `heap` is the kernel's, `maxFrames` is `blockFrames`, and
   * `channelInterpretation` is "speakers".
   */
  storage?(kernel: Kernel): Partial<StorageOptions<F>>;
  /**
   * [setup] Prepares the instance for one node, and returns how it renders. If it throws, `createKernelNode` rejects with what
   * was thrown.
   *
   * Default: the kernel's export `process(inputs, outputs, frames, parameters, events, eventCount)` is called for each block. The
   * arguments are the storage's `inputsAddress` and `outputsAddress`, the block's frames, the storage's `parametersAddress`, and
   * the EventQueue's `address` and `count`. A kernel may leave out arguments at the end, because a wasm function ignores those
   * that it does not declare. An export `latency()` is called once, and returns the kernel's own latency in frames.
   */
  start?(context: KernelContext<F>): KernelRun;
}

/** What a kernel has at its disposal at one node, as `start` gets it. */
export interface KernelContext<F extends SampleFormat = "f32"> {
  /** The instance: its exports and its heap. */
  readonly kernel: Kernel;
  /** The node's storage: in the kernel's memory, with the buses and parameters of the definition. */
  readonly storage: ProcessBufferStorage<F>;
  /** The node's events. Those of a block are collected before `process` is called. */
  readonly events: EventQueue;
  /** The context's sample rate in Hz. */
  readonly sampleRate: number;
  /** First frame of the block that is rendered, counted from the context's start. */
  readonly currentFrame: number;
  /** What `createKernelNode` was given as option `data`. */
  readonly data: unknown;
  /** [setup] Sends a message: a "message" event of `node.port`. Objects in `transfer` are moved, not copied. */
  post(data: unknown, transfer?: object[]): void;
}

/** How a kernel renders and ends, as `start` returns it. */
export interface KernelRun {
  /**
   * [render] Renders one block of so many frames: reads inputs, parameters and events, and writes the outputs. If it throws, it
   * is not called again, and the node dispatches a "kernelerror" event.
   */
  process(frames: number): void;
  /** [setup] Takes what was posted to `node.port`. If it throws, the node dispatches a "kernelerror" event and plays on. */
  message?(data: unknown): void;
  /** [setup] Called when the node ends, or when the kernel has failed. The storage is freed afterwards. */
  dispose?(): void;
  /** The kernel's own latency in frames, 0 or more, without that of the blocks' length. May change. Default 0. */
  readonly latency?: number;
}
