// What a core could do that it must not, found in its binary by way of binaryen's reading of it.
//
// What it finds in memory it may store again, compare, or end a loop early by. It must not be an address,
// a length, or all that ends a loop.

import binaryen from "binaryen";
import { type CoreFunction, describe, PARTS, partsOf, within } from "./core-expressions";
import { isCounted } from "./core-loops";
import { FoundValues } from "./core-values";

/** Every fault of a core, in words; none for one that does only what it may. It exports these functions, and nothing beside them. */
export function coreFaults(bytes: Uint8Array<ArrayBuffer>, exported: readonly string[]): string[] {
  const module = binaryen.readBinary(bytes) as Module;
  try {
    const functions = definedFunctions(module);
    return [...interfaceFaults(bytes, exported), ...sectionFaults(module), ...recursionFaults(functions), ...functionFaults(functions)];
  } finally {
    module.dispose();
  }
}

// What the library's own types leave out.
type Module = ReturnType<typeof binaryen.readBinary> & {
  getNumDataSegments(): number;
  getFunctionByIndex(index: number): number;
  getGlobalByIndex(index: number): number;
};

function interfaceFaults(bytes: Uint8Array<ArrayBuffer>, exported: readonly string[]): string[] {
  const module = new WebAssembly.Module(bytes);
  const imported = WebAssembly.Module.imports(module).filter(
    ({ module, name, kind }) => `${module}.${name} ${kind}` !== "env.memory memory",
  );
  const differences = (kind: string, expected: readonly string[]) => {
    const found = WebAssembly.Module.exports(module)
      .filter((one) => one.kind === kind)
      .map(({ name }) => name);
    return [
      ...found.filter((name) => !expected.includes(name)).map((name) => `exports ${kind} ${name}, which is documented nowhere`),
      ...expected.filter((name) => !found.includes(name)).map((name) => `does not export ${kind} ${name}`),
    ];
  };
  return [
    ...imported.map(({ module, name, kind }) => `imports ${kind} ${module}.${name}`),
    ...(WebAssembly.Module.imports(module).some(({ kind }) => kind === "memory") ? [] : ["imports no memory"]),
    ...differences("function", exported),
    ...differences("global", []),
    ...differences("memory", []),
    ...differences("table", []),
  ];
}

function sectionFaults(module: Module): string[] {
  const faults: string[] = [];
  if (module.getNumDataSegments() > 0) faults.push("has a data section");
  if (module.getNumElementSegments() > 0) faults.push("has an element section");
  if (module.getNumTables() > 0) faults.push("has a table");
  if (module.getStart() !== 0) faults.push("has a start function");
  for (let i = 0; i < module.getNumGlobals(); i++) {
    if (binaryen.getGlobalInfo(module.getGlobalByIndex(i)).mutable) faults.push("keeps state in a global that changes");
  }
  return faults;
}

function definedFunctions(module: Module): Map<string, CoreFunction> {
  const functions = new Map<string, CoreFunction>();
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { name, body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (body !== 0) functions.set(name, { name, body });
  }
  return functions;
}

/** A function that calls itself, by whatever way, is a loop that has no count. */
function recursionFaults(functions: ReadonlyMap<string, CoreFunction>): string[] {
  const calls = new Map(
    [...functions].map(([name, { body }]) => [name, within(body, binaryen.CallId).map(({ target }) => target as string)]),
  );
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (calls.get(from) ?? []).some((callee) => callee === to || (!seen.has(callee) && reaches(callee, to, seen.add(callee))));
  return [...functions.keys()].filter((name) => reaches(name, name)).map((name) => `function ${name} calls itself`);
}

/** Parts that say where in memory, and how much of it. */
const PLACES = ["ptr", "dest", "source", "size"];

function functionFaults(functions: ReadonlyMap<string, CoreFunction>): string[] {
  const found = new FoundValues(functions);
  const faultsOf = (name: string, ref: number): string[] => {
    const expression = describe(ref);
    const faults: string[] = [];
    if (!PARTS.has(expression.id)) faults.push(`function ${name} has ${kindOf(expression.id)}, which is not allowed`);
    if (expression.id === binaryen.CallId && !functions.has(expression.target as string))
      faults.push(`function ${name} calls ${expression.target as string}, which is outside`);
    for (const place of PLACES) {
      if (typeof expression[place] === "number" && found.has(expression[place])) {
        faults.push(`function ${name} uses what it found in memory as ${place === "size" ? "a length" : "an address"}`);
      }
    }
    if (expression.id === binaryen.LoopId && !isCounted(expression, (part) => found.has(part)))
      faults.push(`function ${name} has a loop whose end is not a count that was given`);
    return [...faults, ...partsOf(expression).flatMap((part) => faultsOf(name, part))];
  };
  return [...functions.values()].flatMap(({ name, body }) => [...new Set(faultsOf(name, body))]);
}

function kindOf(id: number): string {
  const ids = binaryen as unknown as Record<string, unknown>;
  return (
    Object.keys(ids)
      .find((key) => /^[A-Z]\w+Id$/.test(key) && ids[key] === id)
      ?.slice(0, -2) ?? `instruction ${id}`
  );
}
