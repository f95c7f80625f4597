// From what the runs of a case answered to the few numbers that are told of it.

/**
 * @param runs What was timed in each process or page: rounds of the candidate and, where there is one, of
 * the baseline.
 * @returns Nanoseconds of the best and the median of all rounds of all runs, and, of two, both as
 * ratios: the best of the one to the best of the other, and the median over the runs of each run's
 * median ratio.
 */
export function summarize(runs) {
  const candidate = timesOf(runs.map((run) => run.candidate));
  if (runs[0].baseline === undefined) return { candidate };
  const baseline = timesOf(runs.map((run) => run.baseline));
  const ratios = runs.map((run) => median(run.candidate.map((time, round) => time.median / run.baseline[round].median)));
  return { candidate, baseline, ratio: { best: candidate.best / baseline.best, median: median(ratios) } };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function timesOf(rounds) {
  return { best: Math.min(...rounds.flat().map(({ best }) => best)), median: median(rounds.flat().map((time) => time.median)) };
}
