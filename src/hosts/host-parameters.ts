// [render] The third argument of `process`, read with care: an object that has an array for each parameter, of one value or
// of one for each frame. Engines differ. Chromium hands over one value unless a parameter changes; Firefox always 128, of
// k-rate parameters too. Their objects are frozen, and come again as long as nothing changes.

import { LARGEST_SMALL_INTEGER } from "../block";
import { KEPT, MANY_VALUES, ONE_VALUE, type Parameters, repeat } from "../parameters";
import { set } from "../sample-format";
import { hasGetter, isWorthALook } from "./host-lists";
import { isFixed, lengthOf, nameOfType } from "./typed-array";

/** The parameters of a block, by name: what an AudioWorkletProcessor's `process` gets as its third argument. */
export type HostParameterValues = Readonly<Record<string, Float32Array>>;

export class HostParameters {
  /** What came last, the array of each parameter, and whether both can be taken as they were. */
  private host: unknown;
  private readonly sources: Float32Array[] = [];
  private isKnown = false;
  private frames = 0;
  /** Blocks for which the same object has come again and was not taken as known. */
  private repeats = 0;
  /** What all objects have by a name, so that nobody has handed it over. */
  private readonly inherited: unknown[];
  private readonly names: readonly string[];
  /** Where an array goes of which only the first value is taken, and that value. */
  private readonly whole: Float32Array;
  private readonly firstOfWhole: Float32Array;

  /** [setup] */
  constructor(
    private readonly parameters: Parameters,
    private readonly diagnostics: { invalidParameters: number },
    private readonly maxFrames: number,
  ) {
    const { declared } = parameters;
    this.names = declared.map(({ name }) => name);
    this.inherited = this.names.map((name) => (({}) as Record<string, unknown>)[name]);
    this.whole = new Float32Array(declared.some(({ automationRate }) => automationRate === "k-rate") ? maxFrames : 0);
    this.firstOfWhole = this.whole.subarray(0, 1);
    for (let p = 0; p < declared.length; p++) this.sources.push(this.whole);
  }

  /** The values for the next block, which is `frames` frames long. What is not there keeps its value. */
  read(host: unknown, frames: number): void {
    if (host === undefined) return;
    if (!this.copyKnown(host, frames)) this.copyCarefully(host, frames);
    this.parameters.isStaged = true;
  }

  /** [setup] Keeps nothing of any host. */
  forget(): void {
    this.host = undefined;
    this.isKnown = false;
    this.sources.fill(this.whole);
  }

  /** False where this is not the known object, or something has changed since. */
  private copyKnown(host: unknown, frames: number): boolean {
    const { sources, parameters } = this;
    if (!this.isKnown || host !== this.host || frames !== this.frames || !parameters.isAsRead) return false;
    const { floats } = parameters;
    try {
      for (let p = 0; p < sources.length; p++) {
        const source = sources[p]!;
        const target = floats[p]!;
        if (source.length <= target.length) set.call(target, source);
        else this.copyFirst(target, source);
      }
    } catch {
      // `set` throws where an array is detached, and where the memory has grown: then our views are empty.
      return false;
    }
    return true;
  }

  private copyCarefully(host: unknown, frames: number): void {
    const { names, parameters } = this;
    parameters.revive();
    const comesAgain = host === this.host;
    this.repeats = comesAgain ? (this.repeats + 1) & LARGEST_SMALL_INTEGER : 0;
    this.host = host;
    this.frames = frames;
    let canBeKnown = true;
    if ((typeof host !== "object" && typeof host !== "function") || host === null) {
      this.diagnostics.invalidParameters++;
      for (let p = 0; p < names.length; p++) parameters.keep(p);
      canBeKnown = false;
    } else {
      for (let p = 0; p < names.length; p++) if (!this.copyOne(p, host, frames)) canBeKnown = false;
    }
    parameters.isAsRead = true;
    this.isKnown = canBeKnown && isWorthALook(this.repeats) && this.isUnchanging(host as object);
  }

  /** False where it has to be looked at anew in the next block. */
  private copyOne(p: number, host: object, frames: number): boolean {
    const { parameters, names } = this;
    try {
      const source: unknown = (host as Record<string, unknown>)[names[p]!];
      if (source === undefined || (source === this.inherited[p] && !Object.hasOwn(host, names[p]!))) {
        parameters.keep(p);
        return false;
      }
      if (source instanceof Float32Array || nameOfType(source) === "Float32Array") {
        const length = lengthOf(source as Float32Array);
        if (length > 0) return this.copySamples(p, source as Float32Array, length, frames);
      }
    } catch {
      // A getter of the host's throws, or an array is none that can be read.
    }
    this.diagnostics.invalidParameters++;
    parameters.keep(p);
    return false;
  }

  private copySamples(p: number, source: Float32Array, length: number, frames: number): boolean {
    const { parameters, maxFrames, whole } = this;
    const target = parameters.floats[p]!;
    const hasOneValue = length === 1 || frames === 1 || parameters.declared[p]!.automationRate === "k-rate";
    const state = hasOneValue ? ONE_VALUE : frames === 0 ? KEPT : MANY_VALUES;
    this.sources[p] = source;
    if (state === KEPT) {
      parameters.keep(p);
      return false;
    }
    let isWhole = true;
    if (length <= target.length) {
      set.call(target, source);
    } else if (length <= whole.length && hasOneValue) {
      this.copyFirst(target, source);
    } else {
      // Longer than any block. Value by value, because a view of the odd length would be garbage.
      const taken = hasOneValue ? 1 : Math.min(frames, maxFrames);
      for (let frame = 0; frame < taken; frame++) target[frame] = source[frame]!;
      isWhole = false;
    }
    if (state === MANY_VALUES && length < frames) {
      repeat(target, length, frames);
      isWhole = false;
    }
    parameters.stage(p, state);
    return isWhole;
  }

  /** The first value of many. By two copies, because a view of it would be garbage, and so would be the value itself. */
  private copyFirst(target: Float32Array, source: Float32Array): void {
    set.call(this.whole, source);
    set.call(target, this.firstOfWhole);
  }

  /** Whether the object is frozen and its arrays cannot change their length. */
  private isUnchanging(host: object): boolean {
    const { names, sources } = this;
    try {
      if (!Object.isFrozen(host)) return false;
      for (let p = 0; p < names.length; p++) {
        if (!Object.hasOwn(host, names[p]!) || hasGetter(host, names[p]!)) return false;
        // A length of its own would be believed above.
        if (!isFixed(sources[p]!) || sources[p]!.length !== lengthOf(sources[p]!) || Object.hasOwn(sources[p]!, "length")) return false;
      }
    } catch {
      return false;
    }
    return true;
  }
}
