// What looking for constant channels adds to a block, for noise and for silence.

import { blockWith } from "../block.mjs";
import { shape } from "../shapes.mjs";
import { ours, oursDetectConstant } from "../techniques/ours.mjs";

const SHAPES = ["mono", "stereo", "5.1", "16 buses of 2"];

export function casesIn({ isMain }) {
  if (!isMain) return [];
  return SHAPES.flatMap((name) => [false, true].map((silent) => ({ id: constantId(name, silent), shape: name, lists: "same", silent })));
}

export function constantId(shapeName, silent) {
  return `${shapeName}, ${silent ? "silence" : "noise"}`;
}

export function hostOf({ shape: name }) {
  return shape(name);
}

export function works({ shape: name, silent }, hosts) {
  const both = [ours, oursDetectConstant].map((technique) => blockWith(technique, shape(name), hosts));
  if (silent) for (const samples of hosts.flatMap(({ inputs }) => inputs.flat())) samples.fill(0);
  return both;
}
