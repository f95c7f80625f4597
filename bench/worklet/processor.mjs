// Measures in a real worklet, with the lists that the engine hands to `process`. The context renders
// offline, so nobody minds that one call of `process` takes seconds.

import { hostsLike } from "../hosts.mjs";
import * as f64 from "../subjects/f64.mjs";
import * as missing from "../subjects/missing.mjs";
import * as planar from "../subjects/planar.mjs";
import { timedByDate } from "./clock.mjs";

const SUBJECTS = { planar, missing, f64 };

class Bench extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.options = processorOptions;
    this.done = false;
  }

  process(inputs, outputs) {
    const { subject, one, config, effort } = this.options;
    if (this.done || !isComplete(inputs, config.inputs)) return !this.done;
    this.done = true;
    try {
      const works = SUBJECTS[subject].works(one, hostsLike({ inputs, outputs }, one.lists));
      this.port.postMessage({ measured: { ...timedByDate(works, effort), frozen: isFrozen(inputs) && isFrozen(outputs) } });
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

function isFrozen(buses) {
  return Object.isFrozen(buses) && buses.every((channels) => Object.isFrozen(channels));
}
