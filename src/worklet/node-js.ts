// Node's modules, for the page's side in Node. They are not imported, because such imports break bundles for browsers.

declare const process: NodeProcess | undefined;

interface NodeProcess {
  cwd(): string;
  getBuiltinModule?(name: string): unknown;
}

/** [setup] A module that is built into Node; undefined elsewhere, and in Node before 20.16. */
export function builtinModule(name: string): unknown {
  return typeof process === "object" ? process.getBuiltinModule?.(name) : undefined;
}

/** [setup] A package, as a program in the current folder finds it. @throws What Node throws when it does not find it. */
export function installedPackage(name: string): unknown {
  const { createRequire } = builtinModule("node:module") as { createRequire(path: string): (name: string) => unknown };
  return createRequire(`${process!.cwd()}/`)(name);
}
