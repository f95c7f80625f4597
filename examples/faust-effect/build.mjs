import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
// Node is not led to this file by the package's name alone.
import { FaustCompiler, instantiateFaustModuleFromFile, LibFaust } from "@grame/faustwasm/dist/esm/index.js";

/** Compiles the effect; resolves to the paths of its module and of Faust's description of it. */
export async function build() {
  const library = fileURLToPath(import.meta.resolve("@grame/faustwasm/libfaust-wasm/libfaust-wasm.js"));
  const compiler = new FaustCompiler(new LibFaust(await instantiateFaustModuleFromFile(library)));
  // For an ordinary effect too: only what Faust makes for polyphony imports its memory.
  const { code, json } = await compiler.createPolyDSPFactory("effect", readFileSync(path("effect.dsp"), "utf8"), "");
  const output = { wasm: path("build/effect.wasm"), json: path("build/effect.json") };
  mkdirSync(path("build"), { recursive: true });
  writeFileSync(output.wasm, code);
  writeFileSync(output.json, json);
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
