// Fetches and compiles kernels' modules on the page's side: once for the same URL, and once for the same bytes.

import { checkPolicy } from "../engine";
import { bytesOf, type DeclaredMemory, declaredMemory, isBytes } from "../kernel/module-bytes";
import { nameOfClass } from "../memory/heap";
import { described } from "../messages";
import { builtinModule } from "./node-js";
import type { ResponseOfPage, UrlOfPage } from "./page-types";

/** A kernel's compiled module, its bytes, the response that brings them, or its URL. A string is a URL, relative to the page. */
export type KernelSource = WebAssembly.Module | BufferSource | ResponseOfPage | UrlOfPage | string;

/** A compiled module, and what its bytes tell. */
export interface CompiledModule {
  readonly module: WebAssembly.Module;
  /** Names the module for as long as it exists. Each worklet gets a clone of the module, and clones cannot be compared. */
  readonly id: string;
  /** The memory that the module imports; undefined if it imports none, or if it came already compiled. */
  readonly memory: DeclaredMemory | undefined;
}

/**
 * [setup] Compiles a module. The same bytes and the same URL give the same module again, as long as it has not been collected.
 *
 * @throws TypeError when `source` is no source; Error when the module cannot be fetched or does not compile.
 */
export async function compiledModule(source: KernelSource): Promise<CompiledModule> {
  const kind = nameOfClass(source);
  if (kind === "[object WebAssembly.Module]") return ofModule(source as WebAssembly.Module, undefined);
  if (typeof source === "string" || kind === "[object URL]") {
    return once(modulesByUrl, absolute(String(source)), async (url) => ofBytes(await fetchedBytes(url), ` from ${url}`));
  }
  if (kind === "[object Response]") {
    const response = source as Response;
    const origin = response.url === "" ? "" : ` from ${response.url}`;
    return ofBytes(await read(() => bytesOfResponse(response), origin), origin);
  }
  if (isBytes(source)) return ofBytes(bytesOf(source).slice() as Uint8Array<ArrayBuffer>);
  if (kind === "[object Promise]") throw new TypeError("option module is a promise, which has to be awaited first");
  throw new TypeError(
    `option module is a compiled WebAssembly.Module, a module's bytes, a Response with them, or a URL; ${described(source)} came`,
  );
}

type Known = Promise<CompiledModule> | WeakRef<WebAssembly.Module>;
const modulesByUrl = /* @__PURE__ */ new Map<string, Known>();
/** By the digest of the bytes. */
const modulesByContent = /* @__PURE__ */ new Map<string, Known>();
/** Weak, so that an entry can be collected with its module. */
const compiledModules = /* @__PURE__ */ new WeakMap<WebAssembly.Module, CompiledModule>();

/** The module that `key` has given before, or is giving now; else the one that `make` makes. */
async function once(known: Map<string, Known>, key: string, make: (key: string) => Promise<CompiledModule>): Promise<CompiledModule> {
  const before = known.get(key);
  if (before instanceof Promise) return before;
  const module = before?.deref();
  if (module !== undefined) return compiledModules.get(module)!;
  const made = make(key);
  known.set(key, made);
  try {
    const compiled = await made;
    known.set(key, new WeakRef(compiled.module));
    return compiled;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

function ofModule(module: WebAssembly.Module, memory: DeclaredMemory | undefined): CompiledModule {
  let compiled = compiledModules.get(module);
  if (compiled === undefined) {
    compiled = { module, id: `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`, memory };
    compiledModules.set(module, compiled);
  }
  return compiled;
}

/** @param origin Where the bytes are from, for the error's message. */
async function ofBytes(bytes: Uint8Array<ArrayBuffer>, origin = ""): Promise<CompiledModule> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return once(modulesByContent, digest.join(), async () => {
    try {
      return ofModule(await WebAssembly.compile(bytes), declaredMemory(bytes));
    } catch (cause) {
      checkPolicy(cause);
      throw new Error(
        `the kernel's ${bytes.length} bytes${origin} do not compile: they are no module, or need what this engine does not have`,
        {
          cause,
        },
      );
    }
  });
}

function absolute(url: string): string {
  // Without a page there is no base, so the URL has to be absolute.
  const { baseURI } = (globalThis as { document?: { baseURI: string } }).document ?? {};
  try {
    return new URL(url, baseURI).href;
  } catch (cause) {
    throw new TypeError(`option module is a URL where it is a string; ${described(url)} came`, { cause });
  }
}

async function fetchedBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = fileReader(url);
  return read(async () => (file === undefined ? bytesOfResponse(await fetch(url)) : file()), ` from ${url}`);
}

/** @throws Error that says whose bytes they are, and where from. */
async function read(bytes: () => Promise<Uint8Array<ArrayBuffer>>, origin: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await bytes();
  } catch (cause) {
    throw new Error(`the kernel could not be fetched${origin}: ${(cause as Error).message}`, { cause });
  }
}

async function bytesOfResponse(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) throw new Error(`the answer was ${response.status || "a network error"} ${response.statusText}`.trim());
  if (response.bodyUsed) throw new Error("the response was read before; hand over its clone(), or its bytes");
  return new Uint8Array(await response.arrayBuffer());
}

/** Reads a `file:` URL in Node, where `new URL("./kernel.wasm", import.meta.url)` gives one: Node's fetch does not take them. */
function fileReader(url: string): (() => Uint8Array<ArrayBuffer>) | undefined {
  if (!url.startsWith("file:")) return undefined;
  const files = builtinModule("node:fs") as { readFileSync(url: URL): Uint8Array<ArrayBuffer> } | undefined;
  return files && (() => new Uint8Array(files.readFileSync(new URL(url))));
}
