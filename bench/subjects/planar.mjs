// One block in and out, each technique against the floor, and ours against cached views.

import { blockWith } from "../block.mjs";
import { duel } from "../measure.mjs";
import { SHAPES, shape } from "../shapes.mjs";
import { TECHNIQUES } from "../techniques/index.mjs";

const BASELINES = { floor: Object.keys(TECHNIQUES).filter((name) => name !== "floor"), "cached views, no tables": ["ours"] };

export const cases = SHAPES.flatMap(({ name }) =>
  Object.entries(BASELINES).flatMap(([baseline, candidates]) => candidates.map((candidate) => ({ id: planarId(name, candidate, baseline), shape: name, baseline, candidate }))),
);

export function planarId(shapeName, candidate, baseline = "floor") {
  return `${shapeName}: ${candidate} / ${baseline}`;
}

export function run({ shape: name, baseline, candidate }, effort) {
  return duel(blockWith(baseline, shape(name)), blockWith(candidate, shape(name)), effort);
}
