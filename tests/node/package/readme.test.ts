// README is short, and each of its links works from the package's page, where no file of the repository is beside it.

import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { anchorsOf, textOf, withoutCode } from "../../support/pages";

const MOST_WORDS = 900;
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const repository = manifest.homepage.replace(/^https:\/\/([^.]+)\.github\.io\/([^/]+)\/$/, "https://github.com/$1/$2");
const readme = textOf("README.md");

/** What is neither code nor a table nor a remark. */
const prose = withoutCode(readme)
  .replaceAll(/<!--.*?-->/g, "")
  .replaceAll(/^(\|| {4}).*$/gm, "")
  // Of a link, its words alone.
  .replaceAll(/\]\([^)]*\)/g, "]");
const links = Array.from(withoutCode(readme).matchAll(/\]\(([^)]+)\)|(?:src|href)="([^"]+)"/g), ([, inText, inTag]) => (inText ?? inTag)!);
const ownLinks = links.filter((link) => link.startsWith(repository));

test(`README has at most ${MOST_WORDS} words of prose`, () => {
  const words = prose.match(/\p{L}[\p{L}\p{N}'’-]*/gu) ?? [];
  expect(words.length).toBeGreaterThan(MOST_WORDS / 3);
  expect(words.length).toBeLessThanOrEqual(MOST_WORDS);
});

test("README's links are absolute", () => {
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
});

test("each link to the repository leads to a file, a folder or a heading that is there", () => {
  expect(ownLinks.length).toBeGreaterThan(10);
  const leads = (link: string) => {
    const [, kind, path, , anchor] = /^\/(blob|tree|raw)\/main\/([^#]+)(#(.+))?$/.exec(link.slice(repository.length)) ?? [];
    if (path === undefined || !existsSync(path)) return false;
    if (statSync(path).isDirectory() !== (kind === "tree")) return false;
    return anchor === undefined || anchorsOf(path).includes(anchor);
  };
  expect(ownLinks.filter((link) => !leads(link))).toEqual([]);
});

test("each link to another repository's file names the commit that was read", () => {
  const files = links.filter((link) => /github\.com\/[^/]+\/[^/]+\/blob\//.test(link) && !ownLinks.includes(link));
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((link) => !/\/blob\/[0-9a-f]{40}\//.test(link))).toEqual([]);
});

test("the manifest says where the repository, the site and the issues are", () => {
  expect(manifest.repository).toEqual({ type: "git", url: `git+${repository}.git` });
  expect(manifest.bugs).toEqual({ url: `${repository}/issues` });
});
