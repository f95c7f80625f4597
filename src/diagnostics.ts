/** Running counts of what was clamped or refused while rendering. Plain numbers, which may be read at any time. */
export interface Diagnostics {
  /** Calls of `Bus.push` that were refused. */
  refusedPushes: number;
  /**
   * Channels that were not passed on. In: a host's channel that no bus takes, or that is not a `Float32Array` with samples. A
   * bus that is not a list counts as one channel. Out: a storage's channel for which the host has no place, and a host's
   * channel that cannot be written. An interleaved array of the wrong type counts all of its channels.
   */
  droppedChannels: number;
  /** Frames beyond `maxFrames`, or beyond the `maxHostFrames` of a `FixedBlocks`, summed over blocks. */
  truncatedFrames: number;
  /**
   * Calls of `setWindow` that were refused because a bus is contiguous: its channels are one block length apart, so a shorter
   * window cannot be shown.
   */
  refusedWindows: number;
  /** Views of memory that were made while rendering: for a pointer or a length not seen before, or because the memory grew. */
  viewRebuilds: number;
  /** How often `FixedBlocks.latency` has changed, because a host's block was not as long as announced. */
  latencyChanges: number;
  /** Frames of silence that a `FixedBlocks` delivered because the kernel had not made enough frames. */
  underrunFrames: number;
  /**
   * Frames that the kernel of a `FixedBlocks` made and that were lost: the queue was full, or another host took over the
   * output.
   */
  refusedFrames: number;
  /**
   * Frames that the host of a `FixedBlocks` handed over and that the kernel never saw: `next` was not called, too many frames
   * waited for it, or another host took over the input.
   */
  skippedFrames: number;
  /**
   * Parameters that kept their last value because the new one was NaN, or not a `Float32Array` with values. Counted once for
   * each parameter and block; a third argument of `process` that is not an object counts once.
   */
  invalidParameters: number;
  /** Events that an `EventQueue` refused, because it was full, or because a number of the event was not finite. */
  refusedEvents: number;
}

/** [setup] All counts at 0. */
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

/** Names of the counts, in the order in which other threads see them. */
export const DIAGNOSTIC_NAMES = /* @__PURE__ */ Object.keys(/* @__PURE__ */ noDiagnostics()) as readonly (keyof Diagnostics)[];

/** [setup] Adds other counts to `counts`. */
export function addDiagnostics(counts: Diagnostics, others: Readonly<Diagnostics>): void {
  for (const name of DIAGNOSTIC_NAMES) counts[name] += others[name];
}
