// What the rendering thread writes, so that the thread that looks knows what it may see. All are whole numbers, which
// floats hold exactly.

/** Lengths of blocks, one after the other. */
export const LENGTHS = [128, 40, 100, 1, 128, 77];

/** Word of the control buffer that is not 0 once rendering shall end. */
export const STOP = 0;

/** Of one block after the other, and of each channel, another one. */
export function inputLevel(block, channel) {
  return ((block * 3 + channel) % 4093) + 1;
}

export function outputLevel(block, channel) {
  return inputLevel(block, channel) + 5000;
}

/** Of one storage after the other. */
export function storageLevel(generation, channel) {
  return generation * 8 + channel + 1;
}

/** Of the pushed channel that is `channel` in this block. */
export function pushedLevel(block, channel) {
  return ((block + channel) & 7) + 1;
}

/** What is in memory that no storage has. */
export const NOBODYS_LEVEL = 2 ** 30;
