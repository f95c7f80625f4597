import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./summary.mjs";

const COLD_START = fileURLToPath(new URL("cold-start.mjs", import.meta.url));

/** Milliseconds of import, first and second allocation, best and median of `count` fresh processes. */
export function coldStarts(count) {
  const starts = Array.from({ length: count }, () => JSON.parse(execFileSync(process.execPath, [COLD_START], { encoding: "utf8" })));
  const step = (name) => ({ best: Math.min(...starts.map((start) => start[name])), median: median(starts.map((start) => start[name])) });
  return { import: step("import"), first: step("first"), second: step("second") };
}
