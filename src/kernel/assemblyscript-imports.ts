// The functions that modules compiled from AssemblyScript import.

import { bytesAt, type Imported, type ImportingKernel, kernelError, tell, wordAt } from "./kernel-memory";

/** [setup] The function that AssemblyScript imports from `env` under this name, for one kernel. Undefined for any other name. */
export function assemblyScriptFunction(context: ImportingKernel, name: string): Imported | undefined {
  if (name === "abort") return aborts(context);
  if (name === "trace") return traces(context);
  if (name === "seed") return () => Date.now() * Math.random();
  if (name === "Date.now") return () => Date.now();
  const mathsFunction = /^Math\.(\w+)$/.exec(name)?.[1] ?? "";
  if (Object.hasOwn(Math, mathsFunction)) return Math[mathsFunction as "sin"] as Imported;
  return undefined;
}

/** AssemblyScript passes message, file, line and column. Emscripten and C import a function of this name without arguments. */
function aborts(context: ImportingKernel): Imported {
  return (message?: number, file?: number, line?: number, column?: number) => {
    if (column === undefined) throw kernelError(context, "aborted");
    throw kernelError(
      context,
      `aborted: ${stringAt(context, message!) || "no message"}, at ${stringAt(context, file!) || "?"}:${line}:${column}`,
    );
  };
}

function traces(context: ImportingKernel): Imported {
  return (message: number, count: number, ...numbers: number[]) =>
    tell("log", [stringAt(context, message), ...numbers.slice(0, count)].join(" "));
}

/** Reads a string of AssemblyScript's: UTF-16, with its length in bytes in the 32-bit word before it. */
function stringAt(context: ImportingKernel, address: number): string {
  if (address === 0) return "";
  const bytes = bytesAt(context, address, wordAt(context, address - 4));
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8));
  return text;
}
