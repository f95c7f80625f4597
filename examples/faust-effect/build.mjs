import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { faustCompiler } from "../faust.mjs";

/**
 * Compiles the effect; resolves to the paths of its module and of Faust's description of it.
 *
 * @param source The file with Faust's code.
 * @param forPolyphony Whether the module imports its memory, as those that share one between voices do.
 */
export async function build(source = path("effect.dsp"), forPolyphony = false) {
  const compiler = await faustCompiler();
  const text = readFileSync(source, "utf8");
  const factory = await (forPolyphony
    ? compiler.createPolyDSPFactory("effect", text, "")
    : compiler.createMonoDSPFactory("effect", text, ""));
  if (factory === null) throw new Error(compiler.getErrorMessage());
  const { code, json } = factory;
  const name = `${basename(source, ".dsp")}${forPolyphony ? "-poly" : ""}`;
  const output = { wasm: path(`build/${name}.wasm`), json: path(`build/${name}.json`) };
  mkdirSync(path("build"), { recursive: true });
  writeFileSync(output.wasm, code);
  writeFileSync(output.json, json);
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
