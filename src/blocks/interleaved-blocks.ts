// Gathers and delivers an interleaved host's frames. They stay in the host's format, because each conversion would round
// them.

import type { InterleavedHost } from "../hosts/interleaved";
import { PCM_FORMATS, type PcmFormat } from "../hosts/pcm";
import { lengthOf } from "../hosts/typed-array";
import type { SampleFormat } from "../sample-format";
import { copyWithin, fill, set } from "../sample-format";
import { BlockCounts } from "./block-counts";
import { type BlockLengths, checkRoom, FrameQueue, type Units, type UnitView } from "./frame-queue";

export class InterleavedBlocks<F extends SampleFormat> {
  readonly queue: FrameQueue;
  private readonly kind: PcmKind;
  /** Elements of one frame. */
  private readonly width: number;
  private readonly frameBytes: number;
  private readonly gathered: Units;
  private readonly gatheredBytes: Uint8Array;
  /** View of the first kernel block among the gathered frames. */
  private readonly block: Units;
  private readonly queuedBytes: Uint8Array;
  private readonly blockFrames: number;
  /** Channels of the host that no bus takes, and channels of the storage for which the host has no place. */
  private readonly surplusIn: number;
  private readonly surplusOut: number;
  private readonly outputChannels: number;
  /** For each block 1 where the host handed over an array, otherwise 0. */
  private readonly counts: BlockCounts;

  /** [setup] @throws RangeError where the engine has no space. */
  constructor(
    readonly host: InterleavedHost<F>,
    lengths: BlockLengths,
  ) {
    const { blockFrames, maxHostFrames } = lengths;
    const { channelCount, format } = host;
    const kind = kindOf(format);
    const { View, unitsPerSample, silence } = kind;
    const width = channelCount * unitsPerSample;
    this.kind = kind;
    this.blockFrames = blockFrames;
    this.counts = new BlockCounts(blockFrames, blockFrames - 1 + maxHostFrames);
    const { inputs, outputs } = host.storage;
    const channelsOf = (buses: readonly { readonly capacity: number }[]) => buses.reduce((sum, { capacity }) => sum + capacity, 0);
    this.outputChannels = channelsOf(outputs);
    this.surplusIn = Math.max(0, channelCount - channelsOf(inputs));
    this.surplusOut = Math.max(0, this.outputChannels - channelCount);
    this.width = width;
    this.frameBytes = width * View.BYTES_PER_ELEMENT;
    checkRoom(lengths, width, width, View.BYTES_PER_ELEMENT);
    this.queue = new FrameQueue(1, { View, width, silence }, lengths);
    this.gathered = new View((blockFrames - 1 + maxHostFrames) * width);
    this.gatheredBytes = new Uint8Array(this.gathered.buffer);
    this.block = new View(this.gathered.buffer as ArrayBuffer, 0, blockFrames * width);
    this.queuedBytes = new Uint8Array(this.queue.arrays[0]!.buffer);
  }

  /** [render] As `PlanarBlocks.collect`. A value that is not an array of the format is `otherwise` frames of silence. */
  collect(samples: unknown, at: number, most: number, otherwise: number): number {
    const { gathered, width, kind } = this;
    const frames = this.framesOf(samples);
    const wanted = frames < 0 ? otherwise : frames;
    const count = Math.min(wanted, most);
    const isThere = frames >= 0 && this.copyIn(samples, at, count);
    if (count > 0) this.counts.note(at, count, isThere ? 1 : 0);
    // Channels are counted for each block of the host's, not where the kernel's blocks are handed over.
    this.host.storage.buffers.diagnostics.droppedChannels += isThere ? this.surplusIn : this.host.channelCount;
    if (!isThere) {
      fill.call(gathered, kind.silence, at * width, (at + count) * width);
    }
    return wanted;
  }

  /** [render] As `PlanarBlocks.restart`. */
  restart(frames: number): void {
    this.counts.clear();
    fill.call(this.gathered, this.kind.silence, 0, frames * this.width);
  }

  /** [render] As `PlanarBlocks.drop`. */
  drop(blocks: number, gathered: number): void {
    const { width, blockFrames } = this;
    this.counts.drop(blocks);
    copyWithin.call(this.gathered, 0, blocks * blockFrames * width, gathered * width);
  }

  /** [render] As `PlanarBlocks.hand`. False where the host is freed. */
  hand(block: number): boolean {
    const { host, width, blockFrames } = this;
    const isThere = this.counts.of(block) > 0;
    if (isThere && block > 0) copyWithin.call(this.gathered, 0, block * blockFrames * width, (block + 1) * blockFrames * width);
    const { diagnostics } = host.storage.buffers;
    const counted = diagnostics.droppedChannels;
    const frames = host.collect((isThere ? this.block : undefined) as never);
    diagnostics.droppedChannels = counted;
    return frames > 0;
  }

  /** [render] As `PlanarBlocks.take`. */
  take(): void {
    const block = this.queue.blocks[0]!;
    const { diagnostics } = this.host.storage.buffers;
    const counted = diagnostics.droppedChannels;
    // A host that is freed delivers nothing. What stands in the block is an older one then.
    if (this.host.deliver(block as never) === 0) fill.call(block, this.kind.silence);
    diagnostics.droppedChannels = counted;
  }

  /** [render] Frames of the host's array; an incomplete last frame counts. -1 for a value that is not an array of the format. */
  framesOf(samples: unknown): number {
    const { View, unitsPerSample } = this.kind;
    try {
      const areUnits = samples instanceof View;
      const length = areUnits ? lengthOf(samples as never) : bytesOf(samples);
      if (length < 0) return -1;
      const sampleSize = areUnits ? unitsPerSample : unitsPerSample * View.BYTES_PER_ELEMENT;
      const frameSize = sampleSize * this.host.channelCount;
      // It divides without a fraction, for which V8 allocates an object in a function that it has not optimised yet.
      const whole = length - (length % sampleSize);
      const rest = whole % frameSize;
      return (whole - rest) / frameSize + (rest > 0 ? 1 : 0);
    } catch {
      return -1;
    }
  }

  /** [render] Writes the oldest `frames` frames to the host's array, and silence after them. */
  deliver(samples: unknown, frames: number): void {
    const isWritten = this.write(samples, frames);
    this.host.storage.buffers.diagnostics.droppedChannels += isWritten ? this.surplusOut : this.outputChannels;
  }

  /** False where the array cannot be written. */
  private write(samples: unknown, frames: number): boolean {
    const { queue, queuedBytes, width, frameBytes, kind } = this;
    try {
      if (samples instanceof kind.View) {
        const length = lengthOf(samples as never);
        const units = Math.min(length, frames * width);
        queue.read(0, samples as Units, units);
        fill.call(samples, kind.silence, units);
        return true;
      }
      const length = bytesOf(samples);
      if (length < 0) return false;
      const start = queue.start * frameBytes;
      const bytes = Math.min(length, frames * frameBytes);
      if (samples instanceof Uint8Array) {
        for (let at = 0; at < bytes; at++) samples[at] = queuedBytes[start + at]!;
        fill.call(samples, kind.silence, bytes);
      } else {
        for (let at = 0; at < bytes; at++) (samples as DataView).setUint8(at, queuedBytes[start + at]!);
        for (let at = bytes; at < length; at++) (samples as DataView).setUint8(at, kind.silence);
      }
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Copies `count` frames of the host's array. An incomplete last frame is filled with silence. False where the array cannot
   * be read.
   */
  private copyIn(samples: unknown, at: number, count: number): boolean {
    const { gathered, gatheredBytes, width, frameBytes, kind } = this;
    try {
      if (samples instanceof kind.View) {
        const length = lengthOf(samples as never);
        const start = at * width;
        const units = Math.min(length - (length % kind.unitsPerSample), count * width);
        if (units === length) set.call(gathered, samples as Float32Array, start);
        else for (let unit = 0; unit < units; unit++) gathered[start + unit] = (samples as Units)[unit]!;
        fill.call(gathered, kind.silence, start + units, start + count * width);
        return true;
      }
      const length = bytesOf(samples);
      const start = at * frameBytes;
      const sampleBytes = kind.unitsPerSample * kind.View.BYTES_PER_ELEMENT;
      const bytes = Math.min(length - (length % sampleBytes), count * frameBytes);
      if (samples instanceof Uint8Array) {
        if (bytes === length) set.call(gatheredBytes, samples as never, start);
        else for (let byte = 0; byte < bytes; byte++) gatheredBytes[start + byte] = samples[byte]!;
      } else {
        for (let byte = 0; byte < bytes; byte++) gatheredBytes[start + byte] = (samples as DataView).getUint8(byte);
      }
      fill.call(gatheredBytes, kind.silence, start + bytes, start + count * frameBytes);
      return true;
    } catch {
      return false;
    }
  }
}

/** Properties of a format's elements. */
interface PcmKind {
  /** The typed array of the format; Uint8Array where no typed array has it. */
  readonly View: UnitView;
  readonly unitsPerSample: number;
  /** The value of an element that is silence. */
  readonly silence: number;
}

function kindOf(format: PcmFormat): PcmKind {
  const { View, bytes, silence } = PCM_FORMATS[format];
  return View === undefined ? { View: Uint8Array, unitsPerSample: bytes, silence } : { View, unitsPerSample: 1, silence };
}

/** Bytes of a Uint8Array or a DataView; -1 for anything else. May throw. */
function bytesOf(samples: unknown): number {
  if (samples instanceof Uint8Array) return lengthOf(samples as never);
  return samples instanceof DataView ? byteLength.call(samples) : -1;
}

/** Taken from the prototype, because a host may have put a property of the same name on its own view. */
const byteLength = /* @__PURE__ */ (() =>
  Object.getOwnPropertyDescriptor(DataView.prototype, "byteLength")!.get as (this: DataView) => number)();
