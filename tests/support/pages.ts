// README and the pages of docs/, as the tests read them.

import { readdirSync, readFileSync } from "node:fs";

/** README, and all pages of docs/, by their paths. */
export const PAGES: readonly string[] = ["README.md", ...markdownIn("docs")];

/** What a page says, as it is written. */
export function textOf(page: string): string {
  return readFileSync(page, "utf8");
}

/** The headings of a page, as the part of an address that leads to them on GitHub. */
export function anchorsOf(page: string): string[] {
  return Array.from(withoutCode(textOf(page)).matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** A page without its blocks of code. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`)
    .toSorted();
}
