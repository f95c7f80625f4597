// Reproducible chance.

/** Whole numbers 0 … `most` - 1, the same ones for the same seed (a 32-bit linear congruential generator). */
export function dice(seed: number): (most: number) => number {
  let state = seed >>> 0;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** One seed that is always the same, and one that never is; a failing assertion names it. */
export const seeds: readonly number[] = [4711, Math.floor(Math.random() * 2 ** 32)];
