// The audio thread's side: it puts a block's inputs into the rings, and takes out what the kernel made of earlier inputs. It
// never waits for the other thread, except while rendering offline.

import { ALWAYS_ZERO, LATENCY, REFUSED_FRAMES, Ring, UNDERRUN_FRAMES } from "./rings.mjs";

/** Longest time to wait for the kernel while rendering offline. */
const PATIENCE_MILLISECONDS = 20_000;

export class Bridge {
  /**
   * @param rings What `createRings` made.
   * @param waits True for offline rendering: it waits for the kernel then, because there is no deadline.
   */
  constructor({ inputs, outputs, counts }, waits) {
    this.inputs = new Ring(inputs);
    this.outputs = new Ring(outputs);
    this.counts = counts;
    this.waits = waits;
    /** Frames that were silence, because the kernel was late. As many are left out when they come, so the latency stays. */
    this.owed = 0;
    this.scratch = new Float32Array(16384);
    const silence = new Float32Array(LATENCY);
    for (const ring of this.outputs.channels) ring.push(silence);
  }

  /** [render] One block of a host with one input and one output. */
  process(inputs, outputs) {
    const frames = outputs[0][0].length;
    this.send(inputs[0], frames);
    if (this.waits) this.wait(frames);
    this.receive(outputs[0], frames);
  }

  send(channels, frames) {
    const { inputs, counts, scratch } = this;
    const accepted = Math.min(frames, inputs.room);
    if (accepted < frames) {
      // Frames that do not reach the kernel do not come back, so as many fewer are left out.
      Atomics.add(counts, REFUSED_FRAMES, frames - accepted);
      this.owed -= frames - accepted;
    }
    // A missing channel is sent as silence, so that the rings of all channels stay at the same frame.
    scratch.fill(0, 0, frames);
    for (let c = 0; c < inputs.channels.length; c++) inputs.channels[c].push(c < channels.length ? channels[c] : scratch, accepted);
  }

  receive(channels, frames) {
    const { outputs, counts, scratch } = this;
    if (this.owed > 0) {
      const late = Math.min(this.owed, outputs.available, scratch.length);
      for (let c = 0; c < outputs.channels.length; c++) outputs.channels[c].pop(scratch, late);
      this.owed -= late;
    }
    const there = this.owed > 0 ? 0 : Math.min(frames, outputs.available);
    for (let c = 0; c < outputs.channels.length; c++) {
      const target = c < channels.length ? channels[c] : scratch;
      outputs.channels[c].pop(target, there);
      target.fill(0, there, frames);
    }
    if (there < frames) Atomics.add(counts, UNDERRUN_FRAMES, frames - there);
    this.owed += frames - there;
  }

  wait(frames) {
    const end = Date.now() + PATIENCE_MILLISECONDS;
    while (this.outputs.available < frames && Date.now() < end) this.rest();
  }

  /** Sleeps for a millisecond, if the audio thread may. Nobody wakes it earlier. */
  rest() {
    try {
      Atomics.wait(this.counts, ALWAYS_ZERO, 0, 1);
    } catch {
      // Some engines allow Atomics.wait only in workers. Then `wait` loops without sleeping.
    }
  }
}
