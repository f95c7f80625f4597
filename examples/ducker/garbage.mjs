// JS heap bytes that a call allocates, by V8's own accounting of every collection.

import v8 from "node:v8";
import vm from "node:vm";

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc");

/** Bytes that one call of `work` leaves on the heap, garbage or not: the least of several runs, after two to warm up. */
export function bytesPerCall(work, calls = 20_000) {
  // A loop of its own for each `work`, so that one measurement does not make the other's calls polymorphic.
  const repeat = new Function("work", "calls", "for (let i = 0; i < calls; i++) work();");
  repeat(work, calls);
  repeat(work, calls);
  // The accounting itself leaves some thousand bytes behind, which are not the work's.
  const least = (calls) => Math.min(...Array.from({ length: 5 }, () => allocatedBy(() => repeat(work, calls))));
  return Math.max(0, least(calls) - least(0)) / calls;
}

function allocatedBy(work) {
  // V8 counts wrong, sometimes by a hundred thousand bytes too few, where the young spaces are almost full.
  collectGarbage({ type: "minor" });
  const profiler = new v8.GCProfiler();
  profiler.start();
  const before = youngBytes(v8.getHeapSpaceStatistics());
  work();
  const after = youngBytes(v8.getHeapSpaceStatistics());
  let allocated = 0;
  let level = before;
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    allocated += youngBytes(beforeGC.heapSpaceStatistics) - level;
    level = youngBytes(afterGC.heapSpaceStatistics);
  }
  return allocated + after - level;
}

/** Where objects begin their life. In the older spaces, compiled code comes and sweepers go at times of their own. */
function youngBytes(spaces) {
  let bytes = 0;
  for (const { space_name, spaceName = space_name, space_used_size, spaceUsedSize = space_used_size } of spaces) {
    if (spaceName.startsWith("new_")) bytes += spaceUsedSize;
  }
  return bytes;
}
