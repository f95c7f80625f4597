// docs/performance.md, its plots, and the two numbers that README quotes: all from one set of results.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { linePlot } from "./plots.mjs";
import { channelsOf, SHAPES, shape } from "./shapes.mjs";
import { FAUST_CANDIDATES, FAUST_FLOOR, FAUST_SHAPES, faustId } from "./subjects/faust.mjs";
import { CHANNELS, interleavedId, KINDS } from "./subjects/interleaved.mjs";
import { COUNTS, MANY_TECHNIQUES, manyId } from "./subjects/many.mjs";
import { planarId } from "./subjects/planar.mjs";
import { judged } from "./targets.mjs";
import { TECHNIQUES } from "./techniques/index.mjs";

/** Writes the document, its plots, and the sentence in README. */
export function write(results) {
  const images = root("docs/images/");
  mkdirSync(images, { recursive: true });
  for (const [name, plot] of Object.entries(plots(results))) writeFileSync(new URL(`performance-${name}.svg`, images), plot);
  writeFileSync(root("docs/performance.md"), documentFrom(results));
  const readme = readFileSync(root("README.md"), "utf8");
  writeFileSync(
    root("README.md"),
    readme.replace(QUOTED, (_, before, after) => before + quoted(results) + after),
  );
}

/** The tables of what was measured, for the terminal. */
export function printed(results) {
  return sections(results)
    .filter(({ table }) => table.rows.length > 0)
    .map(({ title, table }) => `${title}\n\n${markdown(table)}`)
    .join("\n\n");
}

function documentFrom(results) {
  const parts = [
    "# Performance",
    "Written by `npm run bench`, which measures all of it anew. Not to be edited.",
    measuredOn(results),
    "## How it is measured",
    HOW,
  ];
  for (const { title, text, table, plot } of sections(results)) {
    if (table.rows.length === 0) continue;
    parts.push(`## ${title}`, text, markdown(table));
    for (const name of plot ?? []) parts.push(`![${PLOT_TITLES[name]}](images/performance-${name}.svg)`);
  }
  parts.push(
    "## What is not covered",
    results.browsers === undefined ? `${NOT_COVERED}\n- The browsers, which were left out of this run.` : NOT_COVERED,
  );
  return `${parts.join("\n\n")}\n`;
}

function measuredOn({ machine, browsers = {} }) {
  const versions = Object.entries(browsers).map(([name, { version }]) => `${name} ${version}`);
  return [
    `Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.gibibytes} GiB, ${machine.system}`,
    `Node ${machine.node} (V8 ${machine.v8})`,
    ...versions,
  ]
    .join("; ")
    .concat(".");
}

const HOW = `The floor is the least that anyone must do between a host and a kernel: one \`TypedArray.set\` for each channel in and out, over
frozen host lists as a worklet hands them over, and nothing else. Each comparison runs in processes of its own, where both sides move the same
host arrays, prove first that samples arrive and come back, are warmed up, and then take turns in many short rounds that mitata times. The median
is that of the runs' median ratios, which holds on a busy machine; the best is the fastest sample of the one to the fastest of the
other, over all runs. Two hosts take turns, so that nothing gains from seeing the same objects again. Nanoseconds are the fastest ever seen, on this machine;
ratios are what carries over.`;

const NOT_COVERED = `- Other processors: ratios move with them, and with the engine's version.
- WebKitGTK's worklet, which is tested but not timed.
- The kernel's own work.
- Real time: how often a block is late depends on the machine and the browser.`;

/** In the order in which they are told; those without results have no rows. */
function sections(results) {
  const { subjects } = results;
  return [
    { title: "Targets", text: "Ratios are costs, so less is better; judged by the median.", table: targetTable(results) },
    {
      title: "One block in and out",
      text: "Cost as a ratio to the floor, median (best); the last column is ours to cached views, taken in processes of its own. Ours zeroes its outputs, which is a third pass over memory that none of the others makes; it also keeps pointer tables, marks missing channels, and survives memory growth.",
      table: planarTable(subjects),
      plot: ["channels", "frames"],
    },
    ...Object.entries(results.browsers ?? {}).map(([name, browser]) => ({
      title: `One block in ${name}'s worklet`,
      text: `The same in ${name} ${browser.version}, inside \`process\` of an AudioWorkletProcessor with the engine's own lists, timed over many blocks by \`Date.now\`, which is coarser: median (best).`,
      table: browserTable(browser),
    })),
    {
      title: "With a Faust kernel",
      text: "A block through a kernel that Faust compiled and that only copies, as a ratio to the floor with the same kernel between its copies: median (best). faustwasm's processor passes the first bus alone and zeroes nothing.",
      table: faustTable(subjects),
    },
    {
      title: "Many storages",
      text: "Stereo storages in one memory, rendered in turn: nanoseconds a block, and median ratio to one alone, of the same technique. What the floor loses is what the processor's caches cost.",
      table: manyTable(subjects),
      plot: ["storages"],
    },
    {
      title: "Kernels in doubles",
      text: 'A block with `sampleFormat: "f64"` against the conversion that typed arrays do when one is set from another, without zeroed outputs: how many times faster, median (best).',
      table: casesTable(subjects.f64, ["shape", "typed arrays, ns", "ours, ns", "times faster"], ({ baseline, candidate, ratio }) => [
        nanoseconds(baseline),
        nanoseconds(candidate),
        faster(ratio),
      ]),
    },
    {
      title: "Interleaved frames",
      text: "128 frames, with room set aside by `interleavedChannels`, against loops in JS: how many times faster, median (best).",
      table: interleavedTable(subjects),
    },
    {
      title: "clear",
      text: "32 buses against 2.",
      table: casesTable(subjects.clear, ["call", "2 buses, ns", "32 buses, ns", "ratio"], ({ baseline, candidate, ratio }) => [
        nanoseconds(baseline),
        nanoseconds(candidate),
        both(ratio),
      ]),
    },
    {
      title: "detectConstant",
      text: "What it adds to a block: ratio to the block without, median (best). Silence has to be read to its end, noise only to the first sample that differs.",
      table: casesTable(subjects.constant, ["block", "without, ns", "with, ns", "ratio"], ({ baseline, candidate, ratio }) => [
        nanoseconds(baseline),
        nanoseconds(candidate),
        both(ratio),
      ]),
    },
    {
      title: "setWindow",
      text: "One call, which moves every pointer of the block.",
      table: casesTable(subjects.window, ["shape", "ns, best", "ns, median"], ({ candidate }) => [
        nanoseconds(candidate),
        candidate.median.toFixed(0),
      ]),
    },
    {
      title: "Set-up",
      text: "A further storage where the core is compiled and the code is warm: `allocateFromConfig` and `free`.",
      table: casesTable(subjects.setup, ["shape", "µs, best", "µs, median"], ({ candidate }) => [
        (candidate.best / 1000).toFixed(1),
        (candidate.median / 1000).toFixed(1),
      ]),
    },
    {
      title: "Cold start",
      text: "In a fresh process: the import from disk, then a stereo storage with all that has to be compiled, then another one.",
      table: coldTable(results),
    },
    { title: "Sizes", text: "The main entry holds the core inlined.", table: sizeTable(results) },
  ];
}

function targetTable(results) {
  return {
    head: ["target", "at most", "best", "median", "verdict"],
    rows: judged(results).map(({ name, limit, best, median, verdict }) => [name, limit, best, median, verdict]),
  };
}

const OTHERS = Object.keys(TECHNIQUES).filter((name) => name !== "floor");
const CACHED_VIEWS = "cached views, no tables";

function planarTable({ planar = {} }) {
  const rows = SHAPES.filter(({ name }) => planar[planarId(name, "ours")]).map(({ name }) => {
    const cells = [...OTHERS.map((technique) => planar[planarId(name, technique)]), planar[planarId(name, "ours", CACHED_VIEWS)]];
    return [name, floorNanoseconds(planar, name).toFixed(0), ...cells.map(({ ratio }) => both(ratio))];
  });
  return { head: ["shape", "floor, ns", ...OTHERS, "ours to cached views"], rows };
}

/** The fastest that the floor was beside any technique. */
function floorNanoseconds(planar, shapeName) {
  return Math.min(...OTHERS.map((technique) => planar[planarId(shapeName, technique)].baseline.best));
}

function browserTable({ shapes }) {
  const rows = Object.entries(shapes).map(([name, techniques]) => [
    name,
    Math.min(...OTHERS.map((technique) => techniques[technique].baseline.best)).toFixed(0),
    ...OTHERS.map((technique) => both(techniques[technique].ratio)),
  ]);
  return { head: ["shape", "floor, ns", ...OTHERS], rows };
}

function faustTable({ faust = {} }) {
  const rows = FAUST_SHAPES.filter((name) => faust[faustId(name, "ours")]).map((name) => {
    const cells = FAUST_CANDIDATES.map((candidate) => faust[faustId(name, candidate)]);
    const direct = faust[faustId(name, "ours", "faustwasm's processor")];
    return [
      name,
      Math.min(...cells.map(({ baseline }) => baseline.best)).toFixed(0),
      ...cells.map(({ ratio }) => both(ratio)),
      both(direct.ratio),
    ];
  });
  return { head: ["shape", `${FAUST_FLOOR}, ns`, ...FAUST_CANDIDATES, "ours to faustwasm's"], rows };
}

function manyTable({ many }) {
  if (many === undefined) return { head: [], rows: [] };
  const rows = COUNTS.map((count) => [
    String(count),
    ...MANY_TECHNIQUES.map((technique) => many[manyId(technique, count)]).map(
      ({ candidate, ratio }) => `${nanoseconds(candidate)} ns, ${ratio.median.toFixed(2)}`,
    ),
  ]);
  return { head: ["storages", ...MANY_TECHNIQUES], rows };
}

function interleavedTable({ interleaved }) {
  if (interleaved === undefined) return { head: [], rows: [] };
  const columns = Object.keys(KINDS).flatMap((kind) => ["deinterleave", "interleave"].map((direction) => ({ kind, direction })));
  const rows = CHANNELS.map((channels) => [
    String(channels),
    ...columns.map(({ kind, direction }) => faster(interleaved[interleavedId(direction, channels, kind)].ratio)),
  ]);
  return { head: ["channels", ...columns.map(({ kind, direction }) => `${direction} ${kind}`)], rows };
}

function casesTable(cases = {}, head, cells) {
  return { head, rows: Object.entries(cases).map(([id, summary]) => [id, ...cells(summary)]) };
}

function coldTable({ cold }) {
  if (cold === undefined) return { head: [], rows: [] };
  const steps = { import: "import", first: "first allocation", second: "second allocation" };
  return {
    head: ["step", "ms, best", "ms, median"],
    rows: Object.entries(steps).map(([step, name]) => [name, cold[step].best.toFixed(2), cold[step].median.toFixed(2)]),
  };
}

function sizeTable({ sizes }) {
  if (sizes === undefined) return { head: [], rows: [] };
  const parts = {
    core: "core.wasm",
    sharedCore: "core-shared.wasm",
    entryMinified: "main entry, minified",
    entryGzipped: "main entry, minified and gzipped",
    entryBrotli: "main entry, minified, brotli",
    stereoStorageTables: "a stereo storage besides samples and silence",
  };
  return { head: ["part", "bytes"], rows: Object.entries(parts).map(([part, name]) => [name, String(sizes[part])]) };
}

const PLOT_TITLES = {
  channels: "Cost of each channel against channels in the block, 128 frames",
  frames: "Cost of a stereo block against frames",
  storages: "Cost of a block against storages rendered in turn, stereo, 128 frames",
};

/** Told apart by every kind of colour vision, and on light and dark pages. */
const COLORS = {
  floor: "#7f7f7f",
  ours: "#0f7fd0",
  "ours, outputs not zeroed": "#4fb0e8",
  [CACHED_VIEWS]: "#e07b00",
  "subarray each block": "#c0559c",
  "structs, for…of": "#12a070",
};

function plots({ subjects: { planar, many } }) {
  const y = { label: "nanoseconds a block" };
  const byChannels = SHAPES.filter(({ frames }) => frames === 128).map((rendered) => ({ ...rendered, at: channelsOf(rendered.config) }));
  const byFrames = [...SHAPES.filter(({ name }) => name.startsWith("stereo, ")), shape("stereo")]
    .map((rendered) => ({ ...rendered, at: rendered.frames }))
    .sort((a, b) => a.at - b.at);
  const series = (name, points) => ({ name, color: COLORS[name], points });
  // A block's own cost is told apart at every size only when it is shared out among its channels.
  const planarSeries = (shapes, perChannel) => {
    const point = ({ at }, cost) => [at, perChannel ? cost / at : cost];
    return [
      series(
        "floor",
        shapes.map((one) => point(one, floorNanoseconds(planar, one.name))),
      ),
      ...OTHERS.map((technique) =>
        series(
          technique,
          shapes.map((one) => point(one, planar[planarId(one.name, technique)].candidate.best)),
        ),
      ),
    ];
  };
  const manySeries = MANY_TECHNIQUES.map((technique) =>
    series(
      technique,
      COUNTS.map((count) => [count, many[manyId(technique, count)].candidate.best]),
    ),
  );
  return {
    channels: linePlot({
      title: PLOT_TITLES.channels,
      x: { label: "channels, in and out", ticks: [2, 4, 12, 64, 1024] },
      y: { label: "nanoseconds a channel" },
      series: planarSeries(byChannels, true),
    }),
    frames: linePlot({
      title: PLOT_TITLES.frames,
      x: { label: "frames", ticks: byFrames.map(({ at }) => at) },
      y,
      series: planarSeries(byFrames, false),
    }),
    storages: linePlot({ title: PLOT_TITLES.storages, x: { label: "storages", ticks: COUNTS }, y, series: manySeries }),
  };
}

/** What README quotes stands between these. */
const QUOTED = /(<!-- bench -->\n)[\s\S]*?(\n<!-- end of bench -->)/;

function quoted({ subjects: { planar } }) {
  const [stereo, surround] = ["stereo", "5.1"].map((name) => planar[planarId(name, "ours")].ratio.median.toFixed(2));
  return `A stereo block of 128 frames costs ${stereo} times the floor, a 5.1 one ${surround} times.`;
}

function both({ best, median }) {
  return `${median.toFixed(2)} (${best.toFixed(2)})`;
}

function faster({ best, median }) {
  return `${(1 / median).toFixed(1)} (${(1 / best).toFixed(1)})`;
}

function nanoseconds({ best }) {
  return best.toFixed(best < 100 ? 1 : 0);
}

/** Padded, so that it is a table in the terminal too; numbers to the right. */
function markdown({ head, rows }) {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column].length)));
  const line = (cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

function root(path) {
  return new URL(`../${path}`, import.meta.url);
}
