// One block in and out, each technique against the floor, and ours against cached views.

import { blockWith } from "../block.mjs";
import { createHosts } from "../hosts.mjs";
import { duel } from "../measure.mjs";
import { SHAPES, shape } from "../shapes.mjs";
import { TECHNIQUES } from "../techniques/index.mjs";

const BASELINES = { floor: Object.keys(TECHNIQUES).filter((name) => name !== "floor"), "cached views, no tables": ["ours"] };

export const cases = SHAPES.flatMap(({ name }) =>
  Object.entries(BASELINES).flatMap(([baseline, candidates]) =>
    candidates.map((candidate) => ({ id: planarId(name, candidate, baseline), shape: name, baseline, candidate })),
  ),
);

export function planarId(shapeName, candidate, baseline = "floor") {
  return `${shapeName}: ${candidate} / ${baseline}`;
}

export function run({ shape: name, baseline, candidate }, effort) {
  const rendered = shape(name);
  // Both move the same host's arrays: where those happen to lie in memory is no merit of either.
  const hosts = createHosts(rendered.config, rendered.frames);
  return duel(blockWith(TECHNIQUES[baseline], rendered, hosts), blockWith(TECHNIQUES[candidate], rendered, hosts), effort);
}
