// Stereo storages rendered in turn, one block each: what one block costs among many, against the floor
// among as many.

import { inTurn, MOVE, prove } from "../block.mjs";
import { STEREO } from "../shapes.mjs";
import { TECHNIQUES } from "../techniques/index.mjs";
import { CACHED_VIEWS } from "./planar.mjs";

export const COUNTS = [1, 10, 100, 1000];
export const MANY_TECHNIQUES = ["ours", CACHED_VIEWS];
const TARGET_COUNT = 1000;

export function casesIn({ isNode, isMain }) {
  if (!isNode) return [];
  const all = MANY_TECHNIQUES.flatMap((technique) => COUNTS.map((count) => manyCase(technique, count)));
  return isMain ? all : all.filter(({ isTarget }) => isTarget);
}

function manyCase(technique, count) {
  return { id: manyId(technique, count), lists: "new", technique, count, isTarget: technique === "ours" && count === TARGET_COUNT };
}

export function manyId(technique, count = TARGET_COUNT) {
  return `${technique} x ${count}`;
}

export function hostOf() {
  return STEREO;
}

export function works({ technique, count }, hosts) {
  return ["floor", technique].map((name) => {
    const movers = Array.from({ length: count }, () => {
      const made = TECHNIQUES[name](STEREO.config, STEREO.frames);
      prove(name, made, hosts[0]);
      return made.mover;
    });
    return rendering(movers, hosts);
  });
}

/** Each call renders one block with the next of `movers`. Two hosts are for all of them, but each sees the same one in every block. */
function rendering(movers, hosts) {
  const turns = movers.map((mover, index) => ({ mover, ...hosts[index % hosts.length] }));
  return inTurn(turns, MOVE.replaceAll("mover.", "host.mover."), {});
}
