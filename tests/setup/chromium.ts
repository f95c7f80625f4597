// How the tests start Chromium.

import { chromium as find } from "../../.ci/tools.mjs";

// Without the resolver rule it looks up its makers' hosts.
const args = [
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

const executablePath = find();

/** Options for playwright to launch it with. Where it is missing, playwright says so. */
export const chromiumOptions = executablePath === undefined ? { args } : { args, executablePath };
