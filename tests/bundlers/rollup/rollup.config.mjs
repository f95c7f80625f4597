import { fileURLToPath } from "node:url";

/** What @rollup/plugin-node-resolve does, for this one package. */
const packages = {
  name: "packages",
  resolveId: (id) => (id === "wasm-process-buffers" ? fileURLToPath(import.meta.resolve(id)) : null),
};

export default {
  input: ["main.js", "processor.js"],
  output: { dir: "dist" },
  plugins: [packages],
};
