/**
 * Exports of `assembly/interleaving.ts`, where each function is described. All arguments but `scale` are unsigned 32-bit
 * numbers.
 */
export interface InterleavingCore {
  deinterleave(to: number, stride: number, channels: number, from: number, width: number, frames: number): void;
  interleave(to: number, width: number, from: number, stride: number, channels: number, frames: number): void;
  floatsFromInt16(to: number, from: number, samples: number): void;
  int16FromFloats(to: number, from: number, samples: number): void;
  kernelFromPcm(
    format: number,
    to: number,
    step: number,
    pcmFormat: number,
    from: number,
    frameBytes: number,
    frames: number,
    scale: number,
  ): void;
  pcmFromKernel(
    pcmFormat: number,
    to: number,
    frameBytes: number,
    format: number,
    from: number,
    step: number,
    frames: number,
    scale: number,
  ): void;
}
