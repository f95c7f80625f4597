// RNNoise behind a storage. RNNoise takes blocks of 480 frames, whatever the host's block is, and floats in the range of 16-bit
// samples. Each channel has a state of its own.

import { FixedBlocks, ProcessBufferStorage } from "wasm-process-buffers";

const BLOCK = 480;

/**
 * Gets the exports of the module that @shiguredo/rnnoise-wasm keeps to itself: it replaces WebAssembly.instantiate while the
 * package's loader runs. The loader refuses to run outside of a page or a worker, so there is a global `window` meanwhile.
 */
export async function loadKernel() {
  const { Rnnoise } = await import("@shiguredo/rnnoise-wasm");
  const { instantiate } = WebAssembly;
  const hadWindow = "window" in globalThis;
  let kernel;
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate(...args);
    kernel = made.instance.exports;
    return made;
  };
  if (!hadWindow) globalThis.window = globalThis;
  try {
    await Rnnoise.load();
  } finally {
    WebAssembly.instantiate = instantiate;
    if (!hadWindow) delete globalThis.window;
  }
  return kernel;
}

export class Denoiser {
  /**
   * @param kernel What `loadKernel` resolves to.
   * @param channels Channels of the host.
   * @param hostFrames Frames of the host's block, or "any".
   */
  constructor(kernel, channels, hostFrames) {
    this.kernel = kernel;
    const bus = { channelCount: channels, scale: 32768 };
    this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [bus], outputs: [bus] }, { heap: kernel, maxFrames: BLOCK });
    this.blocks = new FixedBlocks(this.storage, { hostFrames });
    this.states = Array.from({ length: channels }, () => kernel.rnnoise_create(0));
    /** Probability that the last block is a voice, 0 … 1: the highest of all channels. */
    this.voice = 0;
  }

  /** Renders one block of a planar host. May be called in a render callback. */
  process(inputs, outputs) {
    const { blocks } = this;
    blocks.collect(inputs, outputs);
    while (blocks.next()) this.denoise();
    blocks.deliver(outputs);
  }

  denoise() {
    const { kernel, storage, states } = this;
    const { mainInput, mainOutput } = storage;
    this.voice = 0;
    for (let channel = 0; channel < states.length; channel++) {
      const voice = kernel.rnnoise_process_frame(states[channel], mainOutput.channelAddress(channel), mainInput.channelAddress(channel));
      if (voice > this.voice) this.voice = voice;
    }
  }

  free() {
    for (const state of this.states) this.kernel.rnnoise_destroy(state);
    this.storage.free();
  }
}
