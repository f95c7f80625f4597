// @echogarden/sonic-wasm: Emscripten with its loader, minified exports. Interleaved frames, in floats or 16 bits; it makes more or
// fewer of them than it is given.

import { captureKernel } from "wasm-process-buffers";
import create from "../../node_modules/@echogarden/sonic-wasm/sonic.js";

export async function load({ module, sampleFormat, speed, pitch }) {
  // Loading:
  const capture = captureKernel(module);
  const sonic = await create({ ...capture.emscripten, locateFile: (name) => name });
  // Playing:
  const stream = sonic._sonicCreateStream(48000, 2);
  sonic._sonicSetSpeed(stream, speed);
  sonic._sonicSetPitch(stream, pitch);
  const { write, read } = functionsOf(sonic, sampleFormat);
  // End.
  const bus = { channelCount: 2, layout: "interleaved", sampleFormat };
  const process = ({ mainInput, mainOutput }, frames, blocks) => {
    write(stream, mainInput.samplesAddress, frames);
    let made = frames;
    while (made === frames) {
      made = read(stream, mainOutput.samplesAddress, frames);
      blocks.produced(made);
    }
  };
  return { heap: capture.heap, config: { inputs: [bus], outputs: [bus] }, isResampling: true, process };
}

export const functionsOf = (sonic, sampleFormat) =>
  sampleFormat === "i16"
    ? { write: sonic._sonicWriteShortToStream, read: sonic._sonicReadShortFromStream }
    : { write: sonic._sonicWriteFloatToStream, read: sonic._sonicReadFloatFromStream };
