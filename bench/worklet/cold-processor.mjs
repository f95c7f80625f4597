// Times the first steps of a processor where they happen: on the thread that renders. `WARM` is set by whoever bundles it.

/* global WARM */

import { ProcessBufferStorage, warmUp } from "wasm-process-buffers";
import { microseconds } from "./microseconds.mjs";

const STEREO = { inputs: [2], outputs: [2] };

if (WARM) warmUp();

class Cold extends AudioWorkletProcessor {
  constructor() {
    super();
    const begun = microseconds();
    this.storage = ProcessBufferStorage.allocateFromConfig(STEREO);
    const allocated = microseconds();
    ProcessBufferStorage.allocateFromConfig(STEREO);
    this.steps = { first: allocated - begun, second: microseconds() - allocated };
  }

  process(inputs, outputs) {
    const { storage, steps } = this;
    const begun = microseconds();
    storage.collect(inputs, outputs);
    storage.deliver(outputs);
    const rendered = microseconds();
    if (steps.block === undefined) {
      steps.block = rendered - begun;
      return true;
    }
    storage.reconfigure(STEREO, { maxFrames: 256 });
    this.port.postMessage({ ...steps, nextBlock: rendered - begun, reconfigure: microseconds() - rendered });
    return false;
  }
}

/** Keeps the longest time from one block to the next, which a module that is evaluated in between makes longer. */
class Gaps extends AudioWorkletProcessor {
  constructor() {
    super();
    this.last = 0;
    this.longest = 0;
    this.port.onmessage = () => {
      this.port.postMessage(this.longest);
      this.longest = 0;
    };
  }

  process() {
    const begun = microseconds();
    if (this.last > 0) this.longest = Math.max(this.longest, begun - this.last);
    this.last = begun;
    return true;
  }
}

// A scope has each name once, and this module is loaded twice where it comes into a context that is running.
for (const [name, processor] of [
  [WARM ? "warm" : "cold", Cold],
  [WARM ? "gaps-warm" : "gaps", Gaps],
])
  registerProcessor(name, processor);
