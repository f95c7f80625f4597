// Parameters as a kernel finds them: by the structs at `parametersAddress` alone.

import type { ProcessBufferStorage, SampleFormat } from "wasm-process-buffers";

export interface SeenParameter {
  readonly length: number;
  readonly data: number;
}

/** The structs, in declared order. */
export function structsOf<F extends SampleFormat>(storage: ProcessBufferStorage<F>): SeenParameter[] {
  const { parametersAddress, config, memory } = storage;
  const words = new Uint32Array(memory.buffer, parametersAddress, 2 * config.parameters!.length);
  return config.parameters!.map((_, p) => ({ length: words[2 * p]!, data: words[2 * p + 1]! }));
}

/** `count` values of parameter `p` from its address on, which is the window's start. */
export function valuesOf<F extends SampleFormat>(storage: ProcessBufferStorage<F>, p: number, count = storage.frames): number[] {
  const View = storage.sampleFormat === "f64" ? Float64Array : Float32Array;
  return [...new View(storage.memory.buffer, structsOf(storage)[p]!.data, count)];
}

/**
 * What a kernel sees of a block: the length of each parameter, and its values: for each frame of an a-rate one, one of a
 * k-rate one.
 */
export function parametersOf<F extends SampleFormat>(storage: ProcessBufferStorage<F>): { length: number; values: number[] }[] {
  return structsOf(storage).map(({ length }, p) => {
    const isKRate = storage.config.parameters![p]!.automationRate === "k-rate";
    return { length, values: valuesOf(storage, p, isKRate ? 1 : storage.frames) };
  });
}

/** Writes over every struct and value, as a kernel does that has gone wrong. */
export function scribbleOver<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void {
  const { parametersAddress, config, memory, sampleFormat, maxFrames } = storage;
  const bytes = sampleFormat === "f64" ? 8 : 4;
  for (const [p, { data }] of structsOf(storage).entries()) {
    const count = config.parameters![p]!.automationRate === "k-rate" ? 1 : maxFrames;
    new Uint8Array(memory.buffer, data, count * bytes).fill(0xff);
  }
  new Uint32Array(memory.buffer, parametersAddress, 2 * config.parameters!.length).fill(0xdeadbeef);
}
