import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../summary.mjs";

const COLD_START = fileURLToPath(new URL("cold-start.mjs", import.meta.url));

/** Milliseconds of import, first and second allocation and first block, best and median of `count` fresh processes. */
export function coldStarts(binary, count) {
  const starts = Array.from({ length: count }, () => JSON.parse(execFileSync(binary, [COLD_START], { encoding: "utf8" })));
  const summary = (step) => ({ best: Math.min(...starts.map((start) => start[step])), median: median(starts.map((start) => start[step])) });
  return Object.fromEntries(Object.keys(starts[0]).map((step) => [step, summary(step)]));
}
