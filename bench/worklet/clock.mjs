// A worklet has no clock that all engines share but `Date.now`, which tells milliseconds. So a round begins
// at the moment when it ticks, and ends when it has ticked often enough.

/** As `timed` in ../node/clock.mjs, but at once. */
export function timedByDate(works, { rounds, roundMilliseconds, warmUpMilliseconds }) {
  // Twice in turns: what is compiled in the background is there the second time.
  for (const work of [...works, ...works]) nanosecondsACall(work, FIRST_BATCH, warmUpMilliseconds);
  const batches = works.map(batchOf);
  const times = works.map(() => []);
  const order = works.map((_, index) => index);
  for (let round = 0; round < rounds; round++) {
    for (const index of order) {
      const nanoseconds = nanosecondsACall(works[index], batches[index], roundMilliseconds);
      times[index].push({ best: nanoseconds, median: nanoseconds });
    }
    order.reverse();
  }
  const [candidate, ...baselines] = times.reverse();
  return baselines.length === 0 ? { candidate } : { baseline: baselines[0], candidate };
}

/** Between two looks at the clock, so long that the look itself does not count. */
const BATCH_NANOSECONDS = 50_000;
const FIRST_BATCH = 64;

/** Calls that take about as long as a batch should, by the fastest of some tries. */
function batchOf(work) {
  const tries = Array.from({ length: 3 }, () => nanosecondsACall(work, FIRST_BATCH, 2));
  return Math.ceil(BATCH_NANOSECONDS / Math.min(...tries));
}

function nanosecondsACall(work, batch, wantedMilliseconds) {
  const start = nextTick();
  let now = start;
  let calls = 0;
  while (now - start < wantedMilliseconds) {
    for (let call = 0; call < batch; call++) work();
    calls += batch;
    now = Date.now();
  }
  return (1e6 * (now - start)) / calls;
}

function nextTick() {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now;
}
