import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromium, chromiumArgs, firefox, firefoxUserPrefs, miniBrowser } from "./.ci/tools.mjs";
import { webKitGtkSettings } from "./.ci/webkitgtk.mjs";
import { CountReporter } from "./tests/support/vitest/count-reporter";
import { LongestFirst } from "./tests/support/vitest/longest-first";
import { clickAt, pressKeys } from "./tests/support/vitest/pointer-and-keyboard";
import { serveSite } from "./tests/support/vitest/serve-site";
import { webkitgtk } from "./tests/support/vitest/webkitgtk-provider";
import { sampleWorkletHeap } from "./tests/support/vitest/worklet-heap-sampler";

// What is tested is what is shipped. The package's own name leads to it everywhere.
const alias = { "wasm-process-buffers": fileURLToPath(new URL("dist/index.js", import.meta.url)) };

// All other folders are of tests that run everywhere.
const everywhere = ["tests/*.test.ts", "tests/!(node|browser|chromium)/**/*.test.ts"];
const inWorklets = ["tests/worklet/*.test.ts"];
const inNodeAlone = ["tests/node/**/*.test.ts"];
const inBrowsersAlone = ["tests/browser/*.test.ts"];
// What only Chromium's debugging protocol can tell.
const inChromiumAlone = ["tests/chromium/*.test.ts"];

const throughPlaywright = (executablePath: string | undefined, options: object) =>
  playwright({ launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), ...options } });

const browser = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  commands: { sampleWorkletHeap, pressKeys, clickAt },
};
// Cross-origin isolation, for SharedArrayBuffer.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const inNode = {
  testTimeout: 120_000,
  // Vitest leaves one core to itself, which does little while tests run: with two cores, half of the time would be lost.
  maxWorkers: availableParallelism(),
  // Not beside the browsers, because of its audio engine.
  sequence: { groupOrder: 0 },
};
const inBrowsers = {
  include: [...everywhere, ...inBrowsersAlone],
  setupFiles: ["tests/support/vitest/collect-garbage.ts"],
  testTimeout: 120_000,
  // A page for each file would take a second or two, more than most files' tests.
  isolate: false,
  // Of one browser. The browsers run side by side.
  maxWorkers: 1,
  sequence: { groupOrder: 1 },
};
const served = () => ({ resolve: { alias }, plugins: [serveSite(headers)], server: { headers } });

export default defineConfig({
  test: {
    reporters: ["default", new CountReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: { alias },
        test: { ...inNode, name: "node", include: everywhere, exclude: inWorklets, isolate: false },
      },
      {
        resolve: { alias },
        // Each file in a process of its own: what one leaves on the heap, or makes the engine optimise for, is not another's, and Node's
        // audio engine goes on spinning while it waits.
        test: { ...inNode, name: "node (isolated)", include: [...inWorklets, ...inNodeAlone] },
      },
      {
        ...served(),
        test: {
          ...inBrowsers,
          name: "browser",
          browser: {
            ...browser,
            provider: throughPlaywright(chromium(), { args: chromiumArgs }),
            instances: [
              { browser: "chromium" },
              { browser: "firefox", provider: throughPlaywright(firefox(), { channel: "moz-firefox", firefoxUserPrefs }) },
            ],
          },
        },
      },
      {
        ...served(),
        // A page for each file: what is on the heap already is not to be collected over and over while garbage is counted.
        test: {
          ...inBrowsers,
          name: "isolated",
          include: inChromiumAlone,
          isolate: true,
          // After the others, because garbage is counted sooner on a machine that is not busy.
          sequence: { groupOrder: 2 },
          browser: {
            ...browser,
            provider: throughPlaywright(chromium(), { args: chromiumArgs }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        ...served(),
        // A project of its own, because the instances of one project share the provider's name.
        test: {
          ...inBrowsers,
          name: "webkitgtk",
          browser: {
            ...browser,
            provider: webkitgtk({ binary: miniBrowser(), ...webKitGtkSettings }),
            instances: [{ browser: "webkit" }],
          },
        },
      },
    ],
  },
});
