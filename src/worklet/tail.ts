import { MAX_BUSES, MAX_CHANNELS } from "../abi";
import { blockFrames, busAt, channelAt, entriesOf, framesOf, type HostBuses } from "../hosts/host-lists";
import { renderQuantumFrames } from "../options";

/**
 * Finds out when a node's inputs have ended, and how long ago. Engines show an ended input in different ways: with no channels,
 * with one silent channel, or with all channels silent. So an input is heard if one of its samples is not exactly zero.
 */
export class Tail {
  private hasBegun = false;
  private silentFrames = 0;

  /** @param frames How many frames the node renders after its inputs have ended. Infinity: it never ends by itself. */
  constructor(private readonly frames: number) {}

  /**
   * [render] Looks at a block of the host. Returns whether the node has ended before this block.
   *
   * @param latency Frames that are rendered in addition, because the inputs' last frames come out later.
   */
  isOver(inputs: HostBuses, outputs: HostBuses, latency: number): boolean {
    if (this.frames === Number.POSITIVE_INFINITY) return false;
    if (isHeard(inputs)) {
      this.hasBegun = true;
      this.silentFrames = 0;
      return false;
    }
    if (!this.hasBegun) return false;
    if (this.silentFrames >= this.frames + latency) return true;
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
      // NaN is not equal to 0, so it is heard.
      for (let k = 0; k < frames; k++) if (samples[k] !== 0) return true;
    }
  }
  return false;
}
