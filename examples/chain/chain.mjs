import { ProcessBufferStorage } from "wasm-process-buffers";

/**
 * Three nodes in one memory: a saw, which has buffers of its own; a clipper, which works in them; and a
 * crossfeed, which writes to buffers that are given to it. No storage but the saw's holds samples.
 */
export class Chain {
  /** [setup] `kernel` is the exports of the module with all three. */
  constructor(kernel, maxFrames) {
    const node = (config) => ProcessBufferStorage.allocateFromConfig(config, { heap: kernel, maxFrames, channelMemory: "external" });
    this.kernel = kernel;
    // Nothing in, something out: an instrument has output buffers even so.
    this.saw = node({ inputs: [], outputs: [2] });
    this.clip = node({ inputs: [2], outputs: [2] });
    this.crossfeed = node({ inputs: [2], outputs: [2] });
    this.results = [0, 1].map(() => kernel.malloc(maxFrames * Float32Array.BYTES_PER_ELEMENT));
  }

  /** [render] One block, of which the result is `crossfeed.mainOutput`. */
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
