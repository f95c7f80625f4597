// What the kernel has made and the host has not taken yet, in arrays that begin anew at their end.
//
// As long as the host takes what it announced, the queue is as short as it can be, and a multiple of the host's block:
// then there are few places to read from, each with a view of its own, and `set` copies from it. A view for any
// other place or length would be garbage, so those are copied sample by sample, in a longer queue.

import { copyWithin, fill, set } from "../hosts/host-lists";

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
  /** What the queue takes in: one block of the kernel's, an array a channel, in the order of {@link arrays}. */
  readonly blocks: Units[] = [];
  readonly arrays: Units[] = [];
  /** Most frames in the queue. */
  readonly capacity: number;
  /** Frames after which the arrays begin anew: a multiple of the host's block, or {@link capacity}. */
  private ring: number;
  /** Where the oldest frame is. */
  private first = 0;
  /** Views of the host's block in each array, one place after the other. */
  private readonly views: Units[] = [];
  /** The host's block, while it is read by views; else 0. */
  private hostFrames: number;

  /**
   * [setup] @param hostFrames What the host announced; 0 where it did not. @param delay Frames of silence with which it starts.
   * @throws RangeError where the engine has no room.
   */
  constructor(
    arrayCount: number,
    private readonly kind: UnitKind,
    private readonly blockFrames: number,
    hostFrames: number,
    maxHostFrames: number,
    delay: number,
  ) {
    const { View, width, silence } = kind;
    const places = Math.ceil((delay + hostFrames) / hostFrames);
    // With tiny blocks a loop is as fast.
    const hasViews = hostFrames * width >= LEAST_VIEW && places <= MOST_PLACES;
    const shortest = hasViews ? places * hostFrames : 0;
    this.hostFrames = hasViews ? hostFrames : 0;
    this.capacity = Math.max(2 * blockFrames + maxHostFrames, 2 * shortest);
    this.ring = hasViews ? shortest : this.capacity;
    for (let array = 0; array < arrayCount; array++) {
      this.blocks.push(new View(blockFrames * width));
      // A block is written as a whole, past the end; what is beyond it goes to the front afterwards.
      this.arrays.push(new View((this.capacity + blockFrames) * width));
    }
    for (let place = 0; hasViews && place < places; place++) {
      for (const { buffer, BYTES_PER_ELEMENT } of this.arrays) {
        const frameBytes = width * BYTES_PER_ELEMENT;
        this.views.push(new View(buffer as ArrayBuffer, place * hostFrames * frameBytes, hostFrames * width));
      }
    }
    if (silence !== 0) for (const array of this.arrays) array.fill(silence);
    this.frames = delay;
  }

  /** [render] Nothing but `frames` frames of silence. */
  restart(frames: number): void {
    this.first = 0;
    this.frames = 0;
    this.pushSilence(frames);
  }

  /** [render] Appends the first `frames` frames of {@link blocks}. Returns how many had room. */
  push(frames: number): number {
    const { arrays, blocks, blockFrames } = this;
    const { width } = this.kind;
    const taken = Math.min(frames, this.capacity - this.frames);
    if (this.frames + taken > this.ring) this.lengthen();
    const { ring } = this;
    const to = this.placeAfter(this.frames);
    const beyond = to + taken - ring;
    const hasRoomForBlock = this.frames + blockFrames <= ring;
    for (let a = 0; a < arrays.length; a++) {
      const array = arrays[a]!;
      if (hasRoomForBlock) {
        set.call(array, blocks[a]!, to * width);
        if (beyond > 0) copyWithin.call(array, 0, ring * width, (ring + beyond) * width);
      } else {
        const block = blocks[a]!;
        for (let unit = 0, at = to * width; unit < taken * width; unit++) {
          array[at] = block[unit]!;
          if (++at === ring * width) at = 0;
        }
      }
    }
    this.frames += taken;
    return taken;
  }

  /** [render] Appends silence, as far as there is room. */
  pushSilence(frames: number): void {
    const taken = Math.min(frames, this.capacity - this.frames);
    if (this.frames + taken > this.ring) this.lengthen();
    this.silence(this.placeAfter(this.frames), taken);
    this.frames += taken;
  }

  /** [render] Puts silence before everything else, as far as there is room. */
  delay(frames: number): void {
    this.lengthen();
    const taken = Math.min(frames, this.capacity - this.frames);
    this.first -= taken;
    if (this.first < 0) this.first += this.ring;
    this.frames += taken;
    this.silence(this.first, taken);
  }

  /** [render] Whether {@link read} copies `frames` frames at once. */
  hasViewsOf(frames: number): boolean {
    return frames === this.hostFrames;
  }

  /** [render] The oldest frames of an array, as many as the host announced. For {@link hasViewsOf} alone. */
  view(array: number): Units {
    return this.views[(this.first / this.hostFrames) * this.arrays.length + array]!;
  }

  /** [render] Copies the oldest `units` units of an array, unit by unit. */
  read(array: number, target: Units, units: number): void {
    this.readFrom(this.arrays[array]!, target, this.first * this.kind.width, this.ring * this.kind.width, units);
  }

  /** [render] The same of bytes: `bytes` is the memory of an array. */
  readBytes(bytes: Uint8Array, target: Uint8Array, bytesPerFrame: number, count: number): void {
    this.readFrom(bytes, target, this.first * bytesPerFrame, this.ring * bytesPerFrame, count);
  }

  /** [render] The same into a DataView. May throw. */
  readToView(bytes: Uint8Array, target: DataView, bytesPerFrame: number, count: number): void {
    const end = this.ring * bytesPerFrame;
    for (let byte = 0, at = this.first * bytesPerFrame; byte < count; byte++) {
      setUint8.call(target, byte, bytes[at]!);
      if (++at === end) at = 0;
    }
  }

  /** [render] The oldest `frames` frames are gone. */
  pop(frames: number): void {
    this.first = this.placeAfter(frames);
    this.frames -= frames;
    // With another length the next place has no view.
    if (this.hostFrames !== 0 && this.first % this.hostFrames !== 0) this.lengthen();
  }

  private readFrom(source: Units, target: Units, from: number, end: number, units: number): void {
    for (let unit = 0, at = from; unit < units; unit++) {
      target[unit] = source[at]!;
      if (++at === end) at = 0;
    }
  }

  private placeAfter(frames: number): number {
    const place = this.first + frames;
    return place < this.ring ? place : place - this.ring;
  }

  private silence(place: number, frames: number): void {
    const { arrays, ring } = this;
    const { width, silence } = this.kind;
    const beyond = place + frames - ring;
    for (let a = 0; a < arrays.length; a++) {
      fill.call(arrays[a]!, silence, place * width, Math.min(place + frames, ring) * width);
      if (beyond > 0) fill.call(arrays[a]!, silence, 0, beyond * width);
    }
  }

  /** From here on the queue is as long as it can be, and is read unit by unit. */
  private lengthen(): void {
    const { arrays, ring } = this;
    const { width } = this.kind;
    if (ring === this.capacity) return;
    const beyond = this.first + this.frames - ring;
    for (let a = 0; beyond > 0 && a < arrays.length; a++) copyWithin.call(arrays[a]!, ring * width, 0, beyond * width);
    this.ring = this.capacity;
    this.hostFrames = 0;
  }
}

/** So many units are copied as fast one by one. */
const LEAST_VIEW = 16;
/** More views would take longer to make than they save. */
const MOST_PLACES = 256;

const { setUint8 } = DataView.prototype;
