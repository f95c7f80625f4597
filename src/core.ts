import { described } from "./described";
import { compiledCore } from "./inlined-core";
import { isShared } from "./reservation";

/**
 * What the core exports; `assembly/` says what each does. All arguments are unsigned 32-bit numbers.
 */
export interface Core {
  describeBuses(
    descriptor: number,
    buses: number,
    capacities: number,
    table: number,
    first: number,
    stride: number,
    sampleBytes: number,
  ): void;
  pushChannel(
    descriptor: number,
    table: number,
    length: number,
    capacity: number,
    pointer: number,
    maxFrames: number,
    sampleBytes: number,
  ): number;
  zeroChannels(samples: number, stride: number, channels: number, byteLength: number): void;
  widenSamples(to: number, from: number, frames: number): void;
  narrowSamples(to: number, from: number, frames: number): void;
  constantChannels(samples: number, stride: number, channels: number, frames: number, sampleBytes: number): number;
  deinterleave(to: number, stride: number, channels: number, from: number, width: number, frames: number): void;
  interleave(to: number, width: number, from: number, stride: number, channels: number, frames: number): void;
  floatsFromInt16(to: number, from: number, samples: number): void;
  int16FromFloats(to: number, from: number, samples: number): void;
}

/**
 * [setup] The core over `memory`: one instance for all storages that live there. By default the inlined one
 * for this kind of memory.
 * @throws Error when `module` is no core, or one for the other kind of memory.
 */
export function coreOver(memory: WebAssembly.Memory, module: WebAssembly.Module | undefined): Core {
  let cores = coresByMemory.get(memory);
  if (cores === undefined) {
    cores = new Map();
    coresByMemory.set(memory, cores);
  }
  let core = cores.get(module);
  if (core === undefined) {
    core = instantiate(module ?? compiledCore(isShared(memory)), memory);
    cores.set(module, core);
  }
  return core;
}

const coresByMemory = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Map<WebAssembly.Module | undefined, Core>>();

const FUNCTIONS: readonly (keyof Core)[] = [
  "describeBuses",
  "pushChannel",
  "zeroChannels",
  "widenSamples",
  "narrowSamples",
  "constantChannels",
  "deinterleave",
  "interleave",
  "floatsFromInt16",
  "int16FromFloats",
];

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Core {
  let exports: WebAssembly.Exports;
  try {
    exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
  } catch (cause) {
    const kind = isShared(memory) ? "shared" : "unshared";
    const file = isShared(memory) ? "core-shared.wasm" : "core.wasm";
    throw new Error(`the core cannot be instantiated over the heap's ${kind} memory; option core is the compiled ${file} there`, { cause });
  }
  if (!FUNCTIONS.every((name) => typeof exports[name] === "function")) {
    throw new Error(
      `option core is the compiled core.wasm of this package; a module came that exports ${described(Object.keys(exports).join())}`,
    );
  }
  // A copy, because engines keep an instance's exports in a form that is slow to look things up in.
  return { ...exports } as unknown as Core;
}
