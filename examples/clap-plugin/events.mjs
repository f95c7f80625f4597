// Hands the events of an EventQueue to a plug-in as CLAP's own. For each block they are written into the plug-in's memory as
// `clap_event_note` and `clap_event_param_value`. The plug-in reads them through a `clap_input_events`.

import { EventQueue } from "wasm-process-buffers";

/**
 * Types of events, as in CLAP. For a note, `a` is the key and `b` the velocity, 0 to 1. For a parameter, `a` is the id and `b`
 * the value.
 */
export const NOTE_ON = 0;
export const NOTE_OFF = 1;
export const PARAM_VALUE = 5;

/** Offsets of the fields, as CLAP 1 has them on wasm32. */
const HEADER = { size: 0, time: 4, spaceId: 8, type: 10, flags: 12 };
const NOTE = { noteId: 16, portIndex: 20, channel: 22, key: 24, velocity: 32, bytes: 40 };
const PARAM = { id: 16, cookie: 20, noteId: 24, portIndex: 28, channel: 30, key: 32, value: 40, bytes: 48 };
/** Offsets of the fields of an event in the EventQueue's list. */
const QUEUED = { frame: 0, type: 4, a: 8, b: 12, bytes: 16 };

export class ClapEvents {
  /** [setup] */
  constructor(native, storage, capacity = 256) {
    this.native = native;
    this.queue = new EventQueue(storage, { capacity });
    /** Events of the current block. */
    this.count = 0;
    /** Address of the current block's events. Each has as much room as the longest kind. */
    this.list = native.allocate(capacity * PARAM.bytes);
    /** Address of the `clap_input_events`. */
    this.address = native.allocate(12);
    native.setWords(this.address, {
      4: native.allocateFunction(1, 1, () => this.count),
      8: native.allocateFunction(2, 1, (_, index) => (index >>> 0 < this.count ? this.list + index * PARAM.bytes : 0)),
    });
    this.view = new DataView(native.memory.buffer);
  }

  /** [render] Adds an event at `frame`. False if the queue has no room for it. */
  push(frame, type, a, b) {
    return this.queue.push(frame, type, a, b);
  }

  /** [render] Writes the events of the block that begins at frame `blockStart`. Those of any other type are left out. */
  collect(blockStart) {
    const count = this.queue.collect(blockStart);
    // When a memory has grown it has another buffer, and views of the old one are detached.
    if (this.view.buffer !== this.native.memory.buffer) this.view = new DataView(this.native.memory.buffer);
    this.count = 0;
    for (let i = 0; i < count; i++) {
      const from = this.queue.address + i * QUEUED.bytes;
      const type = this.view.getUint32(from + QUEUED.type, true);
      if (type === NOTE_ON || type === NOTE_OFF) this.writeNote(from, type);
      else if (type === PARAM_VALUE) this.writeParameter(from);
    }
  }

  writeNote(from, type) {
    const { view } = this;
    const to = this.begin(from, type, NOTE.bytes);
    view.setInt32(to + NOTE.noteId, -1, true);
    view.setInt16(to + NOTE.portIndex, 0, true);
    view.setInt16(to + NOTE.channel, 0, true);
    view.setInt16(to + NOTE.key, view.getUint32(from + QUEUED.a, true), true);
    view.setFloat64(to + NOTE.velocity, view.getFloat32(from + QUEUED.b, true), true);
  }

  writeParameter(from) {
    const { view } = this;
    const to = this.begin(from, PARAM_VALUE, PARAM.bytes);
    view.setUint32(to + PARAM.id, view.getUint32(from + QUEUED.a, true), true);
    view.setUint32(to + PARAM.cookie, 0, true);
    view.setInt32(to + PARAM.noteId, -1, true);
    view.setInt16(to + PARAM.portIndex, -1, true);
    view.setInt16(to + PARAM.channel, -1, true);
    view.setInt16(to + PARAM.key, -1, true);
    view.setFloat64(to + PARAM.value, view.getFloat32(from + QUEUED.b, true), true);
  }

  /** Writes the header of the next event. Returns the event's address. */
  begin(from, type, bytes) {
    const { view } = this;
    const to = this.list + this.count++ * PARAM.bytes;
    view.setUint32(to + HEADER.size, bytes, true);
    view.setUint32(to + HEADER.time, view.getUint32(from + QUEUED.frame, true), true);
    view.setUint16(to + HEADER.spaceId, 0, true);
    view.setUint16(to + HEADER.type, type, true);
    view.setUint32(to + HEADER.flags, 0, true);
    return to;
  }
}
