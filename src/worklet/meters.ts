// Measures in the worklet what a node's meters show. If worklet and page share memory, the page reads it there. Otherwise it is
// sent in messages. For each meter, the next message is sent only after the page has received the last one.

import type { Bus } from "../bus";
import { type BusConfig, channelCountOf } from "../config";
import { DIAGNOSTIC_NAMES } from "../diagnostics";
import { blockFrames, type HostBuses } from "../hosts/host-lists";
import { renderQuantumFrames } from "../options";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";
import { writePeak } from "../tools/levels";
import { BLOCKS_WORD, FIRST_WORD, hasLevels, levelsFrom, wordsFor } from "./meter-words";
import type { KernelLevels } from "./protocol";

/** All meters of one node. */
export class Meters {
  private readonly meters: Meter[] = [];

  constructor(private readonly send: (meter: number, levels: KernelLevels) => void) {}

  /**
   * [setup] Begins a meter.
   *
   * @param config The buses as the page knows them.
   * @param words Memory that is shared with the page, which reads it at any time. Undefined: levels are sent in messages.
   * @param intervalFrames Least frames from one message to the next.
   */
  add(meter: number, config: BusConfig, words: Int32Array | undefined, intervalFrames: number): void {
    this.meters.push(new Meter(meter, config, words ?? wordsFor(config), words === undefined ? intervalFrames : Number.POSITIVE_INFINITY));
  }

  /** [setup] Ends a meter. */
  remove(meter: number): void {
    const place = this.meters.findIndex(({ number }) => number === meter);
    if (place >= 0) this.meters.splice(place, 1);
  }

  /** [setup] The page has received the meter's last message. */
  seen(meter: number): void {
    const found = this.meters.find(({ number }) => number === meter);
    if (found !== undefined) found.isUnderWay = false;
  }

  /** [render] Measures a block. Call it after each block of the kernel. */
  note(storage: ProcessBufferStorage<SampleFormat>): void {
    for (let m = 0; m < this.meters.length; m++) this.meters[m]!.note(storage);
  }

  /** [render] Sends the levels that are due. Call it after each block of the host. Sending allocates: a message is an object. */
  advance(inputs: HostBuses, outputs: HostBuses): void {
    // To find the block's length, all lists of the host are read.
    if (this.meters.length === 0) return;
    const frames = blockFrames(inputs, outputs, renderQuantumFrames());
    for (let m = 0; m < this.meters.length; m++) {
      const meter = this.meters[m]!;
      if (meter.isDue(frames)) this.send(meter.number, levelsFrom(meter.words, meter.config));
    }
  }
}

class Meter {
  isUnderWay = false;
  private frames = 0;
  private readonly bits = new Int32Array(1);
  private readonly float = new Float32Array(this.bits.buffer);
  private readonly capacities: readonly number[];

  constructor(
    readonly number: number,
    readonly config: BusConfig,
    readonly words: Int32Array,
    private readonly intervalFrames: number,
  ) {
    this.capacities = [...config.inputs, ...config.outputs].map(channelCountOf);
  }

  note(storage: ProcessBufferStorage<SampleFormat>): void {
    const { words } = this;
    // If the kernel has reconfigured its storage, its buses are not those that the page knows.
    if (!this.fits(storage)) return;
    const { inputs, outputs, diagnostics } = storage;
    let at = FIRST_WORD;
    for (let d = 0; d < DIAGNOSTIC_NAMES.length; d++) Atomics.store(words, at++, diagnostics[DIAGNOSTIC_NAMES[d]!]);
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      Atomics.store(words, at++, bus.connectedLength);
      for (let c = 0; c < bus.capacity; c++) this.raise(at++, bus, c);
    }
    for (let b = 0; b < outputs.length; b++) {
      const bus = outputs[b]!;
      Atomics.store(words, at++, bus.length);
      for (let c = 0; c < bus.capacity; c++) this.raise(at++, bus, c);
    }
    // Last, so that a reader that finds the block counted finds all of its levels.
    Atomics.add(words, BLOCKS_WORD, 1);
  }

  private fits({ inputs, outputs }: ProcessBufferStorage<SampleFormat>): boolean {
    const { capacities } = this;
    if (inputs.length + outputs.length !== capacities.length || inputs.length !== this.config.inputs.length) return false;
    for (let b = 0; b < capacities.length; b++) {
      const bus = b < inputs.length ? inputs[b]! : outputs[b - inputs.length]!;
      if (bus.capacity !== capacities[b]) return false;
    }
    return true;
  }

  /** Raises a peak. Bits of floats that are not negative have the floats' order, and those of a NaN without sign are above. */
  private raise(at: number, bus: Bus<SampleFormat>, channel: number): void {
    const { words, bits } = this;
    writePeak(bus, channel, this.float);
    // A NaN can have a sign.
    const level = bits[0]! & ~SIGN;
    // If the reader sets the peak to 0 between load and store, the next read shows the peak that is stored here.
    if (level > Atomics.load(words, at)) Atomics.store(words, at, level);
  }

  isDue(frames: number): boolean {
    if (this.intervalFrames === Number.POSITIVE_INFINITY) return false;
    this.frames += frames;
    if (this.isUnderWay || this.frames < this.intervalFrames || !hasLevels(this.words)) return false;
    this.frames = 0;
    this.isUnderWay = true;
    return true;
  }
}

/** Bit of a float's sign. */
const SIGN = 1 << 31;
