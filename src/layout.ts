// The numbers of `assembly/layout.ts` that the facade needs itself. A test holds them to what the
// core exports.

export const DESCRIPTOR_BYTES = 24;
export const POINTER_BYTES = 4;

/** 32-bit words of one bus descriptor, and where in it the words are that we read or write. */
export const DESCRIPTOR_WORDS = DESCRIPTOR_BYTES / 4;
export const CHANNEL_COUNT_WORD = 2;
export const CONSTANT_MASK_WORD = 4;
