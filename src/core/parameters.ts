import parametersWasm from "../../build/parameters.wasm";
import { coreOver } from "./instance";

/** What `assembly/parameters.ts` exports; each function is described where it stands. All arguments are unsigned 32-bit numbers. */
export interface ParametersCore {
  openParameters(
    frame: number,
    room: number,
    last: number,
    states: number,
    rates: number,
    count: number,
    frames: number,
    sizes: number,
  ): number;
  windowParameters(
    frame: number,
    room: number,
    varying: number,
    rates: number,
    count: number,
    stride: number,
    offset: number,
    frames: number,
  ): void;
}

const INLINED = { bytes: parametersWasm, has: "openParameters", modules: [] };

/** [setup] The parameters core over `memory`, of `module` where one is given. @throws What {@link coreOver} throws. */
export function parametersCoreOver(memory: WebAssembly.Memory, module: WebAssembly.Module | undefined): ParametersCore {
  return coreOver(memory, module, INLINED);
}
