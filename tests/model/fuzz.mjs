// Storages against their model for as long as one likes:
//
//   npm run fuzz -- --minutes 5             until the time is over (1 minute, if nothing is said)
//   npm run fuzz -- --commands 1000000      until so many commands have run
//   npm run fuzz -- --seed 4711             from this seed on, not from a random one
//   npm run fuzz -- --shared                in shared memory alone, not only in one round of four
//   npm run fuzz -- --forms                 buses of every form alone, not only in one round of four
//   npm run fuzz -- --seed 4711 --path … --replay …   one failure again, as its report says

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: {
    ...Object.fromEntries(["minutes", "commands", "seed", "path", "replay"].map((name) => [name, { type: "string" }])),
    shared: { type: "boolean" },
    forms: { type: "boolean" },
  },
});
const root = fileURLToPath(new URL("../..", import.meta.url));
const { check, checkForms, counts, formCounts, formsReport, reportOf } = await load();

const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (values.path === undefined) fuzz();
else if (values.forms) finish(formsReport(checkForms({ sequences: 1, seed, path: values.path })));
else finish(reportOf(check({ sequences: 1, seed, isShared: values.shared, path: values.path, replayPath: values.replay }), values.shared));

function fuzz() {
  const mostCommands = values.commands === undefined ? Infinity : Number(values.commands);
  const minutes = values.minutes === undefined ? (mostCommands === Infinity ? 1 : Infinity) : Number(values.minutes);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  let toldAt = 0;
  let sequences = 0;
  console.log(`fuzzing from seed ${seed}`);
  for (let round = 0; counts.commands + formCounts.steps < mostCommands && elapsed() < minutes * 60; round++) {
    // Shared memory in one round of four, forms in another.
    const isShared = values.shared ?? round % 4 === 3;
    const areForms = values.forms ?? (values.shared === undefined && round % 4 === 1);
    const details = areForms ? checkForms({ sequences: 500, seed: seed + round }) : check({ sequences: 500, seed: seed + round, isShared });
    sequences += details.numRuns;
    if (details.failed) return finish(areForms ? formsReport(details) : reportOf(details, isShared));
    if (elapsed() - toldAt < 10) continue;
    toldAt = elapsed();
    console.log(`${toldAt.toFixed(0).padStart(6)} s  ${counts.commands + formCounts.steps} commands in ${sequences} sequences`);
  }
  console.log(`${counts.commands + formCounts.steps} commands in ${sequences} sequences, ${elapsed().toFixed(0)} s: all as the model says`);
  const told = (forms) =>
    Object.entries(forms)
      .map(([form, count]) => `${count} ${form}`)
      .join(", ");
  console.log(`collected: ${told(counts.collected)}; delivered: ${told(counts.delivered)}`);
}

function finish(report) {
  console.log(report || "as the model says");
  process.exitCode = report === "" ? 0 : 1;
}

/** The model is TypeScript; Node wants it plain. */
async function load() {
  const outfile = `${root}/build/model.mjs`;
  await build({
    stdin: {
      contents:
        'export { counts } from "./commands"; export { check, reportOf } from "./run"; export { checkForms, formCounts, formsReport } from "./forms";',
      resolveDir: `${root}/tests/model`,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    outfile,
    logLevel: "error",
  });
  return import(outfile);
}
