// Adds an echo to what comes in, in JS, and notes what the host delivered block by block.

import { ProcessBufferStorage } from "wasm-process-buffers";

class Channels extends AudioWorkletProcessor {
  constructor({ processorOptions: { config, blocks, options, delay, feedback } }) {
    super();
    this.storage = ProcessBufferStorage.allocateFromConfig(config, options);
    this.blocks = blocks;
    this.rendered = 0;
    this.notes = [];
    this.feedback = feedback;
    this.past = Array.from({ length: config.outputs[0] }, () => new Float32Array(delay));
    this.at = 0;
    this.nextFrame = currentFrame;
    this.gaps = 0;
  }

  process(inputs, outputs) {
    if (currentFrame !== this.nextFrame) this.gaps++;
    const { storage, past, feedback } = this;
    const frames = storage.collect(inputs, outputs);
    this.nextFrame = currentFrame + frames;
    const { mainInput, mainOutput, sidechain } = storage;
    const delay = past[0].length;
    for (let c = 0; c < mainOutput.length; c++) {
      const from = mainInput.channel(c);
      const to = mainOutput.channel(c);
      for (let k = 0; k < frames; k++) {
        const at = (this.at + k) % delay;
        past[c][at] = (from[k] ?? 0) + past[c][at] * feedback;
        to[k] = past[c][at] + (sidechain === undefined ? 0 : sidechain.channel(0)[k]);
      }
    }
    this.at = (this.at + frames) % delay;
    storage.deliver(outputs);
    this.notes.push([
      mainInput.connectedLength,
      mainInput.length,
      mainInput.constantMask,
      sidechain?.connectedLength ?? 0,
      mainOutput.connectedLength,
    ]);
    if (++this.rendered === this.blocks) {
      this.port.postMessage({
        notes: this.notes,
        gaps: this.gaps,
        frames,
        maxFrames: storage.maxFrames,
        diagnostics: { ...storage.diagnostics },
      });
    }
    return true;
  }
}

registerProcessor("channels", Channels);
