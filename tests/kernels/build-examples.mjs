// Compiles those kernels of examples that tests in browsers play, too.

import { build as buildAssemblyScript } from "../../examples/assemblyscript.mjs";
import { build as buildCallback } from "../../examples/emscripten-callback/build.mjs";
import { buildWithDefaultLoader } from "../../examples/emscripten-kernel/build.mjs";

await buildAssemblyScript(new URL("../../examples/worker-kernel/", import.meta.url));
await buildCallback();
await buildWithDefaultLoader();
