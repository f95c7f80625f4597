import formsWasm from "../../build/forms.wasm";
import { coreOver } from "./instance";

/** What `assembly/forms.ts` exports; each function is described where it stands. All arguments but `scale` are unsigned 32-bit numbers. */
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

const INLINED = { bytes: formsWasm, has: "kernelFromFloats", modules: [] };

/** [setup] The core of other forms than planar floats over `memory`, of `module` where one is given. @throws What {@link coreOver} throws. */
export function formsCoreOver(memory: WebAssembly.Memory, module: WebAssembly.Module | undefined): FormsCore {
  return coreOver(memory, module, INLINED);
}
