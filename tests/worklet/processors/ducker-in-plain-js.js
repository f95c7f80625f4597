// What the kernel of examples/emscripten-callback computes, in floats as it does, from what the engine hands over.

import { config } from "../../../examples/emscripten-callback/config.mjs";

const { fround } = Math;

class InPlainJs extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return config.parameters;
  }

  constructor() {
    super();
    this.level = 0;
  }

  process([main, side], [output], { gain, depth, speed }) {
    const at = (values, frame) => values[values.length > 1 ? frame : 0];
    // Web Audio mixes a lone channel into both of them.
    const channels = main.length === 1 ? [main[0], main[0]] : main;
    for (let frame = 0; frame < output[0].length; frame++) {
      const loudness = side.length > 0 ? Math.abs(side[0][frame]) : 0;
      this.level = fround(this.level + fround(fround(loudness - this.level) * speed[0]));
      const factor = fround(at(gain, frame) * fround(1 - fround(at(depth, frame) * this.level)));
      for (const [c, samples] of output.entries()) samples[frame] = fround((channels[c]?.[frame] ?? 0) * factor);
    }
    return true;
  }
}

registerProcessor("ducker-in-plain-js", InPlainJs);
