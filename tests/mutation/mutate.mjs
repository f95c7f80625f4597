// How good are the tests? Changes the sources a little, again and again, and tells which changes no test
// notices. Set-up is changed as well as the render path.
//
//   npm run mutate -- [--count 200] [--seed 1] [--files src/bus.ts:120,assembly/] [--jobs 1] [--least 95] [--from 1] [--list]
//
// All that is done to sources is done to copies in a temporary folder. What is built and tested there is
// one bundle with its core inlined, as the package's; only faster made.

import { execFileSync, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { build } from "esbuild";
import { equivalent } from "./equivalent.mjs";
import { mutantsOf } from "./mutants.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    files: { type: "string", default: "src/,assembly/" },
    jobs: { type: "string", default: "1" },
    least: { type: "string", default: "95" },
    from: { type: "string", default: "1" },
    list: { type: "boolean", default: false },
  },
});

const LONG = ["tests/hosts/bad-hosts.test.ts", "tests/model/model.test.ts", "tests/blocks/model.test.ts"];

const NODES = ["tests/worklet/(kernel-node|kernel-node-alone|kernel-processor|node-options|emscripten-callback)\\.test\\.ts"];
const TOGETHER = ["--no-isolate", "--no-file-parallelism", ...LONG.flatMap((file) => ["--exclude", file])];

/**
 * The tests in the folder like that of the mutant, which find most; all quick ones, in one process; then, for what survives them, those
 * that take long or need a process of their own.
 */
const STAGES = [
  { name: "near", args: TOGETHER, filters: (file) => nearTests(file) },
  { name: "quick", args: TOGETHER, filters: ["tests/(?!node/|browser/|chromium/|worklet/).*\\.test\\.ts"] },
  { name: "long", args: [], filters: LONG },
  { name: "nodes", args: [], filters: (file) => (/^src\/(worklet|kernel|events|tools|blocks)\//.test(file) ? NODES : []) },
  {
    name: "garbage",
    args: [],
    // Engines that optimise late, on a busy machine, may leave something once.
    again: true,
    filters: [
      "tests/node/garbage/(garbage-unoptimised|garbage|kernel-node|finalization)\\.test\\.ts",
      "tests/node/core/.*\\.test\\.ts",
      "tests/worklet/first-use\\.test\\.ts",
    ],
  },
];

/** Those that are shipped as files. */
const WHOLE_CORES = ["core", "core-shared"];
const CORES = ["everyday", "conversions", "forms", "interleaving", "parameters", ...WHOLE_CORES];

/** A `.wasm` import becomes a function that answers its bytes, as in the package. */
const inlinedWasm = {
  name: "inlined-wasm",
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({
      contents: `export default () => Uint8Array.of(${(await readFile(path)).join()});`,
    }));
  },
};

/** What was started and has not ended yet. It is a group of its own, which does not end with this process. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    for (const child of running) process.kill(-child.pid, "SIGKILL");
    process.exit(1);
  });
}

const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const chosen = chooseMutants(await allMutants(), Number(options.count), Number(options.seed));
/** Where a run that was broken off goes on. */
const first = Number(options.from) - 1;
if (options.list) {
  for (const mutant of chosen) console.log(said(mutant));
} else {
  process.exitCode = await run(chosen.slice(first));
}

async function allMutants() {
  const wanted = options.files.split(",");
  const isWanted = ({ file, line }) => wanted.some((one) => (one.includes(":") ? one === `${file}:${line}` : file.startsWith(one)));
  const files = tracked.filter((file) => /^(src|assembly)\/.*(?<!\.d)\.ts$/.test(file));
  const mutants = [];
  for (const file of files) {
    const source = await readFile(join(root, file), "utf8");
    mutants.push(...withoutEquivalents(file, source, mutantsOf(file, source)).filter(isWanted));
  }
  return mutants;
}

/** All but those that are known to do the same; tells of what is known to and is no longer there. */
function withoutEquivalents(file, source, mutants) {
  const lines = source.split("\n");
  const left = new Set(mutants);
  for (const { file: of, line, was, text, nth } of equivalent) {
    if (of !== file) continue;
    const found = mutants.filter((mutant) => lines[mutant.line - 1].trim() === line && mutant.was === was && mutant.text === text)[nth];
    if (found === undefined) console.log(`no longer there, though listed as equivalent: ${file}: ${line}`);
    else left.delete(found);
  }
  return [...left];
}

/** `count` of them, the same ones for the same seed, in the order of the files. */
function chooseMutants(mutants, count, seed) {
  let state = seed >>> 0;
  const roll = (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const order = mutants.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const other = roll(i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((i) => mutants[i]);
}

async function run(mutants) {
  const places = await Promise.all(Array.from({ length: Number(options.jobs) }, copyOfProject));
  try {
    const limit = await baseline(places[0]);
    const results = [];
    const waiting = mutants.entries();
    await Promise.all(
      places.map(async (place) => {
        for (const [i, mutant] of waiting) {
          const fate = await fateOf(mutant, place, limit);
          results[i] = { mutant, fate };
          console.log(`${String(first + i + 1).padStart(4)}/${chosen.length}  ${said(mutant)}\n          ${fate}`);
        }
      }),
    );
    return report(results);
  } finally {
    for (const place of places) await rm(place, { recursive: true, force: true });
  }
}

async function copyOfProject() {
  const place = await mkdtemp(join(tmpdir(), "mutate-"));
  for (const file of tracked) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await cp(join(root, file), join(place, file));
  }
  // The examples' kernels are built into their folders.
  for (const built of ["dist", "build", "examples"]) await cp(join(root, built), join(place, built), { recursive: true });
  await symlink(join(root, "node_modules"), join(place, "node_modules"));
  return place;
}

/** How long a stage may take: what the longest takes without a change, and plenty. A test that waits in vain ends by itself before. */
async function baseline(place) {
  if (!(await bundle(place))) throw new Error("the sources cannot be bundled");
  let longest = 60_000;
  for (const stage of STAGES) {
    const begun = Date.now();
    const { code, output } = await judged(place, stage, 600_000, "src/worklet/");
    if (code !== 0) throw new Error(`the tests of stage ${stage.name} fail without any change:\n${output}`);
    const took = Date.now() - begun;
    console.log(`stage ${stage.name}: ${(took / 1000).toFixed(1)} s without a change`);
    longest = Math.max(longest, took);
  }
  return 3 * longest;
}

/** "invalid" for what does not compile; else the stage that killed it, or "SURVIVED". */
async function fateOf(mutant, place, limit) {
  const path = join(place, mutant.file);
  const source = await readFile(path, "utf8");
  await writeFile(path, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
  const isCore = mutant.file.startsWith("assembly/");
  try {
    if (isCore && !(await buildCores(place, mutant.file))) return "invalid";
    if (!(await bundle(place))) return "invalid";
    for (const stage of STAGES) {
      const ended = await judged(place, stage, limit, mutant.file);
      if (ended.late) return "killed (no end)";
      if (ended.code === 0) continue;
      return `killed (${stage.name})  ${killer(ended.output)}`;
    }
    return "SURVIVED";
  } finally {
    await writeFile(path, source);
    if (isCore) {
      for (const file of [...CORES.map(builtFile), ...WHOLE_CORES.map((core) => `dist/${core}.wasm`)])
        await cp(join(root, file), join(place, file));
    }
  }
}

/** The test that noticed. */
function killer(output) {
  return /FAIL .*?(tests\/.*)/.exec(stripVTControlCharacters(output))?.[1] ?? "";
}

function builtFile(core) {
  return `build/${core}.wasm`;
}

/** Those that have the file in them. */
async function buildCores(place, file) {
  const commands = [];
  for (const core of CORES) {
    const source = `assembly/${core.replace("-shared", "")}.ts`;
    if ((await sourcesOf(source)).has(file)) commands.push(`${source} --target ${core}`);
  }
  const { code } = await command(place, join(root, ".ci/asc.mjs"), commands, 120_000);
  if (code !== 0) return false;
  for (const core of WHOLE_CORES) await cp(join(place, builtFile(core)), join(place, `dist/${core}.wasm`));
  return true;
}

/** A source file and all that it imports. */
async function sourcesOf(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, imported] of (await readFile(join(root, file), "utf8")).matchAll(/from "\.\/([\w-]+)"/g))
    await sourcesOf(`assembly/${imported}.ts`, found);
  return found;
}

async function bundle(place) {
  try {
    await build({
      absWorkingDir: place,
      entryPoints: ["src/index.ts"],
      outfile: "dist/index.js",
      bundle: true,
      format: "esm",
      target: "es2022",
      logLevel: "silent",
      plugins: [inlinedWasm],
    });
    return true;
  } catch {
    return false;
  }
}

/** Tests of a folder or file that is called like that of the source, or like the source itself; of the cores, those of buses. */
function nearTests(file) {
  const [top, subject = ""] = file.replace(/\.ts$/, "").split("/");
  if (top === "assembly") return ["tests/(core|bus|hosts/planar)/.*\\.test\\.ts"];
  if (subject === "worklet") return NODES;
  return [`tests/${subject}(/.*)?\\.test\\.ts`, "tests/bus/.*\\.test\\.ts"];
}

/** A stage that can fail by chance is run again when it does. */
async function judged(place, stage, limit, mutated) {
  const ended = await tests(place, stage, limit, mutated);
  return ended.code !== 0 && stage.again ? tests(place, stage, limit, mutated) : ended;
}

function tests(place, { args, filters }, limit, mutated) {
  const wanted = typeof filters === "function" ? filters(mutated) : filters;
  if (wanted.length === 0) return { code: 0, late: false, output: "" };
  // Vitest's own filters are parts of paths, so those that say more are files.
  const files = wanted.flatMap((filter) => tracked.filter((file) => new RegExp(`^${filter}$`).test(file)));
  return command(
    place,
    "node_modules/vitest/vitest.mjs",
    ["run", "--project", "node*", "--bail", "1", "--testTimeout", "60000", "--reporter", "dot", ...args, ...files],
    limit,
  );
}

/** Ends what it started, and all that that started, when the time is up. */
function command(cwd, script, args, limit) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=2048" },
    });
    running.add(child);
    let output = "";
    let late = false;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    const timer = setTimeout(() => {
      late = true;
      process.kill(-child.pid, "SIGKILL");
    }, limit);
    child.on("exit", (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: code ?? 1, late, output });
    });
  });
}

function report(results) {
  const byFile = new Map();
  for (const { mutant, fate } of results) {
    const count = byFile.get(mutant.file) ?? { killed: 0, survived: 0, invalid: 0 };
    count[fate === "SURVIVED" ? "survived" : fate === "invalid" ? "invalid" : "killed"]++;
    byFile.set(mutant.file, count);
  }
  console.log("\nkilled  survived  invalid");
  const row = ({ killed, survived, invalid }, name) =>
    console.log(`${String(killed).padStart(6)}${String(survived).padStart(10)}${String(invalid).padStart(9)}  ${name}`);
  const total = { killed: 0, survived: 0, invalid: 0 };
  for (const [file, count] of byFile) {
    row(count, file);
    for (const key of Object.keys(total)) total[key] += count[key];
  }
  const score = (100 * total.killed) / Math.max(1, total.killed + total.survived);
  row(total, `${score.toFixed(1)} % killed`);
  const survivors = results.filter(({ fate }) => fate === "SURVIVED");
  if (survivors.length > 0) console.log("\nsurvived:");
  for (const { mutant } of survivors) console.log(`  ${said(mutant)}`);
  return score < Number(options.least) ? 1 : 0;
}

function said({ file, line, was, text, operator }) {
  const short = (code) => code.replace(/\s+/g, " ").slice(0, 70);
  return `${file}:${line}  ${operator}: ${short(was)}  ->  ${short(text)}`;
}
