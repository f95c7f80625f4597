// The data that the page and the processor send each other.

import type { BusConfig, Diagnostics, SampleFormat, StorageOptions } from "wasm-process-buffers";

export const PROCESSOR = "playground";

/** The options of a storage that can be chosen on the page. */
export type Choices = Pick<StorageOptions<SampleFormat>, "maxFrames" | "sampleFormat" | "missingInputs">;

/** Whose kernel plays: the ducker's, which takes only some configurations, or one that was dropped on the page. */
export type KernelKind = "ducker" | "dropped";

export interface ProcessorOptions {
  readonly module: WebAssembly.Module;
  readonly config: BusConfig;
  readonly choices: Choices;
  /** Whether each block of the kernel has `maxFrames` frames, whatever the host's block has. */
  readonly isFixed: boolean;
  readonly kernelKind: KernelKind;
  /** A report is posted after each so many blocks. */
  readonly blocksPerReport: number;
}

/** Blocks that are timed together, because most clocks in worklets tell only whole milliseconds. */
export const SLICE_BLOCKS = 25;

/** One bus since the last report. */
export interface BusReport {
  /** In the last block: channels that the host delivered to an input bus, or that it took from an output bus. */
  readonly connectedLength: number;
  readonly length: number;
  readonly constantMask: number;
  /** The highest peak of each channel since the last report. */
  readonly peaks: readonly number[];
  /** The last block of each channel, as it was in the storage. Of an input bus, only channels that the host delivered. */
  readonly samples: readonly Float32Array[];
}

export interface Report {
  readonly blocks: number;
  /** Frames in one block of the host. */
  readonly frames: number;
  readonly sampleRate: number;
  readonly inputs: readonly BusReport[];
  readonly outputs: readonly BusReport[];
  readonly diagnostics: Diagnostics;
  /** What was done with the last block. */
  readonly rendered: "ducked" | "played" | "passed through";
  /** What the kernel threw; it is not called again. */
  readonly fault: string | undefined;
  /** In frames; `undefined` if the kernel's blocks are those of the host. */
  readonly latency: number | undefined;
  /** How long blocks took from `collect` to `deliver`, since the last report: sums of {@link SLICE_BLOCKS} each. */
  readonly milliseconds: readonly number[];
}
