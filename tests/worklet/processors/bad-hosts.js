// Before each good block, calls with a bad value in every position that a host fills.

import { copyInputsToOutputs, ProcessBufferStorage } from "wasm-process-buffers";
import { badHostValues } from "../../support/bad-host-values.js";

const STORAGES = [{}, { sampleFormat: "f64" }, { detectConstant: true, missingInputs: "repeat-mono" }, { interleavedChannels: 2 }];

/** Each call takes one bad value; everything else is as it should be. */
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

class BadHosts extends AudioWorkletProcessor {
  constructor({ processorOptions: { blocks } }) {
    super();
    this.storages = STORAGES.map((options) => ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, options));
    this.blocks = blocks;
    this.rendered = 0;
    this.thrown = [];
  }

  process(inputs, outputs) {
    const [name, make] = badHostValues[this.rendered % badHostValues.length];
    for (const storage of this.storages) {
      for (const place in PLACES) this.callWith(storage, place, name, make(), inputs, outputs);
      storage.collect(inputs, outputs);
      copyInputsToOutputs(storage);
      storage.deliver(outputs);
    }
    this.rendered += 1;
    if (this.rendered === this.blocks) this.port.postMessage({ kinds: badHostValues.length, thrown: this.thrown });
    return true;
  }

  callWith(storage, place, name, what, inputs, outputs) {
    try {
      PLACES[place](storage, what, inputs, outputs);
    } catch (error) {
      this.thrown.push(`${name} as ${place}: ${String(error)}`);
    }
  }
}

registerProcessor("bad-hosts", BadHosts);
