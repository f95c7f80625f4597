// The package as users get it: packed by npm, and installed from the tarball.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const QUIET = ["--silent", "--no-update-notifier", "--no-audit", "--no-fund"];

export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
}

/** Runs a program of the project's own tools in a folder; resolves to what it prints, rejects with all that it printed. */
export async function run(file: string, args: readonly string[], folder = "."): Promise<string> {
  try {
    return (await promisify(execFile)(file, args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error([message, stdout, stderr].join("\n"));
  }
}

/** An empty folder for one test file, where the project's development dependencies are found too. */
export function workFolder(name: string): string {
  mkdirSync("build", { recursive: true });
  return mkdtempSync(resolve(`build/${name}-`));
}

/** Packs the project in `root` into `folder`: what is built there already or, with `build`, after a build as npm does it before publishing. */
export async function pack(folder: string, { root = ".", build = false } = {}): Promise<Tarball> {
  const scripts = build ? [] : ["--ignore-scripts"];
  const printed = await run("npm", ["pack", "--json", "--pack-destination", folder, ...scripts, ...QUIET], root);
  const [{ filename, files }] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  return { path: join(folder, filename), files: files.map(({ path }) => path) };
}

/** Makes `folder` a project of its own in which the tarball is installed, without a network. */
export async function install(tarball: Tarball, folder: string): Promise<void> {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  await run("npm", ["install", "--offline", tarball.path, ...QUIET], folder);
}
