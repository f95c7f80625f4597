// The parameters of a node as a wasm kernel finds them, and as a processor in plain JS finds them: both write them to their
// output, so that they can be compared sample by sample.

import { ProcessBufferStorage, parameterDescriptorsFor } from "wasm-process-buffers";

export const config = {
  inputs: [],
  outputs: [10],
  parameters: [
    { name: "stepped", defaultValue: 0.25 },
    { name: "ramped", defaultValue: 0.5, minValue: -1, maxValue: 1 },
    { name: "modulated" },
    { name: "steady", defaultValue: 0.125 },
    { name: "rate", defaultValue: 1, automationRate: "k-rate" },
  ],
};
const RATES = 0b01111;

class WithKernel extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return parameterDescriptorsFor(config);
  }

  constructor({ processorOptions: { module, blocks, scribbles } }) {
    super();
    this.kernel = new WebAssembly.Instance(module).exports;
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { heap: this.kernel });
    this.blocksLeft = blocks;
    this.scribbles = scribbles;
    this.lengths = [];
    this.hostLengths = [];
    this.known = 0;
    this.last = undefined;
  }

  process(inputs, outputs, parameters) {
    const { kernel, storage } = this;
    if (parameters === this.last) this.known++;
    this.last = parameters;
    const frames = storage.collect(inputs, outputs, parameters);
    const count = config.parameters.length;
    const structs = new Uint32Array(kernel.memory.buffer, storage.parametersAddress, 2 * count);
    this.lengths.push(config.parameters.map((_, p) => structs[2 * p]));
    this.hostLengths.push(config.parameters.map(({ name }) => parameters[name].length));
    kernel.process(storage.outputsAddress, frames, storage.parametersAddress, count, RATES);
    if (this.scribbles) kernel.scribble(frames, storage.parametersAddress, count, RATES);
    storage.deliver(outputs);
    if (--this.blocksLeft === 0) {
      const { lengths, hostLengths, known } = this;
      const isFrozen = Object.isFrozen(parameters);
      this.port.postMessage({ lengths, hostLengths, known, isFrozen, diagnostics: { ...storage.diagnostics } });
    }
    return true;
  }
}

class InPlainJs extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return config.parameters;
  }

  process(_, [output], parameters) {
    for (const [p, { name, automationRate }] of config.parameters.entries()) {
      const values = parameters[name];
      for (const channel of [output[p], output[config.parameters.length + p]]) {
        for (let k = 0; k < channel.length; k++) channel[k] = automationRate === "k-rate" || values.length === 1 ? values[0] : values[k];
      }
    }
    return true;
  }
}

registerProcessor("with-kernel", WithKernel);
registerProcessor("in-plain-js", InPlainJs);
