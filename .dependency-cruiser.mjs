// What may import what in `src/`: a file imports only what stands above it in this list, and no file leads back to
// itself. `npm run lint` checks it. Imports of types count, because who knows a type knows the file.

/** From the bottom of the house to its top. Files of one layer may import each other. */
const LAYERS = {
  ground: "(abi|block|diagnostics|engine|identity|messages|sample-format|speakers)",
  config: "(parameter-info|config)",
  memory: "memory/[^/]+",
  options: "options",
  "kernel-addresses": "kernel-addresses",
  layout: "(parameter-layout|layout)",
  core: "core/[^/]+",
  tables: "(tables|parameters)",
  "shown-state": "shown-state",
  bus: "(bus|bus-samples)",
  buffers: "buffers",
  "planar-host": "hosts/(typed-array|host-lists|host-parameters|host-side|planar)",
  usage: "usage",
  allocation: "allocation",
  storage: "storage",
  "interleaved-host": "hosts/(interleaved|pcm)",
  kernel: "kernel/[^/]+",
  blocks: "blocks/[^/]+",
  events: "events/[^/]+",
  tools: "tools/[^/]+",
  worklet: "worklet/[^/]+",
  index: "index",
};

const pathsOf = (layers) => `^src/(${layers.map((layer) => LAYERS[layer]).join("|")})[.]ts$`;

const names = Object.keys(LAYERS);

const noLayerImportsUpwards = names.map((name, layer) => ({
  name: `${name}-imports-nothing-above-it`,
  severity: "error",
  from: { path: pathsOf([name]) },
  to: { path: "^src/", pathNot: pathsOf(names.slice(0, layer + 1)) },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...noLayerImportsUpwards,
    {
      name: "no-circle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "every-file-has-its-layer",
      comment: "Without one it could import anything.",
      severity: "error",
      from: { path: "^src/", pathNot: [pathsOf(names), "[.]d[.]ts$"] },
      to: {},
    },
    {
      name: "nothing-from-outside",
      comment: "The package has no dependencies; the compiled cores are all that is brought in.",
      severity: "error",
      from: { path: "^src/" },
      to: { pathNot: ["^src/", "build/(everyday|conversions|forms|interleaving|parameters)[.]wasm$"] },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
