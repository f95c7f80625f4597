// The looper of examples/emscripten-kernel, by the loader that Emscripten writes where it is asked for nothing. It records for half of
// its blocks, and then plays. Its memory grows while it records.

import { captureKernel, ProcessBufferStorage } from "wasm-process-buffers";
import load from "../../../examples/emscripten-kernel/build/default.mjs";

class Looper extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, blocks } }) {
    super();
    this.blocks = blocks;
    this.block = 0;
    const capture = captureKernel(module);
    // What works out addresses wants a URL class that worklets lack.
    load({ ...capture.emscripten, locateFile: (name) => name })
      .then((kernel) => {
        this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 2], outputs: [2] }, { heap: capture.heap });
        this.kernel = kernel;
        this.bytes = capture.heap.memory.buffer.byteLength;
        this.port.postMessage("ready");
      })
      .catch((error) => this.port.postMessage(String(error)));
  }

  process(inputs, outputs) {
    const { kernel, storage, block, blocks } = this;
    if (kernel === undefined) return true;
    if (block === 0) kernel._record();
    if (block === blocks / 2) kernel._play();
    const frames = storage.collect(inputs, outputs);
    kernel._process(storage.inputsAddress, storage.outputsAddress, frames);
    storage.deliver(outputs);
    this.block++;
    if (this.block === blocks) this.port.postMessage(storage.memory.buffer.byteLength - this.bytes);
    return true;
  }
}

registerProcessor("looper", Looper);
