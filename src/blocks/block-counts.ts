/**
 * Counts channels in each of the kernel's blocks that is gathered, also where only a part of it is gathered. The count of a
 * block is the largest of its frames.
 */
export class BlockCounts {
  private readonly counts: Uint8Array;
  /** Number of blocks of which at least one frame is gathered. */
  private begun = 0;

  /** [setup] For at most `frames` frames. */
  constructor(
    private readonly blockFrames: number,
    frames: number,
  ) {
    this.counts = new Uint8Array(Math.ceil(frames / blockFrames));
  }

  /** [render] The count so far of the block that has frame `at`. */
  before(at: number): number {
    return this.of(this.blockOf(at));
  }

  /** [render] The count of a block; 0 where none of its frames is gathered. */
  of(block: number): number {
    return block < this.begun ? this.counts[block]! : 0;
  }

  /** [render] The largest count of all blocks. */
  get most(): number {
    let most = 0;
    for (let block = 0; block < this.begun; block++) most = Math.max(most, this.counts[block]!);
    return most;
  }

  /** [render] First frame of the block that has frame `at`. */
  startOf(at: number): number {
    // Most frames are in the first block. The check avoids the division, which takes as long as everything else here.
    return at < this.blockFrames ? 0 : at - (at % this.blockFrames);
  }

  /** [render] Notes `count` channels for the `frames` frames from `at` on. `frames` is 1 or more. */
  note(at: number, frames: number, count: number): void {
    const { counts } = this;
    const last = this.blockOf(at + frames - 1);
    for (let block = this.blockOf(at); block <= last; block++) {
      if (block >= this.begun) {
        // Blocks between are of frames that nobody noted: silence that stands in place of what was lost.
        counts.fill(0, this.begun, block);
        this.begun = block + 1;
        counts[block] = count;
      } else if (count > counts[block]!) {
        counts[block] = count;
      }
    }
  }

  /** [render] Removes the first `blocks` blocks. */
  drop(blocks: number): void {
    const { counts, begun } = this;
    const left = Math.max(0, begun - blocks);
    for (let block = 0; block < left; block++) counts[block] = counts[block + blocks]!;
    this.begun = left;
  }

  /** [render] Removes all blocks. */
  clear(): void {
    this.begun = 0;
  }

  /** It divides without a fraction, for which V8 allocates an object in a function that it has not optimised yet. */
  private blockOf(frame: number): number {
    return frame < this.blockFrames ? 0 : this.startOf(frame) / this.blockFrames;
  }
}
