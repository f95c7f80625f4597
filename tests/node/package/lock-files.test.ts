// `npm ci` installs what the lock files say, on every platform and from whatever registry.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NODE_MAJORS, nodeBinary } from "../../../.ci/tools.mjs";

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const entriesOf = (folder: string) => Object.entries(read(`${folder}/package-lock.json`).packages as Record<string, Entry>);

/** The places where a package looks for another: in itself, then in each that it lies in. */
function placesOf(name: string, at: string): string[] {
  const place = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
  return at === "" ? [place] : [place, ...placesOf(name, at.slice(0, at.lastIndexOf("node_modules/")).replace(/\/$/, ""))];
}

describe.each([".", ".ci/nodes"])("the lock file in %s", (folder) => {
  const entries = entriesOf(folder);

  test("wants what the manifest wants, each in one version", () => {
    const { devDependencies = {}, optionalDependencies = {} } = read(`${folder}/package.json`) as Entry;
    const [, root] = entries.find(([path]) => path === "")!;
    expect({ ...root.devDependencies, ...root.optionalDependencies }).toEqual({ ...devDependencies, ...optionalDependencies });
    for (const version of Object.values({ ...devDependencies, ...optionalDependencies })) {
      expect(version).toMatch(/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  test("holds every package that one of it asks for, those of other platforms too", () => {
    const paths = new Set(entries.map(([path]) => path));
    for (const [at, { dependencies, devDependencies, optionalDependencies }] of entries) {
      const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
      expect([at, names.filter((name) => !placesOf(name, at).some((path) => paths.has(path)))]).toEqual([at, []]);
    }
  });

  test("knows each package by what is in it, and not by where it came from", () => {
    for (const [path, { integrity, resolved }] of entries.filter(([path]) => path !== "")) {
      expect([path, integrity, resolved]).toEqual([path, expect.stringMatching(/^sha512-/), undefined]);
    }
    expect(readFileSync(`${folder}/.npmrc`, "utf8")).toBe("omit-lockfile-registry-resolved=true\n");
  });
});

describe("the Nodes that the tests run under", () => {
  test("are of each supported major, the same version on either processor", () => {
    const pinned = entriesOf(".ci/nodes").filter(([path]) => path.startsWith("node_modules/node-"));
    expect(pinned.map(([path]) => path)).toEqual(
      NODE_MAJORS.flatMap((major) => ["arm64", "x64"].map((processor) => `node_modules/node-${major}-linux-${processor}`)),
    );
    for (const major of NODE_MAJORS) {
      const versions = pinned.filter(([path]) => path.startsWith(`node_modules/node-${major}-`)).map(([, { version }]) => version);
      expect(new Set(versions)).toEqual(new Set([expect.stringMatching(new RegExp(`^${major}\\.`))]));
    }
    expect(read("package.json").engines.node).toBe(`>=${NODE_MAJORS[0]}`);
  });

  test("are of no use to a user's project, and no script of ours finds one by chance", () => {
    const { dependencies, optionalDependencies } = read("package.json") as Entry;
    expect([dependencies, optionalDependencies]).toEqual([undefined, undefined]);
    expect(entriesOf(".").filter(([, entry]) => "bin" in entry && "node" in (entry.bin as object))).toEqual([]);
  });

  test("are found where they were brought", () => {
    for (const major of NODE_MAJORS) {
      const node = nodeBinary(major);
      if (node !== undefined) expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(new RegExp(`^v${major}\\.`));
    }
    expect(nodeBinary(1)).toBeUndefined();
  });
});
