import parametersWasm from "../../build/parameters.wasm";
import { coreOver } from "./instance";

/** What `assembly/parameters.ts` exports; each function is described where it stands. All arguments are unsigned 32-bit numbers. */
export interface ParametersCore {
  openFloatParameters: OpenParameters;
  openDoubleParameters: OpenParameters;
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

type OpenParameters = (
  frame: number,
  room: number,
  last: number,
  states: number,
  rates: number,
  count: number,
  frames: number,
  stride: number,
) => number;

const INLINED = { bytes: parametersWasm, has: "openFloatParameters", modules: [] };

/** [setup] The parameters core over `memory`, of `module` where one is given. @throws What {@link coreOver} throws. */
export function parametersCoreOver(memory: WebAssembly.Memory, module: WebAssembly.Module | undefined): ParametersCore {
  return coreOver(memory, module, INLINED);
}
