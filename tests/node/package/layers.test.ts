// What may import what in src/, as `.dependency-cruiser.mjs` has it: the sources keep to it, and whoever does not is told.

import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { expect, test } from "vitest";
import configuration from "../../../.dependency-cruiser.mjs";

/** Names of the rules that are broken where these lines are added to these files. */
async function broken(additions: Readonly<Record<string, string>> = {}): Promise<string[]> {
  mkdirSync("build", { recursive: true });
  // A folder for each, because what was found under a path is remembered.
  const folder = mkdtempSync(resolve("build/layers-"));
  try {
    cpSync("src", join(folder, "src"), { recursive: true });
    for (const [file, line] of Object.entries(additions)) appendFileSync(join(folder, "src", file), `\n${line}\n`);
    const { options, ...ruleSet } = configuration;
    const { output } = await cruise(["src"], { ...options, ruleSet, validate: true, baseDir: folder }, {}, { tsConfig });
    const { violations, totalCruised } = (output as ICruiseResult).summary;
    expect(totalCruised).toBeGreaterThan(Object.keys(additions).length);
    return [...new Set(violations.map(({ rule }) => rule.name))].sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tsConfig = extractTSConfig(resolve("tsconfig.json"));
const rules = (configuration.forbidden ?? []) as readonly { name: string }[];
const layers = rules.map(({ name }) => name).filter((name) => name.endsWith("-imports-nothing-above-it"));

test("the sources keep to it", { timeout: 60_000 }, async () => {
  expect(await broken()).toEqual([]);
});

test("no layer imports what is above it, not even a type", { timeout: 60_000 }, async () => {
  const firstFiles = [
    "abi.ts",
    "config.ts",
    "memory/address.ts",
    "options.ts",
    "kernel-addresses.ts",
    "layout.ts",
    "core/decode.ts",
    "shown-state.ts",
    "tables.ts",
    "bus.ts",
    "buffers.ts",
    "hosts/typed-array.ts",
    "usage.ts",
    "allocation.ts",
    "storage.ts",
    "hosts/interleaved.ts",
    "kernel/probes.ts",
    "blocks/frame-queue.ts",
    "events/event-queue.ts",
    "worklet/node-options.ts",
    "tools/levels.ts",
  ];
  const upwards = firstFiles.map((file) => [file, `import type {} from "${file.includes("/") ? ".." : "."}/index";`]);
  // Above the last layer there is nothing.
  expect(await broken(Object.fromEntries(upwards))).toEqual([...layers.slice(0, -1), "no-circle"].sort());
});

test.each([
  ["a circle within a layer", { "memory/address.ts": 'import type { HeapOptions } from "./own-heaps";' }, ["no-circle"]],
  ["a file without a layer", { "hosts/unlisted.ts": 'import "../abi";' }, ["every-file-has-its-layer"]],
  ["a package", { "config.ts": 'import "esbuild";' }, ["nothing-from-outside"]],
  ["a module of Node's", { "config.ts": 'import "node:fs";' }, ["nothing-from-outside"]],
])("%s is told", { timeout: 60_000 }, async (_, additions, names) => {
  expect(await broken(additions)).toEqual(names);
});

test("what a file without a layer exports can be imported nowhere", { timeout: 60_000 }, async () => {
  expect(await broken({ "unlisted.ts": "export {};", "storage.ts": 'import "./unlisted";' })).toEqual(["storage-imports-nothing-above-it"]);
});
