// What the reference is made from says enough, pictures are up to date, and links lead somewhere.

import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { drawMemoryLayout } from "../../../docs/memory-layout.mjs";
import { anchorsOf, PAGES, textOf } from "../../support/pages";

mkdirSync("build", { recursive: true });
const folder = mkdtempSync(resolve("build/docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

function typedoc(options: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["node_modules/typedoc/bin/typedoc", "--options", options, ...args], {
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

test("whatever is exported without a word, or with a link that leads nowhere, is reported by its name", { timeout: 120_000 }, () => {
  cpSync("src", join(folder, "src"), { recursive: true });
  writeFileSync(
    join(folder, "tsconfig.json"),
    '{ "extends": "../../tsconfig.json", "compilerOptions": { "rootDir": "src" }, "include": ["src"] }',
  );
  writeFileSync(
    join(folder, "typedoc.json"),
    '{ "extends": ["../../site/typedoc.json"], "entryPoints": ["src/index.ts"], "tsconfig": "tsconfig.json", "out": "never" }',
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

test("every function and method that is exported says whether it may be called while rendering", () => {
  const source = ts.createSourceFile("index.d.ts", readFileSync("dist/index.d.ts", "utf8"), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const silent: string[] = [];
  const visit = (node: ts.Node, owner: string) => {
    const name = (node as Partial<ts.NamedDeclaration>).name?.getText() ?? owner;
    const isCalled =
      ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node) || ts.isConstructorDeclaration(node);
    // A method of an object that is written out where it is asked for is the caller's own.
    const isCallers = ts.isTypeLiteralNode(node.parent ?? node);
    if (isCalled && !isCallers && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) === 0) {
      names.push(`${owner}.${name}`);
      const said = ts.getJSDocCommentsAndTags(node).map((comment) => comment.getText());
      if (!/\[(setup|render)\]/.test(said.join())) silent.push(`${owner}.${name}`);
    }
    ts.forEachChild(node, (child) => visit(child, name));
  };
  visit(source, "");
  expect(names).toEqual(expect.arrayContaining(["ProcessBufferStorage.collect", "Bus.push", ".validateBusConfig", "WasmHeap.malloc"]));
  expect(silent).toEqual([]);
});

test("README quotes the ratios that docs/performance.md has", () => {
  const measured = readFileSync("docs/performance.md", "utf8");
  /** Of a host that hands over the same lists in each block: the medians of a stereo block and of a 5.1 one. */
  const ratiosIn = (runtime: string) => {
    const row = new RegExp(`^\\| ${runtime} +\\| +same \\|(.*)$`, "m").exec(measured)![1]!;
    const [, stereo, , surround] = row.split("|").map((cell) => cell.trim().split(" ")[0]!);
    return [stereo!, surround!] as const;
  };
  const [node, ...worklets] = ["Node 20", "Chromium's worklet", "Firefox's worklet", "WebKitGTK's worklet"].map(ratiosIn);
  const [chromium, firefox, webkit] = worklets.map((ratios) => ratios.join(" and "));
  expect(readFileSync("README.md", "utf8")).toContain(
    `In Node 20 a stereo block of 128 frames costs ${node![0]} times the floor, a 5.1 one ${node![1]} times; in Chromium's worklet ${chromium}; in Firefox's worklet ${firefox}; in WebKitGTK's worklet ${webkit}.`,
  );
});

describe("every file and heading that is linked or named is there:", () => {
  const folders = readdirSync("examples", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const examples = folders.map(({ name }) => `examples/${name}/README.md`);
  test.each([...PAGES, "CONTRIBUTING.md", "SECURITY.md", ...examples])("%s", (document) => {
    const text = textOf(document);
    const links = Array.from(text.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]*))?\)/g), ([, path, anchor]) => ({
      path: path === "" ? document : join(dirname(document), path!),
      anchor,
    }));
    const named = Array.from(text.matchAll(/`((?:src|assembly|tests|examples|include|docs)\/[^`*]*)`/g), ([, path]) => path!);
    expect([...links.map(({ path }) => path), ...named].filter((path) => !existsSync(path))).toEqual([]);
    expect(links.filter(({ path, anchor }) => anchor !== undefined && !anchorsOf(path).includes(anchor))).toEqual([]);
  });
});
