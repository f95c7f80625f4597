// The numbers of `assembly/layout.ts` that the facade needs itself. A test holds them to what the
// core exports.

export const DESCRIPTOR_BYTES = 24;
export const POINTER_BYTES = 4;
export const CAPACITY_BITS = 6;
export const SAMPLE_ALIGNMENT = 16;

/** 32-bit words of one bus descriptor, and where in it the words are that we read or write. */
export const DESCRIPTOR_WORDS = DESCRIPTOR_BYTES / 4;
export const CHANNEL_COUNT_WORD = 2;
export const CONSTANT_MASK_WORD = 4;

/** Bytes of the counters that a storage in shared memory keeps for other threads, 32 bits each, in this order. */
export const COUNTERS_BYTES = 32;
export const BLOCKS_COUNTER = 0;
export const FRAMES_COUNTER = 1;
export const REFUSED_PUSHES_COUNTER = 2;
export const DROPPED_CHANNELS_COUNTER = 3;
export const TRUNCATED_FRAMES_COUNTER = 4;
export const VIEW_REBUILDS_COUNTER = 5;
/** Where in the block the kernel's pointers are, in frames. */
export const WINDOW_COUNTER = 6;
