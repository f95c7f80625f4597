// A vite plug-in: serves build/site under the path that the site is made for, byte for byte.

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Plugin } from "vite";

const { homepage } = JSON.parse(await readFile("package.json", "utf8"));
const BASE = new URL(homepage).pathname;
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

export function serveSite(headers: Readonly<Record<string, string>>): Plugin {
  return {
    name: "serve-site",
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const { pathname } = new URL(request.url ?? "/", "http://localhost");
        if (!pathname.startsWith(BASE)) return next();
        const path = decodeURIComponent(pathname.slice(BASE.length));
        const file = join("build/site", path === "" || path.endsWith("/") ? `${path}index.html` : path);
        try {
          const content = await readFile(file);
          response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", ...headers }).end(content);
        } catch {
          response.writeHead(404).end();
        }
      });
    },
  };
}
