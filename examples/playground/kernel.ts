// The ducking kernel of examples/ducker, and when it can be called.

import { copyInputsToOutputs, ProcessBufferStorage, type SampleFormat, type WasmHeap } from "wasm-process-buffers";

import { CONFIG } from "../ducker/config.mjs";

/** The ducker's amount and release. */
export const { parameters: PARAMETERS } = CONFIG;

export interface Kernel extends Required<WasmHeap> {
  prepare(sampleRate: number): void;
  process(inputs: number, outputs: number, frames: number, parameters: number): void;
}

export function instantiate(module: WebAssembly.Module, sampleRate: number): Kernel {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
  kernel.prepare(sampleRate);
  return kernel;
}

/**
 * Ducks the block that was collected. The kernel is written for floats, a sidechain, and a main input as
 * wide as the main output; where the block has none of that, it is passed through. True when it was ducked.
 *
 * @param parameters Where the kernel finds {@link PARAMETERS}: those of the storage, unless it has none.
 */
export function render(kernel: Kernel, storage: ProcessBufferStorage<SampleFormat>, parameters = storage.parametersAddress): boolean {
  const { mainInput, sidechain, mainOutput } = storage;
  const fits =
    storage.sampleFormat === "f32" &&
    mainInput !== undefined &&
    mainOutput !== undefined &&
    sidechain !== undefined &&
    mainInput.length >= mainOutput.length &&
    sidechain.length > 0;
  if (fits) kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames, parameters);
  else copyInputsToOutputs(storage);
  return fits;
}

/** [setup] The parameters alone, at their defaults, for blocks of `maxFrames` frames. */
export function defaultParameters(kernel: Kernel, maxFrames: number): ProcessBufferStorage {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [], parameters: PARAMETERS }, { heap: kernel, maxFrames });
  storage.begin(maxFrames);
  return storage;
}
