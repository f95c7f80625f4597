/**
 * The kernel, at once and without fetching anything, so that an AudioWorkletProcessor's constructor
 * can do the same.
 *
 * @param load The default export of Emscripten's loader.
 * @param module The compiled module.
 */
export function instantiate(load, module) {
  return load({
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(module, imports);
      receive(instance);
      return instance.exports;
    },
    // Otherwise the loader works out an address, with a URL class that worklets lack.
    locateFile: (name) => name,
  });
}

/** Emscripten's allocator as a storage's heap. */
export const heapOf = (kernel) => ({ memory: kernel.wasmMemory, malloc: kernel._malloc, free: kernel._free });
