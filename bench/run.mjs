// Measures everything that docs/performance.md tells, and writes it: a quarter of an hour.
//
//   npm run build && npm run bench -- [options]
//
//   --only planar                one subject of bench/subjects, or cold, or sizes; more with commas
//   --runtimes node20,chromium   some of node20, node22, node24, chromium, firefox, webkitgtk
//   --shape stereo               one shape of bench/shapes.mjs; may be repeated
//   --targets                    only what a target depends on
//   --quick                      rough numbers
//   --out folder                 writes the document there, and leaves docs/ and README as they are
//   --rewrite                    measures nothing; writes the document anew from the last whole run
//
// A run that leaves something out, or is quick, prints alone, but for --out.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { FULL, QUICK } from "./effort.mjs";
import { machine } from "./machine.mjs";
import { coldStarts } from "./node/cold.mjs";
import { openNode } from "./node/run.mjs";
import { printed, write } from "./report.mjs";
import { RUNTIMES } from "./runtimes.mjs";
import { SHAPES } from "./shapes.mjs";
import { sizes } from "./sizes.mjs";
import { SUBJECTS } from "./subjects/index.mjs";
import { summarize } from "./summary.mjs";
import { coldWorklets, openWorklet } from "./worklet/run.mjs";

const ROOT = new URL("../", import.meta.url);
const LAST = new URL("build/bench/results.json", ROOT);
const EVERYTHING = [...SUBJECTS, "cold", "sizes"];
const RUNTIME_NAMES = RUNTIMES.map(({ name }) => name);
const SHAPE_NAMES = SHAPES.map(({ name }) => name);

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    runtimes: { type: "string", multiple: true },
    shape: { type: "string", multiple: true },
    targets: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
    rewrite: { type: "boolean", default: false },
  },
});
const wanted = chosenFrom(EVERYTHING, commaSeparated(options.only));
const runtimes = chosenFrom(RUNTIME_NAMES, commaSeparated(options.runtimes));
const shapes = chosenFrom(SHAPE_NAMES, options.shape);
const effort = options.quick ? QUICK : FULL;
const isWhole = !(options.only || options.runtimes || options.shape || options.targets || options.quick);
const folder = options.out === undefined ? undefined : pathToFileURL(`${options.out}/`);

// The build's configuration, which `sizes` uses, names files from here.
if (folder) mkdirSync(folder, { recursive: true });
process.chdir(fileURLToPath(ROOT));
if (options.rewrite) write(JSON.parse(readFileSync(LAST, "utf8")), folder);
else await measure();

async function measure() {
  const results = { machine: machine(), versions: {}, frozen: {}, subjects: {} };
  if (wanted.includes("sizes")) results.sizes = await sizes();
  await prepareSubjects();
  for (const runtime of RUNTIMES.filter(({ name }) => runtimes.includes(name))) await measureIn(runtime, results);
  progress("");
  console.log(printed(results));
  if (isWhole) {
    mkdirSync(new URL(".", LAST), { recursive: true });
    writeFileSync(LAST, JSON.stringify(results));
  }
  if (isWhole || folder) write(results, folder);
}

async function prepareSubjects() {
  for (const { prepare } of await Promise.all(chosenSubjects().map((subject) => import(`./subjects/${subject}.mjs`)))) await prepare?.();
}

function chosenSubjects() {
  return SUBJECTS.filter((subject) => wanted.includes(subject));
}

async function measureIn(runtime, results) {
  const cases = [];
  for (const subject of chosenSubjects()) {
    const { casesIn } = await import(`./subjects/${subject}.mjs`);
    for (const one of casesIn(runtime).filter(isChosen)) cases.push({ subject, one, answers: [] });
  }
  const isCold = wanted.includes("cold");
  // The only worklet with a clock that is fine enough.
  if (isCold && runtime.name === "chromium") {
    progress(`${runtime.label}, cold`);
    results.coldWorklet = await coldWorklets(runtime.name, effort.worklet.coldStarts);
  }
  if (cases.length === 0 && !(isCold && runtime.isNode)) return;

  let opened = await open(runtime);
  results.versions[runtime.name] = opened.version;
  try {
    const { runs, targetRuns } = runtime.isNode ? effort.node : effort.worklet;
    // All cases once, then all again: a busy minute of the machine spoils one run of each, not all of one.
    for (let run = 0; run < Math.max(runs, targetRuns); run++) {
      const left = cases.filter(({ one }) => run < (one.isTarget ? targetRuns : runs));
      for (const [index, { subject, one, answers }] of left.entries()) {
        progress(`${runtime.label}, run ${run + 1}, ${index + 1} of ${left.length}: ${subject}, ${one.id}`);
        try {
          answers.push(await opened.measure(subject, one, effort));
        } catch (error) {
          if (runtime.isNode) throw error;
          // Browsers fall over now and then. What is wrong with the bench fails again.
          console.error(`${runtime.label}: ${error.message}; once more in a new one`);
          await opened.close().catch(() => {});
          opened = await open(runtime);
          answers.push(await opened.measure(subject, one, effort));
        }
      }
    }
    if (isCold && runtime.isNode) {
      progress(`${runtime.label}, cold`);
      results.cold ??= {};
      results.cold[runtime.name] = coldStarts(opened.binary, effort.node.coldStarts);
    }
  } finally {
    await opened.close();
  }
  for (const { subject, one, answers } of cases) {
    results.subjects[subject] ??= {};
    results.subjects[subject][runtime.name] ??= {};
    results.subjects[subject][runtime.name][one.id] = summarize(answers);
    if (!runtime.isNode) results.frozen[runtime.name] = answers[0].frozen;
  }
}

function open({ name, major, isNode }) {
  return isNode ? openNode(major) : openWorklet(name);
}

function isChosen({ shape, isTarget }) {
  return (shape === undefined || shapes.includes(shape)) && (isTarget || !options.targets);
}

function commaSeparated(texts) {
  return texts?.flatMap((text) => text.split(","));
}

function chosenFrom(known, asked = known) {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return asked;
  console.error(`there is no ${unknown.join(", ")}; there are ${known.join(" | ")}`);
  process.exit(1);
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
