// Blocks of the kernel's own length in a real AudioWorklet of every runtime: a plain delay, sample-exact.

import { expect, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";

const BLOCKS = 120;
const FRAMES = BLOCKS * 128;
const sound = [noise(FRAMES, 1), noise(FRAMES, 2)];

interface Report {
  readonly latency: number;
  readonly kernelBlocks: number;
  readonly connected: number[];
  readonly diagnostics: Record<string, number>;
}

async function render(options: object, play: (context: OfflineAudioContext, node: AudioWorkletNode) => void, renderSizeHint?: number) {
  const context = await offlineContext(2, FRAMES, "tests/worklet/processors/fixed-blocks.js", renderSizeHint);
  const blocks = FRAMES / ((context as { renderQuantumSize?: number }).renderQuantumSize ?? 128);
  const node = new AudioWorkletNode(context, "fixed-blocks", {
    outputChannelCount: [2],
    processorOptions: { config: { inputs: [2], outputs: [2] }, blocks, ...options },
  });
  const report = nextMessage<Report>(node);
  play(context, node);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);
  return { heard: rendered, report: await report };
}

const delayed = (samples: Float32Array, by: number) => [...new Float32Array(by), ...samples.subarray(0, samples.length - by)];

test.each([
  [480, undefined, 448],
  [512, undefined, 384],
  [64, 128, 0],
  [100, "any", 99],
  [4096, 128, 3968],
])("a kernel of %i frames under a host that announces %s: the input, %i frames later", async (maxFrames, hostFrames, latency) => {
  const { heard, report } = await render({ maxFrames, hostFrames }, (context, node) => startedSource(context, sound).connect(node));
  for (const c of [0, 1]) expect([...heard[c]!]).toEqual(delayed(sound[c]!, latency));
  expect(report).toMatchObject({ latency, kernelBlocks: Math.floor(FRAMES / maxFrames) });
  const { viewRebuilds: _, ...counts } = report.diagnostics;
  expect(Object.values(counts).every((count) => count === 0)).toBe(true);
});

test("in blocks of 256 frames, where the engine has them, nothing is lost either", async () => {
  const { heard, report } = await render({ maxFrames: 480 }, (context, node) => startedSource(context, sound).connect(node), 256);
  for (const c of [0, 1]) expect([...heard[c]!]).toEqual(delayed(sound[c]!, report.latency));
  expect(report.diagnostics).toMatchObject({ underrunFrames: 0, skippedFrames: 0, latencyChanges: 0 });
});

test("a source that starts and ends in the middle is heard there, and nowhere else", async () => {
  const part = [noise(3000, 5), noise(3000, 6)];
  const { heard } = await render({ maxFrames: 480 }, (context, node) => startedSource(context, part, 2048).connect(node));
  for (const c of [0, 1]) {
    const expected = new Float32Array(FRAMES);
    expected.set(part[c]!, 2048 + 448);
    expect([...heard[c]!]).toEqual([...expected]);
  }
});
