// Numbers that a kernel sees: the limits, and how a bus descriptor and a table are laid out. They are those of
// `assembly/layout.ts`; a test compares the two.

/** Most channels in one bus. */
export const MAX_CHANNELS = 32;
/** Most buses in one direction: one main, fifteen auxiliary. */
export const MAX_BUSES = 16;

/** Most parameters of one processor. */
export const MAX_PARAMETERS = 256;

/** Bytes of what a kernel is handed for one parameter: a length, and the address of its values. */
export const PARAMETER_BYTES = 8;

/** Bytes of one event. */
export const EVENT_BYTES = 16;

/** Samples begin on such a boundary, so that a kernel may read them four at a time. */
export const SAMPLE_ALIGNMENT = 16;

/** Bytes of one entry of a table. */
export const POINTER_BYTES = 4;

/** Bytes of one bus descriptor, and its 32-bit words that are written or read here. */
export const DESCRIPTOR_BYTES = 24;
export const DESCRIPTOR_WORDS = DESCRIPTOR_BYTES / 4;
export const DATA32_WORD = 0;
export const DATA64_WORD = 1;
export const CHANNEL_COUNT_WORD = 2;
export const CONSTANT_MASK_WORD = 4;

/** Bits in which the core takes the channel count of one bus. */
export const CAPACITY_BITS = 6;
