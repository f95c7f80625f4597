import { defineConfig } from "vite";

export default defineConfig({
  // Any folder of any server will do for what `vite build` makes.
  base: "./",
  // A worklet loads modules.
  worker: { format: "es" },
});
