import { createRegionHeap } from "wasm-process-buffers";

/**
 * The effect in a memory of its own, and a heap in which a storage can share that memory.
 *
 * @param module Faust's module, which imports its memory and nothing else.
 * @param json Faust's description of it.
 */
export function createEffect(module, json, sampleRate) {
  const { size } = JSON.parse(json);
  const memory = new WebAssembly.Memory({ initial: Math.ceil((textBytes(json) + size + STORAGE_BYTES) / PAGE_BYTES) });
  const faust = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const heap = heapAbove(textBytes(json), memory);
  const dsp = heap.malloc(size);
  faust.init(dsp, sampleRate);
  return {
    heap,
    /** Renders `frames` frames from and to flat tables of channel pointers. */
    compute(frames, inputTable, outputTable) {
      // Asked for none, Faust's loop renders one.
      if (frames > 0) faust.compute(dsp, frames, inputTable, outputTable);
    },
  };
}

const PAGE_BYTES = 65536;
/** Room for what the host allocates. */
const STORAGE_BYTES = PAGE_BYTES;

/** The module writes its description at address 0 when it is instantiated; everything else lies above it. */
function heapAbove(address, memory) {
  return createRegionHeap(memory, address, memory.buffer.byteLength - address);
}

/** Most bytes that `text` can have in memory, its final zero included. A worklet has no TextEncoder to count them. */
function textBytes(text) {
  return 3 * text.length + 1;
}
