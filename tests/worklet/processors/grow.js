// Renders as mix.js does, in a memory that grows: between two blocks, or inside a block by the kernel's
// own allocator.

import { ProcessBufferStorage } from "wasm-process-buffers";

class Grow extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, config, blocks, growths, resizable, sampleFormat } }) {
    super();
    this.kernel = new WebAssembly.Instance(module).exports;
    this.isResizable = resizable && typeof this.kernel.memory.toResizableBuffer === "function";
    if (this.isResizable) this.kernel.memory.toResizableBuffer();
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { heap: this.kernel, sampleFormat });
    this.growths = growths;
    this.blocks = blocks;
    this.rendered = 0;
    this.address = this.storage.inputsAddress;
    this.pages = this.kernel.memory.buffer.byteLength;
  }

  process(inputs, outputs) {
    const { storage, kernel } = this;
    const growth = this.growths[this.rendered];
    if (growth === "between") kernel.memory.grow(1);
    storage.collect(inputs, outputs);
    if (growth === "inside") kernel.malloc(1_000_000);
    kernel.process(storage.inputsAddress, storage.outputsAddress, storage.frames);
    storage.deliver(outputs);
    if (++this.rendered === this.blocks) {
      this.port.postMessage({
        grown: kernel.memory.buffer.byteLength > this.pages,
        isResizable: this.isResizable,
        addressStayed: storage.inputsAddress === this.address,
        viewRebuilds: storage.diagnostics.viewRebuilds,
      });
    }
    return true;
  }
}

registerProcessor("grow", Grow);
