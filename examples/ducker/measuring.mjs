// Sends the main thread the number of rendered blocks, and after the last block what was measured. It replaces registerProcessor,
// so it has to be imported before the processor is registered. For audio it is not needed.

import { bytesPerCall } from "./garbage.mjs";

let storage;
let blocks;

/** Sets the storage that is reported, and the number of blocks after which the processor is measured. */
export function measure(ofStorage, afterBlocks) {
  storage = ofStorage;
  blocks = afterBlocks;
}

const { registerProcessor } = globalThis;
globalThis.registerProcessor = (name, Processor) => registerProcessor(name, measured(Processor));

/** A class that extends the processor and measures its whole `process`: it collects, renders and delivers. */
function measured(Processor) {
  return class extends Processor {
    #rendered = 0;

    process(inputs, outputs, parameters) {
      const goesOn = super.process(inputs, outputs, parameters);
      this.#rendered++;
      if (this.#rendered % PROGRESS_BLOCKS === 0) this.port.postMessage({ rendered: this.#rendered });
      // This is the block after the last one that is heard.
      if (this.#rendered === blocks) this.#report(() => super.process(inputs, outputs, parameters));
      return goesOn;
    }

    #report(render) {
      const { usage, diagnostics } = storage;
      const heapBytesPerBlock = bytesPerCall(render);
      this.port.postMessage({ rendered: this.#rendered, report: { usage, diagnostics: { ...diagnostics }, heapBytesPerBlock } });
    }
  };
}

const PROGRESS_BLOCKS = 256;
