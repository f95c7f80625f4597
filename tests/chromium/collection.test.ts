// What a real AudioWorklet drops without `free` is collected there: Chromium has room for some 120 memories in a
// process, so that a page which goes on making nodes or contexts soon has no more where one in each stays.

import { expect, onTestFinished, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext, realTimeContext } from "../support/audio-engine";
import { patterns } from "../support/dropped-processors.js";

const collectGarbage = () => (globalThis as unknown as { gc(): void }).gc();
const PROCESSORS = 600;
const AT_ONCE = 20;
const CONTEXTS = 200;

test.each(
  Object.keys(patterns).flatMap((pattern) => [
    { pattern, storage: "no storage", usesLibrary: false },
    { pattern, storage: "a storage each", usesLibrary: true },
  ]),
)(`${PROCESSORS} processors with $storage are made and all collected where $pattern`, async ({ pattern, usesLibrary }) => {
  const context = await realTimeContext("tests/chromium/processors/dropped.js");
  onTestFinished(() => context.close());
  await context.resume();
  const counter = new AudioWorkletNode(context, "collected");
  counter.connect(context.destination);
  const collected = () => {
    collectGarbage();
    const answer = nextMessage<number>(counter);
    counter.port.postMessage("count");
    return answer;
  };
  const makeSome = async () => {
    const nodes = Array.from({ length: AT_ONCE }, () => {
      const node = new AudioWorkletNode(context, "dropped", { processorOptions: { pattern, usesLibrary } });
      node.connect(context.destination);
      return node;
    });
    const answers = await Promise.all(nodes.map((node) => nextMessage<string>(node)));
    for (const node of nodes) node.disconnect();
    return answers;
  };
  for (let made = 0; made < PROCESSORS; made += AT_ONCE) expect(new Set(await makeSome()), `from ${made} on`).toEqual(new Set(["made"]));
  await expect.poll(collected, { timeout: 20_000, interval: 20 }).toBe(PROCESSORS);
});

test(`${CONTEXTS} contexts, one after the other, have room for storages that nobody frees`, { timeout: 240_000 }, async () => {
  for (let i = 0; i < CONTEXTS; i++) {
    const context = await offlineContext(1, 256, "tests/chromium/processors/ended.js");
    const answers = ["the default heap", "createHeap()", "a kernel's exports"].map((heap) => {
      const node = new AudioWorkletNode(context, "ended", { processorOptions: { heap } });
      node.connect(context.destination);
      return nextMessage<string>(node);
    });
    await context.startRendering();
    expect(await Promise.all(answers), `context ${i}`).toEqual(["made", "made", "made"]);
  }
});
