// The kernel's side: it takes whole blocks out of the input rings, renders them, and puts the results into the output rings.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { BLOCK, Ring } from "./rings.mjs";

/** In real time, a quarter of a block's time would be often enough. It is shorter, so that offline rendering is not held up. */
const POLL_MILLISECONDS = 1;

export class KernelThread {
  /** `module` is the kernel's, compiled; `rings` is what `createRings` made. */
  constructor({ module, rings }) {
    this.kernel = new WebAssembly.Instance(module).exports;
    this.kernel.prepare(BLOCK);
    this.inputs = new Ring(rings.inputs);
    this.outputs = new Ring(rings.outputs);
    const channels = rings.inputs.length;
    this.storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [channels], outputs: [channels] },
      { heap: this.kernel, maxFrames: BLOCK },
    );
    this.block = [Array.from({ length: channels }, () => new Float32Array(BLOCK))];
    this.timer = setInterval(() => this.render(), POLL_MILLISECONDS);
  }

  /** Renders every whole block for whose result there is room. */
  render() {
    const { kernel, storage, inputs, outputs, block } = this;
    while (inputs.available >= BLOCK && outputs.room >= BLOCK) {
      for (let c = 0; c < block[0].length; c++) inputs.channels[c].pop(block[0][c]);
      const frames = storage.collect(block, block);
      kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
      storage.deliver(block);
      for (let c = 0; c < block[0].length; c++) outputs.channels[c].push(block[0][c]);
    }
  }

  stop() {
    clearInterval(this.timer);
    this.storage.free();
  }
}
