import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { median } from "../summary.mjs";
import { BROWSERS } from "./browsers.mjs";

/** A browser's worklet to measure in: each case runs in a page of its own. */
export async function openWorklet(name) {
  const { isInstalled, open } = BROWSERS[name];
  if (!isInstalled()) throw new Error(`${name} is not installed; --runtimes measures without it`);
  const server = await serve();
  const url = `http://localhost:${server.address().port}/`;
  let browser;
  try {
    browser = await open(url);
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    version: browser.version,
    async measure(subject, one, { worklet: effort }) {
      const { hostOf } = await import(`../subjects/${subject}.mjs`);
      return browser.evaluate("measureInWorklet", [subject, one, hostOf(one).config, effort]);
    },
    evaluate: (call, args) => browser.evaluate(call, args),
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Milliseconds of a processor's first steps in a browser that was started anew, `count` times: best and median. Without and
 * with `warmUp`, and of a kernel's node.
 */
export async function coldWorklets(name, count) {
  const steps = { cold: [], warm: [], node: [] };
  for (let start = 0; start < count; start++) {
    for (const kind of Object.keys(steps)) {
      const worklet = await openWorklet(name);
      try {
        const isWarm = kind === "warm";
        const { addModule, ...rest } = await worklet.evaluate(...(kind === "node" ? ["coldNodes", []] : ["coldSteps", [isWarm]]));
        const gaps = kind === "node" ? {} : await worklet.evaluate("gapsOfAddModule", [isWarm]);
        const milliseconds = Object.fromEntries(Object.entries(rest).map(([step, time]) => [step, time / 1000]));
        steps[kind].push({ addModule, ...milliseconds, together: milliseconds.first + milliseconds.block, ...gaps });
      } finally {
        await worklet.close();
      }
    }
  }
  const summary = (starts, step) => {
    const times = starts.map((start) => start[step]);
    return { best: Math.min(...times), median: median(times) };
  };
  return Object.fromEntries(
    Object.entries(steps).map(([kind, starts]) => [
      kind,
      Object.fromEntries(Object.keys(starts[0]).map((step) => [step, summary(starts, step)])),
    ]),
  );
}

async function serve() {
  const page = `<!doctype html><title>bench</title><script type="module" src="page.js"></script><script type="module" src="cold-page.js"></script>`;
  const files = { "/": ["text/html", page] };
  for (const [name, source, warm] of [
    ["/page.js", "page.mjs"],
    ["/processor.js", "processor.mjs"],
    ["/cold-page.js", "cold-page.mjs"],
    ["/cold.js", "cold-processor.mjs", false],
    ["/cold-warm.js", "cold-processor.mjs", true],
    ["/cold-kernel.js", "cold-kernel-processor.mjs"],
  ])
    files[name] = ["text/javascript", await bundled(source, warm)];
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? [];
    response.writeHead(body === undefined ? 404 : 200, { ...ISOLATED, "Content-Type": type ?? "text/plain" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  return server;
}

/** Clocks are finer in a page that is isolated: Chromium's go in steps of 5 µs then. */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

async function bundled(source, warm) {
  const local = (path) => fileURLToPath(new URL(path, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [local(source)],
    bundle: true,
    write: false,
    format: "esm",
    ...(warm === undefined ? {} : { define: { WARM: String(warm) } }),
    alias: { "wasm-process-buffers": local("../../dist/index.js") },
  });
  return outputFiles[0].text;
}
