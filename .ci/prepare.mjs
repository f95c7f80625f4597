// Brings a fresh clone to the point where its scripts run: the npm packages of the lock file and,
// with --tests, the browsers and compilers that the tests need. Does nothing where all of it is there.

import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { missingPackages, which } from "./tools.mjs";

installPackages();
if (process.argv.includes("--tests")) installTools();

function installPackages() {
  const installed = "node_modules/.package-lock.json";
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync("package-lock.json").mtimeMs) return;
  // Not `npm ci`: it insists on an entry for every platform's optional binaries, and not every registry
  // mirror has them all. Versions come from the lock file all the same, which stays as it is.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund"]);
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
