// What the bench tells is computed by these; no time is asserted.

import { expect, test } from "vitest";
import { blockWith } from "../../bench/block.mjs";
import { createHosts } from "../../bench/hosts.mjs";
import { linePlot } from "../../bench/plots.mjs";
import { SHAPES } from "../../bench/shapes.mjs";
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
    subjects: {
      planar: Object.fromEntries(
        Object.entries(ratios).map(([shape, ratio]) => [planarId(shape, "ours", "cached views, no tables"), { ratio }]),
      ),
    },
  });
  const verdict = (ratios: Parameters<typeof results>[0]) =>
    judged(results(ratios)).map(({ name, verdict }) => [name.split("; worst: ")[1], verdict]);
  expect(verdict({ mono: { best: 0.9, median: 1 }, stereo: { best: 0.8, median: 0.9 } })).toEqual([["mono", "met"]]);
  expect(verdict({ mono: { best: 0.9, median: 0.95 }, stereo: { best: 1, median: 1.01 } })).toEqual([["stereo", "met by the best"]]);
  expect(verdict({ mono: { best: 1.1, median: 1.2 }, stereo: { best: 0.8, median: 0.9 } })).toEqual([["mono", "not met"]]);
  expect(judged({ subjects: {} })).toEqual([]);
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
