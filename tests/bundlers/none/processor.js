import { applyGain, copyInputsToOutputs, ProcessBufferStorage } from "./node_modules/wasm-process-buffers/dist/index.min.js";

class HalfGain extends AudioWorkletProcessor {
  constructor({ processorOptions: { config } }) {
    super();
    this.storage = ProcessBufferStorage.allocateFromConfig(config);
  }

  process(inputs, outputs) {
    this.storage.collect(inputs, outputs);
    copyInputsToOutputs(this.storage);
    applyGain(this.storage, 0.5);
    this.storage.deliver(outputs);
    return true;
  }
}

registerProcessor("half-gain", HalfGain);
