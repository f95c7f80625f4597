// What the bench tells is computed by these; no time is asserted.

import { expect, test } from "vitest";
import { blockWith } from "../../bench/block.mjs";
import { createHosts, hostsLike, LISTS } from "../../bench/hosts.mjs";
import { linePlot } from "../../bench/plots.mjs";
import { RUNTIMES } from "../../bench/runtimes.mjs";
import { SHAPES } from "../../bench/shapes.mjs";
import { doublesId } from "../../bench/subjects/f64.mjs";
import { SUBJECTS } from "../../bench/subjects/index.mjs";
import { planarId } from "../../bench/subjects/planar.mjs";
import { summarize } from "../../bench/summary.mjs";
import { judged } from "../../bench/targets.mjs";
import { TECHNIQUES } from "../../bench/techniques/index.mjs";
import { planarMemory } from "../../bench/techniques/planar-memory.mjs";

const frozen = (value: unknown): boolean => !Array.isArray(value) || (Object.isFrozen(value) && value.every(frozen));
const shapes = SHAPES.map((shape) => [shape.name, shape] as const);

test.each(shapes)("every technique moves %s in and out", (_, shape) => {
  const hosts = createHosts(shape.config, shape.frames);
  for (const technique of Object.values(TECHNIQUES)) {
    const block = blockWith(technique, shape, hosts);
    for (let turn = 0; turn < 4; turn++) block();
  }
  expect(hosts.every(({ inputs, outputs }) => frozen(inputs) && frozen(outputs))).toBe(true);
});

test("a technique that forgets a channel, in or out, is not measured", () => {
  const shape = SHAPES[1]!;
  const hosts = createHosts(shape.config, shape.frames);
  const forgetful = (forgets: "in" | "out") => () => {
    const { inputs, outputs } = planarMemory(shape.config, shape.frames);
    const copy = (from: Float32Array[], to: Float32Array[], first: number) => {
      for (let channel = first; channel < from.length; channel++) to[channel]!.set(from[channel]!);
    };
    const mover = {
      collect: (host: Float32Array[][]) => copy(host[0]!, inputs[0]!, forgets === "in" ? 1 : 0),
      deliver: (host: Float32Array[][]) => copy(outputs[0]!, host[0]!, forgets === "out" ? 1 : 0),
    };
    return { inputs, outputs, mover };
  };
  expect(() => blockWith(forgetful("in"), shape, hosts)).toThrow("an input channel did not arrive");
  expect(() => blockWith(forgetful("out"), shape, hosts)).toThrow("an output channel was not given out");
});

const rounds = (...medians: number[]) => medians.map((median) => ({ best: median - 1, median }));

test("the median ratio is that of the runs' medians, the best one that of the fastest samples", () => {
  const { baseline, candidate, ratio } = summarize([
    { baseline: rounds(10, 10, 20), candidate: rounds(20, 30, 50) },
    { baseline: rounds(11, 11, 11), candidate: rounds(11, 11, 11) },
    { baseline: rounds(10, 10, 10), candidate: rounds(40, 40, 40) },
  ]);
  expect([baseline!.best, candidate.best]).toEqual([9, 10]);
  expect(ratio).toEqual({ best: 10 / 9, median: 2.5 });
});

test("a target is judged by its worst median, and the best is told beside it", () => {
  const results = (ratios: Record<string, { best: number; median: number }>) => ({
    subjects: { f64: { node20: Object.fromEntries(Object.entries(ratios).map(([shape, ratio]) => [doublesId(shape), { ratio }])) } },
  });
  const verdict = (ratios: Parameters<typeof results>[0]) =>
    judged(results(ratios)).map(({ name, verdict }) => [name.split("; worst: ")[1], verdict]);
  expect(verdict({ mono: { best: 0.5, median: 0.6 }, stereo: { best: 0.4, median: 0.5 } })).toEqual([["mono", "met"]]);
  expect(verdict({ mono: { best: 0.5, median: 0.55 }, stereo: { best: 0.6, median: 0.61 } })).toEqual([["stereo", "met by the best"]]);
  expect(verdict({ mono: { best: 0.7, median: 0.8 }, stereo: { best: 0.4, median: 0.5 } })).toEqual([["mono", "not met"]]);
  expect(judged({ subjects: {} })).toEqual([]);
});

test("a block has targets of its own for each runtime, its kind of lists, and its shape", () => {
  const limit = (runtime: string, shape: string, lists: string) =>
    judged({ subjects: { planar: { [runtime]: { [planarId(shape, "ours", { lists })]: { ratio: { best: 1, median: 1 } } } } } }).map(
      ({ name, limit }) => [name, limit],
    );
  expect(limit("node20", "5.1", "same")).toEqual([["Node 20, same lists: 5.1, to the floor", "1.20"]]);
  expect(limit("node24", "5.1", "new")).toEqual([["Node 24, new lists: 5.1, to the floor", "1.65"]]);
  expect(limit("firefox", "mono", "same")).toEqual([["Firefox's worklet, same lists: mono, to the floor", "2.00"]]);
  expect(limit("node20", "mono", "same, not frozen")).toEqual([]);
});

const subjects = Object.fromEntries(
  await Promise.all(SUBJECTS.map(async (name) => [name, await import(`../../bench/subjects/${name}.mjs`)] as const)),
);

test("no two cases of a subject have one name, and those with a target are measured where the target is", () => {
  for (const runtime of RUNTIMES) {
    for (const { casesIn } of Object.values(subjects)) {
      const ids = casesIn(runtime).map(({ id }: { id: string }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  }
  const everywhere = Object.fromEntries(
    Object.entries(subjects).map(([subject, { casesIn }]) => {
      const measured = (runtime: object) =>
        casesIn(runtime)
          .filter(({ isTarget }: { isTarget?: boolean }) => isTarget)
          .map(({ id }: { id: string }) => [id, { ratio: { best: 9, median: 9 }, candidate: { best: 1e6, median: 1e6 } }]);
      return [subject, Object.fromEntries(RUNTIMES.map((runtime) => [runtime.name, Object.fromEntries(measured(runtime))]))];
    }),
  );
  // Six runtimes with the same lists, two with new ones; doubles, storages, the wide bus; interleaved, clear, parameters and set-up.
  expect(judged({ subjects: everywhere })).toHaveLength(6 * 5 + 2 * 5 + 5 + 3 + 6 + 4 + 1 + 3 + 1);
});

test.each([
  ["missing", { lists: "same" }],
  ["f64", { shape: "5.1", lists: "new, not frozen" }],
  ["many", { lists: "new", technique: "ours", count: 10 }],
])("what is timed of %s does its job", (name, one) => {
  const { works, hostOf } = subjects[name];
  const { config, frames } = hostOf(one);
  for (const work of works(one, createHosts(config, frames, one.lists))) for (let turn = 0; turn < 20; turn++) work();
});

test.each(["ours", "ours, not frozen", "emscripten", "messages", "sets"])("what is timed of parameters does its job: %s", (technique) => {
  for (const of of ["1 of one value", "64 of one value", "1 of 128 values", "8 of 128 values"]) {
    for (const work of subjects.parameters.works({ of, technique })) for (let turn = 0; turn < 20; turn++) work();
  }
});

test("lists are the same in each block or new, and frozen or not, as their kind says", () => {
  const of = (lists: string) => createHosts({ inputs: [2], outputs: [1] }, 4, lists);
  expect(Object.keys(LISTS).map((lists) => [lists, of(lists).length, of(lists).every(({ inputs }) => frozen(inputs))])).toEqual([
    ["same", 1, true],
    ["same, not frozen", 1, false],
    ["new", 2, true],
    ["new, not frozen", 2, false],
  ]);
  const [engine, copy] = hostsLike(of("same, not frozen")[0]!, "new");
  expect(copy).toEqual(engine);
  expect(copy!.inputs[0]![0]).not.toBe(engine!.inputs[0]![0]);
  expect(Object.isFrozen(copy!.inputs)).toBe(false);
});

test("a plot labels every line, and no label lies on another or outside", () => {
  const names = ["floor", "ours", "a < b", "c", "d", "e"];
  const svg = linePlot({
    title: "plot",
    x: { label: "channels", ticks: [1, 10, 100] },
    y: { label: "nanoseconds" },
    series: names.map((name, index) => ({
      name,
      color: "#123456",
      points: [
        [1, 10],
        [10, 50],
        [100, 400 + index],
      ],
    })),
  });
  const labels = [...svg.matchAll(/<text x="578.0" y="([\d.]+)" >([^<]+)</g)].map(([, y, name]) => ({ y: Number(y), name }));
  expect(labels.map(({ name }) => name).sort()).toEqual(names.map((name) => name.replace("<", "&lt;")).sort());
  for (const [index, { y }] of labels.entries()) expect(y - (labels[index - 1]?.y ?? 0)).toBeGreaterThanOrEqual(16);
  expect(labels.at(-1)!.y).toBeLessThan(440);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});
