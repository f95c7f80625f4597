import { measure } from "mitata";

/**
 * Measures `works`: `[baseline, candidate]`, or `[candidate]` alone. Two take turns, so that their ratio
 * holds when the machine's speed drifts.
 *
 * @returns Of each, what it took in each round: `best` and `median`, in nanoseconds a call.
 */
export async function timed(works, effort) {
  const times = await inTurns(works, effort);
  const [candidate, ...baselines] = works.map((_, index) => times.map((round) => round[index])).reverse();
  return baselines.length === 0 ? { candidate } : { baseline: baselines[0], candidate };
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
