// A block makes no garbage in Firefox and in WebKitGTK, which keep no accounts as V8 does but write a line
// whenever they collect: none while so many blocks are rendered in a real worklet that one byte in each would
// have filled the room. Next to each case stands the same block with one small object more, which must be caught.

import { afterAll, describe, expect, test } from "vitest";
import { cases, litter } from "./cases.js";
import { engines } from "./engine";
import { MeasuredPage } from "./measured-page";

describe.each(engines)("$name", (engine) => {
  const page = new MeasuredPage(engine);
  afterAll(() => page.close());

  test.each(Object.keys(cases))("%s: makes no garbage, and would be caught if it made one small object", async (name) => {
    const { bytesPerBlock, resolution, control } = await page.measure(name);
    expect(bytesPerBlock).toBe(0);
    expect(resolution).toBeLessThan(1);
    expect(control).toBeGreaterThan(8);
  });

  test.each(Object.keys(litter))("the measurement catches %s", async (name) => {
    const { bytesPerBlock } = await page.measure(name);
    expect(bytesPerBlock).toBeGreaterThan(0);
  });
});
