// Numbers as people read them.

const whole = new Intl.NumberFormat("en-US");

export const count = (value: number) => whole.format(value);
export const bytes = (value: number) => `${whole.format(value)} B`;
export const hex = (value: number | bigint) => `0x${value.toString(16)}`;
/** The value with three significant digits. */
export const short = (value: number) => String(Number(value.toPrecision(3)));

const FLOOR_DECIBELS = -60;

/** Where a peak stands between silence (0) and full scale (1), in decibels. */
export function meterPosition(peak: number): number {
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(peak)) / FLOOR_DECIBELS));
}

export function decibels(peak: number): string {
  if (peak === 0) return "silence";
  return `${(20 * Math.log10(peak)).toFixed(1).replace("-", "−")} dB`;
}
