// A Node stream that renders 16-bit PCM through a kernel: interleaved frames in, interleaved frames out,
// in whatever pieces they arrive.

import { Transform } from "node:stream";
import { InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";

const BYTES = Int16Array.BYTES_PER_ELEMENT;

export class ProcessStream extends Transform {
  /**
   * @param kernel Exports of a wasm module: memory, malloc, free and process.
   * @param channels Samples in each frame.
   * @param maxFrames Frames of each block but the last, which has what is left.
   */
  constructor(kernel, channels, maxFrames) {
    super();
    this.kernel = kernel;
    this.channels = channels;
    this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [channels], outputs: [channels] }, { heap: kernel, maxFrames });
    this.host = new InterleavedHost(this.storage, { channelCount: channels, format: "i16" });
    this.block = new Int16Array(maxFrames * channels);
    this.bytes = new Uint8Array(this.block.buffer);
    this.filled = 0;
  }

  _transform(chunk, _encoding, done) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + this.bytes.length - this.filled);
      this.bytes.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === this.bytes.length) this.render();
    }
    done();
  }

  _flush(done) {
    // The last block: as many whole frames as there are.
    if (this.filled >= BYTES * this.channels) this.render();
    this.host.free();
    this.storage.free();
    done();
  }

  render() {
    const { storage, host, kernel, channels } = this;
    const frames = Math.floor(this.filled / (BYTES * channels));
    const samples = this.block.subarray(0, frames * channels);
    host.collect(samples);
    kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
    host.deliver(samples);
    this.push(Buffer.from(this.bytes.slice(0, frames * channels * BYTES)));
    this.filled = 0;
  }
}
