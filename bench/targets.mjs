// What the package is held to, and whether it is met: judged by the median, never by hand.

import { SHAPES } from "./shapes.mjs";
import { CHANNELS, interleavedId, KINDS } from "./subjects/interleaved.mjs";
import { manyId } from "./subjects/many.mjs";
import { planarId } from "./subjects/planar.mjs";

const KIBIBYTE = 1024;
const CACHED_VIEWS = "cached views, no tables";

/**
 * `values` answers one or more `{ at, best, median }`, the worst of which counts; an empty list where
 * that was not measured. `limit` is the most allowed. `show` says a value in words.
 */
const TARGETS = [
  ...Object.entries({ mono: 1.5, stereo: 1.25, "stereo + mono sidechain": 1.25, 5.1: 1.2, "16 buses of 2": 1.15 }).map(
    ([shape, limit]) => ({
      name: `${shape}: a block, to the floor`,
      limit,
      show: times,
      values: (results) => ratios(results, "planar", [planarId(shape, "ours")]),
    }),
  ),
  {
    name: "a block, to cached views without tables",
    limit: 1,
    show: times,
    values: (results) =>
      ratios(
        results,
        "planar",
        SHAPES.map(({ name }) => planarId(name, "ours", CACHED_VIEWS)),
      ),
  },
  {
    name: "clear of 32 buses, to clear of 2",
    limit: 2,
    show: times,
    values: (results) => ratios(results, "clear", Object.keys(results.subjects.clear ?? {})),
  },
  {
    name: "a block in doubles, to typed-array conversion",
    limit: 1 / 2,
    show: times,
    values: (results) =>
      ratios(
        results,
        "f64",
        SHAPES.map(({ name }) => name),
      ),
  },
  ...Object.keys(KINDS).flatMap((kind) =>
    ["deinterleave", "interleave"].map((direction) => ({
      name: `${direction} ${kind}, to loops`,
      limit: 1 / 3,
      show: times,
      values: (results) =>
        ratios(
          results,
          "interleaved",
          CHANNELS.map((channels) => interleavedId(direction, channels, kind)),
        ),
    })),
  ),
  {
    name: "a block of 1000 storages in turn, to one alone",
    limit: 1.2,
    show: times,
    values: (results) => ratios(results, "many", [manyId("ours", 1000)]),
  },
  {
    name: "first allocation in a fresh realm, compile included",
    limit: 1,
    show: milliseconds,
    values: ({ cold }) => (cold ? [{ at: "", ...cold.first }] : []),
  },
  {
    name: "a further stereo storage, allocated and freed",
    limit: 10,
    show: microseconds,
    values: ({ subjects: { setup } }) =>
      setup?.stereo ? [{ at: "", best: setup.stereo.candidate.best / 1000, median: setup.stereo.candidate.median / 1000 }] : [],
  },
  { name: "the core", limit: 2 * KIBIBYTE, show: bytes, values: size("core") },
  { name: "the main entry, minified and gzipped", limit: 6 * KIBIBYTE, show: bytes, values: size("entryGzipped") },
  { name: "a stereo storage besides samples and silence", limit: 128, show: bytes, values: size("stereoStorageTables") },
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

function ratios({ subjects }, subject, ids) {
  return ids.filter((id) => subjects[subject]?.[id]).map((id) => ({ at: id.split(": ")[0], ...subjects[subject][id].ratio }));
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
  return `${value.toFixed(1)} µs`;
}

function bytes(value) {
  return `${value} B`;
}
