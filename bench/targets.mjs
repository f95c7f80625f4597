// What the package is held to, and whether it is met: judged by the median, never by hand.

import { labelOf, RUNTIMES } from "./runtimes.mjs";
import { TARGET_SHAPES } from "./shapes.mjs";
import { doublesId } from "./subjects/f64.mjs";
import { CHANNELS, DIRECTIONS, interleavedId, KINDS } from "./subjects/interleaved.mjs";
import { manyId } from "./subjects/many.mjs";
import { MISSING } from "./subjects/missing.mjs";
import { parametersId } from "./subjects/parameters.mjs";
import { planarId } from "./subjects/planar.mjs";

const KIBIBYTE = 1024;

/** The most that a block may cost, as a ratio to the floor: in the order of `TARGET_SHAPES`. */
const BLOCK_LIMITS = {
  same: {
    node20: [1.2, 1.2, 1.2, 1.2, 1],
    node22: [1.15, 1.15, 1.15, 1.15, 1],
    node24: [1.15, 1.15, 1.15, 1.15, 1],
    chromium: [1.15, 1.15, 1.15, 1.15, 1],
    firefox: [2, 1.75, 1.75, 1.5, 1.5],
    webkitgtk: [1, 1, 1, 1, 1],
  },
  new: {
    node20: [2, 1.65, 1.5, 1.3, 1.2],
    node24: [2.2, 1.8, 1.75, 1.65, 1.4],
  },
};

/** The same of a block in doubles, as a ratio to typed-array conversion. */
const DOUBLES_LIMITS = { node20: 0.6, node22: 0.6, node24: 0.6, chromium: 0.6, firefox: 1.6 };

/**
 * `values` answers one or more `{ at, best, median }`, the worst of which counts; an empty list where
 * that was not measured. `limit` is the most allowed. `show` says a value in words.
 */
const TARGETS = [
  ...Object.entries(BLOCK_LIMITS).flatMap(([lists, runtimes]) =>
    Object.entries(runtimes).flatMap(([runtime, limits]) =>
      TARGET_SHAPES.map((shape, index) => ({
        name: `${labelOf(runtime)}, ${lists} lists: ${shape}, to the floor`,
        limit: limits[index],
        show: times,
        values: ratios("planar", runtime, [planarId(shape, "ours", { lists })]),
      })),
    ),
  ),
  ...Object.entries(DOUBLES_LIMITS).map(([runtime, limit]) => ({
    name: `${labelOf(runtime)}: a block in doubles, to typed-array conversion`,
    limit,
    show: times,
    values: ratios(
      "f64",
      runtime,
      TARGET_SHAPES.map((shape) => doublesId(shape)),
    ),
  })),
  ...RUNTIMES.filter(({ isNode }) => isNode).map(({ name, label }) => ({
    name: `${label}: a block of 1,000 storages, to the floor's at 1,000`,
    limit: 1.3,
    show: times,
    values: ratios("many", name, [manyId("ours")]),
  })),
  ...RUNTIMES.map(({ name, label }) => ({
    name: `${label}: a block of a bus of 32 channels, 1 connected`,
    limit: 1,
    show: microseconds,
    values: costs("missing", name, MISSING, 1e3),
  })),
  ...Object.entries({ cold: 1.5, warm: 0.5 }).map(([kind, limit]) => ({
    name: `Chromium's worklet: first allocation and first block${kind === "warm" ? " after warmUp" : ""}`,
    limit,
    show: milliseconds,
    values: ({ coldWorklet }) => (coldWorklet ? [{ at: "", ...coldWorklet[kind].together }] : []),
  })),
  { name: "ProcessBufferStorage alone, minified and gzipped", limit: 10 * KIBIBYTE, show: bytes, values: size("everydayGzipped") },
  { name: "all exports, minified and gzipped", limit: 18 * KIBIBYTE, show: bytes, values: size("allGzipped") },
  { name: "the core", limit: 2 * KIBIBYTE, show: bytes, values: size("core") },
  { name: "a stereo storage in linear memory, besides its samples", limit: 64, show: bytes, values: size("stereoStorage") },
  ...RUNTIMES.filter(({ isMain }) => isMain).flatMap(({ name: main, label }) => [
    ...Object.keys(KINDS).flatMap((kind) =>
      DIRECTIONS.map((direction) => ({
        name: `${label}: ${direction} ${kind}, to loops`,
        limit: 1 / 3,
        show: times,
        values: ratios(
          "interleaved",
          main,
          CHANNELS.map((channels) => interleavedId(direction, channels, kind)),
        ),
      })),
    ),
    {
      name: `${label}: a parameter that comes as one value`,
      limit: 25,
      show: nanoseconds,
      values: differences("parameters", main, parametersId("1 of one value"), 1),
    },
    {
      name: `${label}: 64 parameters that come as one value`,
      limit: 1.6,
      show: microseconds,
      values: differences("parameters", main, parametersId("64 of one value"), 1e3),
    },
    {
      name: `${label}: parameters that come as 128 values, to a bare set for each`,
      limit: 2,
      show: times,
      values: differencesToSets(main, ["1 of 128 values", "8 of 128 values"]),
    },
    {
      name: `${label}: clear of 32 buses, to clear of 2`,
      limit: 2,
      show: times,
      values: (results) => ratios("clear", main, Object.keys(results.subjects.clear?.[main] ?? {}))(results),
    },
    {
      name: `${label}: first allocation in a fresh realm, compile included`,
      limit: 1,
      show: milliseconds,
      values: ({ cold }) => (cold?.[main] ? [{ at: "", ...cold[main].first }] : []),
    },
    {
      name: `${label}: a further stereo storage, allocated and freed`,
      limit: 10,
      show: microseconds,
      values: costs("setup", main, "stereo", 1e3),
    },
  ]),
];

/** Every target for which there are results: what was measured, and `verdict`. */
export function judged(results) {
  return TARGETS.flatMap(({ name, limit, show, values }) => {
    const measured = values(results);
    if (measured.length === 0) return [];
    const worst = (figure) => measured.reduce((most, value) => (value[figure] > most[figure] ? value : most));
    const best = worst("best");
    const median = worst("median");
    const where = measured.length > 1 ? `; worst: ${median.at}` : "";
    return [
      {
        name: name + where,
        limit: show(limit),
        best: show(best.best),
        median: show(median.median),
        verdict: verdict(limit, best.best, median.median),
      },
    ];
  });
}

function verdict(limit, best, median) {
  if (median <= limit) return "met";
  return best <= limit ? "met by the best" : "not met";
}

function ratios(subject, runtime, ids) {
  return ({ subjects }) => {
    const cases = subjects[subject]?.[runtime] ?? {};
    return ids.filter((id) => cases[id]).map((id) => ({ at: id.split(/: |, same lists/)[0], ...cases[id].ratio }));
  };
}

/** Nanoseconds of a case, `unit` of them as one. */
function costs(subject, runtime, id, unit) {
  return ({ subjects }) => {
    const candidate = subjects[subject]?.[runtime]?.[id]?.candidate;
    return candidate ? [{ at: "", best: candidate.best / unit, median: candidate.median / unit }] : [];
  };
}

/** Nanoseconds that a case takes more than its baseline, `unit` of them as one. */
function differences(subject, runtime, id, unit) {
  return ({ subjects }) => {
    const { baseline, candidate } = subjects[subject]?.[runtime]?.[id] ?? {};
    const more = (figure) => Math.max(0, candidate[figure] - (baseline?.[figure] ?? 0)) / unit;
    return candidate ? [{ at: "", best: more("best"), median: more("median") }] : [];
  };
}

/** What parameters take more than a block without them, to a bare `set` for each. */
function differencesToSets(runtime, shapes) {
  return ({ subjects }) => {
    const cases = subjects.parameters?.[runtime] ?? {};
    const told = shapes.filter((shape) => cases[parametersId(shape)] && cases[parametersId(shape, "sets")]);
    return told.map((shape) => {
      const { baseline, candidate } = cases[parametersId(shape)];
      const ratio = (figure) => (candidate[figure] - (baseline?.[figure] ?? 0)) / cases[parametersId(shape, "sets")].candidate[figure];
      return { at: shape, best: ratio("best"), median: ratio("median") };
    });
  };
}

function size(name) {
  return ({ sizes }) => (sizes ? [{ at: "", best: sizes[name], median: sizes[name] }] : []);
}

function times(ratio) {
  return ratio.toFixed(2);
}

function milliseconds(value) {
  return `${value.toFixed(2)} ms`;
}

function microseconds(value) {
  return `${value.toFixed(value < 2 ? 2 : 1)} µs`;
}

function nanoseconds(value) {
  return `${value.toFixed(0)} ns`;
}

function bytes(value) {
  return `${value} B`;
}
