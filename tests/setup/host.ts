// What hosts hand over, made up for tests.

/** One channel of `frames` samples, no two alike for small `seed`s: seed + frame / 1024. */
export function ramp(seed: number, frames = 128): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => seed + frame / 1024);
}

/** `count` channels, each a ramp of its own. */
export function ramps(count: number, seed = 1, frames = 128): Float32Array[] {
  return Array.from({ length: count }, (_, channel) => ramp(seed + channel, frames));
}

/** `count` channels filled with `value`. */
export function filled(count: number, value = 0, frames = 128): Float32Array[] {
  return Array.from({ length: count }, () => new Float32Array(frames).fill(value));
}

/** The same lists as most engines hand them over. */
export function frozen(buses: Float32Array[][]): readonly (readonly Float32Array[])[] {
  return Object.freeze(buses.map((channels) => Object.freeze(channels)));
}

/** Reproducible noise in -1 … 1 (a 32-bit linear congruential generator). */
export function noise(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
