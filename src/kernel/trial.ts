import { isOutOfMemory } from "../engine";
import {
  type Allocator,
  type AllocatorNames,
  allocatorNamed,
  functionsLikeOne,
  likelyNames,
  memoriesIn,
  type Named,
  valuesIn,
} from "./allocator";
import { hasSignature } from "./probes";

/**
 * [setup] An allocator with a name like one. It is called on an instance that is made for this; on the kernel itself where none can
 * be made.
 *
 * @param imports As {@link triedAllocator} takes them, and `fresh` too.
 * @throws RangeError when the engine has no memory for another instance.
 */
export function likelyAllocator(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  exports: Named,
  memory: WebAssembly.Memory,
  fresh: () => Instance,
): Allocator | undefined {
  // An instance is not made in vain: engines cap the memories of a process.
  if (functionsLikeOne(exports).length === 0) return undefined;
  return found(likelyIn, module, imports, exports, () => {
    const trial = trialOf(fresh);
    return trial === undefined ? likelyNames(exports, memory) : likelyNames(trial.exports, trial.memory);
  });
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
 * @throws RangeError when the engine has no memory for another instance.
 */
export function triedAllocator(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  exports: Named,
  fresh: () => Instance,
): Allocator | undefined {
  return found(triedIn, module, imports, exports, () => namesFoundBy(fresh));
}

const NONE: AllocatorNames = { malloc: "", free: undefined };
const likelyIn = /* @__PURE__ */ new WeakMap<WebAssembly.Module, AllocatorNames>();
const triedIn = /* @__PURE__ */ new WeakMap<WebAssembly.Module, AllocatorNames>();

function found(
  known: WeakMap<WebAssembly.Module, AllocatorNames>,
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  exports: Named,
  find: () => AllocatorNames | undefined,
): Allocator | undefined {
  let names = known.get(module);
  if (names === undefined) {
    const putBack = WebAssembly.Module.imports(module).map(({ module, name }) => restorer(imports[module]![name]!));
    try {
      names = find() ?? NONE;
    } finally {
      for (const restore of putBack) restore();
    }
    known.set(module, names);
  }
  return names === NONE ? undefined : allocatorNamed(exports, names);
}

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
export function standIn(): () => boolean {
  let calls = 0;
  return () => {
    if (calls++ === MOST_CALLS) throw new Error("nothing but 0 comes here");
    // To wasm it is 0, of 32 bits and of 64.
    return false;
  };
}

const MOST_CALLS = 10_000;
const MOST_INSTANCES = 24;
/** Bytes of a block: so few that several blocks fit into a memory of its initial size. */
const BYTES = 2048;
const COUNT = 4;
const ALIGNMENT = 16;
/** So many blocks that a garbage collector collects. */
const MANY = 2048;
/** What modules of AssemblyScript export whose objects are collected. `__new` behaves like an allocator, until it does. */
const MANAGED = ["__new", "__pin", "__collect", "__rtti_base"];
const GROWN_PAGES = 16;

function namesFoundBy(fresh: () => Instance): AllocatorNames | undefined {
  let made = 1;
  let trial = trialOf(fresh);
  if (trial === undefined || MANAGED.some((name) => name in trial!.exports)) return undefined;
  const { mallocs, frees } = candidatesIn(trial.exports);
  const exportNames = Object.keys(trial.exports);
  /** Whether the trial passes. The next trial gets a new instance if this one throws, or if it fails after it has written. */
  const passes = (judge: (trial: Trial) => boolean): boolean => {
    if (trial === undefined) {
      if (made++ >= MOST_INSTANCES) return false;
      trial = trialOf(fresh);
      if (trial === undefined) return false;
    }
    try {
      if (judge(trial)) return true;
      if (trial.hasWritten) trial = undefined;
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
    if (passes((one) => keepsBlocks(one, malloc))) found.push(malloc);
    // It may be full now.
    trial = undefined;
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

/**
 * A new instance; undefined where none can be made: its start function may trap at what the stand-ins answer.
 *
 * @throws RangeError when the engine has no memory for it. That says nothing about the module: later there may be some.
 */
function trialOf(fresh: () => Instance): Trial | undefined {
  let instance: Instance;
  try {
    instance = fresh();
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    return undefined;
  }
  const { exports, memory = memoriesIn(exports)[0] } = instance;
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
 * Whether a function that nothing can be given back to never gives a block twice: a garbage collector does, once it has collected, and
 * so does a stack of bytes that is emptied in each block.
 */
function keepsBlocks({ call }: Trial, malloc: string): boolean {
  const given = new Set<number>();
  for (let block = 0; block < MANY; block++) {
    let address: number;
    try {
      address = call(malloc, BYTES, ALIGNMENT);
    } catch {
      // It is full.
      return true;
    }
    if (address === 0) return true;
    if (given.has(address)) return false;
    given.add(address);
  }
  return true;
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
