import { assemblyScriptFunction } from "./assemblyscript-imports";
import { cFunction } from "./c-maths";
import { emscriptenFunction } from "./emscripten-imports";
import type { Imported, ImportingKernel } from "./kernel-memory";
import { wasiFunction } from "./wasi";
import { panicHookFunction, wasmBindgenFunction } from "./wasm-bindgen-imports";

/** The values of a module's imports, by module name and import name. */
export type Imports = Record<string, Record<string, WebAssembly.ImportValue>>;

/** [setup] No imports yet. Without a prototype, because a module can import from one that is called `__proto__`. */
export function noImports(): Imports {
  return Object.create(null);
}

/** [setup] What the caller hands over for an import. Not what every object has under such a name, like `constructor`. */
export function givenImport(given: WebAssembly.Imports, module: string, name: string): unknown {
  return entryOf(entryOf(given, module), name);
}

function entryOf(object: unknown, name: string): unknown {
  if ((typeof object !== "object" && typeof object !== "function") || object === null) return undefined;
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : (object as Record<string, unknown>)[name];
}

/** [setup] Adds the value of one import. */
export function addImport(imports: Imports, module: string, name: string, value: WebAssembly.ImportValue): void {
  (imports[module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>)[name] = value;
}

/**
 * [setup] A value for each import that the module declares, and no others. It is taken from `given`; else it is `memory`, if the
 * import is a memory; else it is one of the functions that audio kernels are known to import.
 *
 * @throws Error that names all imports that are still missing, with module, name and kind.
 */
export function importsFor(
  module: WebAssembly.Module,
  given: WebAssembly.Imports,
  context: ImportingKernel,
  memory: WebAssembly.Memory | undefined,
): Imports {
  const declared = WebAssembly.Module.imports(module);
  const hasPanicHook = ["new", "stack", "error"].every((part) => declared.some(({ name }) => name.startsWith(`__wbg_${part}_`)));
  const imports = noImports();
  const missing: WebAssembly.ModuleImportDescriptor[] = [];
  for (const one of declared) {
    const { module: from, name, kind } = one;
    const value =
      givenImport(given, from, name) ??
      (kind === "memory" ? memory : undefined) ??
      (kind === "function" ? knownFunction(context, from, name, hasPanicHook) : undefined);
    if (value === undefined) missing.push(one);
    else addImport(imports, from, name, value as WebAssembly.ImportValue);
  }
  if (missing.length > 0) throw missingImports(missing);
  return imports;
}

function knownFunction(context: ImportingKernel, from: string, name: string, hasPanicHook: boolean): Imported | undefined {
  if (/^wasi_(snapshot_preview1|unstable)$/.test(from)) return wasiFunction(context, name);
  if (from === "env") return emscriptenFunction(context, name) ?? assemblyScriptFunction(context, name) ?? cFunction(name);
  return wasmBindgenFunction(context, name) ?? (hasPanicHook ? panicHookFunction(context, name) : undefined);
}

function missingImports(missing: readonly WebAssembly.ModuleImportDescriptor[]): Error {
  const list = missing.map(({ module, name, kind }) => `${kind} ${module}.${name}`).join(", ");
  const hint = HINTS.find(([, applies]) => missing.some(applies))?.[0] ?? "hand them over as option imports";
  return new Error(`the kernel imports ${missing.length} thing${missing.length > 1 ? "s" : ""} that nobody gives it (${list}); ${hint}`);
}

/** Advice for the message, each with a test that tells for which missing imports it is meant. */
const HINTS: readonly [string, (missing: WebAssembly.ModuleImportDescriptor) => boolean][] = [
  ["it starts threads, which have to be its own loader's", ({ name }) => /thread-spawn|pthread/.test(name)],
  [
    "it is a part of a program that Emscripten links as it runs (-sSIDE_MODULE), which only its main module can load",
    ({ module, name }) => /^GOT\./.test(module) || /^__(memory|table)_base$/.test(name),
  ],
  [
    "Emscripten has shortened these names, so that only its own loader knows them: use that, and captureKernel(module), or build with -sSTANDALONE_WASM",
    ({ module, name }) => /^[a-zA-Z]{1,2}$/.test(module) && /^[\w$]{1,2}$/.test(name),
  ],
  [
    "these are wasm-bindgen's: initialise the kernel by its own glue, and call heapOf with what that resolves to",
    ({ name }) => /^__wb(g|indgen)_/.test(name),
  ],
  [
    "C++ exceptions as Emscripten does them need its loader: build with -fwasm-exceptions or -fno-exceptions",
    ({ name }) => /^(invoke_|__cxa_|__resumeException)/.test(name),
  ],
];
