// The tables on the terminal, for whoever works on the speed.

import { planarId } from "./subjects/planar.mjs";
import { SHAPES } from "./shapes.mjs";
import { TECHNIQUES } from "./techniques/index.mjs";

export function printPlanar(results) {
  const names = Object.keys(TECHNIQUES).filter((name) => name !== "floor");
  const columns = ["floor", ...names, "ours / cached"];
  const widths = columns.map((name) => Math.max(name.length, 11) + 2);
  console.log("ratio to the floor, best and median; the floor in nanoseconds");
  console.log("".padEnd(26) + columns.map((name, index) => name.padStart(widths[index])).join(""));
  for (const { name } of SHAPES) {
    const row = [...names.map((technique) => results.get(planarId(name, technique))), results.get(planarId(name, "ours", "cached views, no tables"))];
    if (row.some((cell) => cell === undefined)) continue;
    const floors = row.slice(0, -1).map(({ baseline }) => baseline.best);
    const cells = [Math.min(...floors).toFixed(0), ...row.map(({ ratio }) => `${ratio.best.toFixed(2)}  ${ratio.median.toFixed(2)}`)];
    console.log(name.padEnd(26) + cells.map((cell, index) => cell.padStart(widths[index])).join(""));
  }
}
