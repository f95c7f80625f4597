// A node whose kernel runs in a worker, in a page and in Node alike.

import { createRings } from "./rings.mjs";

/**
 * @param context A BaseAudioContext, into which `processor.mjs` is loaded.
 * @param worker A Worker of `worker.mjs`, or in Node one of `node-worker.mjs`.
 * @param options `module`: the kernel's, compiled. `channels`. `waits`: whether audio is rendered faster than it plays.
 * @param Node The class of the engine, where there is no such global.
 * @returns The node, and `counts`: frames that were silence, and frames that were lost, in memory that both threads see.
 * @throws Error that says what to do where threads cannot share memory; what the worker's end threw.
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
