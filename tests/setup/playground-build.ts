// A vitest browser command, which runs in Node: what `vite build` makes of the playground, in build/playground.

import { build } from "vite";
import type { BrowserCommand } from "vitest/node";

let built: Promise<unknown> | undefined;

/** Once for all browsers. */
export const buildPlayground: BrowserCommand<[]> = async () => {
  await (built ??= build({ configFile: "examples/playground/vite.config.mjs", logLevel: "error" }));
};
