// @opendaw/nam-wasm: a neural amplifier, Emscripten with its loader, one mono instance a channel.

import { captureKernel } from "wasm-process-buffers";
import createNam from "../../node_modules/@opendaw/nam-wasm/dist/nam.js";

export async function load({ module, model }) {
  // Loading:
  const capture = captureKernel(module);
  const nam = await createNam({ ...capture.emscripten, locateFile: (name) => name });
  // Playing:
  nam._nam_setSampleRate(48000);
  const text = nam._malloc(model.length + 1);
  nam.stringToUTF8(model, text, model.length + 1);
  const instances = [0, 1].map(() => nam._nam_createInstance());
  for (const instance of instances) if (!nam._nam_loadModel(instance, text)) throw new Error("no model");
  nam._free(text);
  // End.
  const process = ({ mainInput, mainOutput }, frames) => {
    for (let c = 0; c < 2; c++) nam._nam_process(instances[c], mainInput.channelAddress(c), mainOutput.channelAddress(c), frames);
  };
  return { heap: capture.heap, config: { inputs: [2], outputs: [2] }, process };
}
