import { planarMemory } from "./planar-memory.mjs";

/**
 * A heap buffer object for each bus, which is told the host's channel count in every block and hands
 * out the channel views that it made once: the technique of Chrome's design pattern for worklets. No
 * pointer tables, no zeroed outputs, no channels that may be missing.
 */
export function cachedViews(config, frames) {
  const { inputs, outputs } = planarMemory(config, frames);
  return { inputs, outputs, mover: new HeapBuffers(inputs, outputs) };
}

class HeapBuffers {
  constructor(inputs, outputs) {
    this.inputs = inputs.map((views) => new HeapBuffer(views));
    this.outputs = outputs.map((views) => new HeapBuffer(views));
  }

  collect(inputs, outputs) {
    for (let bus = 0; bus < inputs.length; bus++) {
      const channels = inputs[bus];
      const buffer = this.inputs[bus];
      buffer.adaptTo(channels.length);
      for (let channel = 0; channel < channels.length; channel++) buffer.channelData(channel).set(channels[channel]);
    }
    for (let bus = 0; bus < outputs.length; bus++) this.outputs[bus].adaptTo(outputs[bus].length);
  }

  deliver(outputs) {
    for (let bus = 0; bus < outputs.length; bus++) {
      const channels = outputs[bus];
      const buffer = this.outputs[bus];
      for (let channel = 0; channel < channels.length; channel++) channels[channel].set(buffer.channelData(channel));
    }
  }
}

class HeapBuffer {
  constructor(views) {
    this.views = views;
    this.channelCount = views.length;
  }

  adaptTo(channelCount) {
    if (channelCount <= this.views.length) this.channelCount = channelCount;
  }

  channelData(channel) {
    return channel < this.channelCount ? this.views[channel] : undefined;
  }
}
