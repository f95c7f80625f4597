// Before each good block, calls with a bad value in every position that a host fills.

import { copyInputsToOutputs, InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";
import { badHostValues } from "../../support/bad-host-values.js";

/** The last one is heard. */
const STORAGES = [{ channelMemory: "external" }, { sampleFormat: "f64" }, { detectConstant: true, missingInputs: "repeat-mono" }, {}];

/** Each call takes one bad value; everything else is as it should be. */
const PLACES = {
  "collect's inputs": (storage, what, { outputs }) => storage.collect(what, outputs),
  "collect's outputs": (storage, what, { inputs }) => storage.collect(inputs, what),
  "an input bus": (storage, what, { outputs }) => storage.collect([what], outputs),
  "an output bus": (storage, what, { inputs }) => storage.collect(inputs, [what]),
  "an input channel": (storage, what, { inputs, outputs }) => storage.collect([[what, inputs[0][1]]], outputs),
  "an output channel": (storage, what, { inputs, outputs }) => storage.collect(inputs, [[outputs[0][0], what]]),
  "deliver's outputs": (storage, what) => storage.deliver(what),
  "a delivered bus": (storage, what) => storage.deliver([what]),
  "a delivered channel": (storage, what, { outputs }) => storage.deliver([[what, outputs[0][1]]]),
  "begin's frames": (storage, what) => storage.begin(what),
  "connect's channels": (storage, what) => storage.mainInput.connect(what),
  "a window's offset": (storage, what) => storage.setWindow(what, 64),
  "an interleaved host's samples": (_, what, { floats }) => floats.collect(what),
  "an interleaved host's 16-bit samples": (_, what, { int16s }) => int16s.collect(what),
  "what an interleaved host is given": (_, what, { floats }) => floats.deliver(what),
  "what an interleaved host is given in 16 bits": (_, what, { int16s }) => int16s.deliver(what),
};

class BadHosts extends AudioWorkletProcessor {
  constructor({ processorOptions: { blocks } }) {
    super();
    this.storages = STORAGES.map((options) => ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, options));
    this.interleaved = this.storages.map((storage) => ({
      floats: new InterleavedHost(storage, { channelCount: 2 }),
      int16s: new InterleavedHost(storage, { channelCount: 3, format: "i16" }),
    }));
    this.blocks = blocks;
    this.rendered = 0;
    this.thrown = [];
    this.wrong = [];
  }

  process(inputs, outputs) {
    const [name, make] = badHostValues[this.rendered % badHostValues.length];
    for (const [i, storage] of this.storages.entries()) {
      for (const place in PLACES) this.callWith(i, place, name, make(), inputs, outputs);
      storage.collect(inputs, outputs);
      copyInputsToOutputs(storage);
      storage.deliver(outputs);
      this.compare(STORAGES[i], name, inputs[0], outputs[0]);
    }
    this.rendered += 1;
    if (this.rendered === this.blocks) this.port.postMessage({ kinds: badHostValues.length, thrown: this.thrown, wrong: this.wrong });
    return true;
  }

  /** With external channel memory nobody has pushed anything, so that its host hears silence. */
  compare({ channelMemory }, name, given, taken) {
    for (let c = 0; c < 2; c++) {
      const isRight = (sample, k) => sample === (channelMemory === "external" ? 0 : (given[c]?.[k] ?? 0));
      if (!taken[c].every(isRight)) this.wrong.push(`channel ${c} after ${name}`);
    }
  }

  callWith(i, place, name, what, inputs, outputs) {
    try {
      PLACES[place](this.storages[i], what, { inputs, outputs, ...this.interleaved[i] });
    } catch (error) {
      this.thrown.push(`${name} as ${place}: ${String(error)}`);
    }
  }
}

registerProcessor("bad-hosts", BadHosts);
