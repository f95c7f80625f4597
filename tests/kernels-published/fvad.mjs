// WebRTC's voice detector behind a storage: it takes 480 frames of 16-bit samples, mono, and gives nothing but its opinion.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import loadFvad from "@echogarden/fvad-wasm";
import { FixedBlocks, ProcessBufferStorage } from "wasm-process-buffers";

const BLOCK = 480;
const wasm = readFileSync(fileURLToPath(import.meta.resolve("@echogarden/fvad-wasm")).replace(/js$/, "wasm"));

/** The package's own module object, and the memory that it keeps to itself. */
export async function loadKernel() {
  /** @type {WebAssembly.Memory | undefined} */
  let memory;
  const kernel = await loadFvad({
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), imports);
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      return receive(instance);
    },
  });
  if (memory === undefined) throw new Error("the kernel exports no memory");
  return { kernel, memory };
}

/** A detector of the package's; `detect(address, frames)` answers 1 for a voice, 0 for none. */
export function detectorOf({ kernel }) {
  const detector = kernel._fvad_new();
  if (kernel._fvad_set_sample_rate(detector, 48_000) !== 0 || kernel._fvad_set_mode(detector, 3) !== 0) throw new Error("no such detector");
  return (address, frames) => kernel._fvad_process(detector, address, frames);
}

export class VoiceDetector {
  constructor({ kernel, memory }, hostFrames) {
    this.heap = { memory, malloc: kernel._malloc, free: kernel._free };
    this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [] }, { heap: this.heap, maxFrames: BLOCK });
    this.blocks = new FixedBlocks(this.storage, { hostFrames });
    this.detect = detectorOf({ kernel });
    this.address = kernel._malloc(BLOCK * 2);
    this.samples = new Int16Array(memory.buffer, this.address, BLOCK);
    /** For each block of the kernel's, where it began, and whether there was a voice in it. */
    this.decisions = [];
  }

  /** Hands every whole block to the detector. To be called between `collect` and `deliver` of its `blocks`. */
  listen() {
    const { blocks, storage, samples } = this;
    while (blocks.next()) {
      const given = storage.mainInput.channel(0);
      for (let frame = 0; frame < BLOCK; frame++) samples[frame] = Math.max(-32768, Math.min(32767, Math.round(given[frame] * 32768)));
      this.decisions.push([blocks.blockStart, this.detect(this.address, BLOCK)]);
    }
  }
}
