import { fileUrl, inNode } from "./file-urls";

/** Compiles a built module, in Node and in browsers. `path` is its path in the project. */
export async function loadModule(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await loadBytes(path));
}

export async function loadBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!inNode) return new Uint8Array(await (await fetch(fileUrl(path))).arrayBuffer());
  const { readFile } = await import("node:fs/promises");
  return new Uint8Array(await readFile(new URL(fileUrl(path))));
}
