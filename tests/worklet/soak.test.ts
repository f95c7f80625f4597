// A few seconds of `npm run soak` within a real AudioWorklet of every runtime.

import { expect, test } from "vitest";
import { AudioWorkletNode, message, offlineContext, SAMPLE_RATE } from "../setup/audio";
import { connectSoak } from "../soak/graph";
import { ROUND_BLOCKS } from "../soak/scenario";

test("four configurations with sources that come and go are sample-exact, with every count as computed", async () => {
  const blocks = ROUND_BLOCKS / 3;
  const context = await offlineContext(2, blocks * 128, "tests/soak/processor.js");
  const node = connectSoak(context, { seconds: context.length / SAMPLE_RATE, warmBlocks: 0 }, { AudioWorkletNode });
  const report = message<{ blocks: number; differences: string[]; differenceCount: number }>(node);
  await context.startRendering();
  expect(await report).toMatchObject({ blocks, differences: [], differenceCount: 0 });
});
