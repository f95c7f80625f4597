// What the engine itself makes of so many channels where others are wanted, next to what a storage makes of them.

import { expect, test } from "vitest";
import { ProcessBufferStorage } from "wasm-process-buffers";
import { offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { filled, noise } from "../support/host-channels";

const FRAMES = 1024;
const counts = [1, 2, 4, 6];
const pairs = counts.flatMap((from) => counts.filter((to) => to !== from).map((to) => [from, to] as const));

test.each(pairs)("%i channels become %i as the engine mixes them, in and out, within a rounding of floats", async (from, to) => {
  const channels = Array.from({ length: from }, (_, c) => noise(FRAMES, c + 1));
  const context = await offlineContext(to, FRAMES, "tests/worklet/processors/mix.js");
  startedSource(context, channels).connect(context.destination);
  const rendered = await renderedChannels(context);

  const options = { maxFrames: FRAMES, channelInterpretation: "speakers" } as const;
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [to], outputs: [from] }, options);
  const outputs = [filled(to, 0, FRAMES)];
  storage.collect([channels], outputs);
  for (const [c, samples] of channels.entries()) storage.mainOutput!.channel(c).set(samples);
  storage.deliver(outputs);
  for (let c = 0; c < to; c++) {
    const expected = rendered[c]!;
    for (const actual of [storage.mainInput!.channel(c), outputs[0]![c]!]) {
      const worst = expected.reduce((most, sample, k) => Math.max(most, Math.abs(sample - actual[k]!)), 0);
      expect(worst, `channel ${c}`).toBeLessThan(1e-6);
    }
  }
  expect(storage.diagnostics.droppedChannels).toBe(0);
  storage.free();
});
