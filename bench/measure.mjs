import { measure } from "mitata";

/**
 * How much is measured. `runs` are processes, `blockRuns` those of the block itself, on which most
 * depends; `rounds` are within a process. Each round costs some 20 ms besides, which mitata takes.
 */
export const FULL = {
  blockRuns: 3,
  runs: 2,
  rounds: 5,
  roundNanoseconds: 10e6,
  warmUpNanoseconds: 40e6,
  coldStarts: 15,
  browser: { runs: 2, rounds: 5, roundMilliseconds: 50 },
};
export const QUICK = {
  blockRuns: 1,
  runs: 1,
  rounds: 3,
  roundNanoseconds: 4e6,
  warmUpNanoseconds: 20e6,
  coldStarts: 5,
  browser: { runs: 1, rounds: 3, roundMilliseconds: 25 },
};

/**
 * Measures `candidate` against `baseline`, taking turns, so that the ratio holds when the machine's
 * speed drifts.
 */
export async function duel(baseline, candidate, effort) {
  const times = await inTurns([baseline, candidate], effort);
  return { baseline: times.map(([time]) => time), candidate: times.map(([, time]) => time) };
}

/** Measures `work` alone. */
export async function solo(work, effort) {
  const times = await inTurns([work], effort);
  return { candidate: times.map(([time]) => time) };
}

/** For each round, what each of `works` took; every other round in reverse order. */
async function inTurns(works, { rounds, roundNanoseconds, warmUpNanoseconds }) {
  const batches = [];
  for (const work of works) batches.push(await warmUp(work, warmUpNanoseconds));
  const order = works.map((_, index) => index);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const round = [];
    for (const index of order) round[index] = await time(works[index], batches[index], roundNanoseconds);
    times.push(round);
    order.reverse();
  }
  return times;
}

/** Long enough to be seen by the clock, short enough that many samples are not disturbed by anything. */
const SAMPLE_NANOSECONDS = 100_000;
const UNROLLED = 4;

/** Runs `work` until it is compiled; answers how many calls make a sample. */
async function warmUp(work, nanoseconds) {
  const { best } = await time(work, UNROLLED * 64, nanoseconds);
  return UNROLLED * Math.max(1, Math.round(SAMPLE_NANOSECONDS / best / UNROLLED));
}

async function time(work, batch, nanoseconds) {
  const { min, p50 } = await measure(work, {
    min_cpu_time: nanoseconds,
    batch_samples: batch,
    batch_unroll: UNROLLED,
    batch_threshold: Number.POSITIVE_INFINITY,
  });
  return { best: min, median: p50 };
}
