import { inNode, urlOf } from "./place";

/** Compiles a built module, named by its path from the root, in Node and in browsers. */
export async function loadModule(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await loadBytes(path));
}

export async function loadBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!inNode) return new Uint8Array(await (await fetch(urlOf(path))).arrayBuffer());
  const { readFile } = await import("node:fs/promises");
  return new Uint8Array(await readFile(new URL(urlOf(path))));
}
