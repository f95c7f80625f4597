// The two builds of the main entry: what is shipped, where private members have short names, and the one for people.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as shipped from "wasm-process-buffers";
import { privateNames } from "../../../.ci/short-names.mjs";
import { runProgram } from "../../support/packed-package";

const readable: typeof shipped = await import(/* @vite-ignore */ pathToFileURL(resolve("dist/development.js")).href);

/** A block of a storage in shared memory, as a host, a kernel and another thread see it. */
function played({ createHeap, FixedBlocks, InterleavedHost, ProcessBufferStorage, StorageObserver }: typeof shipped) {
  const heap = createHeap({ shared: true });
  const config = { inputs: [2, { channelCount: 2, layout: "interleaved" as const }], outputs: [2], parameters: [{ name: "gain" }] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, detectConstant: true });
  const inputs = [[new Float32Array(128).fill(1)], [new Float32Array(128), new Float32Array(128)]];
  const outputs = [[new Float32Array(128), new Float32Array(128)]];
  const frames = storage.collect(inputs, outputs, { gain: Float32Array.of(0.5) });
  storage.deliver(outputs);
  const { usage, diagnostics, mainInput, location } = storage;
  const { memory: _, identity: _random, ...place } = location as typeof location & { identity: unknown };
  const observed = new StorageObserver(location).peak("input", 0, 0);
  const host = new InterleavedHost(storage, { channelCount: 2 });
  const blocks = new FixedBlocks(storage, { hostFrames: 64 });
  return { frames, usage, diagnostics, place, observed, host: Object.keys(host), latency: blocks.latency, mask: mainInput!.constantMask };
}

/** What an object and its class have by name, as far as it is not private. */
function publicMembers(object: object, hidden: ReadonlySet<string>): string[] {
  const names = [...Object.getOwnPropertyNames(object), ...Object.getOwnPropertyNames(Object.getPrototypeOf(object))];
  return names.filter((name) => !hidden.has(name) && name.length > 2).sort();
}

/** Of each class, in their order, the names of what it has itself and of what it asks of `this`. */
function membersOfClasses(file: string): Set<string>[] {
  const classes: Set<string>[] = [];
  const visit = (node: ts.Node, members: Set<string> | undefined) => {
    let inside = members;
    if (ts.isClassLike(node)) classes.push((inside = new Set()));
    if (ts.isClassElement(node) && node.name) inside?.add(node.name.getText());
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword) inside?.add(node.name.text);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true), undefined);
  return classes;
}

test("export the same", () => {
  expect(Object.keys(shipped)).toEqual(Object.keys(readable));
});

test("find a storage at the same place by the same names, so that each thread may have either", () => {
  const { host: _, ...one } = played(shipped);
  const { host: _other, ...other } = played(readable);
  expect(one).toEqual(other);
});

describe("the one that is shipped", () => {
  const hidden = new Set(privateNames().keys());

  test("has short names in place of private ones, and no others", () => {
    const of = ({ ProcessBufferStorage }: typeof shipped) => {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
      return [storage, storage.mainInput!] as const;
    };
    const names = of(shipped).map((object) => publicMembers(object, hidden));
    expect(names).toEqual(of(readable).map((object) => publicMembers(object, hidden)));
    expect(names.flat()).toEqual(expect.arrayContaining(["collect", "deliver", "usage", "constantMask", "capacity"]));
    expect([...hidden]).toEqual(expect.arrayContaining(["settledConnected", "copyCarefully"]));
    const text = readFileSync("dist/index.js", "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    expect([...hidden].filter((name) => name.length > 2 && new RegExp(`[^.][.]${name}\\b`).test(text))).toEqual([]);
  });

  test("has as many members in each class as the readable one, so that no two of a class share a name", () => {
    const classes = membersOfClasses("dist/index.js");
    expect(classes.map(({ size }) => size)).toEqual(membersOfClasses("dist/development.js").map(({ size }) => size));
    expect(Math.max(...classes.map(({ size }) => size))).toBeGreaterThan(30);
  });

  test("shortens no name that an object from outside may have", () => {
    const outside = [
      "kind",
      "module",
      "name",
      "length",
      "buffer",
      "exports",
      "malloc",
      "free",
      "memory",
      "grow",
      "stride",
      "address",
      "frames",
    ];
    expect(outside.filter((name) => hidden.has(name))).toEqual([]);
  });
});

test("the condition development leads to the readable one", async () => {
  const script = `console.log(import.meta.resolve("wasm-process-buffers"))`;
  const asked = (...conditions: string[]) =>
    runProgram(process.execPath, [...conditions, "--input-type=module", "--eval", script], resolve("."));
  expect((await asked()).trim()).toMatch(/dist\/index\.js$/);
  expect((await asked("--conditions=development")).trim()).toMatch(/dist\/development\.js$/);
});
