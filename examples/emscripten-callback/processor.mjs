// The worklet's side. It needs no shared memory, and nothing of Emscripten's own worklet.

import { EmscriptenCallback, instantiateKernel, ProcessBufferStorage, parameterDescriptorsFor } from "wasm-process-buffers";
import { config } from "./config.mjs";

class Ducker extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return parameterDescriptorsFor(config);
  }

  /** @param {any} options The node's options. */
  constructor({ processorOptions: { module } }) {
    super();
    const { exports: kernel, heap } = instantiateKernel(module);
    // As with Emscripten, a bus has as many channels as are connected.
    const options = { heap, missingInputs: "drop", channelInterpretation: "speakers" };
    this.storage = ProcessBufferStorage.allocateFromConfig(config, options);
    this.callback = new EmscriptenCallback(this.storage, kernel.process, { userData: kernel.create() });
  }

  process(inputs, outputs, parameters) {
    this.storage.collect(inputs, outputs, parameters);
    if (!this.callback.call()) return false;
    this.storage.deliver(outputs);
    return true;
  }
}

registerProcessor("ducker-callback", Ducker);
