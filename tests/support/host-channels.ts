// Channels and lists as hosts hand them over.

/** One channel of `frames` samples: seed + frame / 1024, so that no two samples are equal. */
export function ramp(seed: number, frames = 128): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => seed + frame / 1024);
}

/** `count` channels: the ramps of `seed`, `seed` + 1 and so on. */
export function ramps(count: number, seed = 1, frames = 128): Float32Array[] {
  return Array.from({ length: count }, (_, channel) => ramp(seed + channel, frames));
}

/** `count` channels filled with `value`. */
export function filled(count: number, value = 0, frames = 128): Float32Array[] {
  return Array.from({ length: count }, () => new Float32Array(frames).fill(value));
}

/** The same lists, but frozen: most engines hand them over so. */
export function frozenBuses(buses: Float32Array[][]): readonly (readonly Float32Array[])[] {
  return Object.freeze(buses.map((channels) => Object.freeze(channels)));
}

/** Noise in -1 … 1, the same for the same seed. The generator is a 32-bit linear congruential one. */
export function noise(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
