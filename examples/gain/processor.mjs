// The whole of it. In a browser, this file is what `addModule` is given, bundled or with an import map.

import { applyGain, copyInputsToOutputs, ProcessBufferStorage } from "wasm-process-buffers";

class Gain extends AudioWorkletProcessor {
  storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });

  process(inputs, outputs) {
    this.storage.collect(inputs, outputs);
    copyInputsToOutputs(this.storage);
    applyGain(this.storage, 0.5);
    this.storage.deliver(outputs);
    return true;
  }
}

registerProcessor("gain", Gain);
