// The API reference can be made, with nothing that is exported missing in it, and pictures are up to date.

import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as api from "wasm-process-buffers";
import { drawMemoryLayout } from "../../docs/memory-layout.mjs";

mkdirSync("build", { recursive: true });
const folder = mkdtempSync(resolve("build/docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

function typedoc(options: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["node_modules/typedoc/bin/typedoc", "--options", options, ...args], {
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

test("every export is documented, and has a page", { timeout: 120_000 }, () => {
  const out = join(folder, "pages");
  expect(typedoc("docs/typedoc.json", "--out", out)).toEqual({ status: 0, said: expect.not.stringMatching(/warning|error/i) });
  const kinds = ["classes", "functions", "interfaces", "types", "variables"];
  const pageOf = (name: string) => kinds.map((kind) => join(out, kind, `${name}.html`)).find((path) => existsSync(path));
  for (const name of Object.keys(api)) {
    expect([name, pageOf(name)]).toEqual([name, expect.any(String)]);
    expect(readFileSync(pageOf(name)!, "utf8")).toContain(name);
  }
});

test("whatever is exported without a word, or with a link that leads nowhere, is reported by its name", { timeout: 120_000 }, () => {
  cpSync("src", join(folder, "src"), { recursive: true });
  writeFileSync(
    join(folder, "tsconfig.json"),
    '{ "extends": "../../tsconfig.json", "compilerOptions": { "rootDir": "src" }, "include": ["src"] }',
  );
  writeFileSync(
    join(folder, "typedoc.json"),
    '{ "extends": ["../../docs/typedoc.json"], "entryPoints": ["src/index.ts"], "tsconfig": "tsconfig.json", "out": "never" }',
  );
  appendFileSync(
    join(folder, "src/index.ts"),
    `
export function bareFunction(): void {}
export const bareConstant = 1;
export type BareType = string;
export interface BareInterface { bareMember: number }
export class BareClass {
  bareProperty = 1;
  get bareAccessor(): number { return 1; }
  bareMethod(): void {}
}
interface Hidden { a: 1 }
/** Leads to {@link Nowhere}. */
export function linked(): Hidden { return { a: 1 }; }
`,
  );
  const { status, said } = typedoc(join(folder, "typedoc.json"));
  expect(status).not.toBe(0);
  const bare = [
    "bareFunction",
    "bareConstant",
    "BareType",
    "BareInterface",
    "bareMember",
    "BareClass",
    "bareProperty",
    "bareAccessor",
    "bareMethod",
  ];
  for (const name of bare) expect(said).toMatch(new RegExp(`${name}\\b.*does not have any documentation`));
  expect(said).toMatch(/Hidden.*is referenced by .*linked.* but not included/);
  expect(said).toMatch(/resolve link to "Nowhere"/);
});

test("the picture of the memory is what a storage's memory holds", () => {
  expect(readFileSync("docs/images/memory-layout.svg", "utf8")).toBe(drawMemoryLayout());
});

describe("every file that is linked or named is there:", () => {
  test.each(["README.md", "CONTRIBUTING.md", "docs/architecture.md"])("%s", (document) => {
    const text = readFileSync(document, "utf8");
    const linked = Array.from(text.matchAll(/\]\((?!https:)([^)]+)\)/g), ([, path]) => join(dirname(document), path!));
    const named = Array.from(text.matchAll(/`((?:src|assembly|tests|examples|include|docs)\/[^`*]*)`/g), ([, path]) => path!);
    const paths = [...linked, ...named];
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
