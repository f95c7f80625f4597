// The host's parameters, gathered as its samples are: a value a frame, whatever the host hands over.

import type { BusConfig } from "../config";
import { framesOf, type HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import type { ParameterInfo } from "../parameter-info";
import type { SampleFormat } from "../sample-format";
import { copyWithin, fill, set } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/** The third argument of `process`, or none. */
export type ParameterValues = HostParameterValues | undefined;

export class ParameterBlocks {
  private readonly parameters: GatheredParameter[];
  /** What the storage is handed. */
  private readonly values: Record<string, Float32Array> = Object.create(null);

  /** [setup] @throws RangeError where the engine has no room. */
  constructor(config: BusConfig, blockFrames: number, maxHostFrames: number) {
    const declared = config.parameters ?? [];
    this.parameters = declared.map((parameter) => new GatheredParameter(parameter, blockFrames, maxHostFrames));
    for (const parameter of this.parameters) this.values[parameter.name] = parameter.bring(0);
  }

  /** [render] The values of a block, behind those of the first `at` frames. */
  collect(values: ParameterValues, at: number, frames: number): void {
    for (let p = 0; p < this.parameters.length; p++) this.parameters[p]!.collect(values, at, frames);
  }

  /** [render] What is gathered is `frames` frames of the last values. */
  restart(frames: number): void {
    for (let p = 0; p < this.parameters.length; p++) this.parameters[p]!.restart(frames);
  }

  /** [render] The values of the first `blocks` blocks are gone, of `gathered` frames. */
  drop(blocks: number, gathered: number): void {
    for (let p = 0; p < this.parameters.length; p++) this.parameters[p]!.drop(blocks, gathered);
  }

  /** [render] The storage collects, with the values of a block. */
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
  /** The values of one block of the kernel's. */
  private readonly block: Float32Array;
  /** The first of them. */
  private readonly first: Float32Array;
  private readonly values: Float32Array;
  private readonly isKRate: boolean;
  /** The last one is kept where a host hands over none. */
  private readonly last = new Float32Array(1);
  /** From this frame on all values are {@link last}. */
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
      // What throws when it is read hands over nothing.
    }
    fill.call(values, last[0]!, at, at + frames);
  }

  restart(frames: number): void {
    fill.call(this.values, this.last[0]!, 0, frames);
    this.constantFrom = 0;
  }

  /** The values of a block become the first ones. One value, where they are all the same or only the first one counts. */
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
