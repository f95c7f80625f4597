import { ProcessBufferStorage } from "wasm-process-buffers";

/**
 * Three nodes in one memory. The saw has output buffers of its own. The clipper works in place, in the saw's buffers. The
 * crossfeed writes to buffers that are pushed to it. Only the saw's storage holds samples.
 */
export class Chain {
  /** [setup] `kernel` has the exports of the module that has all three nodes. */
  constructor(kernel, maxFrames) {
    const node = (config) => ProcessBufferStorage.allocateFromConfig(config, { heap: kernel, maxFrames, channelMemory: "external" });
    this.kernel = kernel;
    // An instrument: with no input and a main output, a storage has output buffers even with external channel memory.
    this.saw = node({ inputs: [], outputs: [2] });
    this.clip = node({ inputs: [2], outputs: [2] });
    this.crossfeed = node({ inputs: [2], outputs: [2] });
    this.results = [0, 1].map(() => kernel.malloc(maxFrames * Float32Array.BYTES_PER_ELEMENT));
  }

  /** [render] Renders one block. The result is in `crossfeed.mainOutput`. */
  render(frames) {
    const { kernel, saw, clip, crossfeed, results } = this;
    saw.begin(frames);
    clip.begin(frames);
    crossfeed.begin(frames);
    for (let c = 0; c < 2; c++) {
      const samples = saw.mainOutput.pointer(c);
      clip.mainInput.push(samples);
      clip.mainOutput.push(samples);
      crossfeed.mainInput.push(clip.mainOutput.pointer(c));
      crossfeed.mainOutput.push(results[c]);
    }
    kernel.saw(saw.outputsAddress, saw.frames);
    kernel.clip(clip.inputsAddress, clip.outputsAddress, clip.frames);
    kernel.crossfeed(crossfeed.inputsAddress, crossfeed.outputsAddress, crossfeed.frames);
  }
}
