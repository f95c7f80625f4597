// Plays a published kernel through its driver, as a worklet has to: from a compiled module, without fetching.

import { ProcessBufferStorage } from "wasm-process-buffers";
import * as faust from "../../kernels-published/faust.js";
import * as nam from "../../kernels-published/nam.js";

const drivers = { faust, nam };

class Published extends AudioWorkletProcessor {
  constructor({ processorOptions: { driver, given } }) {
    super();
    const { channels, load } = drivers[driver];
    // Silence until it is there: some loaders are asynchronous.
    Promise.resolve()
      .then(() => load(given))
      .then(({ heap, process }) => {
        this.play = process;
        this.storage = ProcessBufferStorage.allocateFromConfig(channels, { heap });
        this.port.postMessage("ready");
      })
      .catch((error) => this.port.postMessage(String(error)));
  }

  process(inputs, outputs) {
    const { storage } = this;
    if (storage === undefined) return true;
    const frames = storage.collect(inputs, outputs);
    this.play(storage, frames);
    storage.deliver(outputs);
    return true;
  }
}

registerProcessor("published", Published);
