// Addresses in a 32-bit memory.

/** The end of 4 GiB is no 32-bit number, so nothing may reach it: a loop up to there would not run. */
export const LAST_BYTE = 2 ** 32 - 16;

/** [render] An address as an unsigned number; 0 for what cannot be one. Addresses leave wasm signed: above 2 GiB they are negative. */
export function addressFrom(value: unknown): number {
  if (typeof value !== "number") return 0;
  const address = value >>> 0;
  return address === value || (address | 0) === value ? address : 0;
}
