// Numbers that a kernel sees: the limits, and the layout of descriptors, tables, parameters and events. They are the same as
// in `assembly/layout.ts`. A test compares the two files.

/** Most channels in one bus. */
export const MAX_CHANNELS = 32;
/** Most buses in one direction: one main bus and fifteen auxiliary buses. */
export const MAX_BUSES = 16;

/** Most parameters of one processor. */
export const MAX_PARAMETERS = 256;

/** Bytes of the struct that a kernel is handed for one parameter: a length, and the address of its values. */
export const PARAMETER_BYTES = 8;

/** Bytes of one event. */
export const EVENT_BYTES = 16;

/** Each channel's samples begin at a multiple of this many bytes, so that a kernel may load four floats at once. */
export const SAMPLE_ALIGNMENT = 16;

/** Bytes of one table entry, which is a pointer. */
export const POINTER_BYTES = 4;

/** Bytes of one bus descriptor, and the indices of its 32-bit words that the script reads or writes. */
export const DESCRIPTOR_BYTES = 24;
export const DESCRIPTOR_WORDS = DESCRIPTOR_BYTES / 4;
export const DATA32_WORD = 0;
export const DATA64_WORD = 1;
export const CHANNEL_COUNT_WORD = 2;
export const CONSTANT_MASK_WORD = 4;

/** Bits that the core takes for the channel count of one bus. */
export const CAPACITY_BITS = 6;
