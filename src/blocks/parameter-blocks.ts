// Gathers a host's parameters like its samples: one value for each frame.

import type { BusConfig } from "../config";
import { framesOf, type HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import type { ParameterInfo } from "../parameter-info";
import type { SampleFormat } from "../sample-format";
import { copyWithin, fill, set } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** The third argument of `process`, or `undefined`. */
export type ParameterValues = HostParameterValues | undefined;

export class ParameterBlocks {
  private readonly parameters: GatheredParameter[];
  /** The values that the storage collects. */
  private readonly values: Record<string, Float32Array> = Object.create(null);

  /** [setup] @throws RangeError where the engine has no space. */
  constructor(config: BusConfig, blockFrames: number, maxHostFrames: number) {
    const declared = config.parameters ?? [];
    this.parameters = declared.map((parameter) => new GatheredParameter(parameter, blockFrames, maxHostFrames));
    for (const parameter of this.parameters) this.values[parameter.name] = parameter.bring(0);
  }

  /** [render] Gathers the values of a block of `frames` frames, after those of the first `at` frames. */
  collect(values: ParameterValues, at: number, frames: number): void {
    for (let p = 0; p < this.parameters.length; p++) this.parameters[p]!.collect(values, at, frames);
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
    storage.collect(inputs, outputs, values);
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
  /** The last value that came. It is repeated where the host hands over none. */
  private readonly last = new Float32Array(1);
  /** All values from this frame on are equal to {@link last}. */
  private constantFrom = 0;

  constructor({ name, defaultValue = 0, automationRate }: ParameterInfo, blockFrames: number, maxHostFrames: number) {
    this.name = name;
    this.isKRate = automationRate === "k-rate";
    this.values = new Float32Array(blockFrames - 1 + maxHostFrames);
    this.block = new Float32Array(this.values.buffer, 0, blockFrames);
    this.first = new Float32Array(this.values.buffer, 0, 1);
    this.last[0] = defaultValue;
  }

  collect(given: ParameterValues, at: number, frames: number): void {
    const { values, last } = this;
    if (frames === 0) return;
    try {
      const theirs: unknown = given?.[this.name];
      const length = theirs === undefined ? 0 : framesOf(theirs);
      if (length >= frames && length > 1 && !this.isKRate) {
        if (length === frames) set.call(values, theirs as Float32Array, at);
        else for (let frame = 0; frame < frames; frame++) values[at + frame] = (theirs as Float32Array)[frame]!;
        last[0] = values[at + frames - 1]!;
        this.constantFrom = at + frames - 1;
        return;
      }
      if (length > 0) {
        const value = (theirs as Float32Array)[0]!;
        if (!Number.isNaN(value) && value !== last[0]) {
          last[0] = value;
          this.constantFrom = at;
        }
      }
    } catch {
      // Reading the value threw, so the host has handed over none.
    }
    fill.call(values, last[0]!, at, at + frames);
  }

  restart(frames: number): void {
    fill.call(this.values, this.last[0]!, 0, frames);
    this.constantFrom = 0;
  }

  /**
   * Moves the values of a block to the front. Returns only the first one where all are the same, or where the parameter is
   * k-rate.
   */
  bring(block: number): Float32Array {
    const from = block * this.block.length;
    if (block > 0) copyWithin.call(this.values, 0, from, from + this.block.length);
    return this.isKRate || this.constantFrom <= from ? this.first : this.block;
  }

  drop(blocks: number, gathered: number): void {
    const from = blocks * this.block.length;
    copyWithin.call(this.values, 0, from, gathered);
    this.constantFrom = Math.max(0, this.constantFrom - from);
  }
}
