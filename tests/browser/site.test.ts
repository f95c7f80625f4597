// The site, as `npm run site` has written it, in every browser: each page opens, the keyboard is enough, and axe finds no fault.

import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { FramedPage } from "../support/framed-page";

const BASE = "/wasm-process-buffers/";
let page: FramedPage;

afterEach(() => page.close());

const open = (path: string, width = 1100) => FramedPage.open(BASE + path, width, (opened) => opened.all("h1").length > 0);

/** Pages by the name of their source, such as reference_functions_peak.md. */
async function pagePaths(): Promise<string[]> {
  const hashes: Record<string, string> = await (await fetch(`${BASE}hashmap.json`)).json();
  return Object.keys(hashes).map((name) => `${name.replace(/\.md$/, "").replaceAll("_", "/")}.html`);
}

/** Those that a page's sidebar leads to. */
async function sidebarLinks(path: string): Promise<string[]> {
  page = await open(path);
  const links = page.all<HTMLAnchorElement>("#VPSidebarNav a").map(({ href }) => new URL(href).pathname);
  await page.close();
  return links;
}

test("every page opens, with a heading, and nothing is complained of", { timeout: 120_000 }, async () => {
  const [documents, reference] = [await sidebarLinks("kernels/c.html"), await sidebarLinks("reference/index.html")];
  // All but the landing page and the reference's first one, which the navigation leads to.
  expect(new Set([...documents, ...reference]).size).toBe((await pagePaths()).length - 2);

  const complaints: string[] = [];
  // From a page that is none of them: a link to the page that an address already names loads nothing.
  page = await open("");
  page.window.addEventListener("error", ({ message }) => complaints.push(message));
  page.window.addEventListener("unhandledrejection", ({ reason }) => complaints.push(String(reason)));
  // WebKit lets nobody change an address more than 100 times in 30 seconds, and a link is two changes.
  page.window.history.pushState = page.window.history.replaceState = () => {};
  for (const link of [...documents, ...reference]) await follow(link);
  await page.close();
  expect(complaints).toEqual([]);
});

test("the landing page says what it is, and its demonstration starts on a click and stops on another", async () => {
  page = await open("");
  expect(page.text(".VPHero .text")).toContain("WebAssembly");
  await page.click(".demonstration .start");
  await page.waitForText(".demonstration [role=status]", /^(The drum turns the chord down|The browser does not play sound yet)/);
  if (page.text(".demonstration [role=status]").startsWith("The chord")) {
    await page.waitForText(".demonstration dl > div:last-child .figure", /dB$/);
  }
  await page.click(".demonstration .start");
  await page.waitForText(".demonstration [role=status]", "Sound is off.");
});

test("search finds a page by a word of it", async () => {
  page = await open("hosts.html");
  await page.click("#local-search button");
  await page.waitUntil(() => page.document.activeElement?.id === "localsearch-input");
  await page.press(..."latency");
  await page.waitUntil(() => page.all("#localsearch-list li a").some((link) => link.getAttribute("href")!.includes("blocks.html")));
});

test("the first key leads past the navigation to the content", async () => {
  page = await open("hosts.html");
  page.window.focus();
  await page.press("Tab");
  await page.waitUntil(() => page.document.activeElement?.classList.contains("VPSkipLink") === true);
  await page.press("Enter");
  await page.waitUntil(() => page.document.activeElement?.id === "VPContent");
});

test.each([
  ["", 390],
  ["kernels/index.html", 390],
  ["reference/index.html", 390],
  ["memory.html", 390],
])("%s is no wider than a phone", async (path, width) => {
  page = await open(path, width);
  expect(page.document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});

test.each(["", "kernels/c.html", "reference/classes/ProcessBufferStorage.html", "playground/"])(
  "axe finds no fault with /%s, in the light and in the dark",
  async (path) => {
    page = await open(path);
    const script = page.document.createElement("script");
    script.textContent = axe.source;
    // Colours on their way from light to dark are nobody's.
    const still = page.document.createElement("style");
    still.textContent = "*, ::before, ::after { transition: none !important; }";
    page.document.head.append(script, still);
    for (const isDark of [false, true]) {
      page.document.documentElement.classList.toggle("dark", isDark);
      const { violations, passes } = await (page.window as unknown as { axe: typeof axe }).axe.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
        resultTypes: ["violations"],
      });
      expect(passes.length).toBeGreaterThan(5);
      expect(violations.map(({ id, nodes }) => [id, nodes.slice(0, 4).map(({ target, any }) => `${target}: ${any[0]?.message}`)])).toEqual(
        [],
      );
    }
  },
);

/** Follows a link as a reader does, by a click, which the page answers without loading anew. */
async function follow(href: string): Promise<void> {
  const link = page.document.createElement("a");
  link.href = href;
  page.document.querySelector("#app")!.append(link);
  link.click();
  link.remove();
  const shown = () => [
    page.all<HTMLAnchorElement>("#VPSidebarNav .is-active > .item a").map(({ href }) => new URL(href).pathname),
    page.all(".VPDoc h1").filter(({ textContent }) => textContent !== "").length,
  ];
  await expect.poll(shown, { timeout: 15_000, interval: 20 }).toEqual([[href], 1]);
}
