// The audio thread's end: a block's inputs go into the rings, and what the kernel made of earlier ones comes out. It never waits for the
// other thread, unless it is told that nobody listens.

import { ALWAYS_ZERO, LATENCY, REFUSED_FRAMES, Ring, UNDERRUN_FRAMES } from "./rings.mjs";

/** While rendering offline: as long as a kernel may take to answer. */
const PATIENCE_MILLISECONDS = 20_000;

export class Bridge {
  /**
   * @param rings What `createRings` made.
   * @param waits True where audio is rendered faster than it plays: then it waits for the kernel, because there is no time to be late for.
   */
  constructor({ inputs, outputs, counts }, waits) {
    this.inputs = new Ring(inputs);
    this.outputs = new Ring(outputs);
    this.counts = counts;
    this.waits = waits;
    /** Frames that were silence because the kernel was late, and that are left out when they come. */
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
      // They never come back, so nothing is to be left out for them.
      Atomics.add(counts, REFUSED_FRAMES, frames - accepted);
      this.owed -= frames - accepted;
    }
    // A channel that is missing is silence; where one stops and starts, the others must not move.
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

  /** For a millisecond, where an audio thread may. Nobody ever wakes it. */
  rest() {
    try {
      Atomics.wait(this.counts, ALWAYS_ZERO, 0, 1);
    } catch {
      // Some engines allow it in workers alone.
    }
  }
}
