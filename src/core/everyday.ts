/** Exports of `assembly/everyday.ts`, where each function is described. All arguments are unsigned 32-bit numbers. */
export interface EverydayCore {
  openBlock(
    descriptor: number,
    tables: number,
    capacities: number,
    samples: number,
    stride: number,
    sampleBytes: number,
    zeroedChannels: number,
    zeroedBytes: number,
  ): void;
  pushChannel(
    descriptor: number,
    table: number,
    length: number,
    capacity: number,
    pointer: number,
    channelBytes: number,
    sampleBytes: number,
  ): number;
  zeroChannels(samples: number, stride: number, channels: number, byteLength: number): void;
}
