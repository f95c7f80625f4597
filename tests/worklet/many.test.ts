// A thousand storages in one memory in one worklet, freed, reallocated and reconfigured ten thousand times.

import { expect, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext } from "../support/audio-engine";

test("no storage touches another, nothing is lost, and the memory stops growing", { timeout: 120_000 }, async () => {
  const context = await offlineContext(1, 1280, "tests/worklet/processors/many.js");
  const node = new AudioWorkletNode(context, "many", { processorOptions: { count: 1000, steps: 10_000 } });
  const report = nextMessage<Record<string, number | boolean>>(node);
  node.connect(context.destination);
  await context.startRendering();
  const { bytesTold, bytesHeld, ...rest } = await report;
  expect(rest).toEqual({ spoiled: 0, overlaps: 0, heldAtEnd: 0, givenBackTwice: 0, grewLate: false, wholeAgain: true });
  expect(bytesTold).toBe(bytesHeld);
});
