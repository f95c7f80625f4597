import { type Allocator, allocatorFrom, memoriesIn, type Named, valuesIn } from "./allocator";
import { hasSignature } from "./probes";

/** The names of an allocator's functions among a module's exports. */
interface Names {
  readonly malloc: string;
  readonly free: string | undefined;
}

/**
 * [setup] Finds the allocator among exports whose names tell nothing, as Emscripten's minifier leaves them. Exports with the
 * signature of an allocator are called on instances that are made for this, and the one that behaves like an allocator is taken.
 * The kernel's own instance is not touched. After a trial that may have spoiled its instance, the next one gets a new instance:
 * at most {@link MOST_INSTANCES}. The result is kept for each module. A function that waits for a change in its own memory never
 * returns, and engines cannot stop it.
 *
 * @param imports What the kernel itself was linked with. Instances that are made for trials may share its tables and globals, so
 * these are put back afterwards.
 * @param fresh Makes a new instance that nobody else uses; returns its exports and its memory.
 */
export function triedAllocator(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  exports: Named,
  fresh: () => Instance,
): Allocator | undefined {
  let names = foundIn.get(module);
  if (names === undefined) {
    const putBack = WebAssembly.Module.imports(module).map(({ module, name }) => restorer(imports[module]![name]!));
    try {
      names = namesFoundBy(fresh) ?? NONE;
    } finally {
      for (const restore of putBack) restore();
    }
    foundIn.set(module, names);
  }
  if (names === NONE) return undefined;
  const { malloc, free } = names;
  return allocatorFrom(exports[malloc] as () => number, free === undefined ? undefined : (exports[free] as () => void));
}

const NONE: Names = { malloc: "", free: undefined };
const foundIn = /* @__PURE__ */ new WeakMap<WebAssembly.Module, Names>();

/** Puts a table's entries, or a global's value, back as they are now. An instance that is made writes its functions into its table. */
function restorer(imported: WebAssembly.ImportValue): () => void {
  if (imported instanceof WebAssembly.Table) {
    const entries = Array.from({ length: imported.length }, (_, index) => imported.get(index));
    return () => entries.forEach((entry, index) => void imported.set(index, entry));
  }
  if (imported instanceof WebAssembly.Global) {
    const { value } = imported;
    return () => {
      // A global that is constant still has its value, and throws when it is set.
      if (!Object.is(imported.value, value)) imported.value = value;
    };
  }
  return () => {};
}

/** An instance that is used only for trials, so a trial may spoil it. */
export interface Instance {
  readonly exports: Named;
  readonly memory: WebAssembly.Memory | undefined;
}

/**
 * [setup] A stand-in for a function that a trial instance imports. It returns 0. An export that calls it again and again is
 * waiting for another answer, and would wait for ever. So the stand-in throws after {@link MOST_CALLS} calls.
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
/** Bytes of a block: so few that several blocks fit into a memory of its initial size. */
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
  /** Whether the trial passes. The next trial gets a new instance if this one throws, or if it fails after it has written. */
  const passes = (judge: (trial: Trial) => boolean): boolean => {
    if (trial === undefined) {
      if (made++ >= MOST_INSTANCES) return false;
      trial = trialOf(fresh());
    }
    try {
      if (judge(trial!)) return true;
      if (trial!.hasWritten) trial = undefined;
    } catch {
      // What throws or traps is no allocator.
      trial = undefined;
    }
    return false;
  };
  const found: string[] = [];
  for (const malloc of mallocs) {
    if (!passes((one) => givesBlocks(one, malloc))) continue;
    const free = nearestFirst(frees, malloc, exportNames).find((name) => passes((one) => takesBlockBack(one, malloc, name)));
    if (free !== undefined) return { malloc, free };
    found.push(malloc);
  }
  // Without a matching `free`, a single candidate is accepted. Several may be functions of any kind that take a size.
  return found.length === 1 ? { malloc: found[0]!, free: undefined } : undefined;
}

/** The names, nearest to `to` first. Linkers put malloc and free side by side, so few other functions are called. */
function nearestFirst(names: readonly string[], to: string, order: readonly string[]): string[] {
  const distance = (name: string) => Math.abs(order.indexOf(name) - order.indexOf(to));
  return [...names].sort((one, other) => distance(one) - distance(other));
}

interface Trial {
  readonly exports: Named;
  readonly memory: WebAssembly.Memory;
  /** Whether memory was written that may not have been given. */
  hasWritten: boolean;
  call(name: string, ...args: number[]): number;
}

function trialOf({ exports, memory = memoriesIn(exports)[0] }: Instance): Trial | undefined {
  if (memory === undefined) return undefined;
  try {
    // In advance: an allocator that asks its loader for more memory gets none here, because the stand-in only returns 0.
    memory.grow(GROWN_PAGES);
  } catch {
    // The memory is at its maximum. Its initial size may be enough.
  }
  // Emscripten's linker exports the function that runs the static constructors before all other functions.
  const constructors = valuesIn(exports).find(([, value]) => hasSignature(value, 0, 0))?.[1] as (() => void) | undefined;
  try {
    constructors?.();
  } catch {
    // Then it is another function.
  }
  return { exports, memory, hasWritten: false, call: (name, ...args) => (exports[name] as (...args: number[]) => number)(...args) >>> 0 };
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

/**
 * Whether the function gives blocks that lie in the memory, do not overlap, and keep what is written to them. Two of them have to
 * begin less than two lengths apart: a function that counts in other units than bytes gives blocks that are farther apart.
 */
function givesBlocks(trial: Trial, malloc: string): boolean {
  const { memory, call } = trial;
  const blocks = Array.from({ length: COUNT }, () => call(malloc, BYTES, ALIGNMENT));
  for (const [i, address] of blocks.entries()) {
    if (address === 0 || address % 8 !== 0 || address + BYTES > memory.buffer.byteLength) return false;
    if (blocks.some((other, k) => k !== i && Math.abs(other - address) < BYTES)) return false;
  }
  if (!blocks.some((address) => blocks.some((other) => other > address && other - address < 2 * BYTES))) return false;
  // The function that takes bytes from the stack gives the last block's address again when it is asked for 0 bytes.
  if (call(malloc, 0, ALIGNMENT) === blocks.at(-1)) return false;
  trial.hasWritten = true;
  for (const [i, address] of blocks.entries()) new Uint8Array(memory.buffer, address, BYTES).fill(i + 1);
  call(malloc, BYTES, ALIGNMENT);
  return blocks.every((address, i) => new Uint8Array(memory.buffer, address, BYTES).every((byte) => byte === i + 1));
}

/**
 * Whether `free` gives back the block and nothing else: `malloc` returns the block's address again, but not that of a second
 * block to which all words of the first one point. A destructor would free the second block too.
 */
function takesBlockBack(trial: Trial, malloc: string, free: string): boolean {
  const { memory, call } = trial;
  trial.hasWritten = true;
  const block = call(malloc, BYTES, ALIGNMENT);
  const kept = call(malloc, BYTES / 2, ALIGNMENT);
  new Uint8Array(memory.buffer, kept, BYTES / 2).fill(0);
  new Uint32Array(memory.buffer, block, BYTES / 4).fill(kept);
  call(free, block, BYTES, ALIGNMENT);
  return call(malloc, BYTES, ALIGNMENT) === block && call(malloc, BYTES / 2, ALIGNMENT) !== kept;
}
