// The AudioWorkletProcessor. The kernel and its storage are in the worker, not here.

import { Bridge } from "./bridge.mjs";

class InAnotherThread extends AudioWorkletProcessor {
  constructor({ processorOptions: { rings, waits } }) {
    super();
    this.bridge = new Bridge(rings, waits);
  }

  process(inputs, outputs) {
    this.bridge.process(inputs, outputs);
    return true;
  }
}

registerProcessor("in-another-thread", InAnotherThread);
