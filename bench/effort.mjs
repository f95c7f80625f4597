/**
 * How much is measured. Each run of a case is a process or a page of its own; a case with a target has
 * `targetRuns` of them, another one `runs`. `rounds` are within a run. In Node each round costs some
 * 20 ms besides, which mitata takes.
 */
export const FULL = {
  node: { targetRuns: 3, runs: 1, rounds: 5, roundNanoseconds: 10e6, warmUpNanoseconds: 40e6, coldStarts: 15 },
  worklet: { targetRuns: 3, runs: 1, rounds: 15, roundMilliseconds: 10, warmUpMilliseconds: 50, coldStarts: 9 },
};

export const QUICK = {
  node: { targetRuns: 1, runs: 1, rounds: 3, roundNanoseconds: 4e6, warmUpNanoseconds: 20e6, coldStarts: 5 },
  worklet: { targetRuns: 1, runs: 1, rounds: 7, roundMilliseconds: 10, warmUpMilliseconds: 40, coldStarts: 2 },
};
