// The parameters that a kernel is handed: for each one a struct of a length and an address, and a slot with its values.
//
// The kernel can write to all of that memory. So the last value of each parameter is also kept in JS memory. In each block, a
// parameter for which the host hands over nothing gets its value from there.
//
// While rendering, no parameter value becomes a JS number: V8 allocates an object for each fraction in a function that it has
// not optimised yet. The script copies values with `set`, and the core compares them.

import { PARAMETER_BYTES } from "./abi";
import type { ParametersCore } from "./core/parameters";
import type { Diagnostics } from "./diagnostics";
import { completed, type Parameter, type ParameterInfo } from "./parameter-info";
import type { ParameterLayout } from "./parameter-layout";
import { copyWithin, FLOAT_BYTES, SAMPLE_FORMATS, type Samples, set } from "./sample-format";

/** State of a parameter in a block. The numbers are the same as in `assembly/parameters.ts`. */
export type ParameterState = typeof KEPT | typeof ONE_VALUE | typeof MANY_VALUES;
/** The parameter keeps its last value, because the host handed over none. */
export const KEPT = 0;
/** The host has handed over one float. */
export const ONE_VALUE = 1;
/** The host has handed over one float for each frame. */
export const MANY_VALUES = 2;

export class Parameters {
  readonly declared: readonly Parameter[];
  /**
   * Views to which a host's floats are copied before a block is opened: `maxFrames` floats for an a-rate parameter, one for a
   * k-rate one. Their length becomes 0 when the memory grows.
   */
  readonly floats: Float32Array[] = [];
  /** Whether {@link HostParameters} has set the states for the next block. */
  isStaged = false;
  /**
   * Whether the states are still the ones that {@link HostParameters} has set: neither `write` nor a block without a host's
   * parameters came after it.
   */
  isAsRead = false;

  /**
   * `values`: a view of each parameter's slot, in the kernel's format. `last`: a view of the last values that the core has
   * written.
   */
  private values: Samples[] = [];
  private last: Samples;
  /** Last value of each parameter, in JS memory, and a view of each single one, from which `set` can copy it. */
  private readonly lastValues: Samples;
  private readonly lastValueViews: Samples[] = [];
  /** The core takes parameters in groups. */
  private readonly groups: readonly Group[];
  /**
   * Smallest and largest value of each. The `undefined` at the end makes V8 store fractions in this array as number objects,
   * so that reading one allocates nothing.
   */
  private readonly ranges: (number | undefined)[];
  /** Bytes of a sample plus bytes of an a-rate slot. The core takes both in one argument. */
  private readonly sizes: number;
  private frames = 0;
  private windowStart = 0;
  private windowFrames = 0;

  /** [setup] Gives every parameter its default value, in a block of no frames. */
  constructor(
    declared: readonly ParameterInfo[],
    private readonly core: ParametersCore,
    private readonly memory: WebAssembly.Memory,
    private readonly base: number,
    private readonly layout: ParameterLayout,
    private readonly maxFrames: number,
    private readonly sampleFormat: "f32" | "f64",
    private readonly diagnostics: Diagnostics,
  ) {
    const { View, bytes } = SAMPLE_FORMATS[sampleFormat];
    this.declared = declared.map(completed);
    this.lastValues = new View(this.declared.map(({ defaultValue }) => defaultValue));
    for (let p = 0; p < this.declared.length; p++) this.lastValueViews.push(this.lastValues.subarray(p, p + 1));
    this.ranges = [...this.declared.flatMap(({ minValue, maxValue }) => [minValue, maxValue]), undefined];
    // A slot's size is a multiple of 16, so its lowest four bits are free.
    this.sizes = layout.stride + bytes;
    this.groups = groupsOf(this.declared, base, layout, bytes);
    this.last = this.lastValues;
    this.makeViews();
    this.open(0);
  }

  /** Address of the first struct. */
  get address(): number {
    return this.base + this.layout.structs;
  }

  /** [render] Makes new views where the memory has grown. Call it before writing to {@link floats}. */
  revive(): void {
    if (this.last.length > 0) return;
    this.makeViews();
    const { declared, sampleFormat } = this;
    this.diagnostics.viewRebuilds += (sampleFormat === "f64" ? 2 : 1) * declared.length + 1;
  }

  /** View of the last value of parameter `p`. */
  lastValueOf(p: number): Samples {
    return this.lastValueViews[p]!;
  }

  /** [render] Sets the state of parameter `p` for the next block. */
  stage(p: number, state: ParameterState): void {
    const group = this.groups[groupOf(p)]!;
    const shift = 2 * (p % GROUP);
    group.states = (group.states & ~(3 << shift)) | (state << shift);
  }

  /** [render] Parameter `p` keeps its last value in the next block. */
  keep(p: number): void {
    set.call(this.values[p]!, this.lastValueViews[p] as Float32Array);
    this.stage(p, KEPT);
  }

  /**
   * [render] Opens the next block, of `frames` frames. Where {@link HostParameters} has set no states for it, every parameter
   * keeps its last value.
   */
  open(frames: number): void {
    if (!this.isStaged) this.keepAll();
    this.isStaged = false;
    this.frames = frames;
    this.windowStart = 0;
    this.windowFrames = frames;
    let changed = 0;
    for (let g = 0; g < this.groups.length; g++) changed |= this.openGroup(this.groups[g]!, this.groups[g]!.states);
    if (changed !== 0) set.call(this.lastValues, this.last as Float32Array);
  }

  /** [render] Makes the block `frames` frames long. Frames that are added get the last value of the block. */
  resize(frames: number): void {
    const before = this.frames;
    this.revive();
    this.frames = frames;
    for (let g = 0; g < this.groups.length; g++) {
      const group = this.groups[g]!;
      let states = ALL_UNTOUCHED;
      for (let i = 0; i < group.count; i++) {
        const p = g * GROUP + i;
        if ((group.varying & (1 << i)) !== 0) {
          if (frames > before) this.extend(p, before, frames);
        } else {
          set.call(this.values[p]!, this.lastValueViews[p] as Float32Array);
          states &= ~(3 << (2 * i));
        }
      }
      const { varying } = group;
      this.openGroup(group, states);
      group.varying = varying;
    }
    this.openWindow(0, frames);
  }

  /** [render] Points each a-rate parameter at its value for frame `start`. */
  openWindow(start: number, frames: number): void {
    this.windowStart = start;
    this.windowFrames = frames;
    for (let g = 0; g < this.groups.length; g++) this.showWindow(this.groups[g]!);
  }

  /**
   * [render] Gives parameter `p` this value in the current block and from there on. False where there is no such parameter,
   * and for NaN.
   */
  write(p: number, value: number): boolean {
    if (!Number.isInteger(p) || p < 0 || p >= this.declared.length) return false;
    if (typeof value !== "number" || Number.isNaN(value)) {
      this.diagnostics.invalidParameters++;
      return false;
    }
    const { ranges, lastValues, lastValueViews } = this;
    const least = ranges[2 * p]!;
    const most = ranges[2 * p + 1]!;
    this.revive();
    // Not Math.min and Math.max: V8 allocates an object for the fraction that they return.
    lastValues[p] = value;
    if (value < least) lastValues[p] = least;
    if (value > most) lastValues[p] = most;
    set.call(this.values[p]!, lastValueViews[p] as Float32Array);
    const group = this.groups[groupOf(p)]!;
    const place = p % GROUP;
    const { varying } = group;
    this.isAsRead = false;
    this.openGroup(group, ALL_UNTOUCHED & ~(3 << (2 * place)));
    group.varying = varying & ~(1 << place);
    if (this.windowStart > 0 || this.windowFrames !== this.frames) this.showWindow(group);
    return true;
  }

  /** [setup] Gives each parameter the last value of the parameter of the same name in `before`, clamped to its own range. */
  takeOver(before: Parameters | undefined): void {
    for (const [p, { name }] of this.declared.entries()) {
      const place = before === undefined ? -1 : before.declared.findIndex((other) => other.name === name);
      if (place >= 0) this.write(p, before!.lastValues[place]!);
    }
  }

  /** Copies no values into the new views: memory keeps its contents when it grows. */
  private makeViews(): void {
    const { memory, base, layout, floats, maxFrames } = this;
    const { View, bytes } = SAMPLE_FORMATS[this.sampleFormat];
    this.last = new View(memory.buffer, base + layout.last, this.declared.length);
    for (let p = 0; p < this.declared.length; p++) {
      const slot = base + layout.slots[p]!;
      const isARate = this.declared[p]!.automationRate === "a-rate";
      const length = isARate ? maxFrames : 1;
      this.values[p] = new View(memory.buffer, slot, length);
      const half = (isARate ? layout.stride : K_RATE_BYTES) / 2;
      floats[p] = bytes === FLOAT_BYTES ? (this.values[p] as Float32Array) : new Float32Array(memory.buffer, slot + half, length);
    }
  }

  private keepAll(): void {
    this.revive();
    this.isAsRead = false;
    for (let p = 0; p < this.declared.length; p++) set.call(this.values[p]!, this.lastValueViews[p] as Float32Array);
    for (let g = 0; g < this.groups.length; g++) this.groups[g]!.states = ALL_KEPT;
  }

  /** Opens a group. A parameter with a NaN keeps its last value. Returns 1 where a last value has changed, otherwise 0. */
  private openGroup(group: Group, states: number): number {
    const { core, frames, sizes } = this;
    const { structs, slot, last, rates, count } = group;
    let answer = core.openParameters(structs, slot, last, states, rates, count, frames, sizes);
    group.varying = (answer >> GROUP) & EACH;
    const notNumbers = answer & EACH;
    if (notNumbers !== 0) {
      let others = ALL_UNTOUCHED;
      for (let i = 0; i < count; i++) {
        if ((notNumbers & (1 << i)) === 0) continue;
        const p = group.first + i;
        this.diagnostics.invalidParameters++;
        set.call(this.values[p]!, this.lastValueViews[p] as Float32Array);
        others &= ~(3 << (2 * i));
      }
      answer |= core.openParameters(structs, slot, last, others, rates, count, frames, sizes);
    }
    return answer >> (2 * GROUP);
  }

  private showWindow({ structs, slot, varying, rates, count }: Group): void {
    const { core, frames, layout } = this;
    // An empty window at the end of the block points at the last value, because there is no value after it.
    const start = this.windowStart < frames ? this.windowStart : Math.max(0, frames - 1);
    const offset = start * SAMPLE_FORMATS[this.sampleFormat].bytes;
    core.windowParameters(structs, slot, varying, rates, count, layout.stride, offset, Math.max(1, this.windowFrames));
  }

  /**
   * Repeats the last value from frame `start` on. It copies runs that double in length, because a loop would turn the value
   * into a JS number, for which V8 allocates an object.
   */
  private extend(p: number, start: number, end: number): void {
    const values = this.values[p]!;
    set.call(values, this.lastValueViews[p] as Float32Array, start);
    repeat(values, start + 1, end);
  }
}

/** [render] Fills elements `from` … `end` with the element before them. */
export function repeat(values: Samples, from: number, end: number): void {
  const first = from - 1;
  for (let at = from; at < end; at += at - first) copyWithin.call(values, at, first, Math.min(at, first + end - at));
}

/**
 * Most parameters that the core takes in one call. Their states (28 bits) and the answer (29 bits) are integers that V8
 * stores without a heap object.
 */
const GROUP = 14;
/** One bit for each parameter of a group. */
const EACH = (1 << GROUP) - 1;
const ALL_KEPT = 0;
/** State 3 for each parameter of a group: the core leaves it as it is. */
const ALL_UNTOUCHED = (1 << (2 * GROUP)) - 1;

const K_RATE_BYTES = 16;

interface Group {
  /** Index of its first parameter. */
  readonly first: number;
  readonly count: number;
  /** Addresses of its first struct, its first slot, and its first last value. */
  readonly structs: number;
  readonly slot: number;
  readonly last: number;
  /** Bit i is set where its parameter i is a-rate. */
  readonly rates: number;
  /** The state of each of its parameters, two bits each. */
  states: number;
  /** Bit i is set where its parameter i has more than one value in this block. */
  varying: number;
}

function groupOf(p: number): number {
  return (p - (p % GROUP)) / GROUP;
}

function groupsOf(declared: readonly Parameter[], base: number, { structs, slots, last }: ParameterLayout, bytes: number): Group[] {
  const firsts = declared.map((_, p) => p).filter((p) => p % GROUP === 0);
  return firsts.map((first) => {
    const members = declared.slice(first, first + GROUP);
    return {
      first,
      count: members.length,
      structs: base + structs + first * PARAMETER_BYTES,
      slot: base + slots[first]!,
      last: base + last + first * bytes,
      rates: members.reduce((bits, { automationRate }, i) => (automationRate === "a-rate" ? bits | (1 << i) : bits), 0),
      states: ALL_KEPT,
      varying: 0,
    };
  });
}
