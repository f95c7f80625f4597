// Mixes mono, stereo, quad and 5.1 into each other as the Web Audio API does.
// Source: https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing

/** Gains of a source channel in a mix, as the numbers that the core takes: 1, 1/2, 1/4 and the square root of 1/2. */
const ALL = 0;
const HALF = 1;
const QUARTER = 2;
const ROOT_HALF = 3;

/** For each target channel a list of pairs, source channel and gain. They are added up. An empty list is silence. */
export type Mix = readonly (readonly number[])[];

/** Most channels of a bus that is mixed. */
export const MOST_MIXED = 6;

/** Whether Web Audio knows a speaker layout for this number of channels. */
export function isMixable(channels: number): boolean {
  return channels === 1 || channels === 2 || channels === 4 || channels === 6;
}

/**
 * [render] The mix of `from` channels into `to` channels. `undefined` where the numbers are equal, or one of them has no
 * speaker layout.
 */
export function mixOf(from: number, to: number): Mix | undefined {
  return from !== to && isMixable(from) && isMixable(to) ? MIXES[from * MIXES_PER_COUNT + to] : undefined;
}

const MIXES_PER_COUNT = MOST_MIXED + 1;

/**
 * Channels are in the order of Web Audio. 5.1: left, right, centre, low frequencies, surround left, surround right. Quad:
 * left, right, surround left, surround right.
 */
const MIXES: readonly (Mix | undefined)[] = /* @__PURE__ */ list([
  [
    1,
    2,
    [
      [0, ALL],
      [0, ALL],
    ],
  ],
  [1, 4, [[0, ALL], [0, ALL], [], []]],
  [1, 6, [[], [], [0, ALL], [], [], []]],
  [2, 4, [[0, ALL], [1, ALL], [], []]],
  [2, 6, [[0, ALL], [1, ALL], [], [], [], []]],
  [4, 6, [[0, ALL], [1, ALL], [], [], [2, ALL], [3, ALL]]],
  [2, 1, [[0, HALF, 1, HALF]]],
  [4, 1, [[0, QUARTER, 1, QUARTER, 2, QUARTER, 3, QUARTER]]],
  [6, 1, [[0, ROOT_HALF, 1, ROOT_HALF, 2, ALL, 4, HALF, 5, HALF]]],
  [
    4,
    2,
    [
      [0, HALF, 2, HALF],
      [1, HALF, 3, HALF],
    ],
  ],
  [
    6,
    2,
    [
      [0, ALL, 2, ROOT_HALF, 4, ROOT_HALF],
      [1, ALL, 2, ROOT_HALF, 5, ROOT_HALF],
    ],
  ],
  [
    6,
    4,
    [
      [0, ALL, 2, ROOT_HALF],
      [1, ALL, 2, ROOT_HALF],
      [4, ALL],
      [5, ALL],
    ],
  ],
]);

function list(mixes: readonly (readonly [number, number, Mix])[]): readonly (Mix | undefined)[] {
  const all: (Mix | undefined)[] = Array(MIXES_PER_COUNT * MIXES_PER_COUNT).fill(undefined);
  for (const [from, to, mix] of mixes) all[from * MIXES_PER_COUNT + to] = mix;
  return all;
}
