// The AudioWorkletProcessor around the kernel. All that it does for audio is in `process`; the rest
// tells the main thread how far it is and what was measured.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { bytesPerCall } from "./garbage.mjs";

class Ducker extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, config, blocks } }) {
    super();
    this.kernel = new WebAssembly.Instance(module).exports;
    this.kernel.prepare(sampleRate);
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { heap: this.kernel });
    this.blocks = blocks;
    this.rendered = 0;
  }

  process(inputs, outputs) {
    this.render(inputs, outputs);
    this.rendered++;
    if (this.rendered % PROGRESS_BLOCKS === 0) this.port.postMessage({ rendered: this.rendered });
    // The block after the last one that is heard.
    if (this.rendered === this.blocks) this.report(inputs, outputs);
    return true;
  }

  render(inputs, outputs) {
    const storage = this.storage;
    const frames = storage.collect(inputs, outputs);
    this.kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
    storage.deliver(outputs);
  }

  report(inputs, outputs) {
    const { usage, diagnostics } = this.storage;
    const heapBytesPerBlock = bytesPerCall(() => this.render(inputs, outputs));
    this.port.postMessage({ rendered: this.rendered, report: { usage, diagnostics: { ...diagnostics }, heapBytesPerBlock } });
  }
}

const PROGRESS_BLOCKS = 256;

registerProcessor("ducker", Ducker);
