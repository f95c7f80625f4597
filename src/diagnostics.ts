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
  /** Windows that were refused, because a bus is contiguous: its channels lie as far apart as the block is long. */
  refusedWindows: number;
  /** Channel views made while rendering: for a pointer or length not seen before, or because the memory grew. */
  viewRebuilds: number;
  /** Times that `FixedBlocks.latency` has changed, because a host's block was not as long as announced. */
  latencyChanges: number;
  /** Frames of silence that a `FixedBlocks` delivered because the kernel had not made enough. */
  underrunFrames: number;
  /** Frames that the kernel of a `FixedBlocks` made, and that were lost because too many waited for the host. */
  refusedFrames: number;
  /** Frames that a `FixedBlocks` was given, and that its kernel never saw: `next` was not called, or too many waited for it. */
  skippedFrames: number;
  /** Parameters of a block that kept their last value, because what came was no `Float32Array` with values, or NaN. What is no object of them counts once. */
  invalidParameters: number;
  /** Events that an `EventQueue` refused, because it was full, or because something of them was no finite number. */
  refusedEvents: number;
}

/** [setup] Counts of a storage that has clamped and refused nothing yet. */
export function noDiagnostics(): Diagnostics {
  return {
    refusedPushes: 0,
    droppedChannels: 0,
    truncatedFrames: 0,
    refusedWindows: 0,
    viewRebuilds: 0,
    latencyChanges: 0,
    underrunFrames: 0,
    refusedFrames: 0,
    skippedFrames: 0,
    invalidParameters: 0,
    refusedEvents: 0,
  };
}

/** In the order in which other threads see them. */
export const DIAGNOSTIC_NAMES = /* @__PURE__ */ Object.keys(/* @__PURE__ */ noDiagnostics()) as readonly (keyof Diagnostics)[];

/** [setup] Counts on from other counts. */
export function addDiagnostics(counts: Diagnostics, others: Readonly<Diagnostics>): void {
  for (const name of DIAGNOSTIC_NAMES) counts[name] += others[name];
}
