// The state that a storage in shared memory shows to other threads, beside its tables: the number and length of its block,
// its counts, and a sequence number.
//
// The sequence number is odd while the storage changes samples, tables, lengths or counts. A reader that finds the same even
// number before and after reading has seen one state of one block. Neither side ever waits for the other.

import { SAMPLE_ALIGNMENT } from "./abi";
import { type Block, COLLECTED, LARGEST_SMALL_INTEGER } from "./block";
import { DIAGNOSTIC_NAMES, type Diagnostics } from "./diagnostics";
import type { Layout } from "./layout";
import { roundUp, WORD_BYTES } from "./memory/address";
import type { Tables } from "./tables";

/**
 * Where another thread finds a storage. It is plain data, which can be posted as it is. Only `memory` is part of the API: the
 * rest may change from version to version.
 */
export interface StorageLocation {
  /** The storage's memory, which is shared. */
  readonly memory: WebAssembly.Memory;
  /** @internal Two random 32-bit words. They show whether the bytes still belong to this storage. */
  readonly identity: readonly [number, number];
  /** @internal Address of the storage. */
  readonly address: number;
  /** @internal Places of the storage's parts. */
  readonly layout: Layout;
}

/**
 * Indices of the 32-bit words. The identity comes first, because `Reservation` zeroes the first word when it gives the bytes
 * back.
 */
export const SHOWN_IDENTITY = 0;
export const SHOWN_SEQUENCE = 2;
export const SHOWN_BLOCKS = 3;
export const SHOWN_FRAMES = 4;
/** Frames from the block's start to the kernel's pointers. Not 0 while a window is open. */
export const SHOWN_WINDOW = 5;
/** 1 where pointers were pushed in this block. Only then may the tables lead to samples of somebody else. */
export const SHOWN_FOREIGN_POINTERS = 6;
/** 1 from `collect` until `deliver`, while the kernel may be writing to the outputs. */
export const SHOWN_RENDERING = 7;
/** The counts of the diagnostics begin here, in the order of `DIAGNOSTIC_NAMES`. */
export const SHOWN_DIAGNOSTICS = 8;
export const SHOWN_STATE_BYTES = /* @__PURE__ */ roundUp((SHOWN_DIAGNOSTICS + DIAGNOSTIC_NAMES.length) * WORD_BYTES, SAMPLE_ALIGNMENT);

export class ShownState {
  /**
   * Random, so that other bytes are not taken for this storage. It is no secret: worklets have no `crypto`, so it comes from
   * Math.random.
   */
  readonly identity: readonly [number, number] = [randomWord(), randomWord()];
  /** Made only once: growth leaves views of a shared memory as they are. */
  private readonly words: Uint32Array;
  private sequence = 0;
  private blocks = 0;
  private number: number;
  private deliveredNumber = 0;

  /** [setup] */
  constructor(
    memory: WebAssembly.Memory,
    address: number,
    private readonly block: Block,
    private readonly diagnostics: Diagnostics,
    private readonly tables: Tables,
  ) {
    this.words = new Uint32Array(memory.buffer, address, SHOWN_STATE_BYTES / WORD_BYTES);
    this.words.set(this.identity, SHOWN_IDENTITY);
    this.number = block.number;
  }

  /** [render] Call it before a change that other threads can see. */
  beginChange(): void {
    // The memory may already belong to somebody else.
    if (!this.block.isLive) return;
    Atomics.store(this.words, SHOWN_SEQUENCE, this.sequence | 1);
    // ARM may execute a plain store before an earlier atomic store, but not before an earlier atomic load.
    Atomics.load(this.words, SHOWN_SEQUENCE);
  }

  /** [render] Call it after the change. It also writes the lengths and counts. */
  endChange(): void {
    const { words, block, diagnostics, tables } = this;
    if (!block.isLive) return;
    if (block.number !== this.number) {
      this.number = block.number;
      this.blocks = (this.blocks + 1) | 0;
    }
    words[SHOWN_BLOCKS] = this.blocks;
    words[SHOWN_FRAMES] = block.frames;
    for (let n = 0; n < DIAGNOSTIC_NAMES.length; n++) words[SHOWN_DIAGNOSTICS + n] = diagnostics[DIAGNOSTIC_NAMES[n]!];
    words[SHOWN_WINDOW] = tables.windowFrames;
    words[SHOWN_FOREIGN_POINTERS] = Number(tables.hasForeignPointers);
    words[SHOWN_RENDERING] = Number(block.opening === COLLECTED && block.number !== this.deliveredNumber);
    this.sequence = (this.sequence + 2) & LARGEST_SMALL_INTEGER;
    // The last store. It has release order, so a thread that reads this number also sees everything that was written before.
    Atomics.store(words, SHOWN_SEQUENCE, this.sequence);
  }

  /** [render] The outputs were delivered, so the kernel no longer writes to them. */
  endRendering(): void {
    this.deliveredNumber = this.block.number;
    this.beginChange();
    this.endChange();
  }
}

/** Never 0, because a zeroed identity means that the storage is gone. */
function randomWord(): number {
  return 1 + Math.floor(Math.random() * 0xffffffff);
}
