// Runs in a page that was loaded anew, in a browser that was started anew.

import { createKernelNode } from "wasm-process-buffers";
import { CONFIG, kernelBytes } from "./cold-kernel.mjs";

const SAMPLE_RATE = 48_000;
const FRAMES = 128;

/** Microseconds of a processor's first steps, and milliseconds of `addModule`. */
globalThis.coldSteps = async (isWarm) => {
  const context = new OfflineAudioContext(2, 16 * FRAMES, SAMPLE_RATE);
  const begun = performance.now();
  await context.audioWorklet.addModule(isWarm ? "cold-warm.js" : "cold.js");
  const addModule = performance.now() - begun;
  const node = new AudioWorkletNode(context, isWarm ? "warm" : "cold", { outputChannelCount: [2] });
  return { addModule, ...(await stepsOf(context, node)) };
};

/** The same of the first two nodes of a kernel. */
globalThis.coldNodes = async () => {
  const context = new OfflineAudioContext(2, 16 * FRAMES, SAMPLE_RATE);
  const begun = performance.now();
  await context.audioWorklet.addModule("cold-kernel.js");
  const addModule = performance.now() - begun;
  const module = kernelBytes();
  const nodes = [];
  for (let n = 0; n < 2; n++) nodes.push(await createKernelNode(context, "kernel", { module, config: CONFIG }));
  const [node, another] = await Promise.all(nodes.map((node) => stepsOf(context, node)));
  return { addModule, ...node, second: another.first };
};

const renderings = new WeakMap();

/** Renders, once for all nodes of a context, and returns what the node's processor says. */
async function stepsOf(context, node) {
  const answer = new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => resolve(data);
    node.onprocessorerror = () => reject(new Error("the processor threw"));
  });
  const source = new ConstantSourceNode(context);
  source
    .connect(new ChannelMergerNode(context, { numberOfInputs: 2 }))
    .connect(node)
    .connect(context.destination);
  source.start();
  // All nodes of the context are connected by then.
  await null;
  if (!renderings.has(context)) renderings.set(context, context.startRendering());
  await renderings.get(context);
  return answer;
}

/** Milliseconds from one block to the next at worst: while nothing happens, and while a module comes into the context that is running. */
globalThis.gapsOfAddModule = async (isWarm) => {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  await context.audioWorklet.addModule(isWarm ? "cold.js" : "cold-warm.js");
  const node = new AudioWorkletNode(context, isWarm ? "gaps" : "gaps-warm");
  node.connect(context.destination);
  await context.resume();
  const longest = async () => {
    const answer = new Promise((resolve) => {
      node.port.onmessage = ({ data }) => resolve(data / 1000);
    });
    node.port.postMessage("longest");
    return answer;
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 500));
  await pause();
  await longest();
  await pause();
  const quiet = await longest();
  await context.audioWorklet.addModule(isWarm ? "cold-warm.js" : "cold.js");
  await pause();
  const added = await longest();
  await context.close();
  return { quiet, added };
};
