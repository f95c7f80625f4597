// A Node stream that renders PCM through a kernel: interleaved frames in, interleaved frames out. They may have any of
// InterleavedHost's formats, and arrive in pieces of any size.

import { Transform } from "node:stream";
import { InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";

export class ProcessStream extends Transform {
  /**
   * @param kernel Exports of a wasm module: memory, malloc, free and process.
   * @param channels Samples in each frame.
   * @param maxFrames Frames of each block. The last block may be shorter.
   * @param format The stream's format, by InterleavedHost's name for it. Default "i16".
   */
  constructor(kernel, channels, maxFrames, format = "i16") {
    super();
    this.kernel = kernel;
    this.frameBytes = channels * SAMPLE_BYTES[format];
    this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [channels], outputs: [channels] }, { heap: kernel, maxFrames });
    this.host = new InterleavedHost(this.storage, { channelCount: channels, format });
    this.block = new Uint8Array(maxFrames * this.frameBytes);
    this.filled = 0;
  }

  _transform(chunk, _encoding, done) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + this.block.length - this.filled);
      this.block.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === this.block.length) this.render();
    }
    done();
  }

  _flush(done) {
    // The last block has the whole frames that are left.
    if (this.filled >= this.frameBytes) this.render();
    this.host.free();
    this.storage.free();
    done();
  }

  render() {
    const { storage, host, kernel, frameBytes } = this;
    const bytes = this.block.slice(0, this.filled - (this.filled % frameBytes));
    const frames = host.collect(bytes);
    kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
    host.deliver(bytes);
    this.push(bytes);
    this.filled = 0;
  }
}

const SAMPLE_BYTES = { f32: 4, f64: 8, u8: 1, i16: 2, i24: 3, i32: 4 };
