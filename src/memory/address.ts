// Addresses in a 32-bit memory.

/** Bytes of one 32-bit word. */
export const WORD_BYTES = 4;

/** Bytes of one page. Memories grow by whole pages. */
export const PAGE_BYTES = 65536;

/**
 * Nothing may reach beyond this address. 4 GiB itself is not a 32-bit number: as the end of a loop it would be 0, and the
 * loop would not run.
 */
export const LAST_BYTE = 2 ** 32 - 16;

/** Most bytes of a storage: 4 GiB less the page at address 0, which is never handed out. */
export const MEMORY_BYTES = 2 ** 32 - 2 ** 16;

/**
 * [render] An address as an unsigned number; 0 for a value that cannot be an address. wasm returns addresses as signed
 * numbers: those above 2 GiB are negative.
 */
export function addressFrom(value: unknown): number {
  if (typeof value !== "number") return 0;
  const address = value >>> 0;
  return address === value || (address | 0) === value ? address : 0;
}

/**
 * `bytes`, rounded up to a multiple of `alignment`. Not with bit operators, because these work on 32 bits and a sum may have
 * more.
 */
export function roundUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
