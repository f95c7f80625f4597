// The folder that is published as the site, as `npm run site` has written it: links, names, and nothing from elsewhere.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as api from "wasm-process-buffers";
import { PAGES } from "../../support/pages";

const SITE = "build/site";
const BASE = new URL(JSON.parse(readFileSync("package.json", "utf8")).homepage).pathname;
const files = existsSync(SITE) ? readdirSync(SITE, { recursive: true, encoding: "utf8" }) : [];
const pages = new Map(files.filter((name) => name.endsWith(".html")).map((name) => [name, readFileSync(join(SITE, name), "utf8")]));
const attributes = (html: string, name: string) =>
  Array.from(html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g")), ([, value]) => value!.replaceAll("&amp;", "&"));

test("the site is built: `npm run site` does it", () => {
  expect(pages.size).toBeGreaterThan(40);
});

test("it has a page for each of docs/, the changes, and the playground", () => {
  const wanted = PAGES.filter((page) => page.startsWith("docs/")).map((page) => page.slice(5).replace(/\.md$/, ".html"));
  expect([...wanted, "changes.html", "playground/index.html"].filter((page) => !pages.has(page))).toEqual([]);
});

describe("the reference", () => {
  const sidebar: { text: string; items: { text: string; link: string }[] }[] = JSON.parse(
    readFileSync("build/site-pages/reference/typedoc-sidebar.json", "utf8"),
  );
  const named = sidebar.flatMap(({ items }) => items);

  test("has the groups storage, hosts, kernels, node and tools, and no others", () => {
    expect(sidebar.map(({ text }) => text)).toEqual(["Storage", "Hosts", "Kernels", "Node", "Tools"]);
  });

  test("has a page for every export, in one of the groups", () => {
    const pageOf = (name: string) =>
      named
        .find(({ text }) => text === name)
        ?.link.slice(1)
        .replace(/\.md$/, ".html") ?? "";
    expect(Object.keys(api).filter((name) => !pages.get(pageOf(name))?.includes(name))).toEqual([]);
  });

  test.each([
    ["ProcessBufferStorage", "Storage"],
    ["InterleavedHost", "Hosts"],
    ["instantiateKernel", "Kernels"],
    ["nodeOptionsFor", "Node"],
    ["peak", "Tools"],
  ])("has %s among what is for %s", (name, group) => {
    expect(sidebar.filter(({ items }) => items.some(({ text }) => text === name)).map(({ text }) => text)).toEqual([group]);
  });
});

test("no link within the site is dead, nor leads to a heading that is not there", () => {
  const dead: string[] = [];
  const anchors = new Map([...pages].map(([name, html]) => [name, new Set(attributes(html, "id"))]));
  let count = 0;
  for (const [name, html] of pages) {
    for (const link of attributes(html, "(?:href|src)")) {
      if (/^(https?:|data:)/.test(link)) continue;
      count++;
      const { pathname, hash } = new URL(link, `http://site${BASE}${name}`);
      const path = decodeURIComponent(pathname.slice(BASE.length));
      const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
      const isThere = pathname.startsWith(BASE) && existsSync(join(SITE, file)) && statSync(join(SITE, file)).isFile();
      const anchor = decodeURIComponent(hash.slice(1));
      if (!isThere || (anchor !== "" && anchors.get(file)?.has(anchor) !== true)) dead.push(`${name}: ${link}`);
    }
  }
  expect(count).toBeGreaterThan(1000);
  expect(dead).toEqual([]);
});

test("nothing is loaded from another place, so the site works without a network", () => {
  const loaded =
    /<(?:script|img|iframe|source|audio|video)[^>]*\ssrc="https?:|<link[^>]*rel="?(?:stylesheet|preload|modulepreload|icon)[^>]*href="https?:/;
  expect([...pages].filter(([, html]) => loaded.test(html)).map(([name]) => name)).toEqual([]);
  const sheets = files.filter((name) => name.endsWith(".css")).map((name) => readFileSync(join(SITE, name), "utf8"));
  expect(sheets.length).toBeGreaterThan(1);
  expect(sheets.filter((text) => /url\(["']?https?:|@import/.test(text))).toEqual([]);
});
