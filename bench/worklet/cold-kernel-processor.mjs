// Times the first steps of a kernel's node where they happen: on the thread that renders.

import { registerKernelProcessor } from "wasm-process-buffers";
import { CONFIG } from "./cold-kernel.mjs";
import { microseconds } from "./microseconds.mjs";

const { registerProcessor } = globalThis;
globalThis.registerProcessor = (name, Processor) => registerProcessor(name, timed(Processor));
registerKernelProcessor("kernel", CONFIG);

function timed(Processor) {
  return class extends Processor {
    constructor(options) {
      const begun = microseconds();
      super(options);
      this.steps = { first: microseconds() - begun };
    }

    process(...block) {
      const { steps } = this;
      const begun = microseconds();
      super.process(...block);
      const took = microseconds() - begun;
      if (steps.block === undefined) {
        steps.block = took;
        return true;
      }
      this.port.postMessage({ ...steps, nextBlock: took });
      return false;
    }
  };
}
