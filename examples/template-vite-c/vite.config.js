import { defineConfig } from "vite";

export default defineConfig({
  // Relative paths, so that what `vite build` makes can be served from any folder of any server.
  base: "./",
  // A worklet loads its files as ES modules.
  worker: { format: "es" },
});
