import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as playwright from "playwright";
import { chromium, chromiumArgs, firefox, firefoxUserPrefs } from "../../.ci/tools.mjs";
import { SHAPES } from "../shapes.mjs";

const BROWSERS = {
  Chromium: { find: chromium, launch: (executablePath) => playwright.chromium.launch({ executablePath, args: chromiumArgs }) },
  Firefox: {
    find: firefox,
    launch: (executablePath) => playwright.firefox.launch({ executablePath, channel: "moz-firefox", firefoxUserPrefs }),
  },
};

/** A worklet's blocks have 128 frames everywhere. */
export const BROWSER_SHAPES = SHAPES.filter(({ frames }) => frames === 128);

/**
 * Measures every technique in a worklet of each browser.
 *
 * @param chosen Names of the shapes to measure.
 * @returns For each browser its version, and the runs of each pair of shape and technique.
 */
export async function measureInBrowsers(chosen, { browser: effort }, progress) {
  const server = await serve();
  const url = `http://localhost:${server.address().port}/`;
  const results = {};
  try {
    for (const [name, { find, launch }] of Object.entries(BROWSERS)) {
      const executablePath = find();
      if (executablePath === undefined) throw new Error(`${name} is not installed; --no-browsers measures without`);
      const browser = await launch(executablePath);
      results[name] = { version: browser.version(), shapes: {} };
      for (let run = 0; run < effort.runs; run++) {
        for (const shape of BROWSER_SHAPES.filter(({ name }) => chosen.includes(name))) {
          progress(`${name}, run ${run + 1} of ${effort.runs}: ${shape.name}`);
          results[name].shapes[shape.name] ??= {};
          const techniques = results[name].shapes[shape.name];
          for (const { technique, ...times } of await measureIn(browser, url, shape, effort)) {
            techniques[technique] ??= [];
            techniques[technique].push(times);
          }
        }
      }
      await browser.close();
    }
  } finally {
    server.close();
  }
  return results;
}

/** In a page of its own. */
async function measureIn(browser, url, shape, effort) {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return await page.evaluate(async ([shape, effort]) => (await import("/page.js")).measureShape(shape, effort), [shape, effort]);
  } finally {
    await page.close();
  }
}

async function serve() {
  const files = { "/": ["text/html", "<!doctype html><title>bench</title>"] };
  for (const [name, source] of Object.entries({ "/page.js": "page.mjs", "/processor.js": "processor.mjs" }))
    files[name] = ["text/javascript", await bundled(source)];
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? [];
    response.writeHead(body === undefined ? 404 : 200, { "Content-Type": type ?? "text/plain" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  return server;
}

async function bundled(source) {
  const local = (path) => fileURLToPath(new URL(path, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [local(source)],
    bundle: true,
    write: false,
    format: "esm",
    alias: { "wasm-process-buffers": local("../../dist/index.js") },
  });
  return outputFiles[0].text;
}
