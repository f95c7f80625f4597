// Writes the site into build/site, one static folder: the pages of docs/, the reference, and the playground.
// It is made for the path that the manifest's homepage names; SITE_BASE=/ makes it for the root of a server.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build as buildPlayground } from "vite";
import { build as buildPages } from "vitepress";
import { build as buildKernel } from "../examples/assemblyscript.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const PAGES = "build/site-pages";
const SITE = "build/site";
const { repository } = JSON.parse(readFileSync("package.json", "utf8"));
const REPOSITORY = repository.url.replace(/^git\+(.*)\.git$/, "$1");

rmSync(PAGES, { recursive: true, force: true });
rmSync(SITE, { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typedoc/bin/typedoc", "--options", "site/typedoc.json"], {
  stdio: "inherit",
});
for (const path of filesIn("docs")) copyPage(path, join(PAGES, relative("docs", path)));
copyPage("CHANGELOG.md", join(PAGES, "changes.md"));
writeFileSync(
  join(PAGES, "index.md"),
  readFileSync("site/landing.md", "utf8").replace("<!-- first example -->", () => firstExample()),
);

await buildKernel(new URL("../examples/ducker/", import.meta.url));
await buildPages("site");

process.env.VITE_SITE = "../";
await buildPlayground({
  configFile: "examples/playground/vite.config.mjs",
  logLevel: "warn",
  build: { outDir: join(root, SITE, "playground") },
});

/** Links to files that are no page lead to the repository. */
function copyPage(path, target) {
  if (!/\.(md|svg|png)$/.test(path)) return;
  mkdirSync(dirname(target), { recursive: true });
  if (!path.endsWith(".md")) return cpSync(path, target);
  const text = readFileSync(path, "utf8").replaceAll(/\]\((?!https?:|#)([^)#]+)((?:#[^)]*)?)\)/g, (link, to, anchor) => {
    const file = join(dirname(path), to);
    if (file.startsWith("docs/")) return link;
    return `](${REPOSITORY}/${statSync(file).isDirectory() ? "tree" : "blob"}/main/${file}${anchor})`;
  });
  writeFileSync(target, text);
}

/** README's own, with the command before it, and links to pages of the site where the page is one. */
function firstExample() {
  const [example] = /^ {4}npm install [\s\S]*?(?=^\[Site\])/m.exec(readFileSync("README.md", "utf8"));
  return example.replaceAll(/\(https:[^)]*\/blob\/main\/docs\/([^)#]+)\.md/g, "(./$1.html");
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
