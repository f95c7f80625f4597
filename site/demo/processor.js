import { instantiateKernel, ProcessBufferStorage, parameterDescriptorsFor, peak } from "wasm-process-buffers";
import { CONFIG } from "../../examples/ducker/config.mjs";

class DemonstrationProcessor extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return parameterDescriptorsFor(CONFIG);
  }

  constructor({ processorOptions: { module } }) {
    super();
    const { exports, heap } = instantiateKernel(module);
    this.kernel = exports;
    this.kernel.prepare(sampleRate);
    this.storage = ProcessBufferStorage.allocateFromConfig(CONFIG, { heap, channelInterpretation: "speakers" });
    this.peaks = { chord: 0, drum: 0, output: 0 };
    this.blocks = 0;
    this.port.onmessage = () => (this.isEnded = true);
  }

  process(inputs, outputs, parameters) {
    const { storage, kernel, peaks } = this;
    const frames = storage.collect(inputs, outputs, parameters);
    kernel.process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress);
    storage.deliver(outputs);
    peaks.chord = Math.max(peaks.chord, peak(storage.mainInput, 0));
    peaks.drum = Math.max(peaks.drum, peak(storage.sidechain, 0));
    peaks.output = Math.max(peaks.output, peak(storage.mainOutput, 0));
    if (++this.blocks % BLOCKS_PER_REPORT === 0) {
      this.port.postMessage(peaks);
      peaks.chord = peaks.drum = peaks.output = 0;
    }
    return !this.isEnded;
  }
}

const BLOCKS_PER_REPORT = 16;

registerProcessor("demonstration", DemonstrationProcessor);
