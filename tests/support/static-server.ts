import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

export interface ServeOptions {
  /** Sent with each answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers what is posted, wherever to. */
  readonly posted?: (body: string) => Promise<string>;
}

/** Serves the files of a folder as they are, on a free port. */
export async function serveFolder(
  folder: string,
  { headers, posted }: ServeOptions = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    if (request.method === "POST" && posted !== undefined) {
      response.end(await posted(await text(request)));
      return;
    }
    const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    try {
      const content = await readFile(file);
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
