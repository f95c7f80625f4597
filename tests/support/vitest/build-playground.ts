// A vitest browser command, which runs in Node: builds the playground into build/playground with vite.

import { build } from "vite";
import type { BrowserCommand } from "vitest/node";

let built: Promise<unknown> | undefined;

/** Builds it once for all browsers. */
export const buildPlayground: BrowserCommand<[]> = async () => {
  await (built ??= build({ configFile: "examples/playground/vite.config.mjs", logLevel: "error" }));
};
