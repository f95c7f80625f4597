/** Exports of `assembly/forms.ts`, where each function is described. All arguments but `scale` are unsigned 32-bit numbers. */
export interface FormsCore {
  kernelFromFloats(
    format: number,
    to: number,
    step: number,
    stride: number,
    from: number,
    fromStride: number,
    channels: number,
    frames: number,
    scale: number,
  ): void;
  floatsFromKernel(
    to: number,
    toStride: number,
    format: number,
    from: number,
    step: number,
    stride: number,
    channels: number,
    frames: number,
    scale: number,
  ): void;
  mixChannel(to: number, from: number, share: number, frames: number, isFirst: number): void;
}
