// The processors of all nodes of a context run in one scope. The first one makes the kernel's instance, and all of them use its
// memory: each has a storage and a state there.

import { ProcessBufferStorage } from "wasm-process-buffers";

/** @type {WebAssembly.Exports | undefined} */
let kernel;

class Echo extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, length } }) {
    super();
    kernel ??= new WebAssembly.Instance(module).exports;
    this.state = kernel.create(length);
    this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { heap: kernel });
    const { memory, usage, inputsAddress } = this.storage;
    this.port.postMessage({ inputsAddress, bytes: usage.totalBytes, memoryBytes: memory.buffer.byteLength });
  }

  process(inputs, outputs) {
    const { storage, state } = this;
    const frames = storage.collect(inputs, outputs);
    kernel.process(state, storage.inputsAddress, storage.outputsAddress, frames);
    storage.deliver(outputs);
    return true;
  }
}

registerProcessor("echo", Echo);
