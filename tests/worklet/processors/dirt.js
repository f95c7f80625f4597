// Before each block that is right, one that is dirt, in every place that a host fills.

import { copyInputsToOutputs, ProcessBufferStorage } from "wasm-process-buffers";
import { dirt } from "../../setup/dirt.js";

const STORAGES = [{}, { sampleFormat: "f64" }, { detectConstant: true, missingInputs: "repeat-mono" }, { interleavedChannels: 2 }];

/** Each takes one piece of dirt where everything else is as it should be. */
const PLACES = {
  "collect's inputs": (storage, what, _, outputs) => storage.collect(what, outputs),
  "collect's outputs": (storage, what, inputs) => storage.collect(inputs, what),
  "an input bus": (storage, what, _, outputs) => storage.collect([what], outputs),
  "an output bus": (storage, what, inputs) => storage.collect(inputs, [what]),
  "an input channel": (storage, what, inputs, outputs) => storage.collect([[what, inputs[0][1]]], outputs),
  "an output channel": (storage, what, inputs, outputs) => storage.collect(inputs, [[outputs[0][0], what]]),
  "deliver's outputs": (storage, what) => storage.deliver(what),
  "a delivered bus": (storage, what) => storage.deliver([what]),
  "a delivered channel": (storage, what, _, outputs) => storage.deliver([[what, outputs[0][1]]]),
  "begin's frames": (storage, what) => storage.begin(what),
  "collectInterleaved's samples": (storage, what) => storage.collectInterleaved(storage.mainInput, what, 2),
  "deliverInterleaved's samples": (storage, what) => storage.deliverInterleaved(storage.mainOutput, what, 2),
};

class Dirt extends AudioWorkletProcessor {
  constructor({ processorOptions: { blocks } }) {
    super();
    this.storages = STORAGES.map((options) => ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, options));
    this.blocks = blocks;
    this.rendered = 0;
    this.thrown = [];
  }

  process(inputs, outputs) {
    const [name, make] = dirt[this.rendered % dirt.length];
    for (const storage of this.storages) {
      for (const place in PLACES) this.soil(storage, place, name, make(), inputs, outputs);
      storage.collect(inputs, outputs);
      copyInputsToOutputs(storage);
      storage.deliver(outputs);
    }
    this.rendered += 1;
    if (this.rendered === this.blocks) this.port.postMessage({ kinds: dirt.length, thrown: this.thrown });
    return true;
  }

  soil(storage, place, name, what, inputs, outputs) {
    try {
      PLACES[place](storage, what, inputs, outputs);
    } catch (error) {
      this.thrown.push(`${name} as ${place}: ${String(error)}`);
    }
  }
}

registerProcessor("dirt", Dirt);
