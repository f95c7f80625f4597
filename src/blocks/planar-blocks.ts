// Gathers a planar host's frames until they fill a kernel's block, and delivers the kernel's frames in the host's block
// length. The host's lists are read in forms like those of `src/hosts/planar.ts`: known, plain and careful.

import { LARGEST_SMALL_INTEGER } from "../block";
import {
  blockFrames,
  busAt,
  channelAt,
  channelsFrom,
  entriesOf,
  type HostBuses,
  type HostChannels,
  isUnchanging,
  isWorthALook,
  NO_BUSES,
  NO_CHANNELS,
  NO_FRAMES,
  uniformFrames,
} from "../hosts/host-lists";
import { isOfLength, lengthOf } from "../hosts/typed-array";
import { copyWithin, FLOAT_BYTES, fill, NO_SAMPLES, type SampleFormat, set } from "../sample-format";
import { isMixable, MOST_MIXED, mixOf } from "../speakers";
import type { ProcessBufferStorage } from "../storage";
import { BlockCounts } from "./block-counts";
import { type BlockLengths, checkRoom, FrameQueue, type UnitKind } from "./frame-queue";
import { ParameterBlocks, type ParameterValues } from "./parameter-blocks";

export class PlanarBlocks<F extends SampleFormat> {
  readonly queue: FrameQueue;
  private readonly inputs: GatheredBus[];
  private readonly outputs: DeliveredBus[];
  /**
   * The lists of a kernel's block in which the host has all channels of every bus. They are frozen, so the storage reads them
   * only once.
   */
  private readonly allInputs: HostBuses;
  private readonly allOutputs: HostBuses;
  /** The lists of a kernel's block in which the host lacks channels, or has more. */
  private readonly someInputs: HostChannels[];
  private readonly someOutputs: HostChannels[];
  /** The lists to which a kernel's block is delivered: each bus with its own channels, or with the host's where it is mixed. */
  private readonly takenOutputs: HostChannels[];
  /** Number of the host's channels for each bus in its latest block. */
  private readonly inputCounts: Uint32Array;
  private readonly outputCounts: Uint32Array;
  /** The same for the lists to which frames are delivered. */
  private readonly deliveredCounts: Uint32Array;
  /** Frames of every channel in the lists to which frames are delivered; 0 or less where the channels differ. */
  private plainFrames = 0;
  private readonly parameters: ParameterBlocks;
  /** Whether the storage copies a lone channel into all channels of its bus. */
  private readonly repeatsMono: boolean;

  // Known lists: frozen lists that have come before.
  private lastInputs: HostBuses = NO_BUSES;
  private lastOutputs: HostBuses = NO_BUSES;
  private repeats = 0;
  private isKnown = false;
  private knownFrames = 0;
  /** The host's channel that decides how long the block is. Its length becomes 0 when it is detached. */
  private deciding: Float32Array = NO_SAMPLES;
  private readonly from: Float32Array[] = [];
  private readonly into: Float32Array[] = [];
  private copiesIn = 0;
  private readonly outOf: number[] = [];
  private readonly to: Float32Array[] = [];
  private copiesOut = 0;
  private droppedIn = 0;
  private droppedOut = 0;

  /** [setup] @throws RangeError where the engine has no space. */
  constructor(
    private readonly storage: ProcessBufferStorage<F>,
    lengths: BlockLengths,
  ) {
    const { blockFrames, maxHostFrames } = lengths;
    const { inputs, outputs } = storage;
    // The storage mixes channels. So all channels that the host may have for a mixed bus are gathered, and as many can come
    // out.
    const { settings } = storage.buffers;
    const mixes = settings.channelInterpretation === "speakers";
    this.repeatsMono = settings.missingInputs === "repeat-mono";
    const widthOf = (capacity: number) => (mixes && isMixable(capacity) ? MOST_MIXED : capacity);
    const inputCount = inputs.reduce((sum, { capacity }) => sum + widthOf(capacity), 0);
    const channelCount = outputs.reduce((sum, { capacity }) => sum + widthOf(capacity), 0);
    checkRoom(lengths, inputCount, channelCount, FLOAT_BYTES);
    this.inputs = inputs.map(
      ({ capacity }) => new GatheredBus(capacity, widthOf(capacity), mixes && isMixable(capacity), blockFrames, maxHostFrames),
    );
    this.queue = new FrameQueue(channelCount, FLOATS, lengths);
    let first = 0;
    this.outputs = outputs.map(({ capacity }) => {
      const end = first + widthOf(capacity);
      const bus = {
        first,
        capacity,
        mixes: mixes && isMixable(capacity),
        lists: listsOf(this.queue.blocks.slice(first, end) as Float32Array[]),
      };
      first = end;
      return bus;
    });
    this.allInputs = Object.freeze(this.inputs.map(({ lists, capacity }) => lists[capacity]!));
    this.allOutputs = Object.freeze(this.outputs.map(({ lists, capacity }) => lists[capacity]!));
    this.someInputs = [...this.allInputs];
    this.someOutputs = [...this.allOutputs];
    this.takenOutputs = [...this.allOutputs];
    this.inputCounts = new Uint32Array(inputs.length);
    this.outputCounts = new Uint32Array(outputs.length);
    this.deliveredCounts = new Uint32Array(outputs.length);
    for (let i = 0; i < inputCount; i++) this.from.push(NO_SAMPLES);
    for (let i = 0; i < inputCount; i++) this.into.push(NO_SAMPLES);
    for (let i = 0; i < channelCount; i++) this.outOf.push(0);
    for (let i = 0; i < channelCount; i++) this.to.push(NO_SAMPLES);
    this.parameters = new ParameterBlocks(storage, blockFrames, maxHostFrames);
  }

  // ── In ──

  /**
   * [render] Gathers a host's block after the first `at` frames, at most `most` frames of it. Returns the length of the
   * host's block, `otherwise` where it has no channel.
   */
  collect(inputs: HostBuses, outputs: HostBuses, parameters: ParameterValues, at: number, most: number, otherwise: number): number {
    const frames = this.copyIn(inputs, outputs, at, most, otherwise);
    const gathered = Math.min(frames, most);
    for (let b = 0; b < this.inputs.length; b++) this.inputs[b]!.note(this.inputCounts[b]!, at, gathered);
    this.parameters.collect(parameters, at, gathered);
    return frames;
  }

  /** [render] Replaces everything gathered by `frames` frames of silence. */
  restart(frames: number): void {
    for (let b = 0; b < this.inputs.length; b++) this.inputs[b]!.restart();
    this.parameters.restart(frames);
  }

  /** [render] Removes the first `blocks` blocks from the `gathered` frames, and moves the others to the front. */
  drop(blocks: number, gathered: number): void {
    for (let b = 0; b < this.inputs.length; b++) this.inputs[b]!.drop(blocks, gathered);
    this.parameters.drop(blocks, gathered);
  }

  /** [render] Moves a whole block to the front, and lets the storage collect it. Returns true where the storage has it. */
  hand(block: number): boolean {
    const { storage, inputs, outputs, outputCounts, someInputs, someOutputs, takenOutputs } = this;
    let hasAll = true;
    for (let b = 0; b < inputs.length; b++) {
      const bus = inputs[b]!;
      const count = bus.bring(block);
      someInputs[b] = bus.lists[count]!;
      if (count !== bus.capacity) hasAll = false;
    }
    let takesAll = true;
    for (let b = 0; b < outputs.length; b++) {
      const bus = outputs[b]!;
      const { lists, capacity } = bus;
      const count = Math.min(outputCounts[b]!, lists.length - 1);
      someOutputs[b] = lists[count]!;
      takenOutputs[b] = lists[placesFor(bus, outputCounts[b]!)]!;
      if (count !== capacity) takesAll = false;
    }
    this.parameters.hand(storage, hasAll ? this.allInputs : someInputs, takesAll ? this.allOutputs : someOutputs, block);
    return true;
  }

  /**
   * Gathers known lists, or else lists in which all channels have one length, or else any lists. Returns the length of the
   * host's block.
   */
  private copyIn(inputs: HostBuses, outputs: HostBuses, at: number, most: number, otherwise: number): number {
    const { storage } = this;
    if (this.copyKnown(inputs, outputs, at, most)) {
      storage.buffers.diagnostics.droppedChannels += this.droppedIn;
      return this.knownFrames;
    }
    this.repeats = inputs === this.lastInputs && outputs === this.lastOutputs ? (this.repeats + 1) & LARGEST_SMALL_INTEGER : 0;
    this.isKnown = false;
    this.lastInputs = inputs;
    this.lastOutputs = outputs;
    let frames = this.copyPlain(inputs, outputs, at, most);
    if (frames > 0) {
      if (isWorthALook(this.repeats)) this.adopt(inputs, outputs, frames);
    } else {
      frames = this.copyCarefully(inputs, outputs, at, most, otherwise);
    }
    storage.buffers.diagnostics.droppedChannels += this.droppedIn;
    return frames;
  }

  private copyKnown(inputs: HostBuses, outputs: HostBuses, at: number, most: number): boolean {
    if (!this.isKnown || inputs !== this.lastInputs || outputs !== this.lastOutputs || this.knownFrames > most) return false;
    try {
      if (lengthOf(this.deciding) !== this.knownFrames) return false;
      const { from, into, copiesIn } = this;
      for (let i = 0; i < copiesIn; i++) set.call(into[i]!, from[i]!, at);
    } catch {
      // `set` throws where an array is detached.
      return false;
    }
    return true;
  }

  /** Gathers lists in which all channels have one length of at most `most` frames. Returns that length, 0 where they do not. */
  private copyPlain(inputs: HostBuses, outputs: HostBuses, at: number, most: number): number {
    const { inputCounts, outputCounts } = this;
    try {
      const wanted = uniformFrames(outputs, outputCounts);
      const given = uniformFrames(inputs, inputCounts);
      const frames = wanted === NO_FRAMES ? given : wanted;
      if (!(frames > 0 && frames <= most) || (given !== frames && given !== NO_FRAMES)) return 0;
      let dropped = channelsFrom(inputs, this.inputs.length);
      for (let b = 0; b < this.inputs.length; b++) {
        const bus = this.inputs[b]!;
        const theirs = inputs[b]!;
        const count = bus.placesFor(inputCounts[b]!);
        dropped += inputCounts[b]! - count;
        inputCounts[b] = count;
        for (let c = 0; c < count; c++) {
          // A getter may answer differently the second time.
          const samples = theirs[c];
          if (!isOfLength(samples, frames)) return 0;
          set.call(bus.channels[c]!, samples, at);
        }
      }
      this.droppedIn = dropped;
      return frames;
    } catch {
      return 0;
    }
  }

  /** Gathers any value. The results of the other two must be the same. */
  private copyCarefully(inputs: HostBuses, outputs: HostBuses, at: number, most: number, otherwise: number): number {
    const { inputCounts, outputCounts } = this;
    const frames = blockFrames(inputs, outputs, otherwise);
    const gathered = Math.min(frames, most);
    let dropped = channelsFrom(inputs, this.inputs.length);
    for (let b = 0; b < this.inputs.length; b++) {
      const bus = this.inputs[b]!;
      const { channels } = bus;
      const theirs = busAt(inputs, b);
      const offered = entriesOf(theirs);
      const count = bus.placesFor(offered);
      let connected = 0;
      dropped += offered - count;
      for (let c = 0; c < count; c++) {
        const samples = channelAt(theirs, c, frames);
        if (samples !== undefined && copyTo(channels[c]!, samples, at, gathered)) {
          connected = c + 1;
        } else {
          dropped++;
          fill.call(channels[c]!, 0, at, at + gathered);
        }
      }
      // What is mixed or repeated goes by the channels that the host has, usable or not.
      inputCounts[b] = bus.mixes || this.repeatsMono ? count : connected;
    }
    for (let b = 0; b < this.outputs.length; b++) outputCounts[b] = entriesOf(busAt(outputs, b));
    this.droppedIn = dropped;
    return frames;
  }

  /** Makes lists known that were just copied, where they are frozen. */
  private adopt(inputs: HostBuses, outputs: HostBuses, frames: number): void {
    const { from, into, outOf, to } = this;
    let copiesIn = 0;
    let copiesOut = 0;
    let droppedOut = 0;
    try {
      if (!isUnchanging(inputs) || !isUnchanging(outputs)) return;
      for (let b = 0; b < this.inputs.length && b < inputs.length; b++) {
        const bus = this.inputs[b]!;
        const { channels } = bus;
        const theirs = inputs[b]!;
        const count = bus.placesFor(theirs.length);
        for (let c = 0; c < count; c++) {
          from[copiesIn] = theirs[c]!;
          into[copiesIn++] = channels[c]!;
        }
      }
      for (let b = 0; b < this.outputs.length; b++) {
        const bus = this.outputs[b]!;
        const theirs = b < outputs.length ? outputs[b]! : NO_CHANNELS;
        const places = placesFor(bus, theirs.length);
        droppedOut += Math.max(0, places - theirs.length);
        for (let c = 0; c < theirs.length && c < places; c++) {
          to[copiesOut] = theirs[c]!;
          outOf[copiesOut++] = bus.first + c;
        }
      }
      this.isKnown = copiesOut > 0 || copiesIn > 0;
    } catch {
      return;
    }
    this.copiesIn = copiesIn;
    this.copiesOut = copiesOut;
    this.droppedOut = droppedOut;
    this.knownFrames = frames;
    this.deciding = copiesOut > 0 ? to[0]! : from[0]!;
  }

  // ── Out ──

  /** [render] Moves the kernel's outputs from the storage to the queue's `blocks`. Call it when the kernel has made them. */
  take(): void {
    const { queue, outputs, takenOutputs } = this;
    this.storage.deliver(takenOutputs);
    for (let b = 0; b < outputs.length; b++) {
      const { first, mixes, lists } = outputs[b]!;
      // Channels that this host does not get still have the samples that were mixed for another host.
      for (let c = takenOutputs[b]!.length; mixes && c < lists.length - 1; c++) fill.call(queue.blocks[first + c]! as Float32Array, 0);
    }
  }

  /** [render] Frames that the host wants; `otherwise` where it has no channel. */
  framesOf(outputs: HostBuses, otherwise: number): number {
    this.plainFrames = 0;
    try {
      if (this.isKnown && outputs === this.lastOutputs && this.copiesOut > 0 && lengthOf(this.deciding) === this.knownFrames) {
        return this.knownFrames;
      }
      const frames = uniformFrames(outputs, this.deliveredCounts);
      this.plainFrames = frames;
      if (frames > 0) return frames;
    } catch {
      // Reading one of the host's lists threw.
    }
    return blockFrames(outputs, NO_BUSES, otherwise);
  }

  /** [render] Writes the oldest `frames` frames to the host, whose block has `wanted` frames. The rest of it is silence. */
  deliver(outputs: HostBuses, wanted: number, frames: number): void {
    const { diagnostics } = this.storage.buffers;
    if (wanted === frames) {
      if (this.isKnown && outputs === this.lastOutputs && this.writeKnown(frames)) {
        diagnostics.droppedChannels += this.droppedOut;
        return;
      }
      const dropped = this.plainFrames === frames && frames > 0 ? this.writePlain(outputs, frames) : -1;
      if (dropped >= 0) {
        diagnostics.droppedChannels += dropped;
        return;
      }
    }
    diagnostics.droppedChannels += this.writeCarefully(outputs, wanted, frames);
  }

  private writeKnown(frames: number): boolean {
    const { queue, outOf, to, copiesOut } = this;
    if (frames !== this.knownFrames) return false;
    try {
      for (let i = 0; i < copiesOut; i++) queue.read(outOf[i]!, to[i]!, frames);
    } catch {
      return false;
    }
    return true;
  }

  /**
   * Writes to channels that are all `frames` frames long, as `framesOf` has found. Returns the number of channels without a
   * place; -1 where one cannot be written.
   */
  private writePlain(outputs: HostBuses, frames: number): number {
    const { queue, deliveredCounts } = this;
    let dropped = 0;
    try {
      for (let b = 0; b < this.outputs.length; b++) {
        const bus = this.outputs[b]!;
        const count = deliveredCounts[b]!;
        const places = placesFor(bus, count);
        dropped += Math.max(0, places - count);
        for (let c = 0; c < count && c < places; c++) {
          const samples = outputs[b]![c];
          if (!isOfLength(samples, frames)) return -1;
          queue.read(bus.first + c, samples, frames);
        }
      }
      return dropped;
    } catch {
      return -1;
    }
  }

  private writeCarefully(outputs: HostBuses, wanted: number, frames: number): number {
    const { queue } = this;
    let dropped = 0;
    for (let b = 0; b < this.outputs.length; b++) {
      const bus = this.outputs[b]!;
      const theirs = busAt(outputs, b);
      const offered = entriesOf(theirs);
      const places = placesFor(bus, offered);
      dropped += Math.max(0, places - offered);
      for (let c = 0; c < offered && c < places; c++) {
        const samples = channelAt(theirs, c, wanted);
        try {
          if (samples === undefined) {
            dropped++;
          } else {
            const count = Math.min(lengthOf(samples), frames);
            queue.read(bus.first + c, samples, count);
            fill.call(samples, 0, count);
          }
        } catch {
          dropped++;
        }
      }
    }
    return dropped;
  }
}

/** The gathered channels of one input bus. */
class GatheredBus {
  readonly channels: Float32Array[] = [];
  /** The first kernel block as a list of no channel, of one channel, of two, and so on. */
  readonly lists: HostChannels[];
  private readonly counts: BlockCounts;

  /** `width`: most of the host's channels that are gathered. */
  constructor(
    readonly capacity: number,
    width: number,
    readonly mixes: boolean,
    private readonly blockFrames: number,
    maxHostFrames: number,
  ) {
    const room = blockFrames - 1 + maxHostFrames;
    for (let channel = 0; channel < width; channel++) this.channels.push(new Float32Array(room));
    this.lists = listsOf(this.channels.map(({ buffer }) => new Float32Array(buffer, 0, blockFrames)));
    this.counts = new BlockCounts(blockFrames, room);
  }

  /** How many of a host's `offered` channels are gathered: all of them where the storage mixes them. */
  placesFor(offered: number): number {
    return this.mixes && mixOf(offered, this.capacity) !== undefined ? offered : Math.min(offered, this.capacity);
  }

  /**
   * Notes that `frames` frames of `offered` channels were gathered after the first `at`. In a block whose frames have
   * different channels, zeroes the channels where they are missing.
   */
  note(offered: number, at: number, frames: number): void {
    const { channels, counts } = this;
    if (frames === 0) return;
    const count = Math.min(offered, channels.length);
    const before = counts.before(at);
    if (count !== before) {
      const start = counts.startOf(at);
      for (let c = before; c < count && start < at; c++) fill.call(channels[c]!, 0, start, at);
      const end = Math.min(at + frames, start + this.blockFrames);
      for (let c = count; c < before; c++) fill.call(channels[c]!, 0, at, end);
    }
    counts.note(at, frames, count);
  }

  /** Moves a whole block to the front. Returns the number of its channels. */
  bring(block: number): number {
    const { channels, blockFrames } = this;
    const count = this.counts.of(block);
    const from = block * blockFrames;
    for (let c = 0; c < count && block > 0; c++) copyWithin.call(channels[c]!, 0, from, from + blockFrames);
    return count;
  }

  drop(blocks: number, gathered: number): void {
    const { channels, counts } = this;
    const from = blocks * this.blockFrames;
    counts.drop(blocks);
    const { most } = counts;
    for (let c = 0; c < most; c++) copyWithin.call(channels[c]!, 0, from, gathered);
  }

  restart(): void {
    this.counts.clear();
  }
}

interface DeliveredBus {
  /** Index of its first channel among those of all buses. */
  readonly first: number;
  readonly capacity: number;
  /** Whether the storage mixes its channels for a host that has another number of them. */
  readonly mixes: boolean;
  /** The queue's block as a list of no channel, of one channel, of two, and so on. */
  readonly lists: readonly HostChannels[];
}

/** The number of channels that a host with `count` of them gets: `count` where they are mixed, otherwise the bus's capacity. */
function placesFor({ capacity, mixes }: DeliveredBus, count: number): number {
  return mixes && mixOf(capacity, count) !== undefined ? count : capacity;
}

/** Lists of the first 0, 1, 2 … channels. They are frozen, so the storage reads each of them only once. */
function listsOf(channels: readonly Float32Array[]): HostChannels[] {
  return Array.from({ length: channels.length + 1 }, (_, count) => Object.freeze(channels.slice(0, count)));
}

/**
 * Copies the first `frames` frames of `samples` to frame `at` of `target`, and silence where there are fewer. False when they
 * cannot be copied.
 */
function copyTo(target: Float32Array, samples: Float32Array, at: number, frames: number): boolean {
  try {
    const given = lengthOf(samples);
    if (given <= frames) {
      set.call(target, samples, at);
      fill.call(target, 0, at + given, at + frames);
    } else {
      // One sample at a time, because a view of the first `frames` samples would be garbage.
      for (let frame = 0; frame < frames; frame++) target[at + frame] = samples[frame]!;
    }
    return true;
  } catch {
    return false;
  }
}

const FLOATS: UnitKind = { View: Float32Array, width: 1, silence: 0 };
