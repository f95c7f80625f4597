// Keeps a thousand storages in one memory within a worklet's scope, and tells what became of them.

import { churn } from "../../setup/churn.js";

class Many extends AudioWorkletProcessor {
  constructor({ processorOptions: { count, steps } }) {
    super();
    this.port.postMessage(churn(count, steps));
  }

  process() {
    return true;
  }
}

registerProcessor("many", Many);
