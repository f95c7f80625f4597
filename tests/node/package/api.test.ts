// No public name changes unseen: what is built, against the declarations of the last release in
// tests/api/released. `npm run release:api` makes what is built the new measure; whoever breaks something
// on purpose runs it in the same commit.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compareDeclarations, readDeclarations } from "../../support/api-declarations";

const read = (path: string) => readFileSync(path, "utf8");
const declarationFiles = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".d.ts"));
const unreleased = /^## \[Unreleased\]\n(.*?)(?=^## |^\[Unreleased\]:|(?![\s\S]))/ms.exec(read("CHANGELOG.md"))?.[1] ?? "";

test("the same declaration files are built as were released", () => {
  expect(declarationFiles("dist")).toEqual(declarationFiles("tests/api/released"));
});

describe.each(declarationFiles("tests/api/released"))("%s", (name) => {
  const { broken, added } = compareDeclarations(
    readDeclarations(read(`tests/api/released/${name}`)),
    readDeclarations(read(`dist/${name}`)),
  );

  test("keeps what was released", () => {
    expect(broken.join("\n\n")).toBe("");
  });

  test("adds nothing that CHANGELOG.md does not name under Unreleased", () => {
    const named = unreleased.match(/`[^`]*`/g)?.flatMap((code) => code.match(/\w+/g)) ?? [];
    expect(added.filter((addition) => !named.includes(/\w+$/.exec(addition)?.[0] ?? ""))).toEqual([]);
  });
});

describe("the comparison", () => {
  const RELEASED = `
    /** A pair. */
    declare class Pair<T> extends Base { private readonly secret; constructor(first: T); get first(): T; swap(by: Unit): void; }
    interface Base { readonly size: number }
    type Unit = "one" | "two";
    declare function pairs(count: number): Pair<Unit>[];
    declare const LIMIT = 3;
    type Hidden = string;
    export { Pair, pairs, LIMIT };
    export type { Unit };
  `;
  const compared = (...edits: [from: string, to: string][]) => {
    const current = edits.reduce((text, [from, to]) => text.replace(from, to), RELEASED);
    return compareDeclarations(readDeclarations(RELEASED), readDeclarations(current));
  };

  test("sees names, members, and what exports refer to", () => {
    const exported = ["export Pair", "export pairs", "export LIMIT", "export Unit"];
    const declared = ["class Pair", "Pair.constructor", "Pair.first", "Pair.swap", "interface Base", "Base.size", "Unit", "pairs", "LIMIT"];
    expect([...readDeclarations(RELEASED).keys()].sort()).toEqual([...exported, ...declared].sort());
  });

  test.each<[string, [string, string][]]>([
    ["comments", [["/** A pair. */", "/** Two of a kind. */"]]],
    [
      "line breaks",
      [
        ["(first: T)", "(\n  first: T,\n)"],
        ["{ private", "{\n private"],
      ],
    ],
    [
      "the order of declarations",
      [
        ["declare const LIMIT = 3;", ""],
        ["/** A pair. */", "declare const LIMIT = 3;"],
      ],
    ],
    ["the order of exports", [["Pair, pairs, LIMIT", "LIMIT, Pair, pairs"]]],
    ["private members", [["private readonly secret;", "private other; #third;"]]],
    ["what is not exported", [["type Hidden = string;", ""]]],
    ["a property that becomes an accessor, or the reverse", [["get first(): T;", "readonly first: T;"]]],
  ])("does not mind %s", (_, edits) => {
    expect(compared(...edits)).toEqual({ broken: [], added: [] });
  });

  test.each<[string, [string, string], string]>([
    ["a lost export", [", LIMIT }", " }"], "LIMIT is removed\n  - declare const LIMIT = 3;"],
    [
      "an export that is a type alone",
      ["export { Pair, pairs, LIMIT }", "export { pairs, LIMIT }; export type { Pair }"],
      "export Pair is changed",
    ],
    ["a lost member", ["swap(by: Unit): void;", ""], "Pair.swap is removed\n  - swap(by: Unit): void;"],
    ["a renamed export", ["pairs, LIMIT", "pairs as couples, LIMIT"], "export pairs is removed"],
    ["a changed value", ["LIMIT = 3", "LIMIT = 4"], "LIMIT is changed\n  - declare const LIMIT = 3;\n  + declare const LIMIT = 4;"],
    ["a changed signature", ["count: number", "count?: number"], "pairs is changed"],
    [
      "a changed member",
      ["swap(by: Unit): void", "swap(by: Unit): T"],
      "Pair.swap is changed\n  - swap(by: Unit): void;\n  + swap(by: Unit): T;",
    ],
    ["an accessor that can be set no more", ["get first(): T;", "set first(value: T);"], "Pair.first is changed"],
    ["a property that was read-only", ["readonly size: number", "size: number"], "Base.size is changed"],
    ["a constructor that becomes private", ["constructor(first: T)", "private constructor(first: T)"], "Pair.constructor is changed"],
    ["another parent", ["extends Base", "extends Map"], "class Pair is changed"],
    ["a narrower type that exports refer to", ['"one" | "two"', '"one"'], "Unit is changed"],
  ])("reports %s", (_, edit, report) => {
    expect(compared(edit).broken.join("\n\n")).toContain(report);
  });

  test("names what is new", () => {
    const edits: [string, string][] = [
      ["swap(", "turn(): void; swap("],
      ["type Hidden", "declare function more(): void; type Hidden"],
      ["pairs, LIMIT", "pairs, LIMIT, more"],
    ];
    expect(compared(...edits)).toEqual({ broken: [], added: ["Pair.turn", "export more", "more"] });
  });
});
