// What the kernel has made and the host has not taken yet, in one run.
//
// `set` copies ten times as fast as a loop in V8, but takes a whole array, and a view for a length and a place not seen before
// would be garbage. So there are views of pieces as long as the host's block, one behind the other; only what is shorter
// than a piece is copied one by one.

import { MEMORY_BYTES } from "../memory/address";
import { copyWithin, fill, set } from "../sample-format";

/** How long blocks are. */
export interface BlockLengths {
  readonly blockFrames: number;
  /** What the host announced; 0 where its blocks change. */
  readonly hostFrames: number;
  readonly maxHostFrames: number;
  /** Frames of silence that come out before the first frame that went in. */
  readonly latency: number;
}

/** [setup] @throws RangeError where no memory could hold what is gathered, `taken` units a frame, and what is made, `given` units a frame. */
export function checkRoom({ blockFrames, maxHostFrames }: BlockLengths, taken: number, given: number, bytes: number): void {
  const frames = blockFrames + maxHostFrames;
  const wanted = (taken * frames + given * (frames + 3 * blockFrames)) * bytes;
  if (wanted <= MEMORY_BYTES) return;
  throw new RangeError(
    `blocks of ${blockFrames} frames under a host of at most ${maxHostFrames} take ${wanted} bytes; ${MEMORY_BYTES} is the most. A smaller maxHostFrames takes less`,
  );
}

/** An array of samples of any kind, or of the bytes that they are made of. */
export type Units = Float32Array | Float64Array | Int16Array | Int32Array | Uint8Array;

/** A class of them. */
export interface UnitView {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Units;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Units;
}

/** What the arrays of a queue hold. */
export interface UnitKind {
  readonly View: UnitView;
  /** Units of one frame in one array. */
  readonly width: number;
  /** The unit that is silence. */
  readonly silence: number;
}

export class FrameQueue {
  /** Frames in the queue. */
  frames = 0;
  /** Where the oldest frame is. */
  start = 0;
  /** What the queue takes in: one block of the kernel's, an array a channel, in the order of {@link arrays}. */
  readonly blocks: Units[] = [];
  readonly arrays: Units[] = [];
  /** Most frames in the queue. */
  readonly capacity: number;
  /** The piece of which the oldest frame is the first one; -1 where it is none, or that is not known. */
  private piece = 0;
  /** Frames of a piece. */
  private readonly pieceFrames: number;
  private readonly pieceUnits: number;
  /** How many pieces have views. */
  private readonly pieceCount: number;
  /** Of each array its first piece, of each its second one, and so on. */
  private readonly pieces: Units[] = [];

  /** [setup] `delay`: frames of silence with which it starts. @throws RangeError where the engine has no room. */
  constructor(
    arrayCount: number,
    private readonly kind: UnitKind,
    { blockFrames, hostFrames, maxHostFrames, latency }: BlockLengths,
  ) {
    const { View, width, silence } = kind;
    this.capacity = 2 * blockFrames + maxHostFrames;
    for (let array = 0; array < arrayCount; array++) {
      this.blocks.push(new View(blockFrames * width));
      // A block is written as a whole, however much of it is wanted.
      this.arrays.push(new View((this.capacity + blockFrames) * width));
    }
    const pieceFrames = hostFrames > 0 ? hostFrames : USUAL_FRAMES;
    this.pieceFrames = pieceFrames;
    this.pieceUnits = pieceFrames * width;
    this.pieceCount = Math.min(MOST_PIECES, Math.ceil((latency + 2 * pieceFrames) / pieceFrames), Math.floor(this.capacity / pieceFrames));
    for (let piece = 0; piece < this.pieceCount; piece++) {
      for (const { buffer, BYTES_PER_ELEMENT } of this.arrays) {
        this.pieces.push(new View(buffer as ArrayBuffer, piece * pieceFrames * width * BYTES_PER_ELEMENT, pieceFrames * width));
      }
    }
    if (silence !== 0) for (const array of this.arrays) array.fill(silence);
    this.frames = latency;
  }

  /** [render] Nothing but `frames` frames of silence. */
  restart(frames: number): void {
    this.start = 0;
    this.piece = 0;
    this.frames = 0;
    this.pushSilence(frames);
  }

  /** [render] Appends the first `frames` frames of {@link blocks}. Returns how many had room. */
  push(frames: number): number {
    const { arrays, blocks } = this;
    this.moveToFront();
    const to = this.frames * this.kind.width;
    for (let a = 0; a < arrays.length; a++) set.call(arrays[a]!, blocks[a]!, to);
    const taken = Math.min(frames, this.capacity - this.frames);
    this.frames += taken;
    return taken;
  }

  /** [render] Appends silence, as far as there is room. */
  pushSilence(frames: number): void {
    this.moveToFront();
    const end = Math.min(this.frames + frames, this.capacity);
    this.silence(this.frames, end);
    this.frames = end;
  }

  /** [render] Puts silence before everything else, as far as there is room. */
  delay(frames: number): void {
    const { arrays, start } = this;
    const { width } = this.kind;
    const taken = Math.min(frames, this.capacity - this.frames);
    const end = start + this.frames;
    for (let a = 0; a < arrays.length; a++) copyWithin.call(arrays[a]!, taken * width, start * width, end * width);
    this.silence(0, taken);
    this.start = 0;
    this.piece = 0;
    this.frames += taken;
  }

  /** [render] Before {@link read}: the oldest frame becomes the first one of a piece. */
  align(): void {
    if (this.piece < 0) this.moveToFront();
  }

  /** [render] Copies the oldest `units` units of an array to the start of `target`, which is as long at least. May throw. */
  read(array: number, target: Units, units: number): void {
    const { arrays, pieces, pieceCount, pieceUnits } = this;
    let done = 0;
    for (let piece = this.piece; piece < pieceCount && done + pieceUnits <= units; piece++, done += pieceUnits) {
      set.call(target, pieces[piece * arrays.length + array]!, done);
    }
    if (done === units) return;
    const source = arrays[array]!;
    for (const from = this.start * this.kind.width; done < units; done++) target[done] = source[from + done]!;
  }

  /** [render] The oldest `frames` frames are gone. */
  pop(frames: number): void {
    this.start += frames;
    this.frames -= frames;
    this.piece = frames === this.pieceFrames && this.piece >= 0 ? this.piece + 1 : -1;
  }

  private moveToFront(): void {
    const { arrays, start, frames } = this;
    const { width } = this.kind;
    if (start > 0 && frames > 0) {
      for (let a = 0; a < arrays.length; a++) copyWithin.call(arrays[a]!, 0, start * width, (start + frames) * width);
    }
    this.start = 0;
    this.piece = 0;
  }

  private silence(from: number, to: number): void {
    const { arrays } = this;
    const { width, silence } = this.kind;
    for (let a = 0; a < arrays.length; a++) fill.call(arrays[a]!, silence, from * width, to * width);
  }
}

/** Where the host has not said how long its blocks are, pieces are as long as they mostly are. */
const USUAL_FRAMES = 128;
/** More views would take longer to make than they save. */
const MOST_PIECES = 256;
