// The main job, in a real AudioWorklet of every runtime: host arrays through a storage in a kernel's
// own memory and back, sample-exact.

import { expect, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const BLOCKS = 200;
const FRAMES = BLOCKS * 128;
const config = { inputs: [2, 1], outputs: [2] };

interface Report {
  readonly frames: number;
  readonly maxFrames: number;
  readonly diagnostics: Record<string, number>;
}

/** Renders the mix of what `connect` brings, and what the processor reports of it. */
async function render(processor: string, connect: (context: OfflineAudioContext, node: AudioWorkletNode) => void, options: object = {}) {
  const context = await offlineContext(2, FRAMES, processor);
  const node = new AudioWorkletNode(context, "mix", {
    numberOfInputs: 2,
    outputChannelCount: [2],
    processorOptions: { module: await loadModule("build/mix.wasm"), config, blocks: BLOCKS, ...options },
  });
  const report = nextMessage<Report>(node);
  connect(context, node);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);
  return { channels: rendered, report: await report };
}

/** Half the main channel plus a quarter of the sidechain, in floats. */
function mixed(main: Float32Array | undefined, side: Float32Array | undefined): number[] {
  return Array.from({ length: FRAMES }, (_, k) => Math.fround(Math.fround((main?.[k] ?? 0) * 0.5) + Math.fround((side?.[k] ?? 0) * 0.25)));
}

const processor = "tests/worklet/processors/mix.js";
const main = [noise(FRAMES, 1), noise(FRAMES, 2)];
const side = [noise(FRAMES, 3)];

test("stereo with a mono sidechain is rendered sample-exact, and nothing is dropped", async () => {
  const { channels, report } = await render(processor, (context, node) => {
    startedSource(context, main).connect(node, 0, 0);
    startedSource(context, side).connect(node, 0, 1);
  });
  expect([...channels[0]!]).toEqual(mixed(main[0], side[0]));
  expect([...channels[1]!]).toEqual(mixed(main[1], side[0]));
  expect(report.maxFrames).toBe(128);
  expect(report.frames).toBe(128);
  expect(report.diagnostics).toMatchObject({ droppedChannels: 0, truncatedFrames: 0, refusedPushes: 0 });
});

test("a sidechain without a main input is heard, and the reverse", async () => {
  const sideAlone = await render(processor, (context, node) => startedSource(context, side).connect(node, 0, 1));
  expect([...sideAlone.channels[0]!]).toEqual(mixed(undefined, side[0]));
  expect([...sideAlone.channels[1]!]).toEqual(mixed(undefined, side[0]));
  const mainAlone = await render(processor, (context, node) => startedSource(context, main).connect(node, 0, 0));
  expect([...mainAlone.channels[1]!]).toEqual(mixed(main[1], undefined));
});

test("with nothing connected at all it renders silence", async () => {
  const { channels } = await render(processor, () => {});
  expect(channels.every((channel) => channel.every((sample) => sample === 0))).toBe(true);
});

test("a core that was compiled elsewhere renders the same", async () => {
  const options = { core: await loadModule("dist/core.wasm") };
  const { channels } = await render(processor, (context, node) => startedSource(context, main).connect(node, 0, 0), options);
  expect([...channels[0]!]).toEqual(mixed(main[0], undefined));
});
