/** Running counts of what was clamped or refused while rendering: plain numbers, read at any time. */
export interface Diagnostics {
  /** Calls of `Bus.push` that were refused. */
  refusedPushes: number;
  /** Host channels that were not passed on: more of them than declared, or no `Float32Array` with samples in it. */
  droppedChannels: number;
  /** Frames beyond `maxFrames`, summed over blocks. */
  truncatedFrames: number;
  /** Channel views made while rendering: for a pointer or length not seen before, or because the memory grew. */
  viewRebuilds: number;
}

/** [setup] Counts of a storage that has clamped and refused nothing yet. */
export function noDiagnostics(): Diagnostics {
  return { refusedPushes: 0, droppedChannels: 0, truncatedFrames: 0, viewRebuilds: 0 };
}
