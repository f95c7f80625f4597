import { type Allocator, allocatorFrom, memoriesIn, type Named, valuesIn } from "./allocator";
import { hasSignature } from "./probes";

/** The names of an allocator's functions among a module's exports. */
interface Names {
  readonly malloc: string;
  readonly free: string | undefined;
}

/**
 * [setup] The allocator among exports whose names tell nothing, as Emscripten's minifier leaves them: what has its
 * signature, and gave what an allocator gives when it was tried on instances that were made for that. The instance
 * whose allocator it is is not touched. A loader's exports are tried one after the other, so a trial that spoils its
 * instance costs another one; there are at most {@link MOST_INSTANCES}, once for each module. A function that waits for
 * something within its own memory cannot be ended: engines have no way to.
 *
 * @param fresh Makes an instance that nobody else has, and answers with its exports and its memory.
 */
export function triedAllocator(module: WebAssembly.Module, exports: Named, fresh: () => Instance): Allocator | undefined {
  let names = foundIn.get(module);
  if (names === undefined) {
    names = namesFoundBy(fresh) ?? NONE;
    foundIn.set(module, names);
  }
  if (names === NONE) return undefined;
  const { malloc, free } = names;
  return allocatorFrom(exports[malloc] as () => number, free === undefined ? undefined : (exports[free] as () => void));
}

const NONE: Names = { malloc: "", free: undefined };
const foundIn = /* @__PURE__ */ new WeakMap<WebAssembly.Module, Names>();

/** An instance that can be spoiled. */
export interface Instance {
  readonly exports: Named;
  readonly memory: WebAssembly.Memory | undefined;
}

/**
 * [setup] What stands for an imported function in an instance that is tried: it answers 0. A function that asks it again and again
 * waits for an answer that nobody gives here, and would wait for ever; so it is ended.
 */
export function standIn(): () => number {
  let calls = 0;
  return () => {
    if (calls++ === MOST_CALLS) throw new Error("nothing but 0 comes here");
    return 0;
  };
}

const MOST_CALLS = 10_000;
const MOST_INSTANCES = 24;
/** Small, so that they fit what a memory has at its start. */
const BYTES = 2048;
const COUNT = 4;
const ALIGNMENT = 16;
const GROWN_PAGES = 16;

function namesFoundBy(fresh: () => Instance): Names | undefined {
  let made = 1;
  let trial = trialOf(fresh());
  if (trial === undefined) return undefined;
  const { mallocs, frees } = candidatesIn(trial.exports);
  const exportNames = Object.keys(trial.exports);
  /** Whether it passes. What it may have spoiled is not used for the next one. */
  const passes = (judge: (trial: Trial) => boolean, spoils: boolean): boolean => {
    if (trial === undefined) {
      if (made++ >= MOST_INSTANCES) return false;
      trial = trialOf(fresh());
    }
    try {
      if (judge(trial!)) return true;
      if (spoils) trial = undefined;
    } catch {
      // What traps is none.
      trial = undefined;
    }
    return false;
  };
  const found: string[] = [];
  for (const malloc of mallocs) {
    if (!passes((one) => givesBlocks(one, malloc), false)) continue;
    const free = nearestFirst(frees, malloc, exportNames).find((name) => passes((one) => takesBlockBack(one, malloc, name), true));
    if (free !== undefined) return { malloc, free };
    found.push(malloc);
  }
  // Several that nothing can be given back to may be anything that makes something of a size.
  return found.length === 1 ? { malloc: found[0]!, free: undefined } : undefined;
}

/** Linkers put what belongs together side by side; the fewer other functions are called, the better. */
function nearestFirst(names: readonly string[], to: string, order: readonly string[]): string[] {
  const distance = (name: string) => Math.abs(order.indexOf(name) - order.indexOf(to));
  return [...names].sort((one, other) => distance(one) - distance(other));
}

interface Trial {
  readonly exports: Named;
  readonly memory: WebAssembly.Memory;
  call(name: string, ...args: number[]): number;
}

function trialOf({ exports, memory = memoriesIn(exports)[0] }: Instance): Trial | undefined {
  if (memory === undefined) return undefined;
  try {
    // What asks its loader for more memory is answered by nobody here.
    memory.grow(GROWN_PAGES);
  } catch {
    // Then it has to do with what it has.
  }
  // Emscripten's linker exports what runs the static constructors before everything else.
  const constructors = valuesIn(exports).find(([, value]) => hasSignature(value, 0, 0))?.[1] as (() => void) | undefined;
  try {
    constructors?.();
  } catch {
    // Whatever else it may be.
  }
  return { exports, memory, call: (name, ...args) => (exports[name] as (...args: number[]) => number)(...args) >>> 0 };
}

function candidatesIn(exports: Named): { readonly mallocs: string[]; readonly frees: string[] } {
  const values = valuesIn(exports);
  const named = (signatures: [number, number][]) =>
    values.flatMap(([name, value]) => (signatures.some(([taken, given]) => hasSignature(value, taken, given)) ? [name] : []));
  return {
    mallocs: named([
      [1, 1],
      [2, 1],
    ]),
    frees: named([
      [1, 0],
      [2, 0],
      [3, 0],
    ]),
  };
}

/** Blocks that lie in the memory, apart from each other, as close as bytes are counted, and keep what is written to them. */
function givesBlocks({ memory, call }: Trial, malloc: string): boolean {
  const blocks = Array.from({ length: COUNT }, () => call(malloc, BYTES, ALIGNMENT));
  for (const [i, address] of blocks.entries()) {
    if (address === 0 || address % 8 !== 0 || address + BYTES > memory.buffer.byteLength) return false;
    if (blocks.some((other, k) => k !== i && Math.abs(other - address) < BYTES)) return false;
  }
  if (!blocks.some((address) => blocks.some((other) => other > address && other - address < 2 * BYTES))) return false;
  // The stack's pointer does not move where nothing is taken off it.
  if (call(malloc, 0, ALIGNMENT) === blocks.at(-1)) return false;
  for (const [i, address] of blocks.entries()) new Uint8Array(memory.buffer, address, BYTES).fill(i + 1);
  call(malloc, BYTES, ALIGNMENT);
  return blocks.every((address, i) => new Uint8Array(memory.buffer, address, BYTES).every((byte) => byte === i + 1));
}

/** The block is given again, and that to which all its words lead is not: a destructor gives back what it finds in there. */
function takesBlockBack({ memory, call }: Trial, malloc: string, free: string): boolean {
  const block = call(malloc, BYTES, ALIGNMENT);
  const kept = call(malloc, BYTES / 2, ALIGNMENT);
  new Uint8Array(memory.buffer, kept, BYTES / 2).fill(0);
  new Uint32Array(memory.buffer, block, BYTES / 4).fill(kept);
  call(free, block, BYTES, ALIGNMENT);
  return call(malloc, BYTES, ALIGNMENT) === block && call(malloc, BYTES / 2, ALIGNMENT) !== kept;
}
