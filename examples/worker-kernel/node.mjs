// Makes a node whose kernel runs in a worker, both in a page and in Node.

import { createRings } from "./rings.mjs";

/**
 * @param context A BaseAudioContext that has loaded `processor.mjs`.
 * @param worker A Worker of `worker.mjs`, or in Node one of `node-worker.mjs`.
 * @param options `module`: the kernel's compiled module. `channels`: 1 or 2. `waits`: whether the context renders offline.
 * @param Node The engine's AudioWorkletNode, if it is no global.
 * @returns The node, and `counts`: the number of frames that were silence, and of those that were lost, in memory that both
 * threads see.
 * @throws Error that says what to do if threads cannot share memory; what the worker's side threw.
 */
export async function createNodeInWorker(context, worker, { module, channels, waits = false }, Node = globalThis.AudioWorkletNode) {
  const rings = createRings(channels);
  worker.postMessage({ module, rings });
  await answerOf(worker);
  const node = new Node(context, "in-another-thread", {
    channelCount: channels,
    channelCountMode: "explicit",
    outputChannelCount: [channels],
    processorOptions: { rings, waits },
  });
  return { node, counts: rings.counts };
}

function answerOf(worker) {
  return new Promise((resolve, reject) => {
    const answered = ({ data }) => (data.error === undefined ? resolve() : reject(new Error(data.error)));
    if (worker.once !== undefined) {
      worker.once("message", (data) => answered({ data }));
      worker.once("error", reject);
      return;
    }
    worker.addEventListener("message", answered, { once: true });
    worker.addEventListener("error", ({ message }) => reject(new Error(message)), { once: true });
  });
}
