// Makes the declarations that are built the measure which tests/node/package/api.test.ts compares with: part of
// a release.

import { cpSync, rmSync } from "node:fs";

const released = "tests/api/released";
rmSync(released, { recursive: true, force: true });
cpSync("dist", released, { recursive: true, filter: (path) => path === "dist" || path.endsWith(".d.ts") });
