// Nodes that are made and dropped, one after the other, leave nothing behind in the worklet, which renders all the while. In real
// time; but Firefox keeps a context suspended where there is no audio device, so there an offline one renders, with a processor that
// takes its time. (In an offline context of the other engines messages wait until it is through.)

import { expect, test } from "vitest";
import { createKernelNode, type KernelNode } from "wasm-process-buffers";
import { AudioWorkletNode, closeInSilence, offlineContext, realTimeContext, SAMPLE_RATE, startedSource } from "../support/audio-engine";
import { loadModule } from "../support/wasm-modules";
import { effect } from "../worklet/processors/kernel-node-configs.js";

const NODES = 200;
const AT_ONCE = 20;
const SECONDS = 240;

const isFirefox = navigator.userAgent.includes("Firefox");
const PROCESSORS = "tests/worklet/processors/kernel-nodes.js";

const renderingContext = (): Promise<AudioContext | OfflineAudioContext> =>
  isFirefox ? offlineContext(1, SECONDS * SAMPLE_RATE, PROCESSORS) : realTimeContext(PROCESSORS);
const isOffline = (context: BaseAudioContext): context is OfflineAudioContext => "startRendering" in context;

interface Living {
  readonly playing: number;
  readonly kernels: number;
  readonly storages: number;
}

const answerOf = <T>(node: KernelNode): Promise<T> => new Promise((resolve) => (node.port.onmessage = ({ data }) => resolve(data)));

test.each(["own", "shared"] as const)(
  `${NODES} nodes that are made and dropped leave nothing behind, with instances that are %s`,
  async (instance) => {
    const context = await renderingContext();
    const options = { module: await loadModule("build/node-kernel.wasm"), config: effect, AudioWorkletNode };
    const slow = new AudioWorkletNode(context, "slow", { processorOptions: { milliseconds: isFirefox ? 2 : 0 } });
    slow.connect(context.destination);
    const witness = await createKernelNode(context, "talking", options);
    witness.connect(context.destination);
    const rendered = isOffline(context) ? context.startRendering() : context.resume();
    const living = async (): Promise<Living> => {
      const answer = answerOf<Living>(witness);
      witness.port.postMessage("living");
      return answer;
    };

    for (let made = 0; made < NODES; made += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, async (_, i) => {
        // Half of them end by themselves: their input has ended.
        const endsByItself = i % 2 === 0;
        const node = await createKernelNode(context, "talking", { ...options, instance, ...(endsByItself ? { tail: 0 } : {}) });
        const ended = new Promise((resolve) => node.addEventListener("ended", resolve));
        node.connect(context.destination);
        if (endsByItself) {
          startedSource(context, [new Float32Array(4096).fill(1)]).connect(node);
        } else {
          node.dispose();
        }
        await ended;
        node.disconnect();
      });
      await Promise.all(batch);
    }
    expect((await living()).playing).toBe(1);
    // What was dropped last may be held a little longer.
    await expect.poll(async () => (await living()).storages, { timeout: 30_000, interval: 50 }).toBeLessThanOrEqual(3);
    if (instance === "own")
      await expect.poll(async () => (await living()).kernels, { timeout: 30_000, interval: 50 }).toBeLessThanOrEqual(3);
    slow.port.postMessage("over");
    witness.dispose();
    await rendered;
    if (!isOffline(context)) await closeInSilence(context, [slow, witness]);
  },
);
