// The playground as it follows the system's wishes, which only a debugging protocol can change.

import { afterEach, expect, test } from "vitest";
import { cdp } from "vitest/browser";
import type { FramedPage } from "../support/framed-page";
import { openPlayground } from "../support/playground-page";

let page: FramedPage;

afterEach(async () => {
  page.close();
  await prefer({});
});

async function prefer(features: Record<string, string>): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<void> };
  await session.send("Emulation.setEmulatedMedia", { features: Object.entries(features).map(([name, value]) => ({ name, value })) });
}

test("with less motion preferred, figures go on, but lines and meters do not move", async () => {
  await prefer({ "prefers-reduced-motion": "reduce" });
  page = await openPlayground();
  await page.click("#start");
  await page.waitForText("[data-bus='input 0'] small", "2 of 2 connected");
  const waves = () => page.all("#drawing .wave").map((wave) => wave.getAttribute("d"));
  const blocks = () => page.text("#diagnostics div:nth-child(5) dd");
  const [wavesBefore, blocksBefore] = [waves(), blocks()];
  await page.waitUntil(() => blocks() !== blocksBefore);
  expect(waves()).toEqual(wavesBefore);
  expect(page.window.getComputedStyle(page.all(".meter span")[0]!).transitionDuration).toBe("0s");
});

test("in the dark, the page is dark", async () => {
  page = await openPlayground();
  const brightness = () => Number(/\d+/.exec(page.window.getComputedStyle(page.document.body).backgroundColor)![0]);
  expect(brightness()).toBeGreaterThan(200);
  await prefer({ "prefers-color-scheme": "dark" });
  expect(brightness()).toBeLessThan(50);
});
