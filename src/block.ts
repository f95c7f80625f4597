/** How a block was opened. It says what a bus holds that was not changed since. */
export type Opening = typeof CLEARED | typeof BEGUN | typeof COLLECTED;
/** Every bus is empty. */
export const CLEARED = 0;
/** Every bus has all of its own channels; no host was asked. */
export const BEGUN = 1;
/** Every bus has all of its own channels, and a host said what it has. */
export const COLLECTED = 2;

/** The block that stands in a storage: which one it is, how long it is, and how it was opened. */
export class Block {
  /** Frames, 0 … `maxFrames`. A host's samples are copied in before the block is opened, so this is set before. */
  frames = 0;
  /** Which block it is. What a bus or a host keeps of a block holds for the block of that number alone. */
  number = 1;
  opening: Opening = CLEARED;
  /** How often a bus was moved elsewhere, as a small integer. Code that caches addresses compares it and reads them again after a change. */
  moves = 0;
  /** False once the memory is given back: it may be somebody else's by now. */
  isLive = true;

  /** [render] The next block. */
  open(opening: Opening): void {
    this.number = this.number === LARGEST_SMALL_INTEGER ? 1 : this.number + 1;
    this.opening = opening;
  }

  /** [render] A bus was moved elsewhere. */
  move(): void {
    this.moves = (this.moves + 1) & LARGEST_SMALL_INTEGER;
  }

  /** [setup] No block any more. */
  end(): void {
    this.open(CLEARED);
    this.frames = 0;
    this.isLive = false;
  }
}

/** Of 32-bit engines. A larger number would be an object, and counting up would make garbage. All of its bits are set. */
export const LARGEST_SMALL_INTEGER = 2 ** 30 - 1;

/** `value` as a whole number 0 … `most`; 0 for what is none. */
export function wholeWithin(value: number, most: number): number {
  // The negation catches NaN too.
  if (typeof value !== "number" || !(value > 0)) return 0;
  return value < most ? Math.floor(value) : most;
}
