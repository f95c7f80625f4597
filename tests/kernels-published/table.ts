// The table of docs/published-kernels.md, from the drivers and what was played.

import { readFileSync } from "node:fs";

/** What one package is, and what it needs beside its lines. */
export interface PublishedKernel {
  readonly name: string;
  readonly version: string;
  readonly driver: string;
  readonly toolchain: string;
  readonly needs: string;
  /** How much was the same as what the package's own glue gives, and of what. */
  readonly compared: string;
  readonly inWorklet: string;
}

/** Lines of a driver between two of its marks. */
function linesBetween(driver: string, from: string, to: RegExp): number {
  const source = readFileSync(`tests/kernels-published/${driver}`, "utf8");
  const start = source.indexOf(`// ${from}:`);
  if (start < 0) return 0;
  const rest = source.slice(source.indexOf("\n", start));
  return rest
    .slice(0, rest.search(to))
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

export const linesToLoad = (driver: string) => linesBetween(driver, "Loading", /\/\/ (Playing:|End\.)/);
export const linesToPlay = (driver: string) => linesBetween(driver, "Playing", /\/\/ End\./);

/** The table, as Markdown. */
export function tableOf(kernels: readonly PublishedKernel[]): string {
  const rows = kernels.map(({ name, version, driver, toolchain, needs, compared, inWorklet }) => [
    `${name} ${version}`,
    toolchain,
    needs,
    linesToLoad(driver),
    linesToPlay(driver),
    compared,
    inWorklet,
  ]);
  const head = ["Package", "Built by", "What it needs", "Lines to load", "Lines to set up", "Compared, all equal", "Chromium's worklet"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
