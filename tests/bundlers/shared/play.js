// Plays two ramps into the first two of a processor's three channels.

import { nodeOptionsFor } from "wasm-process-buffers";

/** The samples of each channel that the processor renders which `load` brings into the context. */
export async function play(load) {
  const context = new OfflineAudioContext({ numberOfChannels: 3, length: 1024, sampleRate: 48_000 });
  await load(context);
  const config = { inputs: [3], outputs: [3] };
  const options = { ...nodeOptionsFor(config), channelInterpretation: "discrete", processorOptions: { config } };
  const node = new AudioWorkletNode(context, "half-gain", options);
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
