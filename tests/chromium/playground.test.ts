// The playground as it follows the system's wishes, which only a debugging protocol can change.

import { afterEach, expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { buildPlayground, Visit } from "../setup/visit";

let visit: Visit;

afterEach(async () => {
  visit.leave();
  await prefer({});
});

async function prefer(features: Record<string, string>): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<void> };
  await session.send("Emulation.setEmulatedMedia", { features: Object.entries(features).map(([name, value]) => ({ name, value })) });
}

test("with less motion preferred, figures go on, but lines and meters do not move", async () => {
  await buildPlayground();
  await prefer({ "prefers-reduced-motion": "reduce" });
  visit = await Visit.open();
  await visit.click("#start");
  await visit.read("[data-bus='input 0'] small", "2 of 2 connected");
  const waves = () => visit.all("#drawing .wave").map((wave) => wave.getAttribute("d"));
  const blocks = () => visit.text("#diagnostics div:nth-child(5) dd");
  const [wavesBefore, blocksBefore] = [waves(), blocks()];
  await visit.see(() => blocks() !== blocksBefore);
  expect(waves()).toEqual(wavesBefore);
  expect(visit.window.getComputedStyle(visit.all(".meter span")[0]!).transitionDuration).toBe("0s");
});

test("in the dark, the page is dark", async () => {
  await buildPlayground();
  visit = await Visit.open();
  const brightness = () => Number(/\d+/.exec(visit.window.getComputedStyle(visit.document.body).backgroundColor)![0]);
  expect(brightness()).toBeGreaterThan(200);
  await prefer({ "prefers-color-scheme": "dark" });
  expect(brightness()).toBeLessThan(50);
});
