// RNNoise behind a storage: its blocks have 480 frames, whatever the host's have, its samples are floats in the range of 16 bits,
// and each channel has a state of its own.

import { FixedBlocks, ProcessBufferStorage } from "wasm-process-buffers";

const BLOCK = 480;

/**
 * Exports of the module that @shiguredo/rnnoise-wasm keeps to itself: caught while its loader instantiates it. The loader wants a
 * page or a worker; anywhere else a `window` makes it content.
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
    /** How likely the last block is to be a voice, 0 … 1, in the channel where it is the most. */
    this.voice = 0;
  }

  /** One block of a planar host, in a render callback, too. */
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
