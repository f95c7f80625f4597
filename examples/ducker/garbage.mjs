// JS heap bytes that a call allocates, by V8's own accounting of every collection.

import v8 from "node:v8";

/** Bytes that one call of `work` leaves on the heap, garbage or not: the least of three runs, after two to warm up. */
export function bytesPerCall(work, calls = 20_000) {
  // A loop of its own for each `work`, so that one measurement does not make the other's calls polymorphic.
  const repeat = new Function("work", "calls", "for (let i = 0; i < calls; i++) work();");
  repeat(work, calls);
  repeat(work, calls);
  // The accounting itself leaves some hundred bytes behind, which are not the work's.
  const own = () => allocatedBy(() => repeat(work, 0));
  return Math.max(0, Math.min(...[1, 2, 3].map(() => (allocatedBy(() => repeat(work, calls)) - own()) / calls)));
}

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
