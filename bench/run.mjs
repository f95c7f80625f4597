// Measures everything that docs/performance.md tells, and writes it.
//
//   npm run build && npm run bench -- [options]
//
//   --only planar    one subject of bench/subjects, or cold, sizes, browsers; may be repeated
//   --shape stereo   one shape of bench/shapes.mjs; may be repeated
//   --quick          rough numbers in less than a minute
//   --no-browsers    without Chromium and Firefox
//   --no-write       prints alone; so does every run that leaves something out, but for the browsers
//   --rewrite        measures nothing; writes the document anew from the last whole run

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureInBrowsers } from "./browser/run.mjs";
import { coldStarts } from "./cold.mjs";
import { machine } from "./machine.mjs";
import { FULL, QUICK } from "./measure.mjs";
import { runCase } from "./processes.mjs";
import { printed, write } from "./report.mjs";
import { SHAPES } from "./shapes.mjs";
import { sizes } from "./sizes.mjs";
import { SUBJECTS } from "./subjects/index.mjs";
import { summarize } from "./summary.mjs";

const EVERYTHING = [...SUBJECTS, "cold", "sizes", "browsers"];
const QUICK_SHAPES = ["mono", "stereo", "stereo + mono sidechain", "5.1", "16 buses of 2"];
const QUICK_BROWSER_SHAPES = ["stereo"];
const LAST = new URL("../build/bench/results.json", import.meta.url);

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    shape: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    "no-browsers": { type: "boolean", default: false },
    "no-write": { type: "boolean", default: false },
    rewrite: { type: "boolean", default: false },
  },
});
const unknown = [
  ...unknownIn(options.only, EVERYTHING),
  ...unknownIn(
    options.shape,
    SHAPES.map(({ name }) => name),
  ),
];
if (unknown.length > 0) {
  console.error(
    `there is no ${unknown.join(", ")}; subjects are ${EVERYTHING.join(", ")}; shapes are ${SHAPES.map(({ name }) => name).join(" | ")}`,
  );
  process.exit(1);
}
if (options.rewrite) write(JSON.parse(readFileSync(LAST, "utf8")));
else await measure();

async function measure() {
  const effort = options.quick ? QUICK : FULL;
  const shapes = options.shape ?? (options.quick ? QUICK_SHAPES : SHAPES.map(({ name }) => name));
  const browserShapes = options.shape === undefined && options.quick ? QUICK_BROWSER_SHAPES : shapes;
  const wanted = (options.only ?? EVERYTHING).filter((subject) => subject !== "browsers" || !options["no-browsers"]);

  const results = { machine: machine(), subjects: {} };
  for (const subject of SUBJECTS) {
    if (wanted.includes(subject)) results.subjects[subject] = await measureSubject(subject, shapes, effort);
  }
  if (wanted.includes("cold")) results.cold = coldStarts(effort.coldStarts);
  if (wanted.includes("sizes")) results.sizes = await sizes();
  if (wanted.includes("browsers")) results.browsers = summarized(await measureInBrowsers(browserShapes, effort, progress));
  progress("");

  console.log(printed(results));
  if (options["no-write"] || options.quick || options.only || options.shape) return;
  mkdirSync(new URL(".", LAST), { recursive: true });
  writeFileSync(LAST, JSON.stringify(results));
  write(results);
}

async function measureSubject(subject, shapes, effort) {
  const { cases, prepare } = await import(`./subjects/${subject}.mjs`);
  await prepare?.();
  const chosen = cases.filter(({ shape }) => shape === undefined || shapes.includes(shape));
  const answers = chosen.map(() => []);
  const runs = subject === "planar" ? effort.blockRuns : effort.runs;
  // All cases once, then all again: a busy minute of the machine spoils one run of each, not all of one.
  for (let run = 0; run < runs; run++) {
    for (const [index, one] of chosen.entries()) {
      progress(`${subject}, run ${run + 1} of ${runs}: ${one.id}`);
      answers[index].push(await runCase(subject, one, effort));
    }
  }
  return Object.fromEntries(chosen.map(({ id }, index) => [id, summarize(answers[index])]));
}

function summarized(browsers) {
  const each = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
  return each(browsers, ({ version, shapes }) => ({ version, shapes: each(shapes, (techniques) => each(techniques, summarize)) }));
}

function unknownIn(asked = [], known) {
  return asked.filter((name) => !known.includes(name));
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
