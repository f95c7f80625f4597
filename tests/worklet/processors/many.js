// Keeps a thousand storages in one memory within a worklet's scope, and tells what became of them.

import { replaceAtRandom } from "../../support/many-storages.js";

class Many extends AudioWorkletProcessor {
  constructor({ processorOptions: { count, steps } }) {
    super();
    this.port.postMessage(replaceAtRandom(count, steps));
  }

  process() {
    return true;
  }
}

registerProcessor("many", Many);
