// Serves the page, with the headers that allow its threads to share memory.
//
//   node examples/worker-kernel/serve.mjs

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { build as buildKernel } from "../assemblyscript.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * @param {number} port 0 for any that is free.
 * @param {Readonly<Record<string, string>>} headers What is sent with each file.
 * @returns The page's URL, and a function that closes the server.
 */
export async function serve(port, headers = ISOLATION) {
  const files = {
    "/index.html": path("index.html"),
    "/kernel.wasm": await buildKernel(new URL(".", import.meta.url)),
  };
  // One bundle for each thread, because workers and worklets have no import maps.
  for (const name of ["page", "worker", "processor"]) {
    const outfile = path(`build/page/${name}.js`);
    await bundle({ entryPoints: [path(`${name}.mjs`)], outfile, bundle: true, format: "esm", logLevel: "error" });
    files[`/${name}.js`] = outfile;
  }
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const file = files[pathname === "/" ? "/index.html" : pathname];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { ...headers, "Content-Type": TYPES[extname(file)] }).end(await readFile(file));
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await serve(8080);
  console.log(`open ${url}`);
}
