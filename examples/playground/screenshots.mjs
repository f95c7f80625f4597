// Takes two pictures of the page: on a desktop with light colours, and on a phone with dark colours.

import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { createServer } from "vite";
import { chromiumArgs, chromium as installedChromium } from "../../.ci/tools.mjs";

const SCREENS = [
  { name: "playground-light", viewport: { width: 1280, height: 1010 }, colorScheme: "light" },
  { name: "playground-dark-phone", viewport: { width: 390, height: 844 }, colorScheme: "dark", deviceScaleFactor: 1.75 },
];
const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));

const server = await createServer({ configFile: fromHere("vite.config.mjs"), logLevel: "warn" });
await server.listen();
const browser = await chromium.launch({ executablePath: installedChromium(), args: chromiumArgs });
try {
  mkdirSync(fromHere("../../docs/images"), { recursive: true });
  for (const screen of SCREENS) await photograph(screen);
} finally {
  await browser.close();
  await server.close();
}

async function photograph({ name, ...screen }) {
  const page = await browser.newPage(screen);
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(server.resolvedUrls.local[0]);
  await page.getByRole("button", { name: "Start sound" }).click();
  await page
    .getByText(/^time per block/)
    .filter({ hasNotText: "counting" })
    .waitFor({ state: "attached" });
  await page.getByRole("checkbox", { name: "In 1" }).uncheck();
  await page.getByText("0 of 1 connected").waitFor();
  const path = fromHere(`../../docs/images/${name}.png`);
  await page.screenshot({ path, fullPage: process.argv.includes("--full") });
  console.log(`docs/images/${name}.png: ${statSync(path).size} bytes`);
  await page.close();
}
