// Events that a kernel takes at their frame. They wait here, in order of time; those of a block stand in the kernel's
// memory while it lasts.

import { EVENT_BYTES } from "../abi";
import { storages } from "../identity";
import { WORD_BYTES } from "../memory/address";
import { detachFrom, freeWith } from "../memory/dependents";
import { orRelease, type Reservation, reserve } from "../memory/reservation";
import { checkNames, described } from "../messages";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** How an {@link EventQueue} is made. An option of another name is a RangeError. */
export interface EventQueueOptions {
  /** Most events that wait at a time, 1 … 65536. Default 256. */
  readonly capacity?: number;
}

/** Events that take effect at a window's first frame, in the block's list. */
export interface WindowEvents {
  /** Of the first one in the list. */
  readonly index: number;
  /** 0 where none takes effect there. */
  readonly count: number;
}

/**
 * Timed events for a kernel, in order of time, in its memory: at {@link address} an array of
 * `{ uint32_t frame; uint32_t type; uint32_t a; float b; }`, 16 bytes each, `frame` counted from the block's start.
 * What `type`, `a` and `b` say is between host and kernel.
 *
 * The queue has room for its list in the storage's heap, until {@link free}, until the storage is freed, or until it is
 * collected. It outlasts a reconfiguration of the storage.
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
  /** Always the same object. */
  readonly windowEvents: WindowEvents = { index: 0, count: 0 };

  private readonly storage: ProcessBufferStorage<SampleFormat>;
  private readonly memory: WebAssembly.Memory;
  private readonly room: Reservation;
  private isLive = true;

  // What waits, in a ring: the earliest is at `first`. Arrays of anything, of which `undefined` makes them, because
  // engines make a new object of each fraction that is read from an array of numbers, and hand on the one that is there.
  private readonly times: (number | undefined)[];
  private readonly types: (number | undefined)[];
  private readonly as: (number | undefined)[];
  private readonly bs: (number | undefined)[];
  private first = 0;
  private waiting = 0;

  /** The list in the kernel's memory. Of length 0 when the memory has grown. */
  private words: Uint32Array;
  private floats: Float32Array;
  /** Frames of the block's events: the kernel can write to the list, so it is never read. */
  private readonly frames: Uint32Array;
  private listed = 0;
  /** Number of the block for which they hold. */
  private block = 0;
  private start = 0;
  private length = 0;

  /**
   * [setup] Sets the room aside.
   *
   * @throws TypeError when `storage` is none; RangeError for the options; Error when the storage is freed, or its heap has no room.
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

  /** Address of the block's events; 0 once freed. */
  get address(): number {
    return this.isLive ? this.room.address : 0;
  }

  /** Events of the block that is open. */
  get count(): number {
    return this.isOpen ? this.listed : 0;
  }

  /** First frame of the window, counted from the block's start. */
  get windowStart(): number {
    return this.isOpen ? this.start : 0;
  }

  /** Frames of the window. */
  get windowFrames(): number {
    return this.isOpen ? this.length : 0;
  }

  /**
   * [render] An event at `time`, an absolute frame; a fraction is rounded down. Events of one time come in the order in which
   * they were pushed. One whose time is over when its block is collected comes at frame 0. False, and counted in
   * `diagnostics.refusedEvents`, when as many wait as there is room for, or when something is no finite number.
   *
   * Its cost grows by the events that wait for a later time.
   *
   * @param time On the scale of {@link collect}'s `blockStart`: `currentFrame` in a worklet.
   * @param type Unsigned whole number of 32 bits, as is `a`; of others the low bits are taken.
   * @param b Becomes a 32-bit float.
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
   * [render] Takes those of this block, into the list at {@link address}. Call it after the storage's `collect` or `begin`,
   * which says how long the block is. An empty block takes none. Returns how many they are.
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
    this.start = 0;
    this.length = 0;
    this.listed = 0;
    (this.windowEvents as { index: number }).index = 0;
    (this.windowEvents as { count: number }).count = 0;
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
   * [render] The next window of the block, from an event to the next one, for kernels that take one event at a time: the
   * storage's `setWindow`. False after the last one, when the storage shows the whole block again; and in a block for which
   * {@link collect} was not called. Never empty.
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

  /** [render] Forgets what waits, and the block's list: after a seek, or when a voice is to stop. */
  clear(): void {
    this.waiting = 0;
    this.close();
  }

  /** @internal [setup] What waits in `other` waits here, too. */
  takeOver(other: EventQueue): void {
    for (let i = 0; i < other.waiting; i++) {
      const place = other.placeOf(i);
      this.push(other.times[place]!, other.types[place]!, other.as[place]!, other.bs[place]!);
    }
  }

  /** [setup] Gives the room back. Idempotent; afterwards [render] calls do nothing. */
  free(): void {
    if (!this.isLive) return;
    this.clear();
    this.isLive = false;
    detachFrom(this.storage, this);
    this.room.release();
  }

  /** Whether the block for which events were collected is still the storage's. */
  private get isOpen(): boolean {
    const { block } = this.storage.buffers;
    return this.isLive && block.isLive && block.number === this.block;
  }

  private close(): 0 {
    this.block = 0;
    this.listed = 0;
    return 0;
  }

  /** Where the event is that is the `i`th to come. */
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

  /** Writes the earliest event that waits to place `index` of the list. */
  private list(index: number, frame: number): void {
    const { words, floats, first } = this;
    const at = index * EVENT_WORDS;
    words[at] = frame;
    words[at + 1] = this.types[first]!;
    words[at + 2] = this.as[first]!;
    floats[at + 3] = this.bs[first]!;
  }

  /** Makes views anew where the memory has grown. */
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
