// Measures everything that docs/performance.md tells, and writes it.
//
//   npm run build && npm run bench -- [--only planar] [--shape stereo] [--quick] [--no-browsers] [--no-write]

import { parseArgs } from "node:util";
import { FULL, QUICK } from "./measure.mjs";
import { runCase } from "./processes.mjs";
import { printPlanar } from "./print.mjs";
import { summarize } from "./summary.mjs";

const SUBJECTS = ["planar"];

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: SUBJECTS },
    shape: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    "no-browsers": { type: "boolean", default: false },
    "no-write": { type: "boolean", default: false },
  },
});
const effort = options.quick ? QUICK : FULL;

const results = {};
for (const subject of options.only) {
  const { cases } = await import(`./subjects/${subject}.mjs`);
  const chosen = cases.filter((one) => options.shape.length === 0 || options.shape.includes(one.shape));
  const runs = chosen.map(() => []);
  // All cases once, then all again: a busy minute of the machine spoils one run of each, not all of one.
  for (let run = 0; run < effort.runs; run++) {
    for (const [index, one] of chosen.entries()) {
      progress(`${subject}, run ${run + 1} of ${effort.runs}: ${one.id}`);
      runs[index].push(await runCase(subject, one, effort));
    }
  }
  progress("");
  results[subject] = new Map(chosen.map((one, index) => [one.id, summarize(runs[index])]));
}
if (results.planar) printPlanar(results.planar);

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
