// A queue of frames that the kernel has made and the host has not taken yet.
//
// In V8 `set` copies ten times as fast as a loop, but it copies whole arrays, and a view of a part would be garbage. So the
// queue has views that were made ahead: pieces as long as the host's block, one after the other. Only frames that do not fill
// a piece are copied in a loop.

import { MEMORY_BYTES } from "../memory/address";
import { copyWithin, fill, set } from "../sample-format";

/** Lengths of the kernel's and the host's blocks. */
export interface BlockLengths {
  readonly blockFrames: number;
  /** Frames of the host's block; 0 where its length changes. */
  readonly hostFrames: number;
  readonly maxHostFrames: number;
  /** Frames of silence that the queue starts with. */
  readonly latency: number;
}

/**
 * [setup] @throws RangeError where no memory could hold the gathered frames, of `taken` elements each, and the queue, with
 * frames of `given` elements.
 */
export function checkRoom({ blockFrames, maxHostFrames }: BlockLengths, taken: number, given: number, bytes: number): void {
  const frames = blockFrames + maxHostFrames;
  const wanted = (taken * frames + given * (frames + 3 * blockFrames)) * bytes;
  if (wanted <= MEMORY_BYTES) return;
  throw new RangeError(
    `blocks of ${blockFrames} frames under a host of at most ${maxHostFrames} take ${wanted} bytes; ${MEMORY_BYTES} is the most. A smaller maxHostFrames takes less`,
  );
}

/** An array of elements: samples of any format, or bytes where no typed array has the format. */
export type Units = Float32Array | Float64Array | Int16Array | Int32Array | Uint8Array;

/** The class of such an array. */
export interface UnitView {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Units;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Units;
}

/** The elements in a queue's arrays. */
export interface UnitKind {
  readonly View: UnitView;
  /** Elements of one frame in one array. */
  readonly width: number;
  /** The value of an element that is silence. */
  readonly silence: number;
}

export class FrameQueue {
  /** Frames in the queue. */
  frames = 0;
  /** Index of the oldest frame. */
  start = 0;
  /**
   * `blocks`: one kernel block, which {@link push} appends; one array for each channel. `arrays`: the queue's frames, in the
   * same order.
   */
  readonly blocks: Units[] = [];
  readonly arrays: Units[] = [];
  /** Most frames in the queue. */
  readonly capacity: number;
  /** Index of the piece that begins with the oldest frame; -1 where none begins there, or where that is not known. */
  private piece = 0;
  /** Frames of one piece. */
  private readonly pieceFrames: number;
  private readonly pieceUnits: number;
  /** Number of pieces that have views. */
  private readonly pieceCount: number;
  /** Views: the first piece of every array, then the second piece of every array, and so on. */
  private readonly pieces: Units[] = [];

  /** [setup] The queue starts with `latency` frames of silence. @throws RangeError where the engine has no space. */
  constructor(
    arrayCount: number,
    private readonly kind: UnitKind,
    { blockFrames, hostFrames, maxHostFrames, latency }: BlockLengths,
  ) {
    const { View, width, silence } = kind;
    this.capacity = 2 * blockFrames + maxHostFrames;
    for (let array = 0; array < arrayCount; array++) {
      this.blocks.push(new View(blockFrames * width));
      // `push` writes a whole block, even where only some of its frames fit, so there is space for one block more.
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

  /** [render] Drops everything, and appends `frames` frames of silence. */
  restart(frames: number): void {
    this.frames = 0;
    this.pushSilence(frames);
  }

  /** [render] Appends the first `frames` frames of {@link blocks}. Returns the number of frames that had space. */
  push(frames: number): number {
    const { arrays, blocks } = this;
    this.moveToFront();
    const to = this.frames * this.kind.width;
    for (let a = 0; a < arrays.length; a++) set.call(arrays[a]!, blocks[a]!, to);
    const taken = Math.min(frames, this.capacity - this.frames);
    this.frames += taken;
    return taken;
  }

  /** [render] Appends silence, as far as there is space. */
  pushSilence(frames: number): void {
    this.moveToFront();
    const end = Math.min(this.frames + frames, this.capacity);
    this.silence(this.frames, end);
    this.frames = end;
  }

  /** [render] Inserts silence before the oldest frame, as far as there is space. */
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

  /** [render] Call it before {@link read}. Moves the frames so that the oldest one begins a piece. */
  align(): void {
    if (this.piece < 0) this.moveToFront();
  }

  /** [render] Copies the oldest `units` elements of an array to the start of `target`, which has at least as many. May throw. */
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

  /** [render] Removes the oldest `frames` frames. */
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

/** Frames of a piece where the host's block length changes: the most common block length. */
const USUAL_FRAMES = 128;
/** To make more views would take longer than they save. */
const MOST_PIECES = 256;
