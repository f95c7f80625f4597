import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faustCompiler } from "../faust.mjs";

/** Compiles one voice of the instrument; resolves to the paths of its module, of Faust's mixer, and of Faust's description of it. */
export async function build() {
  const compiler = await faustCompiler();
  const { code, json } = await compiler.createPolyDSPFactory("instrument", readFileSync(path("instrument.dsp"), "utf8"), "");
  const { mixerBuffer } = await compiler.getAsyncInternalMixerModule();
  const output = { wasm: path("build/voice.wasm"), mixer: path("build/mixer.wasm"), json: path("build/voice.json") };
  mkdirSync(path("build"), { recursive: true });
  writeFileSync(output.wasm, code);
  writeFileSync(output.mixer, mixerBuffer);
  writeFileSync(output.json, json);
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
