// What looking for constant channels adds to a block, for noise and for silence.

import { blockWith } from "../block.mjs";
import { createHosts } from "../hosts.mjs";
import { duel } from "../measure.mjs";
import { shape } from "../shapes.mjs";
import { ours, oursDetectConstant } from "../techniques/ours.mjs";

const SHAPES = ["mono", "stereo", "5.1", "16 buses of 2"];

export const cases = SHAPES.flatMap((name) => [false, true].map((silent) => ({ id: constantId(name, silent), shape: name, silent })));

export function constantId(shapeName, silent) {
  return `${shapeName}, ${silent ? "silence" : "noise"}`;
}

export function run({ shape: name, silent }, effort) {
  const rendered = shape(name);
  const hosts = createHosts(rendered.config, rendered.frames);
  const works = [blockWith(ours, rendered, hosts), blockWith(oursDetectConstant, rendered, hosts)];
  if (silent) for (const samples of hosts.flatMap(({ inputs }) => inputs.flat())) samples.fill(0);
  return duel(...works, effort);
}
