import { MAX_BUSES, MAX_CHANNELS } from "../abi";
import { blockFrames, busAt, channelAt, entriesOf, framesOf, type HostBuses } from "../hosts/host-lists";
import { renderQuantumFrames } from "../options";

/**
 * When a node's inputs have ended, and how long ago. Engines tell it in different ways: by no channels, by one silent channel, or by
 * silence that goes on. So an input counts as heard where a channel of it has a sample that is not exactly zero.
 */
export class Tail {
  private hasBegun = false;
  private silentFrames = 0;

  /** @param frames For how many the node renders on. Infinity: it never ends by itself. */
  constructor(private readonly frames: number) {}

  /**
   * [render] Looks at a block of the host's, and says whether the node has ended before it.
   *
   * @param more Frames by which what was heard comes out later.
   */
  isOver(inputs: HostBuses, outputs: HostBuses, more: number): boolean {
    if (this.frames === Number.POSITIVE_INFINITY) return false;
    if (isHeard(inputs)) {
      this.hasBegun = true;
      this.silentFrames = 0;
      return false;
    }
    if (!this.hasBegun) return false;
    if (this.silentFrames >= this.frames + more) return true;
    this.silentFrames += blockFrames(inputs, outputs, renderQuantumFrames());
    return false;
  }
}

function isHeard(buses: HostBuses): boolean {
  const busCount = Math.min(entriesOf(buses), MAX_BUSES);
  for (let b = 0; b < busCount; b++) {
    const channels = busAt(buses, b);
    const channelCount = Math.min(entriesOf(channels), MAX_CHANNELS);
    for (let c = 0; c < channelCount; c++) {
      const samples = channelAt(channels, c, 0);
      if (samples === undefined) continue;
      const frames = framesOf(samples);
      // NaN is heard, too.
      for (let k = 0; k < frames; k++) if (samples[k] !== 0) return true;
    }
  }
  return false;
}
