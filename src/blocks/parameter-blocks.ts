// Gathers a host's parameters like its samples: one value for each frame.

import { LARGEST_SMALL_INTEGER } from "../block";
import type { HostBuses } from "../hosts/host-lists";
import { type HostParameterValues, inheritedAs, isObject, valuesIn } from "../hosts/host-parameters";
import { lengthOf } from "../hosts/typed-array";
import type { ParameterInfo } from "../parameter-info";
import { repeat } from "../parameters";
import { copyWithin, type SampleFormat, type Samples, set } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** The third argument of `process`, or `undefined`. */
export type ParameterValues = HostParameterValues | undefined;

export class ParameterBlocks {
  private readonly parameters: GatheredParameter[];
  /** The values that the storage collects. `undefined` where the host has handed over none: the storage's last value stays. */
  private readonly values: Record<string, Float32Array | undefined> = Object.create(null);
  private readonly diagnostics: { invalidParameters: number };

  /** [setup] @throws RangeError where the engine has no space. */
  constructor({ config, buffers }: ProcessBufferStorage<SampleFormat>, blockFrames: number, maxHostFrames: number) {
    const declared = config.parameters ?? [];
    this.diagnostics = buffers.diagnostics;
    this.parameters = declared.map((parameter, p) => {
      return new GatheredParameter(parameter, buffers.parameters!.lastValueOf(p), blockFrames, maxHostFrames);
    });
    for (const { name } of this.parameters) this.values[name] = undefined;
  }

  /** [render] Gathers the values of a block of `frames` frames, after those of the first `at` frames. */
  collect(values: ParameterValues, at: number, frames: number): void {
    const { parameters, diagnostics } = this;
    if (frames === 0 || parameters.length === 0) return;
    const isGood = values === undefined || isObject(values);
    if (!isGood) diagnostics.invalidParameters++;
    const given = isGood ? values : undefined;
    for (let p = 0; p < parameters.length; p++) if (!parameters[p]!.collect(given, at, frames)) diagnostics.invalidParameters++;
  }

  /** [render] Replaces everything gathered by `frames` frames of the last value. */
  restart(frames: number): void {
    for (let p = 0; p < this.parameters.length; p++) this.parameters[p]!.restart(frames);
  }

  /** [render] Removes the values of the first `blocks` blocks from `gathered` frames. */
  drop(blocks: number, gathered: number): void {
    for (let p = 0; p < this.parameters.length; p++) this.parameters[p]!.drop(blocks, gathered);
  }

  /** [render] Lets the storage collect, with the values of a block. */
  hand<F extends SampleFormat>(storage: ProcessBufferStorage<F>, inputs: HostBuses, outputs: HostBuses, block: number): void {
    const { parameters, values } = this;
    if (parameters.length === 0) {
      storage.collect(inputs, outputs);
      return;
    }
    for (let p = 0; p < parameters.length; p++) values[parameters[p]!.name] = parameters[p]!.bring(block);
    const { invalidParameters } = this.diagnostics;
    storage.collect(inputs, outputs, values as HostParameterValues);
    const allAreTaken = this.diagnostics.invalidParameters === invalidParameters;
    for (let p = 0; p < parameters.length; p++) parameters[p]!.noteBrought(block, allAreTaken);
  }
}

class GatheredParameter {
  readonly name: string;
  /** View of the values of the first kernel block. */
  private readonly block: Float32Array;
  /** View of the first value. */
  private readonly first: Float32Array;
  private readonly values: Float32Array;
  private readonly isKRate: boolean;
  private readonly inherited: unknown;
  /** The last value: the host's, while the storage has not got it; else the storage's. Repeated where the host hands over none. */
  private readonly last = new Float32Array(1);
  private readonly storagesLast = new Float32Array(1);
  /**
   * The bits of {@link values}, {@link last} and {@link storagesLast}. Values are compared by their bits, because V8 allocates an object
   * for a fraction in unoptimised code.
   */
  private readonly bits: Uint16Array;
  private readonly lastBits = new Uint16Array(this.last.buffer);
  private readonly storagesBits = new Uint16Array(this.storagesLast.buffer);
  /**
   * Whether the storage has got {@link last}. It has not where the value came after the first frame of a k-rate block, in a block
   * that was skipped, or beside a NaN.
   */
  private isHeard = true;
  /** Frame at which the host's last array of values began. */
  private lastFrom = 0;
  /** Gathered frames from the first one for which the host has handed over a value, to the end of the last block with one. */
  private givenFrom = NONE;
  private givenEnd = 0;
  /** All values from this frame on are equal to {@link last}. */
  private constantFrom = 0;

  /** `storages`: view of the storage's last value. */
  constructor(
    { name, automationRate }: ParameterInfo,
    private readonly storages: Samples,
    blockFrames: number,
    maxHostFrames: number,
  ) {
    this.name = name;
    this.inherited = inheritedAs(name);
    this.isKRate = automationRate === "k-rate";
    this.values = new Float32Array(blockFrames - 1 + maxHostFrames);
    this.block = new Float32Array(this.values.buffer, 0, blockFrames);
    this.first = new Float32Array(this.values.buffer, 0, 1);
    this.bits = new Uint16Array(this.values.buffer);
  }

  /** False where the host has handed over something that is not a value. Then the last value stays, as it does where nothing came. */
  collect(given: object | undefined, at: number, frames: number): boolean {
    const theirs = given === undefined ? undefined : valuesIn(given, this.name, this.inherited);
    let isGood = theirs !== null;
    try {
      if (theirs !== undefined && theirs !== null) {
        if (this.copy(theirs, lengthOf(theirs), at, frames)) {
          this.givenFrom = Math.min(this.givenFrom, at);
          this.givenEnd = at + frames;
          this.lastFrom = at;
          return true;
        }
        isGood = false;
      }
    } catch {
      // An array of BigInts can have the prototype of a Float32Array, but its elements do not become numbers.
      isGood = false;
    }
    this.repeatLast(at, frames);
    return isGood;
  }

  /**
   * Where there are fewer values than frames, the last one is repeated. False where all are NaN. For a NaN among others the storage
   * looks, in each block that it collects. What comes after is the last value that is none.
   */
  private copy(theirs: Float32Array, length: number, at: number, frames: number): boolean {
    const { values, bits, lastBits } = this;
    const hasOneValue = length === 1 || frames === 1 || this.isKRate;
    const given = hasOneValue ? 1 : Math.min(length, frames);
    // Values beyond those that are given are overwritten, here or in the next block.
    if (at + length <= values.length) set.call(values, theirs, at);
    else for (let frame = 0; frame < given; frame++) values[at + frame] = theirs[frame]!;
    const end = at + given - 1;
    let last = end;
    while (last >= at && isNaNAt(bits, last)) last--;
    if (last < at) return false;
    repeat(values, end + 1, at + frames);
    if (!hasOneValue || !isSameAt(bits, last, lastBits)) {
      this.constantFrom = last === end ? end : at + frames;
      lastBits[0] = bits[2 * last]!;
      lastBits[1] = bits[2 * last + 1]!;
    }
    this.isHeard = false;
    return true;
  }

  /** By copies alone: V8 allocates an object for a fraction that is handed to `fill`. */
  private repeatLast(at: number, frames: number): void {
    if (frames === 0) return;
    if (this.givenFrom === NONE) {
      set.call(this.storagesLast, this.storages as Float32Array);
      if (!isSameAt(this.storagesBits, 0, this.lastBits)) {
        set.call(this.last, this.storagesLast);
        this.constantFrom = at;
      }
    }
    set.call(this.values, this.last, at);
    repeat(this.values, at + 1, at + frames);
  }

  restart(frames: number): void {
    this.constantFrom = 0;
    this.repeatLast(0, frames);
    if (this.givenFrom === NONE) return;
    this.givenFrom = 0;
    this.givenEnd = Math.max(1, frames);
  }

  /**
   * Moves the values of a block to the front. Returns only the first one where all are the same, or where the parameter is
   * k-rate; `undefined` where the host has handed over none.
   */
  bring(block: number): Float32Array | undefined {
    const from = block * this.block.length;
    if (this.givenFrom >= from + this.block.length) return undefined;
    if (block > 0) copyWithin.call(this.values, 0, from, from + this.block.length);
    return this.isKRate || this.constantFrom <= from ? this.first : this.block;
  }

  /** Call it when the storage has collected what {@link bring} has returned. `allAreTaken`: it has refused no parameter. */
  noteBrought(block: number, allAreTaken: boolean): void {
    const from = block * this.block.length;
    const end = from + this.block.length;
    if (this.givenFrom >= end) return;
    if (this.isKRate || this.constantFrom <= from) this.isHeard = this.constantFrom <= from;
    else if (allAreTaken || !this.hasNaN(0)) this.isHeard = this.constantFrom < end;
    // The storage has refused the block for a NaN. If that was in the host's last array, nothing of it is used.
    else this.isHeard = this.hasNaN(this.lastFrom - from);
  }

  /** Whether the block that was brought has a NaN, from frame `start` on. */
  private hasNaN(start: number): boolean {
    for (let frame = Math.max(0, start); frame < this.block.length; frame++) if (isNaNAt(this.bits, frame)) return true;
    return false;
  }

  drop(blocks: number, gathered: number): void {
    const from = blocks * this.block.length;
    copyWithin.call(this.values, 0, from, gathered);
    this.constantFrom = Math.max(0, this.constantFrom - from);
    this.lastFrom = Math.max(0, this.lastFrom - from);
    const hasUnheard = this.givenFrom !== NONE && !this.isHeard;
    this.givenEnd = Math.max(hasUnheard ? 1 : 0, this.givenEnd - from);
    this.givenFrom = this.givenEnd === 0 ? NONE : Math.max(0, this.givenFrom - from);
  }
}

/** Whether value `at` of these bits is NaN: all bits of its exponent are set, and one of its fraction. */
function isNaNAt(bits: Uint16Array, at: number): boolean {
  const high = bits[2 * at + 1]!;
  return (high & 0x7f80) === 0x7f80 && ((high & 0x7f) | bits[2 * at]!) !== 0;
}

/** Whether value `at` has the same bits as the only value of `other`. */
function isSameAt(bits: Uint16Array, at: number, other: Uint16Array): boolean {
  return bits[2 * at] === other[0] && bits[2 * at + 1] === other[1];
}

/** Beyond all gathered frames. */
const NONE = LARGEST_SMALL_INTEGER;
