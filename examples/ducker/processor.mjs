// The AudioWorkletProcessor around the kernel. All that it does for audio is in `process`; the rest
// tells the main thread how far it is and what was measured.

import { ProcessBufferStorage, parameterDescriptorsFor } from "wasm-process-buffers";
import { CONFIG } from "./config.mjs";
import { bytesPerCall } from "./garbage.mjs";

class Ducker extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return parameterDescriptorsFor(CONFIG);
  }

  constructor({ processorOptions: { module, blocks } }) {
    super();
    this.kernel = new WebAssembly.Instance(module).exports;
    this.kernel.prepare(sampleRate);
    this.storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap: this.kernel });
    this.blocks = blocks;
    this.rendered = 0;
  }

  process(inputs, outputs, parameters) {
    this.render(inputs, outputs, parameters);
    this.rendered++;
    if (this.rendered % PROGRESS_BLOCKS === 0) this.port.postMessage({ rendered: this.rendered });
    // The block after the last one that is heard.
    if (this.rendered === this.blocks) this.report(inputs, outputs, parameters);
    return true;
  }

  render(inputs, outputs, parameters) {
    const storage = this.storage;
    const frames = storage.collect(inputs, outputs, parameters);
    this.kernel.process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress);
    storage.deliver(outputs);
  }

  report(inputs, outputs, parameters) {
    const { usage, diagnostics } = this.storage;
    const heapBytesPerBlock = bytesPerCall(() => this.render(inputs, outputs, parameters));
    this.port.postMessage({ rendered: this.rendered, report: { usage, diagnostics: { ...diagnostics }, heapBytesPerBlock } });
  }
}

const PROGRESS_BLOCKS = 256;

registerProcessor("ducker", Ducker);
