// What the processor and the page tell each other.

import type { BusConfig, Diagnostics, SampleFormat, StorageOptions } from "wasm-process-buffers";

export const PROCESSOR = "playground";

/** What can be chosen of a storage, beside its buses. */
export type Choices = Pick<StorageOptions<SampleFormat>, "maxFrames" | "sampleFormat" | "missingInputs">;

/** Whose kernel plays: the ducker's, which takes some configurations alone, or one that was dropped on the page. */
export type KernelKind = "ducker" | "dropped";

export interface ProcessorOptions {
  readonly module: WebAssembly.Module;
  readonly config: BusConfig;
  readonly choices: Choices;
  /** Whether each block of the kernel's has `maxFrames` frames, whatever the host's has. */
  readonly isFixed: boolean;
  readonly kernelKind: KernelKind;
  /** How often a report is posted. */
  readonly blocksPerReport: number;
}

/** Blocks that are timed together: in a worklet, most clocks tell whole milliseconds alone. */
export const SLICE_BLOCKS = 25;

/** One bus since the last report. */
export interface BusReport {
  /** Channels that the host delivered in the last block, or takes. */
  readonly connectedLength: number;
  readonly length: number;
  readonly constantMask: number;
  /** The highest peak of each channel. */
  readonly peaks: readonly number[];
  /** Each channel's last block, as it lay in the storage; of an input, only what the host delivered. */
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
  /** What became of the last block. */
  readonly rendered: "ducked" | "played" | "passed through";
  /** What the kernel threw; it is not called again. */
  readonly fault: string | undefined;
  /** In frames, where the kernel's blocks have a length of their own. */
  readonly latency: number | undefined;
  /** How long blocks took from `collect` to `deliver`, since the last report: sums of {@link SLICE_BLOCKS} each. */
  readonly milliseconds: readonly number[];
}
