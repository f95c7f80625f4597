// A worklet has no clock but `Date.now`, which tells milliseconds: so many blocks are timed at once.

/** As `duel` in ../measure.mjs, but at once. */
export function duelByDate(baseline, candidate, { rounds, roundMilliseconds }) {
  const works = [baseline, candidate];
  const calls = works.map((work) => callsWithin(work, roundMilliseconds));
  const times = works.map(() => []);
  const order = [0, 1];
  for (let round = 0; round < rounds; round++) {
    for (const index of order) {
      const nanoseconds = (1e6 * milliseconds(works[index], calls[index])) / calls[index];
      times[index].push({ best: nanoseconds, median: nanoseconds });
    }
    order.reverse();
  }
  return { baseline: times[0], candidate: times[1] };
}

/** Calls of `work` that take `wanted` milliseconds, twice in a row: then it is compiled. */
function callsWithin(work, wanted) {
  for (let calls = 1000; ; calls *= 2) {
    if (milliseconds(work, calls) < wanted) continue;
    const elapsed = milliseconds(work, calls);
    if (elapsed >= wanted) return Math.ceil((calls * wanted) / elapsed);
  }
}

function milliseconds(work, calls) {
  const start = Date.now();
  for (let call = 0; call < calls; call++) work();
  return Date.now() - start;
}
