/** Exports of `assembly/conversions.ts`, where each function is described. All arguments are unsigned 32-bit numbers. */
export interface ConversionsCore {
  widenChannels(samples: number, stride: number, channels: number, frames: number): void;
  narrowChannels(to: number, toStride: number, from: number, fromStride: number, channels: number, frames: number): void;
  constantChannels(samples: number, stride: number, channels: number, frames: number, sampleBytes: number): number;
}
