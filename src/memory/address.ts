// Addresses in a 32-bit memory.

/** Bytes of what is read and written as 32-bit words. */
export const WORD_BYTES = 4;

/** What memories grow by. */
export const PAGE_BYTES = 65536;

/** The end of 4 GiB is no 32-bit number: a loop that ends there would not run. So nothing may reach it. */
export const LAST_BYTE = 2 ** 32 - 16;

/** What a storage may take at most: 4 GiB, less the page at address 0, which is never handed out. */
export const MEMORY_BYTES = 2 ** 32 - 2 ** 16;

/** [render] An address as an unsigned number; 0 for what cannot be one. Addresses leave wasm signed: above 2 GiB they are negative. */
export function addressFrom(value: unknown): number {
  if (typeof value !== "number") return 0;
  const address = value >>> 0;
  return address === value || (address | 0) === value ? address : 0;
}

/** `bytes` up to the next boundary. Not by bits, because a sum may be more than an address can say. */
export function roundUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
