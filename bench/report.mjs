// docs/performance.md, its plots, and the sentence that README quotes: all from one set of results.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { LISTS } from "./hosts.mjs";
import { linePlot } from "./plots.mjs";
import { RUNTIMES } from "./runtimes.mjs";
import { channelsOf, SHAPES, shape, TARGET_SHAPES } from "./shapes.mjs";
import { doublesId } from "./subjects/f64.mjs";
import { FAUST_CANDIDATES, FAUST_FLOOR, FAUST_SHAPES, faustId } from "./subjects/faust.mjs";
import { CHANNELS as FORM_CHANNELS, FORMS, formId } from "./subjects/forms.mjs";
import { CHANNELS, DIRECTIONS, interleavedId, KINDS } from "./subjects/interleaved.mjs";
import { COUNTS, MANY_TECHNIQUES, manyId } from "./subjects/many.mjs";
import { MISSING } from "./subjects/missing.mjs";
import { hasBlock } from "./subjects/parameters.mjs";
import { CACHED_VIEWS, OTHER_TECHNIQUES, planarId } from "./subjects/planar.mjs";
import { judged } from "./targets.mjs";

const MAIN = RUNTIMES.find(({ isMain }) => isMain);
const WORKLETS = RUNTIMES.filter(({ isNode }) => !isNode);

/** Writes the document, its plots, and the sentence in README; in another folder than the package's own the sentence is left out. */
export function write(results, folder) {
  const target = folder ?? root("docs/");
  const images = new URL("images/", target);
  mkdirSync(images, { recursive: true });
  for (const [name, plot] of Object.entries(plots(results.subjects))) writeFileSync(new URL(`performance-${name}.svg`, images), plot);
  writeFileSync(new URL("performance.md", target), documentFrom(results));
  if (folder !== undefined) return;
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
    listsOfEngines(results),
  ];
  const drawn = plots(results.subjects);
  for (const { title, text, table, plot = [] } of sections(results)) {
    if (table.rows.length === 0) continue;
    parts.push(`## ${title}`, text, markdown(table));
    for (const name of plot.filter((name) => drawn[name])) parts.push(`![${PLOT_TITLES[name]}](images/performance-${name}.svg)`);
  }
  parts.push("## What is not covered", NOT_COVERED);
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function measuredOn({ machine, versions }) {
  return [
    `Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.gibibytes} GiB, ${machine.system}`,
    ...Object.values(versions),
  ]
    .join("; ")
    .concat(".");
}

const HOW = `The floor is the least that anyone must do between a host and a kernel: one \`TypedArray.set\` for each channel in and out, over
the host's lists, which it reads anew in each block, and nothing else. Ours zeroes its outputs besides, a third pass over memory; it also keeps
pointer tables, marks missing channels, and survives memory growth.

With "same lists" the host hands over the very same lists and arrays in each block, as the engines do. With "new lists" each block has other
lists and other arrays than the one before: two hosts that were made before take turns. Lists are frozen where nothing else is said.

Each comparison runs in a process or a page of its own, where both sides move the same host arrays, prove first that samples arrive and come
back, are warmed up, and then take turns in many short rounds. In Node, mitata times them. In worklets it is \`Date.now\`, which is coarser,
inside one call of \`process\`, with the engine's own lists. The median is that of the runs' median ratios, which holds on a busy machine; the
best is the fastest sample of the one to the fastest of the other, over all runs. Nanoseconds are the fastest ever seen, on this machine; ratios
are what carries over.`;

function listsOfEngines({ frozen }) {
  const said = WORKLETS.filter(({ name }) => frozen[name] !== undefined).map(
    ({ name, label }) => `${label} hands over lists that are ${frozen[name] ? "frozen" : "not frozen"}.`,
  );
  return said.join(" ");
}

const NOT_COVERED = `- Other processors: ratios move with them, and with the engine's version.
- The kernel's own work.
- Real time: how often a block is late depends on the machine and the browser.`;

/** In the order in which they are told; those without results have no rows. */
function sections(results) {
  const { subjects, sizes } = results;
  const targets = judged(results);
  const met = targets.filter(({ verdict }) => verdict === "met").length;
  return [
    {
      title: "Targets",
      text: `${met} of ${targets.length} are met. Ratios are costs, so less is better; judged by the median.`,
      table: {
        head: ["target", "at most", "best", "median", "verdict"],
        rows: targets.map(({ name, limit, best, median, verdict }) => [name, limit, best, median, verdict]),
      },
    },
    {
      title: "One block in and out",
      text: "The cost of ours as a ratio to the floor, median (best).",
      table: matrix(Object.keys(LISTS), TARGET_SHAPES, (runtime, lists, name) =>
        summaryOf(subjects.planar, runtime, planarId(name, "ours", { lists }), ({ ratio }) => both(ratio)),
      ),
    },
    {
      title: "The floor of one block",
      text: "In nanoseconds.",
      table: matrix(Object.keys(LISTS), TARGET_SHAPES, (runtime, lists, name) =>
        summaryOf(subjects.planar, runtime, planarId(name, "ours", { lists }), ({ baseline }) => nanoseconds(baseline)),
      ),
    },
    {
      title: "A wide bus with one channel",
      text: "A block of a bus of 32 channels of which the host connects 1: the others are zeros for the kernel.",
      table: {
        head: ["runtime", "ns, best", "ns, median"],
        rows: RUNTIMES.filter(({ name }) => subjects.missing?.[name]).map(({ name, label }) => {
          const { best, median } = subjects.missing[name][MISSING].candidate;
          return [label, best.toFixed(0), median.toFixed(0)];
        }),
      },
    },
    {
      title: `Techniques in ${MAIN.label}`,
      text: "Cost as a ratio to the floor, same lists, median (best); the last column is ours to cached views, taken in processes of its own. None of the others zeroes outputs.",
      table: techniquesTable(subjects, MAIN.name),
      plot: ["channels", "frames"],
    },
    ...WORKLETS.map(({ name, label }) => ({
      title: `Techniques in ${label}`,
      text: "Cost as a ratio to the floor, same lists, median (best).",
      table: techniquesTable(subjects, name),
    })),
    {
      title: "With a Faust kernel",
      text: `A block through a kernel that Faust compiled and that only copies, as a ratio to the floor with the same kernel between its copies: ${MAIN.label}, same lists, median (best). faustwasm's processor passes the first bus alone and zeroes nothing.`,
      table: faustTable(subjects),
    },
    {
      title: "Many storages",
      text: "Stereo storages in one memory, rendered in turn: nanoseconds a block, and median ratio to the floor among as many. What the floor loses is what the processor's caches cost. Each storage sees the same lists in every block.",
      table: manyTable(subjects),
      plot: ["storages"],
    },
    {
      title: "Kernels in doubles",
      text: 'A block with `sampleFormat: "f64"` as a ratio to the conversion that typed arrays do when one is set from another, without zeroed outputs: median (best).',
      table: matrix(
        Object.keys(LISTS),
        SHAPES.map(({ name }) => name),
        (runtime, lists, name) => summaryOf(subjects.f64, runtime, doublesId(name, lists), ({ ratio }) => both(ratio)),
      ),
    },
    {
      title: "Interleaved frames",
      text: `128 frames, against loops in JS in ${MAIN.label}: how many times faster, median (best).`,
      table: interleavedTable(subjects),
    },
    {
      title: "Buses in other forms",
      text: `A block of 128 frames in and out, against the loops that users write, in ${MAIN.label}: how many times faster, median (best).`,
      table: formsTable(subjects),
    },
    {
      title: "clear",
      text: `32 buses against 2, in ${MAIN.label}.`,
      table: casesTable(subjects.clear, ["call", "2 buses, ns", "32 buses, ns", "ratio"], ({ baseline, candidate, ratio }) => [
        nanoseconds(baseline),
        nanoseconds(candidate),
        both(ratio),
      ]),
    },
    {
      title: "detectConstant",
      text: `What it adds to a block in ${MAIN.label}: ratio to the block without, median (best). Silence has to be read to its end, noise only to the first sample that differs.`,
      table: casesTable(subjects.constant, ["block", "without, ns", "with, ns", "ratio"], ({ baseline, candidate, ratio }) => [
        nanoseconds(baseline),
        nanoseconds(candidate),
        both(ratio),
      ]),
    },
    {
      title: "setWindow",
      text: `One call in ${MAIN.label}, which moves every pointer of the block.`,
      table: casesTable(subjects.window, ["shape", "ns, best", "ns, median"], ({ candidate }) => [
        nanoseconds(candidate),
        candidate.median.toFixed(0),
      ]),
    },
    {
      title: "Parameters",
      text: `The parameters of a block in ${MAIN.label}: ours, with the object that the host hands over frozen, as engines have it, or not; as Emscripten's worklet lays them out; a message a parameter; and a bare \`set\` for each. Ours in nanoseconds more than a block without parameters.`,
      table: casesTable(subjects.parameters, ["parameters", "ns, best", "ns, median"], ({ baseline, candidate }, id) => {
        const block = hasBlock(id) ? baseline : { best: 0, median: 0 };
        return ["best", "median"].map((figure) => (candidate[figure] - block[figure]).toFixed(0));
      }),
    },
    {
      title: "Set-up",
      text: `A further storage in ${MAIN.label}, where the core is compiled and the code is warm: \`allocateFromConfig\` and \`free\`.`,
      table: casesTable(subjects.setup, ["shape", "µs, best", "µs, median"], ({ candidate }) => [
        (candidate.best / 1000).toFixed(1),
        (candidate.median / 1000).toFixed(1),
      ]),
    },
    {
      title: "Cold start",
      text: "Milliseconds in a fresh process, median (best): the import from disk, a stereo storage with all that has to be compiled, another one, and the first block.",
      table: coldTable(results),
    },
    {
      title: "Cold start in Chromium's worklet",
      text: "Milliseconds in a browser that was started anew, median (best), on the thread that renders, where a block of 128 frames has 2.67: a stereo storage, another one, the first block and the next one, and `reconfigure`. In a worklet the library uses stereo storages when its module is evaluated, so that `addModule` waits for what has to be compiled; `warmUp` uses more. The last row is the constructor of a kernel's first node, and of its second, and the blocks of the first: `registerKernelProcessor` plays silence before. `addModule` is what the page waits for. The last two columns are the longest time from one block to the next in a context that is running: while nothing happens, and while the module is added.",
      table: coldWorkletTable(results),
    },
    {
      title: "Sizes",
      text: "Bytes. Bundles hold the core inlined.",
      table: sizeTable(sizes),
    },
    {
      title: "What each module weighs",
      text: "Its part of the bundle of all exports, in bytes: minified, and by how much the gzipped bundle would shrink without its text. The latter adds up to less than the bundle, because modules resemble each other.",
      table: {
        head: ["module", "minified", "gzipped"],
        rows: (sizes?.modules ?? []).map(({ module, minified, gzipped }) => [module, String(minified), String(gzipped)]),
      },
    },
    {
      title: "What each export weighs",
      text: "A bundle that imports it alone, in bytes.",
      table: {
        head: ["export", "minified", "minified and gzipped"],
        rows: (sizes?.exports ?? []).map(({ name, minified, gzipped }) => [name, String(minified), String(gzipped)]),
      },
    },
  ];
}

/** A row for each runtime and kind of lists, a column for each shape; what was not measured anywhere is left out. */
function matrix(kinds, names, cell) {
  const rows = RUNTIMES.flatMap(({ name, label }) =>
    kinds.map((lists) => ({
      head: label,
      lists,
      cells: names.map((shapeName) => cell(name, lists, shapeName)),
    })),
  ).filter(({ cells }) => cells.some((text) => text !== undefined));
  const columns = names.map((_, index) => index).filter((index) => rows.some(({ cells }) => cells[index] !== undefined));
  return {
    head: ["runtime", "lists", ...columns.map((index) => names[index])],
    rows: rows.map(({ head, lists, cells }) => [head, lists, ...columns.map((index) => cells[index] ?? "")]),
  };
}

function summaryOf(subject, runtime, id, show) {
  const summary = subject?.[runtime]?.[id];
  return summary && show(summary);
}

function techniquesTable({ planar = {} }, runtime) {
  const cases = planar[runtime] ?? {};
  const toCachedViews = (name) => cases[planarId(name, "ours", { baseline: CACHED_VIEWS })];
  const names = SHAPES.map(({ name }) => name).filter((name) => ALL.every((technique) => cases[planarId(name, technique)]));
  const hasLast = names.some(toCachedViews);
  const rows = names.map((name) => {
    const cells = [...ALL.map((technique) => cases[planarId(name, technique)]), ...(hasLast ? [toCachedViews(name)] : [])];
    return [name, floorNanoseconds(cases, name).toFixed(0), ...cells.map(({ ratio }) => both(ratio))];
  });
  return { head: ["shape", "floor, ns", ...ALL, ...(hasLast ? ["ours to cached views"] : [])], rows };
}

const ALL = ["ours", ...OTHER_TECHNIQUES];

/** The fastest that the floor was beside any technique. */
function floorNanoseconds(cases, shapeName) {
  return Math.min(...ALL.map((technique) => cases[planarId(shapeName, technique)].baseline.best));
}

function faustTable({ faust }) {
  const cases = faust?.[MAIN.name] ?? {};
  const rows = FAUST_SHAPES.filter((name) => cases[faustId(name, "ours")]).map((name) => {
    const cells = FAUST_CANDIDATES.map((candidate) => cases[faustId(name, candidate)]);
    const direct = cases[faustId(name, "ours", "faustwasm's processor")];
    return [
      name,
      Math.min(...cells.map(({ baseline }) => baseline.best)).toFixed(0),
      ...cells.map(({ ratio }) => both(ratio)),
      both(direct.ratio),
    ];
  });
  return { head: ["shape", `${FAUST_FLOOR}, ns`, ...FAUST_CANDIDATES, "ours to faustwasm's"], rows };
}

function manyTable({ many = {} }) {
  const rows = RUNTIMES.filter(({ name }) => many[name]).flatMap(({ name, label }) =>
    COUNTS.filter((count) => many[name][manyId("ours", count)]).map((count) => {
      const cases = MANY_TECHNIQUES.map((technique) => many[name][manyId(technique, count)]);
      const floor = Math.min(...cases.filter(Boolean).map(({ baseline }) => baseline.best));
      return [
        label,
        String(count),
        `${floor.toFixed(0)} ns`,
        ...cases.map((one) => (one ? `${nanoseconds(one.candidate)} ns, ${one.ratio.median.toFixed(2)}` : "")),
      ];
    }),
  );
  return { head: ["runtime", "storages", "floor", ...MANY_TECHNIQUES], rows };
}

function interleavedTable({ interleaved }) {
  const cases = interleaved?.[MAIN.name];
  if (cases === undefined) return { head: [], rows: [] };
  const columns = Object.keys(KINDS).flatMap((kind) => DIRECTIONS.map((direction) => ({ kind, direction })));
  const rows = CHANNELS.map((channels) => [
    String(channels),
    ...columns.map(({ kind, direction }) => faster(cases[interleavedId(direction, channels, kind)].ratio)),
  ]);
  return { head: ["channels", ...columns.map(({ kind, direction }) => `${direction} ${kind}`)], rows };
}

function formsTable({ forms }) {
  const cases = forms?.[MAIN.name];
  if (cases === undefined) return { head: [], rows: [] };
  const rows = Object.keys(FORMS).map((form) => [form, ...FORM_CHANNELS.map((channels) => faster(cases[formId(form, channels)].ratio))]);
  return { head: ["bus", ...FORM_CHANNELS.map((channels) => `${channels} channels`)], rows };
}

/** Of a subject that is measured in one Node alone. */
function casesTable(subject, head, cells) {
  return { head, rows: Object.entries(subject?.[MAIN.name] ?? {}).map(([id, summary]) => [id, ...cells(summary, id)]) };
}

function coldTable({ cold = {} }) {
  const steps = { import: "import", first: "first allocation", second: "second allocation", block: "first block" };
  return {
    head: ["runtime", ...Object.values(steps)],
    rows: RUNTIMES.filter(({ name }) => cold[name]).map(({ name, label }) => [
      label,
      ...Object.keys(steps).map((step) => both(cold[name][step])),
    ]),
  };
}

function coldWorkletTable({ coldWorklet = {} }) {
  const steps = {
    first: "first allocation",
    second: "second allocation",
    block: "first block",
    together: "first allocation and first block",
    nextBlock: "next block",
    reconfigure: "reconfigure",
    addModule: "addModule",
    quiet: "longest gap",
    added: "longest gap, module added",
  };
  const labels = { cold: "as it is", warm: "after `warmUp`", node: "a kernel's node" };
  return {
    head: ["", ...Object.values(steps)],
    rows: Object.entries(coldWorklet).map(([kind, times]) => [
      labels[kind],
      ...Object.keys(steps).map((step) => (times[step] === undefined ? "" : both(times[step]))),
    ]),
  };
}

function sizeTable(sizes) {
  if (sizes === undefined) return { head: [], rows: [] };
  const parts = {
    core: "core.wasm",
    sharedCore: "core-shared.wasm",
    everydayMinified: "ProcessBufferStorage alone, minified",
    everydayGzipped: "ProcessBufferStorage alone, minified and gzipped",
    allMinified: "all exports, minified",
    allGzipped: "all exports, minified and gzipped",
    allBrotli: "all exports, minified, brotli",
    stereoStorage: "a stereo storage in linear memory, besides its samples",
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

/** Those for which everything was measured. */
function plots({ planar, many }) {
  const drawn = {};
  const blocks = planar?.[MAIN.name] ?? {};
  if (SHAPES.every(({ name }) => ALL.every((technique) => blocks[planarId(name, technique)]))) Object.assign(drawn, blockPlots(blocks));
  const counts = many?.[MAIN.name] ?? {};
  if (MANY_TECHNIQUES.every((technique) => COUNTS.every((count) => counts[manyId(technique, count)])))
    drawn.storages = storagesPlot(counts);
  return drawn;
}

const series = (name, points) => ({ name, color: COLORS[name], points });

function blockPlots(blocks) {
  const y = { label: "nanoseconds a block" };
  const byChannels = SHAPES.filter(({ frames }) => frames === 128).map((rendered) => ({ ...rendered, at: channelsOf(rendered.config) }));
  const byFrames = [...SHAPES.filter(({ name }) => name.startsWith("stereo, ")), shape("stereo")]
    .map((rendered) => ({ ...rendered, at: rendered.frames }))
    .sort((a, b) => a.at - b.at);
  // A block's own cost is told apart at every size only when it is shared out among its channels.
  const planarSeries = (shapes, perChannel) => {
    const point = ({ at }, cost) => [at, perChannel ? cost / at : cost];
    return [
      series(
        "floor",
        shapes.map((one) => point(one, floorNanoseconds(blocks, one.name))),
      ),
      ...ALL.map((technique) =>
        series(
          technique,
          shapes.map((one) => point(one, blocks[planarId(one.name, technique)].candidate.best)),
        ),
      ),
    ];
  };
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
  };
}

function storagesPlot(counts) {
  const floorAt = (count) => Math.min(...MANY_TECHNIQUES.map((technique) => counts[manyId(technique, count)].baseline.best));
  return linePlot({
    title: PLOT_TITLES.storages,
    x: { label: "storages", ticks: COUNTS },
    y: { label: "nanoseconds a block" },
    series: [
      series(
        "floor",
        COUNTS.map((count) => [count, floorAt(count)]),
      ),
      ...MANY_TECHNIQUES.map((technique) =>
        series(
          technique,
          COUNTS.map((count) => [count, counts[manyId(technique, count)].candidate.best]),
        ),
      ),
    ],
  });
}

/** What README quotes stands between these. */
const QUOTED = /(<!-- bench -->\n)[\s\S]*?(\n<!-- end of bench -->)/;

function quoted({ subjects: { planar } }) {
  const [first, ...others] = RUNTIMES.filter(({ name, isNode, isMain }) => planar[name] && (isMain || !isNode)).map(({ name, label }) => {
    const [stereo, surround] = ["stereo", "5.1"].map((one) => planar[name][planarId(one, "ours")].ratio.median.toFixed(2));
    return { label, stereo, surround };
  });
  const rest = others.map(({ label, stereo, surround }) => `; in ${label} ${stereo} and ${surround}`).join("");
  return `In ${first.label} a stereo block of 128 frames costs ${first.stereo} times the floor, a 5.1 one ${first.surround} times${rest}.`;
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
