// What the audio thread and the kernel's thread share: one ring of samples for each channel and direction, and two counts.

import { RingBuffer } from "ringbuf.js";

/** Frames of the kernel's block. */
export const BLOCK = 4096;
/**
 * In frames, and constant: one block to gather what the kernel takes, and one block of time for the kernel to render it. Frames
 * that are later are replaced by silence, counted, and left out when they come.
 */
export const LATENCY = 2 * BLOCK;
/** Blocks that may wait for a kernel that is held up. */
const WAITING = 8;

export const UNDERRUN_FRAMES = 0;
export const REFUSED_FRAMES = 1;
/** A word that never changes: the audio thread waits on it to sleep for a while. */
export const ALWAYS_ZERO = 2;

/**
 * Makes the rings and counts. Call it in the thread that makes the other two, and post them the result as it is.
 * @throws Error if threads cannot share memory.
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

/** The rings of one direction, as one thread uses them. */
export class Ring {
  constructor(channels) {
    this.channels = channels.map((storage) => new RingBuffer(storage, Float32Array));
  }

  /** Frames that can be taken out of every channel. The channels differ while the other thread writes one after the other. */
  get available() {
    let frames = this.channels[0].availableRead();
    for (let c = 1; c < this.channels.length; c++) frames = Math.min(frames, this.channels[c].availableRead());
    return frames;
  }

  /** Frames for which every channel has room. */
  get room() {
    let frames = this.channels[0].availableWrite();
    for (let c = 1; c < this.channels.length; c++) frames = Math.min(frames, this.channels[c].availableWrite());
    return frames;
  }
}
