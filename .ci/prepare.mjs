// Brings a fresh clone to the point where its scripts run: the npm packages of the lock file and,
// with --tests, the browsers and compilers that the tests need; with --nodes, the Nodes of .ci/nodes.
// Does nothing where all of it is there.

import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { missingPackages, which } from "./tools.mjs";

installPackages(".");
if (process.argv.includes("--nodes")) installPackages(".ci/nodes");
if (process.argv.includes("--tests")) installTools();

function installPackages(folder) {
  if (isInstalled(folder)) return;
  const modules = join(folder, "node_modules");
  // `npm ci` empties it, also where it is another checkout's.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(`${modules} is a link, and what it leads to is not what ${folder}/package-lock.json says`);
    process.exit(1);
  }
  run("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"]);
}

/** Whether npm's own note of what it has installed agrees with the lock file; optional packages are of some platform. */
function isInstalled(folder) {
  const note = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(note)) return false;
  const installed = packagesOf(note);
  const { "": _, ...locked } = packagesOf(join(folder, "package-lock.json"));
  return (
    Object.keys(installed).every((path) => path in locked) &&
    Object.entries(locked).every(([path, { integrity, optional }]) =>
      path in installed ? installed[path].integrity === integrity : optional === true,
    )
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

function installTools() {
  const wanted = missingPackages();
  if (wanted.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || which("apt-get") === undefined) fail(wanted);
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], { DEBIAN_FRONTEND: "noninteractive" });
  const missing = missingPackages();
  if (missing.length > 0) fail(missing);
}

function fail(packages) {
  console.error(`The tests run in Chromium, Firefox and WebKitGTK, with kernels from C, C++ and Rust compilers, and
something of that is missing here.
On Debian or Ubuntu:  sudo apt-get install ${packages.join(" ")}
Elsewhere, install what these packages hold, with the programs on PATH.`);
  process.exit(1);
}

function run(command, args, environment = {}) {
  console.log(`> ${command} ${args.join(" ")}`);
  const { status, error } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...environment } });
  if (status === 0) return;
  console.error(error?.message ?? `${command} ended with ${status}`);
  process.exit(1);
}
