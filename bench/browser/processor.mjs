// Measures in a real worklet, with the lists that the engine hands to `process`. The context renders
// offline, so nobody minds that one call of `process` takes seconds.

import { blockWith } from "../block.mjs";
import { shape } from "../shapes.mjs";
import { TECHNIQUES } from "../techniques/index.mjs";
import { duelByDate } from "./clock.mjs";

class Bench extends AudioWorkletProcessor {
  constructor({ processorOptions: { shapeName, effort } }) {
    super();
    this.shape = shape(shapeName);
    this.effort = effort;
    this.done = false;
  }

  process(inputs, outputs) {
    if (this.done || !isComplete(inputs, this.shape.config.inputs)) return !this.done;
    this.done = true;
    try {
      this.port.postMessage({ measured: measureAll(this.shape, { inputs, outputs }, this.effort) });
    } catch (error) {
      this.port.postMessage({ error: String(error) });
    }
    return false;
  }
}

registerProcessor("bench", Bench);

/** Whether every channel arrives, and none is silent. */
function isComplete(inputs, channelCounts) {
  return channelCounts.every(
    (count, bus) => inputs[bus].length === count && inputs[bus].every((samples) => samples.length > 0 && samples[0] !== 0),
  );
}

function measureAll(rendered, host, effort) {
  const names = Object.keys(TECHNIQUES).filter((name) => name !== "floor");
  return names.map((technique) => {
    const [baseline, work] = ["floor", technique].map((name) => blockWith(TECHNIQUES[name], rendered, [host]));
    return { technique, ...duelByDate(baseline, work, effort) };
  });
}
