// Plays two ramps into the first two of a kernel's three channels.

import { createKernelNode } from "wasm-process-buffers";
import { config } from "./config.js";

/** The samples of each channel that the kernel renders, of whose processor `load` brings the module into the context. */
export async function play(load) {
  const context = new OfflineAudioContext({ numberOfChannels: 3, length: 1024, sampleRate: 48_000 });
  await load(context);
  const module = new URL("./kernel.wasm", import.meta.url);
  const node = await createKernelNode(context, "gain", { module, config, parameterData: { gain: 0.5 } });
  const source = new AudioBufferSourceNode(context, { buffer: ramps(context, 2) });
  source.connect(node).connect(context.destination);
  source.start();
  const rendered = await context.startRendering();
  return [0, 1, 2].map((channel) => [...rendered.getChannelData(channel)]);
}

/** Channel c climbs from c to c + 1. */
function ramps(context, channels) {
  const buffer = context.createBuffer(channels, context.length, context.sampleRate);
  for (let c = 0; c < channels; c++) {
    const samples = buffer.getChannelData(c);
    for (let k = 0; k < samples.length; k++) samples[k] = c + k / samples.length;
  }
  return buffer;
}
