// A block for a kernel in doubles: ours against the conversion that typed arrays do when one is set
// from another.

import { blockWith } from "../block.mjs";
import { createHosts } from "../hosts.mjs";
import { duel } from "../measure.mjs";
import { SHAPES, shape } from "../shapes.mjs";
import { floorInDoubles } from "../techniques/floor.mjs";
import { oursInDoubles } from "../techniques/ours.mjs";

export const cases = SHAPES.map(({ name }) => ({ id: name, shape: name }));

export function run({ shape: name }, effort) {
  const rendered = shape(name);
  const hosts = createHosts(rendered.config, rendered.frames);
  return duel(blockWith(floorInDoubles, rendered, hosts), blockWith(oursInDoubles, rendered, hosts), effort);
}
