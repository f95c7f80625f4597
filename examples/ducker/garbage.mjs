// Measures the JS heap bytes that a call allocates, by V8's own statistics of every garbage collection.

import v8 from "node:v8";
import vm from "node:vm";

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc");

/** Bytes that one call of `work` allocates on the heap: the smallest result of several runs, after two runs to warm up. */
export function bytesPerCall(work, calls = 20_000) {
  // Each `work` has a loop function of its own. In a shared one, V8 would compile the call for several targets (polymorphic).
  const repeat = new Function("work", "calls", "for (let i = 0; i < calls; i++) work();");
  repeat(work, calls);
  repeat(work, calls);
  // The statistics themselves allocate some thousand bytes. They are measured with 0 calls, and subtracted.
  const least = (calls) => Math.min(...Array.from({ length: 5 }, () => allocatedBy(() => repeat(work, calls))));
  return Math.max(0, least(calls) - least(0)) / calls;
}

function allocatedBy(work) {
  // Empties the young spaces. If they are almost full, V8's statistics can be a hundred thousand bytes too low.
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

/** Bytes in the young spaces, where V8 allocates objects. The old spaces change at any time, by compiled code and by sweeping. */
function youngBytes(spaces) {
  let bytes = 0;
  for (const { space_name, spaceName = space_name, space_used_size, spaceUsedSize = space_used_size } of spaces) {
    if (spaceName.startsWith("new_")) bytes += spaceUsedSize;
  }
  return bytes;
}
