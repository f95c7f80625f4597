// Buses in every form, in and out: ours against the loops that users write, over views of the kernel's memory.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";
import { createHosts } from "../hosts.mjs";

export const CHANNELS = [1, 2, 6];
const FRAMES = 128;

/** What a bus is declared as, and `speakers` where the host has another number of channels: twice as many, or stereo for 5.1. */
export const FORMS = {
  "contiguous f32": { layout: "contiguous" },
  "interleaved f32": { layout: "interleaved" },
  "planar i16": { sampleFormat: "i16" },
  "contiguous i16": { layout: "contiguous", sampleFormat: "i16" },
  "interleaved i16": { layout: "interleaved", sampleFormat: "i16" },
  "planar f32, scaled": { scale: 32768 },
  "interleaved f64": { layout: "interleaved", sampleFormat: "f64" },
};

const VIEWS = { f32: Float32Array, f64: Float64Array, i16: Int16Array };

export function casesIn({ isMain }) {
  if (!isMain) return [];
  return Object.keys(FORMS).flatMap((form) => CHANNELS.map((channels) => ({ id: formId(form, channels), form, channels })));
}

export function formId(form, channels) {
  return `${form}, ${channels}`;
}

export function works({ form, channels }) {
  const info = { channelCount: channels, ...FORMS[form] };
  const hosts = createHosts({ inputs: [channels], outputs: [channels] }, FRAMES, "same");
  const ours = ProcessBufferStorage.allocateFromConfig({ inputs: [info], outputs: [info] }, { maxFrames: FRAMES });
  const { layout = "planar", sampleFormat = "f32", scale = 1 } = info;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const Samples = VIEWS[sampleFormat];
  const samples = new Samples(memory.buffer, 0, channels * FRAMES);
  const loops = new Loops(samples, layout, sampleFormat === "i16", sampleFormat === "i16" ? 32768 * scale : scale);
  const [host] = hosts;
  loops.collect(host.inputs);
  ours.collect(host.inputs, host.outputs);
  const bus = ours.mainInput;
  const found = layout === "planar" ? Array.from({ length: channels }, (_, c) => [...bus.channel(c)]).flat() : [...bus.samples];
  if (!found.every((sample, at) => sample === samples[at])) throw new Error(`${form}: ours and the loops do not agree`);
  return [
    inTurn(hosts, "loops.collect(host.inputs); loops.deliver(host.outputs);", { loops }),
    inTurn(hosts, "ours.collect(host.inputs, host.outputs); ours.deliver(host.outputs);", { ours }),
  ];
}

/** As users write them: one loop a channel, with what does not change out of the inner one. */
class Loops {
  constructor(samples, layout, isWhole, unit) {
    this.samples = samples;
    this.isInterleaved = layout === "interleaved";
    this.isWhole = isWhole;
    this.unit = unit;
  }

  collect(inputs) {
    const { samples, isInterleaved, isWhole, unit } = this;
    const channels = inputs[0];
    for (let c = 0; c < channels.length; c++) {
      const channel = channels[c];
      const step = isInterleaved ? channels.length : 1;
      let at = isInterleaved ? c : c * FRAMES;
      if (isWhole) {
        for (let k = 0; k < FRAMES; k++, at += step) samples[at] = Math.max(-32768, Math.min(32767, Math.round(channel[k] * unit)));
      } else {
        for (let k = 0; k < FRAMES; k++, at += step) samples[at] = channel[k] * unit;
      }
    }
  }

  deliver(outputs) {
    const { samples, isInterleaved, unit } = this;
    const channels = outputs[0];
    for (let c = 0; c < channels.length; c++) {
      const channel = channels[c];
      const step = isInterleaved ? channels.length : 1;
      let at = isInterleaved ? c : c * FRAMES;
      for (let k = 0; k < FRAMES; k++, at += step) channel[k] = samples[at] / unit;
    }
  }
}
