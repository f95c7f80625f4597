// Emscripten's loader as it is written by default (MODULARIZE), in a browser's worklet. It keeps its memory to itself.

import { expect, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const BLOCKS = 400;
const FRAMES = BLOCKS * 128;

test("a kernel that it loads is captured, and plays sample for sample while its memory grows within a block", async () => {
  const module = await loadModule("examples/emscripten-kernel/build/default.wasm");
  const context = await offlineContext(2, FRAMES, "tests/browser/processors/default-loader.js");
  const node = new AudioWorkletNode(context, "looper", {
    numberOfInputs: 2,
    outputChannelCount: [2],
    processorOptions: { module, blocks: BLOCKS },
  });
  expect(await nextMessage(node)).toBe("ready");
  const grown = nextMessage<number>(node);
  const main = [noise(FRAMES, 1), noise(FRAMES, 2)];
  const take = [noise(FRAMES, 3), noise(FRAMES, 4)];
  startedSource(context, main).connect(node, 0, 0);
  startedSource(context, take).connect(node, 0, 1);
  node.connect(context.destination);
  const rendered = await context.startRendering();
  for (const c of [0, 1]) {
    const heard = rendered.getChannelData(c);
    const expected = main[c]!.map((sample, k) => (k < FRAMES / 2 ? sample : sample + take[c]![k - FRAMES / 2]!));
    expect([c, heard.findIndex((sample, k) => sample !== expected[k])]).toEqual([c, -1]);
  }
  expect(await grown).toBeGreaterThan(0);
});
