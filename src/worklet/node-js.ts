// What Node has, for the page's side where it runs there: asked for without an import, which would break bundles for browsers.

declare const process: NodeProcess | undefined;

interface NodeProcess {
  cwd(): string;
  getBuiltinModule?(name: string): unknown;
}

/** [setup] A module of Node's own; undefined elsewhere, and in Nodes older than 20.16. */
export function builtinModule(name: string): unknown {
  return typeof process === "object" ? process.getBuiltinModule?.(name) : undefined;
}

/** [setup] A package as the program that runs would find it. @throws What Node throws where it finds none. */
export function installedPackage(name: string): unknown {
  const { createRequire } = builtinModule("node:module") as { createRequire(path: string): (name: string) => unknown };
  return createRequire(`${process!.cwd()}/`)(name);
}
