// A polyphonic instrument in Faust: the voices of one module, Faust's mixer, a storage and an EventQueue share one memory.

import { createRegionHeap, EventQueue, ProcessBufferStorage } from "wasm-process-buffers";

/** Types of events: the upper half of MIDI's status bytes. `a` is the key, `b` the velocity, 0 to 1. */
export const NOTE_ON = 0x90;
export const NOTE_OFF = 0x80;

const PAGE_BYTES = 65536;
/** Room for what the host allocates. */
const HOST_BYTES = 2 * PAGE_BYTES;
/** A released voice below this level is free again: -90 dB, as in Faust's own host. */
const STOP_LEVEL = 0.00003162;
/** In place of a voice's key: the voice is free, or its key was released. */
const FREE = -1;
const RELEASED = -2;

export class FaustInstrument {
  /**
   * [setup] Makes as many voices as option `voices` says, and a storage with the mix of their outputs.
   *
   * @param voiceModule Faust's module of one voice, which imports its memory.
   * @param mixerModule Faust's mixer.
   * @param json Faust's description of the voice.
   */
  constructor(voiceModule, mixerModule, json, { voices: count = 8, sampleRate = 48_000, maxFrames = 128 } = {}) {
    const { size, outputs, ui } = JSON.parse(json);
    // Instantiating the module writes the description to address 0: at most three bytes for each character, and a zero.
    const textBytes = 3 * json.length + 1;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((textBytes + count * size + HOST_BYTES) / PAGE_BYTES) });
    this.faust = new WebAssembly.Instance(voiceModule, { env: { memory } }).exports;
    this.mixer = new WebAssembly.Instance(mixerModule, { imports: { print() {} }, memory: { memory } }).exports;
    const heap = createRegionHeap(memory, textBytes, memory.buffer.byteLength - textBytes);
    this.controls = controlsOf(ui);
    this.voices = Array.from({ length: count }, () => {
      const dsp = heap.malloc(size);
      if (dsp === 0) throw new Error(`there is no room for ${count} voices`);
      this.faust.init(dsp, sampleRate);
      return { dsp, key: FREE, level: 0, date: 0 };
    });
    this.date = 0;
    this.storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [outputs] }, { heap, maxFrames });
    this.events = new EventQueue(this.storage);
    /** Buffers for the output of one voice, before it is mixed into the output. */
    this.scratch = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [outputs] }, { heap, maxFrames });
    this.scratch.begin(maxFrames);
    this.list = new DataView(memory.buffer);
  }

  /**
   * [render] Renders the next block, from each event to the next. `blockStart` is its first frame, on the scale of `events.push`.
   */
  process(outputs, blockStart) {
    const { storage, events, voices } = this;
    storage.collect([], outputs);
    events.collect(blockStart);
    for (let v = 0; v < voices.length; v++) voices[v].level = 0;
    while (events.nextWindow()) {
      const { index, count } = events.windowEvents;
      for (let i = index; i < index + count; i++) this.handle(events.address + i * 16);
      this.render(events.windowFrames);
    }
    for (let v = 0; v < voices.length; v++) {
      if (voices[v].key === RELEASED && voices[v].level < STOP_LEVEL) voices[v].key = FREE;
    }
    storage.deliver(outputs);
  }

  render(frames) {
    const { storage, scratch, voices, faust, mixer } = this;
    const channels = storage.mainOutput.capacity;
    for (let v = 0; v < voices.length; v++) {
      const voice = voices[v];
      if (voice.key === FREE) continue;
      faust.compute(voice.dsp, frames, 0, scratch.outputTableAddress);
      const level = mixer.mixCheckVoice(frames, channels, scratch.outputTableAddress, storage.outputTableAddress);
      if (level > voice.level) voice.level = level;
    }
  }

  /** Handles the event that the queue has written at `address`. */
  handle(address) {
    const type = this.list.getUint32(address + 4, true);
    const key = this.list.getUint32(address + 8, true);
    const velocity = this.list.getFloat32(address + 12, true);
    if (type === NOTE_ON && velocity > 0) this.keyOn(key, velocity);
    else if (type === NOTE_OFF || type === NOTE_ON) this.keyOff(key);
  }

  /** Plays a note on a free voice; else on the voice that was started earliest of the released ones, else of all. */
  keyOn(key, velocity) {
    const { faust, controls } = this;
    const voice = this.oldest(FREE, true) ?? this.oldest(RELEASED) ?? this.oldest();
    faust.setParamValue(voice.dsp, controls.freq, 440 * 2 ** ((key - 69) / 12));
    faust.setParamValue(voice.dsp, controls.gate, 1);
    faust.setParamValue(voice.dsp, controls.gain, velocity);
    voice.key = key;
    voice.date = ++this.date;
  }

  keyOff(key) {
    const voice = this.oldest(key);
    if (voice === undefined) return;
    this.faust.setParamValue(voice.dsp, this.controls.gate, 0);
    voice.key = RELEASED;
  }

  /** The voice that was started earliest: of those with this key, or of all. With `isFirst`, the first of them in the list. */
  oldest(key, isFirst = false) {
    let found;
    for (let v = 0; v < this.voices.length; v++) {
      const voice = this.voices[v];
      if (key !== undefined && voice.key !== key) continue;
      if (found === undefined || (!isFirst && voice.date < found.date)) found = voice;
    }
    return found;
  }
}

/** Addresses of a voice's controls within its state, by their labels. */
function controlsOf(items) {
  const found = {};
  for (const { items: inner, label, index } of items) Object.assign(found, inner === undefined ? { [label]: index } : controlsOf(inner));
  return found;
}
