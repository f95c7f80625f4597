// [render] Reads the third argument of `process`: an object with an array for each parameter, of one value or of one value
// for each frame. Chromium hands over one value unless a parameter changes in the block. Firefox always hands over 128, for
// k-rate parameters too. Both freeze the object, and hand over the same one as long as no value changes.

import { type Block, LARGEST_SMALL_INTEGER } from "../block";
import { KEPT, MANY_VALUES, ONE_VALUE, type Parameters, repeat } from "../parameters";
import { set } from "../sample-format";
import { framesOf, hasGetter, isWorthALook } from "./host-lists";
import { isFixed, lengthOf } from "./typed-array";

/** Parameter values of one block, by parameter name: the third argument of an AudioWorkletProcessor's `process`. */
export type HostParameterValues = Readonly<Record<string, Float32Array>>;

/**
 * The array that a host hands over for a parameter; `undefined` where it hands over none, `null` where it hands over something
 * else than a Float32Array with values. `inherited`: what every object has under that name, such as `toString`.
 */
export function valuesIn(host: object, name: string, inherited: unknown): Float32Array | undefined | null {
  try {
    const source = (host as Record<string, unknown>)[name];
    if (source === undefined || (source === inherited && !Object.hasOwn(host, name))) return undefined;
    return framesOf(source) > 0 ? (source as Float32Array) : null;
  } catch {
    // A getter of the host threw.
    return null;
  }
}

/** [setup] What every object has under `name`. */
export function inheritedAs(name: string): unknown {
  return ({} as Record<string, unknown>)[name];
}

/** Whether something can have properties, so that a host's third argument can have values. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" || typeof value === "function") && value !== null;
}

export class HostParameters {
  /** The last object, the array of each parameter in it, and whether they may be copied again without a check. */
  private host: unknown;
  private readonly sources: Float32Array[] = [];
  private isKnown = false;
  private frames = 0;
  /** Blocks in which the same object came again and was checked again. */
  private repeats = 0;
  /** Values that every object inherits under the name of a parameter, such as `toString`. The host has not handed these over. */
  private readonly inherited: unknown[];
  private readonly names: readonly string[];
  /** `whole` takes an array of which only the first value is used. `firstOfWhole` is a view of that value. */
  private readonly whole: Float32Array;
  private readonly firstOfWhole: Float32Array;

  /** [setup] */
  constructor(
    private readonly parameters: Parameters,
    private readonly block: Block,
    private readonly diagnostics: { invalidParameters: number },
    private readonly maxFrames: number,
  ) {
    const { declared } = parameters;
    this.names = declared.map(({ name }) => name);
    this.inherited = this.names.map(inheritedAs);
    this.whole = new Float32Array(declared.some(({ automationRate }) => automationRate === "k-rate") ? maxFrames : 0);
    this.firstOfWhole = this.whole.subarray(0, 1);
    for (let p = 0; p < declared.length; p++) this.sources.push(this.whole);
  }

  /** Reads the values for the next block, of `frames` frames. A parameter that is missing keeps its value. */
  read(host: unknown, frames: number): void {
    if (host === undefined) return;
    if (!this.copyKnown(host, frames)) this.copyCarefully(host, frames);
    this.parameters.isStaged = true;
  }

  /** [setup] Drops all references to a host's objects. */
  forget(): void {
    this.host = undefined;
    this.isKnown = false;
    this.sources.fill(this.whole);
  }

  /** False where this is not the known object, or where something has changed. */
  private copyKnown(host: unknown, frames: number): boolean {
    const { sources, parameters, block } = this;
    if (!this.isKnown || host !== this.host || frames !== this.frames || !parameters.isAsRead) return false;
    const { floats } = parameters;
    try {
      for (let p = 0; p < sources.length; p++) {
        const source = sources[p]!;
        const target = floats[p]!;
        const { length } = source;
        // The host may have put a getter there, which may have freed the storage. The memory is somebody else's then.
        if (!block.isLive) return true;
        if (length <= target.length) set.call(target, source);
        else this.copyFirst(target, source);
      }
    } catch {
      // `set` throws where an array is detached. It also throws where the memory has grown, because the targets then have
      // length 0.
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
    if (!isObject(host)) {
      this.diagnostics.invalidParameters++;
      for (let p = 0; p < names.length; p++) parameters.keep(p);
      canBeKnown = false;
    } else {
      for (let p = 0; p < names.length; p++) if (!this.copyOne(p, host, frames)) canBeKnown = false;
    }
    parameters.isAsRead = true;
    this.isKnown = canBeKnown && isWorthALook(this.repeats) && this.isUnchanging(host as object);
  }

  /** False where this parameter must be checked again in the next block. */
  private copyOne(p: number, host: object, frames: number): boolean {
    const { parameters, names, block } = this;
    const source = valuesIn(host, names[p]!, this.inherited[p]);
    // Reading it can run code of the host, which may have freed the storage. The memory is somebody else's then.
    if (!block.isLive) return false;
    // It can also have grown the memory.
    parameters.revive();
    if (source === undefined) {
      parameters.keep(p);
      return false;
    }
    try {
      if (source !== null) return this.copySamples(p, source, lengthOf(source), frames);
    } catch {
      // An array of BigInts can have the prototype of a Float32Array, but its elements do not become numbers.
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
      // The array is longer than any block. One value at a time, because a view of the values that are needed would be
      // garbage.
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

  /**
   * Copies only the first value. It makes two copies: a view of the first value would be garbage, and so would the JS number,
   * for which V8 allocates an object in unoptimised code.
   */
  private copyFirst(target: Float32Array, source: Float32Array): void {
    set.call(this.whole, source);
    set.call(target, this.firstOfWhole);
  }

  /** Whether the object is frozen, and its arrays cannot change their length. */
  private isUnchanging(host: object): boolean {
    const { names, sources } = this;
    try {
      if (!Object.isFrozen(host)) return false;
      for (let p = 0; p < names.length; p++) {
        if (!Object.hasOwn(host, names[p]!) || hasGetter(host, names[p]!)) return false;
        if (!isFixed(sources[p]!)) return false;
      }
    } catch {
      return false;
    }
    return true;
  }
}
