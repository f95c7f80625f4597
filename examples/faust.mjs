// Faust's compiler, for the examples in Faust.

import { fileURLToPath } from "node:url";
// Node is not led to this file by the package's name alone.
import { FaustCompiler, instantiateFaustModuleFromFile, LibFaust } from "@grame/faustwasm/dist/esm/index.js";

/** Resolves to the compiler: libfaust, itself in wasm, is read from the package. */
export async function faustCompiler() {
  const library = fileURLToPath(import.meta.resolve("@grame/faustwasm/libfaust-wasm/libfaust-wasm.js"));
  return new FaustCompiler(new LibFaust(await instantiateFaustModuleFromFile(library)));
}
