// Processors that end at once, and never free the storage that they have.

import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { kernelWith } from "../../support/dropped-processors.js";

const heaps = {
  "the default heap": () => undefined,
  "createHeap()": () => createHeap(),
  "a kernel's exports": () => kernelWith(() => {}),
};

class Ended extends AudioWorkletProcessor {
  constructor({ processorOptions: { heap } }) {
    super();
    try {
      this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: heaps[heap]() });
      this.port.postMessage("made");
    } catch (error) {
      this.port.postMessage(`${heap}: ${error}`);
    }
  }

  process() {
    return false;
  }
}

registerProcessor("ended", Ended);
