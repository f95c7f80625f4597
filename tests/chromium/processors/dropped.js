// Processors that end at once, each with a kernel of its own and, where it is told so, a storage in the kernel's
// memory; and one that tells how many of them are collected.

import { equip } from "../../support/dropped-processors.js";

const dropped = [];

class Dropped extends AudioWorkletProcessor {
  constructor({ processorOptions: { pattern, usesLibrary } }) {
    super();
    this.outcome = "made";
    try {
      equip(this, pattern, usesLibrary, () => {});
      dropped.push(new WeakRef(this));
    } catch (error) {
      this.outcome = String(error);
    }
  }

  process() {
    // Not before, because the engine holds a processor until it has ended.
    this.port.postMessage(this.outcome);
    return false;
  }
}

class Collected extends AudioWorkletProcessor {
  constructor() {
    super();
    this.port.onmessage = () => {
      gc();
      this.port.postMessage(dropped.filter((one) => one.deref() === undefined).length);
    };
  }

  process() {
    return true;
  }
}

registerProcessor("dropped", Dropped);
registerProcessor("collected", Collected);
