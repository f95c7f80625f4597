/** Running counts of what was clamped or refused while rendering: plain numbers, read at any time. */
export class Diagnostics {
  /** Calls of `Bus.push` that were refused. */
  refusedPushes = 0;
  /** Host channels that were not passed on: more of them than declared, or no `Float32Array` with samples in it. */
  droppedChannels = 0;
  /** Frames beyond `maxFrames`, summed over blocks. */
  truncatedFrames = 0;
  /** Channel views made while rendering: for a pointer or length not seen before, or because the memory grew. */
  viewRebuilds = 0;
}
