// What the processor and the page tell each other.

import type { BusConfig, Diagnostics, SampleFormat, StorageOptions } from "wasm-process-buffers";

export const PROCESSOR = "playground";

/** What can be chosen of a storage, beside its buses. */
export type Choices = Pick<StorageOptions<SampleFormat>, "maxFrames" | "sampleFormat" | "missingInputs">;

export interface ProcessorOptions {
  readonly module: WebAssembly.Module;
  readonly config: BusConfig;
  readonly choices: Choices;
  /** How often a report is posted. */
  readonly blocksPerReport: number;
}

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
  /** False where the last block was passed through, because the kernel cannot take it. */
  readonly ducked: boolean;
  /** Mean time of one block, from `collect` to `deliver`, over `timedBlocks`. */
  readonly millisecondsPerBlock: number;
  readonly timedBlocks: number;
}
