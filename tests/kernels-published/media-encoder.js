// wasm-media-encoders: Emscripten standalone, with a few imports. Both of its modules are played the same way: the kernel says anew
// for each block where it wants its channels.

import { instantiateKernel } from "wasm-process-buffers";

/** `settings`: words of its configuration, as the package's own glue has them: channels, sample rate, and what is the format's. */
export function load({ module, settings }) {
  // Loading:
  const { exports: kernel, heap } = instantiateKernel(module);
  // Playing:
  const words = kernel.malloc(4 * settings.length);
  new Int32Array(heap.memory.buffer, words, settings.length).set(settings);
  const encoder = kernel.enc_init(words);
  kernel.free(words);
  const buffers = () => [...new Uint32Array(heap.memory.buffer, kernel.enc_get_pcm(encoder, 128), 2)];
  const options = { addresses: { inputs: [buffers()] } };
  const prepare = ({ mainInput }) => mainInput.moveTo(buffers());
  // End.
  const taken = (bytes) => [...new Uint8Array(heap.memory.buffer, kernel.enc_get_out_buf(encoder), bytes)];
  const process = (_, frames) => taken(kernel.enc_encode(encoder, frames));
  const finish = () => taken(kernel.enc_flush(encoder));
  return { heap, config: { inputs: [2], outputs: [] }, options, prepare, process, finish };
}

/** Words for mp3.wasm: 48 kHz, two channels, by quality. */
export const mp3Settings = [...new Int32Array([2, 48000, 0]), ...new Int32Array(Float32Array.of(2).buffer), 0];
/** Words for ogg.wasm, and a serial number, which the package draws otherwise. */
export const oggSettings = [2, 48000, ...new Int32Array(Float32Array.of(3).buffer), 1234];
