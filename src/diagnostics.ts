/** Running counts of what was clamped or refused while rendering: plain numbers, read at any time. */
export interface Diagnostics {
  /** Calls of `Bus.push` that were refused. */
  refusedPushes: number;
  /**
   * Channels that were not passed on. In: the host's that are declared nowhere, or are no `Float32Array` with samples; a bus
   * that is no list counts as one. Out: the storage's for which the host has no place, and the host's that cannot be written.
   */
  droppedChannels: number;
  /** Frames beyond `maxFrames`, summed over blocks. */
  truncatedFrames: number;
  /** Channel views made while rendering: for a pointer or length not seen before, or because the memory grew. */
  viewRebuilds: number;
  /** Parameters of a block that kept their last value, because what came was no `Float32Array` with values, or NaN. What is no object of them counts once. */
  invalidParameters: number;
  /** Events that an `EventQueue` refused, because it was full, or because something of them was no finite number. */
  refusedEvents: number;
}

/** [setup] Counts of a storage that has clamped and refused nothing yet. */
export function noDiagnostics(): Diagnostics {
  return { refusedPushes: 0, droppedChannels: 0, truncatedFrames: 0, viewRebuilds: 0, invalidParameters: 0, refusedEvents: 0 };
}
