// @echogarden/fvad-wasm: Emscripten with its loader, minified exports. Mono, in blocks of 480 samples of 16 bits; it gives nothing
// but its opinion: 1 for a voice, 0 for none.

import { captureKernel } from "wasm-process-buffers";
import create from "../../node_modules/@echogarden/fvad-wasm/fvad.js";

export async function load({ module }) {
  // Loading:
  const capture = captureKernel(module);
  const fvad = await create({ ...capture.emscripten, locateFile: (name) => name });
  // Playing:
  const detector = fvad._fvad_new();
  if (fvad._fvad_set_sample_rate(detector, 48000) !== 0 || fvad._fvad_set_mode(detector, 3) !== 0) throw new Error("no such detector");
  // End.
  const config = { inputs: [{ channelCount: 1, sampleFormat: "i16" }], outputs: [] };
  const process = ({ mainInput }, frames) => fvad._fvad_process(detector, mainInput.samplesAddress, frames);
  return { heap: capture.heap, config, blockFrames: 480, process };
}
