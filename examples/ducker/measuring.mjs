// Tells the page how far the processor is, and after the last block what was measured. Imported before the processor is registered.
// Nothing of this is needed for audio.

import { bytesPerCall } from "./garbage.mjs";

let storage;
let blocks;

/** Measures after this many blocks. */
export function measure(ofStorage, afterBlocks) {
  storage = ofStorage;
  blocks = afterBlocks;
}

const { registerProcessor } = globalThis;
globalThis.registerProcessor = (name, Processor) => registerProcessor(name, measured(Processor));

/** The same processor, whose whole `process` is measured: what collects, renders and delivers. */
function measured(Processor) {
  return class extends Processor {
    #rendered = 0;

    process(inputs, outputs, parameters) {
      const goesOn = super.process(inputs, outputs, parameters);
      this.#rendered++;
      if (this.#rendered % PROGRESS_BLOCKS === 0) this.port.postMessage({ rendered: this.#rendered });
      // The block after the last one that is heard.
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
