/** How many channels there were in each of the kernel's blocks that are gathered, or began to be: the most of any of its frames. */
export class BlockCounts {
  private readonly counts: Uint8Array;
  /** Blocks of which something is gathered. */
  private begun = 0;

  /** [setup] For at most `room` frames. */
  constructor(
    private readonly blockFrames: number,
    room: number,
  ) {
    this.counts = new Uint8Array(Math.ceil(room / blockFrames));
  }

  /** [render] Of the block that frame `at` is in, before that frame. */
  before(at: number): number {
    return this.of(this.blockOf(at));
  }

  /** [render] Of a block; 0 of one of which nothing is gathered. */
  of(block: number): number {
    return block < this.begun ? this.counts[block]! : 0;
  }

  /** [render] The most of all blocks. */
  get most(): number {
    let most = 0;
    for (let block = 0; block < this.begun; block++) most = Math.max(most, this.counts[block]!);
    return most;
  }

  /** [render] First frame of the block that frame `at` is in. */
  startOf(at: number): number {
    // Mostly the first block, and a division takes as long as everything else here.
    return at < this.blockFrames ? 0 : at - (at % this.blockFrames);
  }

  /** [render] There are `count` channels in `frames` frames, one or more, from `at` on. */
  note(at: number, frames: number, count: number): void {
    const { counts } = this;
    const last = this.blockOf(at + frames - 1);
    for (let block = this.blockOf(at); block <= last; block++) {
      if (block >= this.begun) {
        this.begun = block + 1;
        counts[block] = count;
      } else if (count > counts[block]!) {
        counts[block] = count;
      }
    }
  }

  /** [render] The first `blocks` blocks are gone. */
  drop(blocks: number): void {
    const { counts, begun } = this;
    const left = Math.max(0, begun - blocks);
    for (let block = 0; block < left; block++) counts[block] = counts[block + blocks]!;
    this.begun = left;
  }

  /** [render] Nothing is gathered. */
  clear(): void {
    this.begun = 0;
  }

  /** Without a fraction: V8 makes an object of it until it has compiled the function for speed. */
  private blockOf(frame: number): number {
    return frame < this.blockFrames ? 0 : this.startOf(frame) / this.blockFrames;
  }
}
