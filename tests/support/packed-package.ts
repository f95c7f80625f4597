// Packs the package with npm and installs it from the tarball, as its users get it.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const QUIET = ["--silent", "--no-update-notifier", "--no-audit", "--no-fund"];

export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
}

/** Runs a program in a folder. Resolves to what it prints; when it fails, the error has all of its output. */
export async function runProgram(file: string, args: readonly string[], folder = "."): Promise<string> {
  try {
    return (await promisify(execFile)(file, args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error([message, stdout, stderr].join("\n"));
  }
}

/** Makes an empty folder in build/, so that the project's development dependencies are found from there. */
export function makeWorkFolder(name: string): string {
  mkdirSync("build", { recursive: true });
  return mkdtempSync(resolve(`build/${name}-`));
}

/** Packs the project in `root` into `folder`. With `build`, npm builds it first, as before publishing. */
export async function packPackage(folder: string, { root = ".", build = false } = {}): Promise<Tarball> {
  const scripts = build ? [] : ["--ignore-scripts"];
  const printed = await runProgram("npm", ["pack", "--json", "--pack-destination", folder, ...scripts, ...QUIET], root);
  const [{ filename, files }] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  return { path: join(folder, filename), files: files.map(({ path }) => path) };
}

/** Makes `folder` a project in which the tarball is installed. Needs no network. */
export async function installTarball(tarball: Tarball, folder: string): Promise<void> {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  await runProgram("npm", ["install", "--offline", tarball.path, ...QUIET], folder);
}
