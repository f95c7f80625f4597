// Instantiates and calls the kernel that plays: the ducker's, or one that was dropped on the page.

import { copyInputsToOutputs, instantiateKernel, ProcessBufferStorage, type SampleFormat, type WasmHeap } from "wasm-process-buffers";

import { CONFIG } from "../ducker/config.mjs";
import type { KernelKind, Report } from "./report";

/** The ducker's amount and release. */
export const { parameters: PARAMETERS } = CONFIG;

export interface Kernel {
  readonly kind: KernelKind;
  readonly heap: WasmHeap;
  process(inputs: number, outputs: number, frames: number, parameters: number): void;
}

/** Throws when the module cannot be instantiated, or exports no `process`. */
export function instantiate(module: WebAssembly.Module, kind: KernelKind, sampleRate: number): Kernel {
  const { exports, heap } = instantiateKernel(module);
  const process = exports.process as Kernel["process"] | undefined;
  if (typeof process !== "function") throw new TypeError("it exports no function process(inputs, outputs, frames, parameters)");
  if (kind === "ducker") exports.prepare!(sampleRate);
  return { kind, heap, process };
}

/**
 * Renders the block that was collected. The ducker takes floats, channels that are not interleaved, a sidechain, and a main input
 * with at least as many channels as the main output. Any other block is passed through. A dropped kernel is always called.
 *
 * @param parameters Address of the values of {@link PARAMETERS}. Default: the storage's own.
 */
export function render(
  kernel: Kernel,
  storage: ProcessBufferStorage<SampleFormat>,
  parameters = storage.parametersAddress,
): Report["rendered"] {
  const { mainInput, sidechain, mainOutput } = storage;
  const fits =
    kernel.kind === "dropped" ||
    (storage.sampleFormat === "f32" &&
      mainInput !== undefined &&
      mainOutput !== undefined &&
      sidechain !== undefined &&
      mainInput.length >= mainOutput.length &&
      sidechain.length > 0 &&
      // The view of a channel is empty if the bus is interleaved.
      sidechain.channel(0).length > 0);
  if (!fits) {
    copyInputsToOutputs(storage);
    return "passed through";
  }
  kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames, parameters);
  return kernel.kind === "ducker" ? "ducked" : "played";
}

/** [setup] A storage that has only the parameters, at their defaults, for blocks of `maxFrames` frames. */
export function defaultParameters({ heap }: Kernel, maxFrames: number): ProcessBufferStorage {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [], parameters: PARAMETERS }, { heap, maxFrames });
  storage.begin(maxFrames);
  return storage;
}
