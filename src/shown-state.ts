// What a storage in shared memory shows to other threads beside its tables: which block it is at, what it counts, and
// when not to look.
//
// A sequence number is odd while the storage changes what can be seen: samples, tables, lengths, counts. Whoever finds
// the same even number before and after a look has seen one state of one block. Nobody ever waits.

import { SAMPLE_ALIGNMENT } from "./abi";
import { type Block, COLLECTED, LARGEST_SMALL_INTEGER } from "./block";
import { DIAGNOSTIC_NAMES, type Diagnostics } from "./diagnostics";
import type { Layout } from "./layout";
import { roundUp, WORD_BYTES } from "./memory/address";
import type { Tables } from "./tables";

/** Where another thread finds a storage: plain data, to be posted as it is. What is in it beside the memory may change from version to version. */
export interface StorageLocation {
  /** A shared memory. */
  readonly memory: WebAssembly.Memory;
  /** @internal Two 32-bit words by which a storage is told from whatever comes after it. */
  readonly identity: readonly [number, number];
  /** @internal Where it is. */
  readonly address: number;
  /** @internal What is where in it. */
  readonly layout: Layout;
}

/** Its 32-bit words, in this order. The identity comes first: `Reservation` wipes the first word. */
export const SHOWN_IDENTITY = 0;
export const SHOWN_SEQUENCE = 2;
export const SHOWN_BLOCKS = 3;
export const SHOWN_FRAMES = 4;
/** Where in the block the kernel's pointers are, in frames. */
export const SHOWN_WINDOW = 5;
/** 1 where the tables have pointers that were pushed: only there do they lead away from the channels' own samples. */
export const SHOWN_FOREIGN_POINTERS = 6;
/** 1 while a kernel may be writing the outputs of a block that was collected and is not delivered yet. */
export const SHOWN_RENDERING = 7;
/** Each count of the diagnostics, in their order. */
export const SHOWN_DIAGNOSTICS = 8;
export const SHOWN_STATE_BYTES = /* @__PURE__ */ roundUp((SHOWN_DIAGNOSTICS + DIAGNOSTIC_NAMES.length) * WORD_BYTES, SAMPLE_ALIGNMENT);

export class ShownState {
  /** Not to be guessed by accident. Worklets have no `crypto`, so this is no secret from somebody who tries. */
  readonly identity: readonly [number, number] = [randomWord(), randomWord()];
  /** Growth leaves views of a shared memory as they are. */
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

  /** [render] Before anything changes that can be seen. */
  beginChange(): void {
    // What is given back is somebody else's.
    if (!this.block.isLive) return;
    Atomics.store(this.words, SHOWN_SEQUENCE, this.sequence | 1);
    // ARM lets plain stores overtake an atomic store before them, but not an atomic load.
    Atomics.load(this.words, SHOWN_SEQUENCE);
  }

  /** [render] After all that has changed, of which this tells the rest. */
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
    // Last, and as a release store: a thread that reads this number sees everything that was written before it.
    Atomics.store(words, SHOWN_SEQUENCE, this.sequence);
  }

  /** [render] The kernel is through with the block, because its outputs were delivered. */
  endRendering(): void {
    this.deliveredNumber = this.block.number;
    this.beginChange();
    this.endChange();
  }
}

/** Never 0, which is what is left when it is wiped. */
function randomWord(): number {
  return 1 + Math.floor(Math.random() * 0xffffffff);
}
