// WebKitGTK's small browser, driven by the WebDriver protocol over fetch: Xvfb is its screen,
// WebKitWebDriver its hand.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { openDisplay } from "./display.mjs";

/** What the browser is started with, in tests and in the bench. */
export const webKitGtkSettings = {
  args: ["--autoplay-policy=allow"],
  // Its thread that paints by GPU crashes now and then where there is none.
  env: { JSC_useSharedArrayBuffer: "1", WEBKIT_SKIA_ENABLE_CPU_RENDERING: "1" },
};

/**
 * @typedef {object} WebKitGtkOptions
 * @property {string | undefined} binary MiniBrowser.
 * @property {readonly string[]} [args]
 * @property {Readonly<Record<string, string>>} [env]
 */

/**
 * Starts the browser with a screen of its own.
 *
 * @param {WebKitGtkOptions} options
 */
export async function openWebKitGtk({ binary, args = [], env = {} }) {
  /** @type {import("node:child_process").ChildProcess[]} */
  const children = [];
  const endChildren = () => {
    for (const child of children.reverse()) child.kill();
  };
  try {
    const { server, display } = openDisplay();
    children.push(server);
    const screen = await display;
    const port = await freePort();
    const environment = { ...process.env, DISPLAY: screen, NO_AT_BRIDGE: "1", ...env };
    children.push(spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore", env: environment }));
    const driver = `http://127.0.0.1:${port}`;
    await answering(`${driver}/status`);
    const browserOptions = { binary, args: ["--automation", ...args] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": browserOptions } };
    const created = await request("POST", `${driver}/session`, { capabilities });
    const session = `${driver}/session/${created.sessionId}`;
    return {
      /** @type {string} */
      version: created.capabilities.browserVersion,
      /**
       * Sends a WebDriver command to the session; resolves to its value.
       *
       * @param {string} method
       * @param {string} command
       * @param {unknown} [body]
       */
      request: (method, command, body) => request(method, session + command, body),
      async close() {
        await request("DELETE", session).catch(() => {});
        endChildren();
      },
    };
  } catch (error) {
    endChildren();
    throw error;
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 */
async function request(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { value } = await response.json();
  if (value?.error !== undefined) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`);
  return value;
}

/** @param {string} url */
async function answering(url) {
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
