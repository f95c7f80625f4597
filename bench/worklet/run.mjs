import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
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
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function serve() {
  const page = `<!doctype html><title>bench</title><script type="module" src="page.js"></script>`;
  const files = { "/": ["text/html", page] };
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
