// A moment of `npm run soak` within a real AudioWorklet of every runtime.

import { expect, test } from "vitest";
import { connectSoak } from "../soak/graph";
import { ROUND_BLOCKS } from "../soak/scenario";
import { AudioWorkletNode, nextMessage, offlineContext, SAMPLE_RATE } from "../support/audio-engine";
import { inNode } from "../support/file-urls";

// Node's engine hands each block to another thread and spins until it is back, which takes long on a busy machine.
const blocks = inNode ? ROUND_BLOCKS / 6 : ROUND_BLOCKS;

test("changing configurations with sources that come and go are sample-exact, with every count as computed", {
  timeout: 120_000,
}, async () => {
  const context = await offlineContext(2, blocks * 128, "tests/soak/processor.js");
  const node = connectSoak(context, { seconds: context.length / SAMPLE_RATE, warmBlocks: 0 }, { AudioWorkletNode });
  const report = nextMessage<{ blocks: number; differences: string[]; differenceCount: number }>(node);
  await context.startRendering();
  expect(await report).toMatchObject({ blocks, differences: [], differenceCount: 0 });
});
