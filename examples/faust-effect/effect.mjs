import { instantiateKernel } from "wasm-process-buffers";

/**
 * The effect in a memory of its own, and a heap in which a storage can share that memory.
 *
 * @param module Faust's compiled module, whether it has its memory itself, as most have, or imports it, as those for
 * polyphony do.
 * @param json Faust's description of it.
 */
export function createEffect(module, json, sampleRate) {
  const { size } = JSON.parse(json);
  // A module with a memory of its own keeps its state at the bottom, whatever address it is handed. Everything else lies above.
  const { exports: faust, heap } = instantiateKernel(module, { heapBase: size, pages: Math.ceil(size / PAGE_BYTES) + 1 });
  faust.init(STATE, sampleRate);
  return {
    heap,
    /** Sets a parameter, by the index that the description says. */
    set: (index, value) => faust.setParamValue(STATE, index, value),
    /** Renders `frames` frames from and to flat tables of channel pointers. */
    compute(frames, inputTable, outputTable) {
      // Asked for none, Faust's loop renders one.
      if (frames > 0) faust.compute(STATE, frames, inputTable, outputTable);
    },
  };
}

const PAGE_BYTES = 65536;
const STATE = 0;
