import conversionsWasm from "../../build/conversions.wasm";
import { coreOver } from "./instance";

/** What `assembly/conversions.ts` exports; each function is described where it stands. All arguments are unsigned 32-bit numbers. */
export interface ConversionsCore {
  widenChannels(samples: number, stride: number, channels: number, frames: number): void;
  narrowChannels(to: number, toStride: number, from: number, fromStride: number, channels: number, frames: number): void;
  constantChannels(samples: number, stride: number, channels: number, frames: number, sampleBytes: number): number;
}

const INLINED = { bytes: conversionsWasm, has: "widenChannels", modules: [] };

/** [setup] The conversions core over `memory`, of `module` where one is given. @throws What {@link coreOver} throws. */
export function conversionsCoreOver(memory: WebAssembly.Memory, module: WebAssembly.Module | undefined): ConversionsCore {
  return coreOver(memory, module, INLINED);
}
