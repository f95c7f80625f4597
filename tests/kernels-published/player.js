// Plays a published kernel through its driver: block by block, as a worklet does it, and in a worklet.
//
// A driver's `load` answers what is to be known of its kernel:
//   heap      where its storage is
//   config    its buses
//   options   of the storage
//   blockFrames  where it has a block of its own
//   prepare   what is to be done before a block is collected
//   process   renders what stands in the storage; what it returns is kept
//   finish    what is left at the end

import { FixedBlocks, ProcessBufferStorage } from "wasm-process-buffers";

export class Player {
  constructor({ heap, config, options, blockFrames, isResampling, prepare, process, finish }, hostFrames = 128) {
    this.heap = heap;
    this.storage = ProcessBufferStorage.allocateFromConfig(config, {
      heap,
      maxFrames: blockFrames ?? hostFrames,
      channelInterpretation: "speakers",
      ...options,
    });
    this.blocks = blockFrames === undefined && !isResampling ? undefined : new FixedBlocks(this.storage, { hostFrames });
    this.prepare = prepare;
    this.render = process;
    this.end = finish;
    /** What the kernel returned, block by block. */
    this.results = [];
  }

  process(inputs, outputs) {
    const { storage, blocks } = this;
    this.prepare?.(storage);
    if (blocks === undefined) {
      this.results.push(this.render(storage, storage.collect(inputs, outputs)));
      storage.deliver(outputs);
      return;
    }
    blocks.collect(inputs, outputs);
    while (blocks.next()) this.results.push(this.render(storage, storage.frames, blocks));
    blocks.deliver(outputs);
  }

  finish() {
    if (this.end !== undefined) this.results.push(this.end());
    return this.results;
  }
}
