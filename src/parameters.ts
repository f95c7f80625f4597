// What a kernel is handed for its parameters: a length and an address each, and the values to which it leads.
//
// The kernel can write to all of that. So the last value of each parameter is kept here, in memory of JS, and whatever nobody
// hands over anew is written from there in each block.
//
// No value of a parameter ever becomes a number of JS while rendering: engines make an object of each fraction until they
// have compiled a function for speed. Values are copied by `set`, and looked at by the core.

import { PARAMETER_BYTES } from "./abi";
import type { ParametersCore } from "./core/parameters";
import type { Diagnostics } from "./diagnostics";
import { completed, type Parameter, type ParameterInfo } from "./parameter-info";
import type { ParameterLayout } from "./parameter-layout";
import { copyWithin, FLOAT_BYTES, SAMPLE_FORMATS, type Samples, set } from "./sample-format";

/** How a parameter comes in a block. The numbers are those of `assembly/parameters.ts`. */
export type ParameterState = typeof KEPT | typeof ONE_VALUE | typeof MANY_VALUES;
/** The host did not hand it over, so it keeps its last value. */
export const KEPT = 0;
/** As one float. */
export const ONE_VALUE = 1;
/** As a float for each frame. */
export const MANY_VALUES = 2;

export class Parameters {
  readonly declared: readonly Parameter[];
  /** Where a host's floats of each parameter go before a block is opened: `maxFrames` of them, or one. Of length 0 when the memory has grown. */
  readonly floats: Float32Array[] = [];
  /** Whether the states are those that {@link HostParameters} has set, for the next block. */
  isStaged = false;
  /** Whether the states are still those that a host's parameters have had in the block before. */
  isAsRead = false;

  /** The place of each parameter's values in the kernel's format, and the last values, one after the other. */
  private values: Samples[] = [];
  private last: Samples;
  /** The last value of each, and a view of each of them alone. */
  private readonly kept: Samples;
  private readonly keptEach: Samples[] = [];
  /** The groups in which the core takes them. */
  private readonly groups: readonly Group[];
  /** Least and largest value of each. With `undefined` among them, V8 keeps fractions as objects, and makes no new one to read them. */
  private readonly ranges: (number | undefined)[];
  /** Bytes of a sample, and of the room of a parameter that has a value for each frame, as the core takes both. */
  private readonly sizes: number;
  private frames = 0;
  private windowStart = 0;
  private windowFrames = 0;

  /** [setup] All are what they are by default, in a block of no frames. */
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
    this.kept = new View(this.declared.map(({ defaultValue }) => defaultValue));
    for (let p = 0; p < this.declared.length; p++) this.keptEach.push(this.kept.subarray(p, p + 1));
    this.ranges = [...this.declared.flatMap(({ minValue, maxValue }) => [minValue, maxValue]), undefined];
    // A room ends on a 16-byte boundary, so that the lowest four bits are free.
    this.sizes = layout.stride + bytes;
    this.groups = groupsOf(this.declared, base, layout, bytes);
    this.last = this.kept;
    this.makeViews();
    this.open(0);
  }

  /** Address of the first struct. */
  get address(): number {
    return this.base + this.layout.structs;
  }

  /** [render] Makes views anew where the memory has grown. Before anything is written to {@link floats}. */
  revive(): void {
    if (this.last.length > 0) return;
    this.diagnostics.viewRebuilds += this.declared.length + 1;
    this.makeViews();
  }

  /** [render] How parameter `p` comes in the next block. */
  stage(p: number, state: ParameterState): void {
    const group = this.groups[groupOf(p)]!;
    const shift = 2 * (p % GROUP);
    group.states = (group.states & ~(3 << shift)) | (state << shift);
  }

  /** [render] Parameter `p` is what it was, in the next block too. */
  keep(p: number): void {
    set.call(this.values[p]!, this.keptEach[p] as Float32Array);
    this.stage(p, KEPT);
  }

  /** [render] The next block, of `frames` frames. What was not staged since the last one keeps its value. */
  open(frames: number): void {
    if (!this.isStaged) this.keepAll();
    this.isStaged = false;
    this.frames = frames;
    this.windowStart = 0;
    this.windowFrames = frames;
    let changed = 0;
    for (let g = 0; g < this.groups.length; g++) changed |= this.openGroup(this.groups[g]!, this.groups[g]!.states);
    if (changed !== 0) set.call(this.kept, this.last as Float32Array);
  }

  /** [render] The block becomes `frames` frames long. What it grows by has the value that was the last one. */
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
          set.call(this.values[p]!, this.keptEach[p] as Float32Array);
          states &= ~(3 << (2 * i));
        }
      }
      const { varying } = group;
      this.openGroup(group, states);
      group.varying = varying;
    }
    this.openWindow(0, frames);
  }

  /** [render] The kernel finds the values of parameters that have one for each frame from frame `start` on. */
  openWindow(start: number, frames: number): void {
    this.windowStart = start;
    this.windowFrames = frames;
    for (let g = 0; g < this.groups.length; g++) this.showWindow(this.groups[g]!);
  }

  /** [render] The value of parameter `p` in the block that is open, and from there on. False for what is none. */
  write(p: number, value: number): boolean {
    if (!Number.isInteger(p) || p < 0 || p >= this.declared.length) return false;
    if (typeof value !== "number" || Number.isNaN(value)) {
      this.diagnostics.invalidParameters++;
      return false;
    }
    const { ranges, kept, keptEach } = this;
    const least = ranges[2 * p]!;
    const most = ranges[2 * p + 1]!;
    this.revive();
    // Math.min makes a new object of what it hands on.
    kept[p] = value;
    if (value < least) kept[p] = least;
    if (value > most) kept[p] = most;
    set.call(this.values[p]!, keptEach[p] as Float32Array);
    const group = this.groups[groupOf(p)]!;
    const place = p % GROUP;
    const { varying } = group;
    this.isAsRead = false;
    this.openGroup(group, ALL_UNTOUCHED & ~(3 << (2 * place)));
    group.varying = varying & ~(1 << place);
    if (this.windowStart > 0 || this.windowFrames !== this.frames) this.showWindow(group);
    return true;
  }

  /** [setup] Those that are named as parameters of `before` are what those were, within their own range. */
  takeOver(before: Parameters | undefined): void {
    for (const [p, { name }] of this.declared.entries()) {
      const place = before === undefined ? -1 : before.declared.findIndex((other) => other.name === name);
      if (place >= 0) this.write(p, before!.kept[place]!);
    }
  }

  /** Copies no values: what was set before the views died is kept. */
  private makeViews(): void {
    const { memory, base, layout, floats, maxFrames } = this;
    const { View, bytes } = SAMPLE_FORMATS[this.sampleFormat];
    this.last = new View(memory.buffer, base + layout.last, this.declared.length);
    for (let p = 0; p < this.declared.length; p++) {
      const room = base + layout.rooms[p]!;
      const isARate = this.declared[p]!.automationRate === "a-rate";
      const length = isARate ? maxFrames : 1;
      this.values[p] = new View(memory.buffer, room, length);
      const half = (isARate ? layout.stride : K_RATE_BYTES) / 2;
      floats[p] = bytes === FLOAT_BYTES ? (this.values[p] as Float32Array) : new Float32Array(memory.buffer, room + half, length);
    }
  }

  private keepAll(): void {
    this.revive();
    this.isAsRead = false;
    for (let p = 0; p < this.declared.length; p++) set.call(this.values[p]!, this.keptEach[p] as Float32Array);
    for (let g = 0; g < this.groups.length; g++) this.groups[g]!.states = ALL_KEPT;
  }

  /** What is NaN keeps its value. Not 0 where the last value of one is another than before. */
  private openGroup(group: Group, states: number): number {
    const { core, frames, sizes } = this;
    const { structs, room, last, rates, count } = group;
    let answer = core.openParameters(structs, room, last, states, rates, count, frames, sizes);
    group.varying = (answer >> GROUP) & EACH;
    const notNumbers = answer & EACH;
    if (notNumbers !== 0) {
      let others = ALL_UNTOUCHED;
      for (let i = 0; i < count; i++) {
        if ((notNumbers & (1 << i)) === 0) continue;
        const p = group.first + i;
        this.diagnostics.invalidParameters++;
        set.call(this.values[p]!, this.keptEach[p] as Float32Array);
        others &= ~(3 << (2 * i));
      }
      answer |= core.openParameters(structs, room, last, others, rates, count, frames, sizes);
    }
    return answer >> (2 * GROUP);
  }

  private showWindow({ structs, room, varying, rates, count }: Group): void {
    const { core, frames, layout } = this;
    // A window of no frames at the block's end: there is no value behind the last one.
    const start = this.windowStart < frames ? this.windowStart : Math.max(0, frames - 1);
    const offset = start * SAMPLE_FORMATS[this.sampleFormat].bytes;
    core.windowParameters(structs, room, varying, rates, count, layout.stride, offset, Math.max(1, this.windowFrames));
  }

  /** Repeats the last value from frame `start` on. By ever longer copies, because a loop would make an object of the value. */
  private extend(p: number, start: number, end: number): void {
    const values = this.values[p]!;
    set.call(values, this.keptEach[p] as Float32Array, start);
    repeat(values, start + 1, end);
  }
}

/** [render] What stands before `from` is repeated up to `end`. */
export function repeat(values: Samples, from: number, end: number): void {
  const first = from - 1;
  for (let at = from; at < end; at += at - first) copyWithin.call(values, at, first, Math.min(at, first + end - at));
}

/** Parameters that the core takes at once: two bits for each in a number of 30, which engines do not box. */
const GROUP = 14;
/** A bit for each. */
const EACH = (1 << GROUP) - 1;
const ALL_KEPT = 0;
/** Three for each: the core leaves them as they are. */
const ALL_UNTOUCHED = (1 << (2 * GROUP)) - 1;

const K_RATE_BYTES = 16;

interface Group {
  /** Index of its first parameter. */
  readonly first: number;
  readonly count: number;
  /** Addresses of its first struct, room and last value. */
  readonly structs: number;
  readonly room: number;
  readonly last: number;
  /** Bit i is set where its parameter i has a value for each frame. */
  readonly rates: number;
  /** Two bits a parameter. */
  states: number;
  /** Bit i is set where its parameter i has more than one value in the block. */
  varying: number;
}

function groupOf(p: number): number {
  return (p - (p % GROUP)) / GROUP;
}

function groupsOf(declared: readonly Parameter[], base: number, { structs, rooms, last }: ParameterLayout, bytes: number): Group[] {
  const firsts = declared.map((_, p) => p).filter((p) => p % GROUP === 0);
  return firsts.map((first) => {
    const members = declared.slice(first, first + GROUP);
    return {
      first,
      count: members.length,
      structs: base + structs + first * PARAMETER_BYTES,
      room: base + rooms[first]!,
      last: base + last + first * bytes,
      rates: members.reduce((bits, { automationRate }, i) => (automationRate === "a-rate" ? bits | (1 << i) : bits), 0),
      states: ALL_KEPT,
      varying: 0,
    };
  });
}
