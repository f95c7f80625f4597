// What hosts hand over by mistake or out of spite, in a real worklet, with the arrays of its own engine around it.

import { expect, test } from "vitest";
import { AudioWorkletNode, message, offlineContext, source } from "../setup/audio";
import { dirt } from "../setup/dirt.js";
import { noise } from "../setup/host";

test("no dirt makes a render call throw, and each block after it is right, sample by sample", async () => {
  const blocks = 2 * dirt.length;
  const samples = [noise(blocks * 128, 1), noise(blocks * 128, 2)];
  const context = await offlineContext(2, blocks * 128, "tests/worklet/processors/dirt.js");
  const options = { outputChannelCount: [2], channelCount: 2, channelCountMode: "explicit" as const };
  const node = new AudioWorkletNode(context, "dirt", { ...options, processorOptions: { blocks } });
  const report = message<{ kinds: number; thrown: string[] }>(node);
  source(context, samples).connect(node).connect(context.destination);
  const rendered = await context.startRendering();
  const { kinds, thrown } = await report;
  expect(thrown).toEqual([]);
  // A worklet may lack what makes some kinds.
  expect(kinds).toBeGreaterThan(dirt.length - 5);
  for (const [channel, expected] of samples.entries()) expect([...rendered.getChannelData(channel)]).toEqual([...expected]);
});
