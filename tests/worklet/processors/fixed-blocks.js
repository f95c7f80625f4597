// A kernel with blocks of its own length behind the engine's own lists: a copy. Reports in its last block, unasked.

import { FixedBlocks, ProcessBufferStorage } from "wasm-process-buffers";

class Blocks extends AudioWorkletProcessor {
  constructor({ processorOptions: { config, maxFrames, hostFrames, blocks } }) {
    super();
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames });
    this.blocks = new FixedBlocks(this.storage, hostFrames === undefined ? {} : { hostFrames });
    this.left = blocks;
    this.kernelBlocks = 0;
    this.connected = [];
  }

  process(inputs, outputs) {
    const { blocks, storage } = this;
    blocks.collect(inputs, outputs);
    while (blocks.next()) {
      this.kernelBlocks++;
      this.connected.push(storage.mainInput.connectedLength);
      for (let c = 0; c < storage.mainInput.length; c++) storage.mainOutput.channel(c).set(storage.mainInput.channel(c));
    }
    blocks.deliver(outputs);
    if (--this.left === 0) {
      const { kernelBlocks, connected } = this;
      this.port.postMessage({ latency: blocks.latency, kernelBlocks, connected, diagnostics: { ...storage.diagnostics } });
    }
    return true;
  }
}

registerProcessor("fixed-blocks", Blocks);
