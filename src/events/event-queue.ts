// Timed events for a kernel. They wait in JS, in order of time. `collect` writes those of a block to the kernel's memory.

import { EVENT_BYTES } from "../abi";
import type { Block } from "../block";
import { storages } from "../identity";
import { WORD_BYTES } from "../memory/address";
import { detachFrom, freeWith } from "../memory/dependents";
import { orRelease, type Reservation, reserve } from "../memory/reservation";
import { checkNames, described } from "../messages";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** How an {@link EventQueue} is made. An option of an unknown name is a RangeError. */
export interface EventQueueOptions {
  /** Most events that wait at a time, 1 … 65536. Default 256. */
  readonly capacity?: number;
}

/** The events that take effect at a window's first frame: a part of the block's list. */
export interface WindowEvents {
  /** Index in the block's list of the first of them. */
  readonly index: number;
  /** How many they are; 0 if no event takes effect there. */
  readonly count: number;
}

/** An event as {@link EventQueue.push} takes it. */
export interface TimedEvent {
  readonly time: number;
  readonly type: number;
  readonly a: number;
  readonly b: number;
}

/**
 * Hands timed events to a kernel, in order of time. For each block, the array at {@link address} in the kernel's memory has the
 * block's events: `{ uint32_t frame; uint32_t type; uint32_t a; float b; }`, 16 bytes each. `frame` is counted from the block's
 * start. Host and kernel agree on what `type`, `a` and `b` mean.
 *
 * The array lies in the storage's heap, until {@link free}, until the storage is freed, or until the queue is collected. When the
 * storage is reconfigured, the queue stays as it is.
 *
 * @example A kernel that takes lists of events, in an AudioWorkletProcessor
 * ```ts
 * const events = new EventQueue(storage);
 * // MIDI: port.onmessage = ({ data: [status, note, velocity] }) =>
 * events.push(currentFrame, status, note, velocity / 127);
 * // In process:
 * const frames = storage.collect(inputs, outputs, parameters);
 * const count = events.collect(currentFrame);
 * kernel.process(storage.inputsAddress, storage.outputsAddress, frames, events.address, count);
 * ```
 * @example A kernel that takes one event at a time
 * ```ts
 * events.collect(currentFrame);
 * while (events.nextWindow()) {
 *   const { index, count } = events.windowEvents;
 *   for (let i = index; i < index + count; i++) kernel.handle(events.address + i * 16);
 *   kernel.process(storage.inputTableAddress, storage.outputTableAddress, events.windowFrames);
 * }
 * ```
 */
export class EventQueue {
  /** Most events that wait at a time. */
  readonly capacity: number;
  /** The events of the current window. Always the same object. */
  readonly windowEvents: WindowEvents = { index: 0, count: 0 };

  private readonly storage: ProcessBufferStorage<SampleFormat>;
  private readonly memory: WebAssembly.Memory;
  private readonly room: Reservation;
  private isLive = true;

  // The waiting events, in a ring: the earliest is at `first`. The arrays begin with `undefined`, so that V8 makes them arrays of
  // references. An array of numbers holds plain doubles, and unoptimised code makes a new object of each fraction that it reads
  // there. An array of references holds an object for each fraction already.
  private readonly times: (number | undefined)[];
  private readonly types: (number | undefined)[];
  private readonly as: (number | undefined)[];
  private readonly bs: (number | undefined)[];
  private first = 0;
  private waiting = 0;

  /** Views of the list in the kernel's memory. Growth of the memory detaches them: their length is 0 then. */
  private words: Uint32Array;
  private floats: Float32Array;
  /** Frames of the events in the list. The kernel can overwrite the list, so it is never read. */
  private readonly frames: Uint32Array;
  /** How many events are in the list. */
  private listed = 0;
  /** Number of the block whose events are in the list; 0 for none. */
  private block = 0;
  /** That block's owner. A reconfigured storage has another one, which counts its blocks anew. */
  private opened: Block | undefined;
  /** First frame of the window, and its frames. */
  private start = 0;
  private length = 0;

  /**
   * [setup] Allocates the list.
   *
   * @throws TypeError when `storage` is no storage; RangeError for the options; Error when the storage is freed, or its heap has
   * no room.
   */
  constructor(storage: ProcessBufferStorage<SampleFormat>, options: EventQueueOptions = {}) {
    if (!storages.has(storage)) throw new TypeError(`an EventQueue is for a ProcessBufferStorage; ${described(storage)} came`);
    checkNames(options, ["capacity"]);
    const { capacity = DEFAULT_CAPACITY } = options;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MOST_EVENTS) {
      throw new RangeError(`option capacity is a whole number of events, 1 to ${MOST_EVENTS}; ${described(capacity)} came`);
    }
    const { block, settings } = storage.buffers;
    if (!block.isLive) throw new Error("the storage is freed, so no queue can be made for it");
    this.storage = storage;
    this.capacity = capacity;
    this.memory = settings.heap.memory;
    const empty = () => Array<number | undefined>(capacity).fill(undefined);
    this.times = empty();
    this.types = empty();
    this.as = empty();
    this.bs = empty();
    this.frames = new Uint32Array(capacity);
    this.words = this.frames;
    this.floats = NO_FLOATS;
    this.room = reserve(settings.heap, capacity * EVENT_BYTES, this);
    orRelease(this.room, () => this.makeViews());
    freeWith(storage, this);
  }

  /** Address of the list of the block's events; 0 once freed. */
  get address(): number {
    return this.isLive ? this.room.address : 0;
  }

  /** Number of events in the list; 0 if {@link collect} was not called in the current block. */
  get count(): number {
    return this.isOpen ? this.listed : 0;
  }

  /** First frame of the current window, counted from the block's start. */
  get windowStart(): number {
    return this.isOpen ? this.start : 0;
  }

  /** Frames of the current window; 0 if there is none. */
  get windowFrames(): number {
    return this.isOpen ? this.length : 0;
  }

  /**
   * [render] Adds an event. Events of the same time keep the order in which they were pushed. An event whose time is over when
   * its block is collected takes effect at frame 0. The cost grows with the number of events that wait for a later time.
   *
   * @param time Absolute frame, on the scale of {@link collect}'s `blockStart`: `currentFrame` in a worklet. A fraction is
   * rounded down.
   * @param type Unsigned 32-bit whole number, as is `a`. Of any other number the low 32 bits are taken.
   * @param b Becomes a 32-bit float.
   * @returns False, and nothing added, if {@link capacity} events wait already, or an argument is no finite number: both count in
   *   `diagnostics.refusedEvents`. Also false once freed.
   */
  push(time: number, type: number, a: number, b: number): boolean {
    if (!this.isLive) return false;
    const { capacity, times } = this;
    const areFinite = Number.isFinite(time) && Number.isFinite(type) && Number.isFinite(a) && Number.isFinite(b);
    if (this.waiting === capacity || !areFinite) {
      this.storage.buffers.diagnostics.refusedEvents++;
      return false;
    }
    const frame = Math.floor(time);
    let place = this.placeOf(this.waiting);
    for (let i = this.waiting; i > 0; i--) {
      const before = this.placeOf(i - 1);
      if (times[before]! <= frame) break;
      this.move(before, place);
      place = before;
    }
    times[place] = frame;
    this.types[place] = type;
    this.as[place] = a;
    this.bs[place] = b;
    this.waiting++;
    return true;
  }

  /**
   * [render] Moves the events of the current block into the list at {@link address}. Call it once in each block, after the
   * storage's `collect` or `begin`, which set the block's length. In a block of 0 frames all events go on waiting. Returns the
   * number of events in the list.
   *
   * @param blockStart The block's first absolute frame: `currentFrame` in a worklet.
   */
  collect(blockStart: number): number {
    const { block } = this.storage.buffers;
    if (!this.isLive || !block.isLive || !Number.isFinite(blockStart)) return this.close();
    const { times, frames } = this;
    const begin = Math.floor(blockStart);
    const end = begin + block.frames;
    this.revive();
    this.block = block.number;
    this.opened = block;
    this.start = 0;
    this.length = 0;
    this.listed = 0;
    this.emptyWindow();
    while (block.frames > 0 && this.waiting > 0 && times[this.first]! < end) {
      const time = times[this.first]!;
      const frame = time > begin ? time - begin : 0;
      frames[this.listed] = frame;
      this.list(this.listed, frame);
      this.listed++;
      this.first = this.first + 1 === this.capacity ? 0 : this.first + 1;
      this.waiting--;
    }
    return this.listed;
  }

  /**
   * [render] Goes to the next window of the block, for kernels that take one event at a time. A window begins at the block's
   * start or at an event, and ends before the next event; it is never empty. It is set by the storage's `setWindow`.
   *
   * @returns False after the last window: the storage shows the whole block again. Also false if {@link collect} was not called
   *   in this block, and if the storage refuses windows, because a bus is contiguous.
   */
  nextWindow(): boolean {
    const { storage, frames } = this;
    if (!this.isOpen) return false;
    const { block } = storage.buffers;
    const start = this.start + this.length;
    if (start >= block.frames) {
      if (this.length > 0) storage.setWindow(0, block.frames);
      this.length = 0;
      this.start = block.frames;
      return false;
    }
    const events = this.windowEvents as { index: number; count: number };
    let next = events.index + events.count;
    events.index = next;
    while (next < this.listed && frames[next]! <= start) next++;
    events.count = next - events.index;
    const end = next < this.listed && frames[next]! < block.frames ? frames[next]! : block.frames;
    this.start = start;
    this.length = storage.setWindow(start, end - start);
    return this.length > 0;
  }

  /**
   * [render] Removes all waiting events and those in the list: after a seek, or to stop all voices. Between two windows the rest of
   * the block is one more window, without events.
   */
  clear(): void {
    this.waiting = 0;
    this.listed = 0;
    this.emptyWindow();
  }

  /** @internal [setup] The events that wait. */
  waitingEvents(): TimedEvent[] {
    return Array.from({ length: this.waiting }, (_, i) => {
      const place = this.placeOf(i);
      return { time: this.times[place]!, type: this.types[place]!, a: this.as[place]!, b: this.bs[place]! };
    });
  }

  /** @internal [setup] Adds the events that waited in another queue. */
  takeOver(events: readonly TimedEvent[]): void {
    for (const { time, type, a, b } of events) this.push(time, type, a, b);
  }

  /** [setup] Gives the list's memory back. Idempotent. Afterwards [render] calls do nothing. */
  free(): void {
    if (!this.isLive) return;
    this.clear();
    this.isLive = false;
    detachFrom(this.storage, this);
    this.room.release();
  }

  /** Whether the block whose events are in the list is the storage's current block. */
  private get isOpen(): boolean {
    const { block } = this.storage.buffers;
    return this.isLive && block.isLive && block === this.opened && block.number === this.block;
  }

  private emptyWindow(): void {
    const events = this.windowEvents as { index: number; count: number };
    events.index = 0;
    events.count = 0;
  }

  private close(): 0 {
    this.block = 0;
    this.listed = 0;
    return 0;
  }

  /** Place in the ring of waiting event `i`, of which 0 is the earliest. */
  private placeOf(i: number): number {
    const place = this.first + i;
    return place < this.capacity ? place : place - this.capacity;
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from];
    this.types[to] = this.types[from];
    this.as[to] = this.as[from];
    this.bs[to] = this.bs[from];
  }

  /** Writes the earliest waiting event to place `index` of the list. */
  private list(index: number, frame: number): void {
    const { words, floats, first } = this;
    const at = index * EVENT_WORDS;
    words[at] = frame;
    words[at + 1] = this.types[first]!;
    words[at + 2] = this.as[first]!;
    floats[at + 3] = this.bs[first]!;
  }

  /** Makes new views if growth of the memory has detached them. */
  private revive(): void {
    if (this.words.length > 0) return;
    this.storage.buffers.diagnostics.viewRebuilds += 2;
    this.makeViews();
  }

  private makeViews(): void {
    const { address } = this.room;
    this.words = new Uint32Array(this.memory.buffer, address, this.capacity * EVENT_WORDS);
    this.floats = new Float32Array(this.memory.buffer, address, this.capacity * EVENT_WORDS);
  }
}

const EVENT_WORDS = EVENT_BYTES / WORD_BYTES;
const DEFAULT_CAPACITY = 256;
const MOST_EVENTS = 65536;
const NO_FLOATS = /* @__PURE__ */ new Float32Array(0);
