// Passes audio through a storage in real time, and counts the blocks that did not follow the one before.

import { copyInputsToOutputs, ProcessBufferStorage } from "wasm-process-buffers";

class RealTime extends AudioWorkletProcessor {
  constructor({ processorOptions: { config, seconds } }) {
    super();
    this.storage = ProcessBufferStorage.allocateFromConfig(config);
    this.seconds = seconds;
    this.settling = 40;
    this.blocks = 0;
    this.gaps = [];
    this.loudest = 0;
    this.nextFrame = -1;
  }

  process(inputs, outputs) {
    // Chromium moves its rendering to the worklet's thread when the first node is there, and skips some
    // frames of its clock as it does.
    if (this.settling > 0) {
      this.settling--;
      return true;
    }
    if (this.nextFrame !== -1 && currentFrame !== this.nextFrame) this.gaps.push([currentFrame, this.nextFrame]);
    const { storage } = this;
    const frames = storage.collect(inputs, outputs);
    this.nextFrame = currentFrame + frames;
    copyInputsToOutputs(storage);
    storage.deliver(outputs);
    this.loudest = Math.max(this.loudest, Math.abs(outputs[0][0][0]));
    this.blocks++;
    if (this.blocks * frames >= this.seconds * sampleRate && this.seconds > 0) {
      this.seconds = 0;
      this.port.postMessage({
        blocks: this.blocks,
        frames,
        gaps: this.gaps,
        loudest: this.loudest,
        diagnostics: { ...storage.diagnostics },
      });
    }
    return true;
  }
}

registerProcessor("realtime", RealTime);
