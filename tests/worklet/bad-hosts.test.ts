// Wrong values in place of what a host hands over, in a real worklet, beside the arrays of its own engine.

import { expect, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { badHostValues } from "../support/bad-host-values.js";
import { noise } from "../support/host-channels";

test("no bad value makes a render call throw, and each block after it is right, sample by sample", async () => {
  const blocks = 2 * badHostValues.length;
  const samples = [noise(blocks * 128, 1), noise(blocks * 128, 2)];
  const context = await offlineContext(2, blocks * 128, "tests/worklet/processors/bad-hosts.js");
  const options = { outputChannelCount: [2], channelCount: 2, channelCountMode: "explicit" as const };
  const node = new AudioWorkletNode(context, "bad-hosts", { ...options, processorOptions: { blocks } });
  const report = nextMessage<{ kinds: number; thrown: string[]; wrong: string[] }>(node);
  startedSource(context, samples).connect(node).connect(context.destination);
  const rendered = await renderedChannels(context);
  const { kinds, thrown, wrong } = await report;
  expect(thrown).toEqual([]);
  expect(wrong).toEqual([]);
  // Some kinds cannot be made in every worklet.
  expect(kinds).toBeGreaterThan(badHostValues.length - 5);
  for (const [channel, expected] of samples.entries()) expect([...rendered[channel]!]).toEqual([...expected]);
});
