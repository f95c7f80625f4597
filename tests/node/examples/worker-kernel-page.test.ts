// The page of examples/worker-kernel, served as its README says, and used as a person uses it.

import { chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumArgs, chromium as chromiumPath } from "../../../.ci/tools.mjs";
import { serve } from "../../../examples/worker-kernel/serve.mjs";

let browser: Awaited<ReturnType<typeof chromium.launch>>;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArgs });
}, 60_000);
afterAll(() => browser.close());

/** Presses the button, and waits until the status has these words. */
async function pressPlay(headers: Record<string, string> | undefined, words: RegExp): Promise<string> {
  const server = await serve(0, headers);
  const page = await browser.newPage();
  try {
    await page.goto(server.url);
    await page.getByRole("button", { name: "Play" }).click();
    const status = page.getByRole("status").filter({ hasText: words });
    await status.waitFor({ timeout: 60_000 });
    return (await status.textContent()) ?? "";
  } finally {
    await page.close();
    await server.close();
  }
}

test("its button starts the worker, clicks are heard in the room, and latency and counts are told", { timeout: 120_000 }, async () => {
  const status = await pressPlay(undefined, /peak 0\.[0-9]*[1-9]|peak [1-9]/);
  expect(status).toMatch(/^Latency 8192 frames, 171 ms; underruns \d+, refused \d+; peak \d\.\d{3}\.$/);
});

test("without the headers by which threads share memory it says which ones these are", { timeout: 120_000 }, async () => {
  expect(await pressPlay({}, /Cross-Origin/)).toContain("Cross-Origin-Opener-Policy: same-origin");
});
