// Where Debian's packages put the browsers that the tests run in and the compilers that they build
// kernels with, what to install when something is missing, and where the Nodes, Deno and Bun of .ci/nodes are.

import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rustc } from "../examples/rust-kernel/build.mjs";

/** The first of `names` that is on PATH, as a whole path. */
export function which(...names) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((directory) => names.map((name) => join(directory, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export const chromium = () => which("chromium", "google-chrome");
export const firefox = () => which("firefox-esr", "firefox");
export const webKitDriver = () => which("WebKitWebDriver");
export const xvfb = () => which("Xvfb");

// Without the resolver rule (and, in Firefox, forceResolve) the browsers look up their makers' hosts.
export const chromiumArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--js-flags=--expose-gc",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
];
export const firefoxUserPrefs = { "media.autoplay.default": 0, "network.dns.forceResolve": "127.0.0.1" };

/** WebKitGTK's own small browser, which lies beside the library and not on PATH. */
export function miniBrowser() {
  const libraries = existsSync("/usr/lib") ? readdirSync("/usr/lib") : [];
  return libraries
    .flatMap((directory) => ["4.1", "4.0"].map((version) => `/usr/lib/${directory}/webkit2gtk-${version}/MiniBrowser`))
    .find((file) => existsSync(file));
}

/** The majors of Node that the package supports, each pinned by the lock file in .ci/nodes. */
export const NODE_MAJORS = [20, 22, 24];

/** The Node of this major that the lock file pins, once `node .ci/prepare.mjs --nodes` has brought it. */
export function nodeBinary(major) {
  const name = `node-${major}-${process.platform}-${process.arch}`;
  const file = installed(`${name}/bin/node`);
  return existsSync(file) ? file : undefined;
}

const installed = (path) => fileURLToPath(new URL(`nodes/node_modules/${path}`, import.meta.url));

/** The Deno that the lock file in .ci/nodes pins; its packages for Linux are those for glibc. */
export const deno = () => installed(`@deno/${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}/deno`);

/** The Bun that it pins, which its installation puts there on every platform. */
export const bun = () => installed("bun/bin/bun.exe");

/** Debian's packages for what is not there. */
export function missingPackages() {
  return [
    ["clang", which("clang")],
    ["lld", which("wasm-ld")],
    ["emscripten", which("em++")],
    ["rustc libstd-rust-dev-wasm32", rustc()],
    ["chromium", chromium()],
    ["firefox-esr", firefox()],
    ["webkit2gtk-driver", webKitDriver() && miniBrowser()],
    ["xvfb", xvfb()],
  ]
    .filter(([, file]) => file === undefined)
    .flatMap(([names]) => names.split(" "));
}
