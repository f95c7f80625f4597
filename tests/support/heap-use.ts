import { ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";

/** Writes to all of a storage in the heap, frees it, and returns where it was. */
export function useHeap(heap: WasmHeap): number {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
  storage.begin(128);
  for (const bus of [...storage.inputs, ...storage.outputs]) for (let c = 0; c < bus.capacity; c++) bus.channel(c).fill(1);
  const address = storage.inputsAddress;
  storage.free();
  return address;
}
