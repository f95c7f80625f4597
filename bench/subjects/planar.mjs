// One block in and out: ours against the floor everywhere, with all kinds of lists; other techniques
// against the floor, and ours against cached views, with the same lists.

import { blockWith } from "../block.mjs";
import { LISTS } from "../hosts.mjs";
import { SHAPES, shape, TARGET_SHAPES } from "../shapes.mjs";
import { TECHNIQUES } from "../techniques/index.mjs";

export const CACHED_VIEWS = "cached views, no tables";
export const OTHER_TECHNIQUES = Object.keys(TECHNIQUES).filter((name) => name !== "floor" && name !== "ours");

export function casesIn({ isNode, isMain }) {
  // An engine's own lists are as frozen as they are.
  const lists = isNode ? Object.keys(LISTS) : ["same", "new"];
  const names = isMain ? SHAPES.map(({ name }) => name) : TARGET_SHAPES;
  return [
    ...TARGET_SHAPES.flatMap((name) =>
      lists.map((one) => blockCase(name, "ours", { lists: one, isTarget: ["same", "new"].includes(one) })),
    ),
    ...names.filter((name) => !TARGET_SHAPES.includes(name)).map((name) => blockCase(name, "ours")),
    ...(isMain || !isNode ? names.flatMap((name) => OTHER_TECHNIQUES.map((technique) => blockCase(name, technique))) : []),
    ...(isMain ? names.map((name) => blockCase(name, "ours", { baseline: CACHED_VIEWS })) : []),
  ];
}

function blockCase(name, candidate, { lists = "same", baseline = "floor", isTarget = false } = {}) {
  return { id: planarId(name, candidate, { lists, baseline }), shape: name, candidate, lists, baseline, isTarget };
}

export function planarId(shapeName, candidate, { lists = "same", baseline = "floor" } = {}) {
  return `${shapeName}: ${candidate} / ${baseline}, ${lists} lists`;
}

export function hostOf({ shape: name }) {
  return shape(name);
}

/** Both move the same host's arrays: where those happen to lie in memory is no merit of either. */
export function works({ shape: name, baseline, candidate }, hosts) {
  return [baseline, candidate].map((technique) => blockWith(TECHNIQUES[technique], shape(name), hosts));
}
