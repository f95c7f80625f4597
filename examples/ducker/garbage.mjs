// JS heap bytes that a call allocates, by V8's own accounting of every collection.

import v8 from "node:v8";

/** Bytes that one call of `work` leaves on the heap, garbage or not: nearly the least of several runs, after two to warm up. */
export function bytesPerCall(work, calls = 20_000) {
  // A loop of its own for each `work`, so that one measurement does not make the other's calls polymorphic.
  const repeat = new Function("work", "calls", "for (let i = 0; i < calls; i++) work();");
  repeat(work, calls);
  repeat(work, calls);
  // The accounting itself leaves some hundred bytes behind, which are not the work's.
  const usual = (calls) => secondLeast(Array.from({ length: 7 }, () => allocatedBy(() => repeat(work, calls))));
  return Math.max(0, usual(calls) - usual(0)) / calls;
}

// In many runs the engine adds some thousand bytes for code that it has compiled; in a rare one it sweeps as many away.
const secondLeast = (values) => values.sort((a, b) => a - b)[1];

function allocatedBy(work) {
  const profiler = new v8.GCProfiler();
  profiler.start();
  const before = v8.getHeapStatistics().used_heap_size;
  work();
  const after = v8.getHeapStatistics().used_heap_size;
  let allocated = 0;
  let level = before;
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    allocated += beforeGC.heapStatistics.usedHeapSize - level;
    level = afterGC.heapStatistics.usedHeapSize;
  }
  return allocated + after - level;
}
