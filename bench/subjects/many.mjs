// Stereo storages rendered in turn, one block each: what one block costs among many, against one alone.

import { inTurn, prove } from "../block.mjs";
import { createHosts } from "../hosts.mjs";
import { duel } from "../measure.mjs";
import { STEREO } from "../shapes.mjs";
import { TECHNIQUES } from "../techniques/index.mjs";

export const COUNTS = [1, 10, 100, 1000];
export const MANY_TECHNIQUES = ["floor", "ours", "cached views, no tables"];

export const cases = MANY_TECHNIQUES.flatMap((technique) => COUNTS.map((count) => ({ id: manyId(technique, count), technique, count })));

export function manyId(technique, count) {
  return `${technique} x ${count}`;
}

export function run({ technique: name, count }, effort) {
  const technique = TECHNIQUES[name];
  const hosts = createHosts(STEREO.config, STEREO.frames);
  const movers = Array.from({ length: count }, () => {
    const made = technique(STEREO.config, STEREO.frames);
    prove(name, made, hosts[0]);
    return made.mover;
  });
  return duel(rendering(movers.slice(0, 1), hosts), rendering(movers, hosts), effort);
}

/** Each call renders one block with the next of `movers`. */
function rendering(movers, hosts) {
  const turns = Array.from({ length: Math.max(movers.length, hosts.length) }, (_, turn) => ({
    mover: movers[turn % movers.length],
    ...hosts[turn % hosts.length],
  }));
  return inTurn(turns, "host.mover.collect(host.inputs, host.outputs); host.mover.deliver(host.outputs);", {});
}
