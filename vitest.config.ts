import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { firefox, miniBrowser } from "./.ci/tools.mjs";
import { chromiumOptions } from "./tests/setup/chromium";
import { CountReporter } from "./tests/setup/count-reporter";
import { webkitgtk } from "./tests/setup/webkitgtk-provider";
import { workletHeap } from "./tests/setup/worklet-heap";

// What is tested is what is shipped. The package's own name leads to it everywhere.
const alias = { "wasm-process-buffers": fileURLToPath(new URL("dist/index.js", import.meta.url)) };

const everywhere = ["tests/*.test.ts", "tests/worklet/*.test.ts"];
const inNodeAlone = ["tests/node/**/*.test.ts"];
const inBrowsersAlone = ["tests/browser/*.test.ts"];

// Without forceResolve it looks up its makers' hosts.
const firefoxUserPrefs = { "media.autoplay.default": 0, "network.dns.forceResolve": "127.0.0.1" };
const firefoxPath = firefox();
const firefoxOptions = { channel: "moz-firefox", firefoxUserPrefs, ...(firefoxPath === undefined ? {} : { executablePath: firefoxPath }) };

const browser = { enabled: true, headless: true, screenshotFailures: false, commands: { workletHeap } };
// Cross-origin isolation, for SharedArrayBuffer.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const inBrowsers = { include: [...everywhere, ...inBrowsersAlone], setupFiles: ["tests/setup/collect-garbage.ts"], testTimeout: 30_000 };

export default defineConfig({
  test: {
    reporters: ["default", new CountReporter()],
    projects: [
      {
        resolve: { alias },
        // Node's audio engine spins while it waits, so it does not run beside the browsers.
        test: { name: "node", include: [...everywhere, ...inNodeAlone], testTimeout: 30_000, sequence: { groupOrder: 0 } },
      },
      {
        resolve: { alias },
        server: { headers },
        test: {
          ...inBrowsers,
          name: "browser",
          sequence: { groupOrder: 1 },
          browser: {
            ...browser,
            provider: playwright({ launchOptions: chromiumOptions }),
            instances: [
              { browser: "chromium" },
              { browser: "firefox", provider: playwright({ launchOptions: firefoxOptions }) },
            ],
          },
        },
      },
      {
        resolve: { alias },
        server: { headers },
        // A project of its own, because the instances of one project share the provider's name.
        test: {
          ...inBrowsers,
          name: "webkitgtk",
          sequence: { groupOrder: 2 },
          browser: {
            ...browser,
            provider: webkitgtk({ binary: miniBrowser(), args: ["--autoplay-policy=allow"], env: { JSC_useSharedArrayBuffer: "1" } }),
            instances: [{ browser: "webkit" }],
          },
        },
      },
    ],
  },
});
