/** How a block was opened. A bus that nothing has changed since then holds what the opening says. */
export type Opening = typeof CLEARED | typeof BEGUN | typeof COLLECTED;
/** Every bus is empty. */
export const CLEARED = 0;
/** Every bus has all of its own channels. The block was started without a host. */
export const BEGUN = 1;
/** Every bus has all of its own channels. A host has said which channels it has. */
export const COLLECTED = 2;

/** Number of the first block, and of the one after {@link LARGEST_SMALL_INTEGER}. */
export const FIRST_BLOCK = 1;

/** The storage's current block: its number, its length, and how it was opened. */
export class Block {
  /**
   * Length in frames, 0 … `maxFrames`. It is set before the block is opened, because a host's samples are copied in before
   * that.
   */
  frames = 0;
  /**
   * Number of the block. A bus or a host that stores something about a block stores this number with it, and ignores both
   * once the number is another one.
   */
  number = FIRST_BLOCK;
  opening: Opening = CLEARED;
  /**
   * How often `moveTo` has moved a bus, as a small integer. Code that caches addresses compares it, and reads the addresses
   * again after a change.
   */
  moves = 0;
  /** False once the memory is given back. From then on it may belong to somebody else. */
  isLive = true;

  /** [render] Starts the next block. */
  open(opening: Opening): void {
    this.number = this.number === LARGEST_SMALL_INTEGER ? FIRST_BLOCK : this.number + 1;
    this.opening = opening;
  }

  /** [render] Counts that a bus was moved. */
  move(): void {
    this.moves = (this.moves + 1) & LARGEST_SMALL_INTEGER;
  }

  /** [setup] Ends the last block: every bus is empty, and nothing may touch the memory any more. */
  end(): void {
    this.open(CLEARED);
    this.frames = 0;
    this.isLive = false;
  }
}

/**
 * The largest integer that V8 stores without a heap object where its pointers have 32 bits. A counter beyond it would make
 * garbage. All of its bits are set, so that it also serves as a mask.
 */
export const LARGEST_SMALL_INTEGER = 2 ** 30 - 1;

/** `value` rounded down and clamped to 0 … `most`; 0 where `value` is not a number. */
export function wholeWithin(value: number, most: number): number {
  // Not `value <= 0`, because that is false for NaN.
  if (typeof value !== "number" || !(value > 0)) return 0;
  return value < most ? Math.floor(value) : most;
}
