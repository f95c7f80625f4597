// A block for a kernel in doubles: ours against the conversion that typed arrays do when one is set
// from another.

import { blockWith } from "../block.mjs";
import { SHAPES, shape, TARGET_SHAPES } from "../shapes.mjs";
import { floorInDoubles } from "../techniques/floor.mjs";
import { oursInDoubles } from "../techniques/ours.mjs";

export function casesIn({ isNode, isMain }) {
  const names = isMain ? SHAPES.map(({ name }) => name) : TARGET_SHAPES;
  return [
    ...names.map((name) => doublesCase(name, "same", TARGET_SHAPES.includes(name))),
    ...(isNode ? TARGET_SHAPES.map((name) => doublesCase(name, "new", false)) : []),
  ];
}

function doublesCase(name, lists, isTarget) {
  return { id: doublesId(name, lists), shape: name, lists, isTarget };
}

export function doublesId(shapeName, lists = "same") {
  return `${shapeName}, ${lists} lists`;
}

export function hostOf({ shape: name }) {
  return shape(name);
}

export function works({ shape: name }, hosts) {
  return [floorInDoubles, oursInDoubles].map((technique) => blockWith(technique, shape(name), hosts));
}
