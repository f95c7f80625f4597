// The soak within an AudioWorklet: what the engine hands over is one storage's host. Says how it stands
// when everything is warm, and with its last block.

import { Soak } from "./scenario.js";

class SoakProcessor extends AudioWorkletProcessor {
  constructor({ processorOptions: { frames, warmBlocks } }) {
    super();
    this.soak = new Soak();
    this.framesLeft = frames;
    this.warmBlocks = warmBlocks;
  }

  process(inputs, outputs) {
    if (this.framesLeft <= 0) return false;
    this.soak.process(inputs, outputs);
    this.framesLeft -= outputs[0][0].length;
    if (this.framesLeft <= 0 || this.soak.blocks === this.warmBlocks) this.port.postMessage(this.soak.report);
    return this.framesLeft > 0;
  }
}

registerProcessor("soak", SoakProcessor);
