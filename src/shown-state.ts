// What a storage in shared memory shows to other threads beside its tables: which block it is at, and what it counts.

import type { Block } from "./block";
import type { Diagnostics } from "./diagnostics";
import type { SampleFormat } from "./sample-format";

/** Where another thread finds a storage: plain data, to be posted as it is. */
export interface StorageLocation {
  /** A shared memory. */
  readonly memory: WebAssembly.Memory;
  /** What the samples are. */
  readonly sampleFormat: SampleFormat;
  /** Address of the first input descriptor. */
  readonly inputsAddress: number;
  /** Input buses, one descriptor each. */
  readonly inputBuses: number;
  /** Address of the first output descriptor. */
  readonly outputsAddress: number;
  /** Output buses, one descriptor each. */
  readonly outputBuses: number;
  /** Address of what the storage shows beside its tables. */
  readonly shownStateAddress: number;
}

/** Its 32-bit words, in this order. */
export const SHOWN_BLOCKS = 0;
export const SHOWN_FRAMES = 1;
export const SHOWN_REFUSED_PUSHES = 2;
export const SHOWN_DROPPED_CHANNELS = 3;
export const SHOWN_TRUNCATED_FRAMES = 4;
export const SHOWN_VIEW_REBUILDS = 5;
/** Where in the block the kernel's pointers are, in frames. */
export const SHOWN_WINDOW = 6;
export const SHOWN_STATE_BYTES = 32;

export class ShownState {
  /** Of length 0 when the memory has grown. */
  private words: Uint32Array;
  private blocks = 0;
  private number: number;

  /** [setup] */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly address: number,
    private readonly block: Block,
    private readonly diagnostics: Diagnostics,
  ) {
    this.words = new Uint32Array(memory.buffer, address, SHOWN_STATE_BYTES / 4);
    this.number = block.number;
  }

  /** [render] Tells how things stand. */
  show(window: number): void {
    if (this.words.length === 0) this.words = new Uint32Array(this.memory.buffer, this.address, SHOWN_STATE_BYTES / 4);
    const { words, block, diagnostics } = this;
    if (block.number !== this.number) {
      this.number = block.number;
      this.blocks = (this.blocks + 1) | 0;
    }
    words[SHOWN_FRAMES] = block.frames;
    words[SHOWN_REFUSED_PUSHES] = diagnostics.refusedPushes;
    words[SHOWN_DROPPED_CHANNELS] = diagnostics.droppedChannels;
    words[SHOWN_TRUNCATED_FRAMES] = diagnostics.truncatedFrames;
    words[SHOWN_VIEW_REBUILDS] = diagnostics.viewRebuilds;
    words[SHOWN_WINDOW] = window;
    // Last, and as a release: whoever sees the new number sees all that was written before it.
    Atomics.store(words, SHOWN_BLOCKS, this.blocks);
  }
}
