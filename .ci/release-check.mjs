// Says whether what is built may be released under a tag: node .ci/release-check.mjs v1.2.3

import { readdirSync, readFileSync } from "node:fs";

const tag = process.argv[2];
const read = (path) => readFileSync(path, "utf8");
const { version } = JSON.parse(read("package.json"));
const declarations = readdirSync("dist").filter((name) => name.endsWith(".d.ts"));

const faults = [
  [tag !== `v${version}`, `tag ${tag} is not v${version}, which package.json says`],
  [!read("CHANGELOG.md").includes(`\n## [${version}] - `), `CHANGELOG.md has no section "## [${version}] - <date>"`],
  [
    declarations.some((name) => read(`dist/${name}`) !== read(`tests/api/released/${name}`)),
    "tests/api/released is not what is built: npm run release:api",
  ],
].filter(([isWrong]) => isWrong);

for (const [, message] of faults) console.error(message);
process.exitCode = faults.length === 0 ? 0 : 1;
