// What the audio thread and the kernel's thread share: a ring of samples a channel, each way, and two counts.

import { RingBuffer } from "ringbuf.js";

/** Frames of the kernel's block. */
export const BLOCK = 4096;
/**
 * In frames, and constant: the kernel waits for a whole block, and has as long as one takes to play for its work. Whatever
 * is later is silence, counted, and left out when it comes.
 */
export const LATENCY = 2 * BLOCK;
/** Blocks that may wait for a kernel that is held up. */
const WAITING = 8;

export const UNDERRUN_FRAMES = 0;
export const REFUSED_FRAMES = 1;
/** Something to wait at. */
export const ALWAYS_ZERO = 2;

/**
 * To be made where both threads are, and posted to them as it is.
 * @throws Error where threads cannot share memory.
 */
export function createRings(channels) {
  if (globalThis.SharedArrayBuffer === undefined) {
    throw new Error(
      'a kernel in a worker shares its samples with the audio thread, and this page may not share memory: serve it with the headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", over https or from localhost',
    );
  }
  const ringsOf = (frames) => Array.from({ length: channels }, () => RingBuffer.getStorageForCapacity(frames, Float32Array));
  return {
    inputs: ringsOf(WAITING * BLOCK),
    outputs: ringsOf(LATENCY + WAITING * BLOCK),
    counts: new Int32Array(new SharedArrayBuffer(12)),
  };
}

/** A thread's view of one direction. */
export class Ring {
  constructor(channels) {
    this.channels = channels.map((storage) => new RingBuffer(storage, Float32Array));
  }

  /** Frames that can be taken out of all channels. The other thread writes one channel after the other. */
  get available() {
    let frames = this.channels[0].availableRead();
    for (let c = 1; c < this.channels.length; c++) frames = Math.min(frames, this.channels[c].availableRead());
    return frames;
  }

  /** Frames for which all channels have room. */
  get room() {
    let frames = this.channels[0].availableWrite();
    for (let c = 1; c < this.channels.length; c++) frames = Math.min(frames, this.channels[c].availableWrite());
    return frames;
  }
}
