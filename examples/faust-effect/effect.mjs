import { instantiateKernel } from "wasm-process-buffers";

/**
 * Instantiates the effect, and makes a heap for a storage in the effect's memory.
 *
 * @param module Faust's compiled module. It may have its own memory, as most have, or import one, as those for polyphony do.
 * @param json Faust's description of the module.
 */
export function createEffect(module, json, sampleRate) {
  const { size } = JSON.parse(json);
  // A module with its own memory keeps its state at address 0, whatever address it gets. So the heap begins after the state.
  const { exports: faust, heap } = instantiateKernel(module, { heapBase: size, pages: Math.ceil(size / PAGE_BYTES) + 1 });
  faust.init(STATE, sampleRate);
  return {
    heap,
    /** Sets the parameter that has this index in the description. */
    set: (index, value) => faust.setParamValue(STATE, index, value),
    /** Renders `frames` frames. Each table is a flat list of channel pointers. */
    compute(frames, inputTable, outputTable) {
      // Faust's loop renders one frame even for a count of 0.
      if (frames > 0) faust.compute(STATE, frames, inputTable, outputTable);
    },
  };
}

const PAGE_BYTES = 65536;
const STATE = 0;
