// Random numbers that a seed repeats, so that a failure can be run again. Plain JS, because worklets use them too.

/**
 * Returns a function that gives whole numbers 0 … `most` - 1, the same ones for the same seed. The
 * generator is a 32-bit linear congruential one.
 *
 * @param {number} seed
 * @returns {(most: number) => number}
 */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/**
 * The seeds that tests run with: a fixed one, and one that is new in each run. A failing assertion names its seed.
 *
 * @type {readonly number[]}
 */
export const seeds = [4711, Math.floor(Math.random() * 2 ** 32)];
