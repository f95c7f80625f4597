// How the Web Audio API mixes speakers: mono, stereo, quad and 5.1 into each other.
// Source: https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing

/** What of a source channel is added to a target channel, by the number by which the core knows it. */
const ALL = 0;
const HALF = 1;
const QUARTER = 2;
const ROOT_HALF = 3;

/** For each target channel, source and share of what is added up, in pairs; none is silence. */
export type Mix = readonly (readonly number[])[];

/** Most channels that are mixed. */
export const MOST_MIXED = 6;

/** Whether a bus of so many channels is one of speakers. */
export function isMixable(channels: number): boolean {
  return channels === 1 || channels === 2 || channels === 4 || channels === 6;
}

/** [render] How so many channels become so many others; `undefined` where they stay as they are, or are no speakers. */
export function mixOf(from: number, to: number): Mix | undefined {
  return from !== to && isMixable(from) && isMixable(to) ? MIXES[from * MIXES_PER_COUNT + to] : undefined;
}

const MIXES_PER_COUNT = MOST_MIXED + 1;

/** Channels in the order of Web Audio: left, right, centre, low frequencies, left and right behind; of quad left, right, left and right behind. */
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
