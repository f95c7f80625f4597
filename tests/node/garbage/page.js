// Asks the test what to do, does it, and says so with the next question.

import { BLOCKS, IS_DONE, LITTERS, ORDERS } from "./orders.js";

/** More than any case is rendered for; what is left over passes in no time. */
const QUANTA = 2000;

let orders = null;
let failed = null;
let ended = null;

async function open(name) {
  orders = new Int32Array(new SharedArrayBuffer(4 * ORDERS));
  const context = new OfflineAudioContext(1, QUANTA * 128, 48_000);
  await context.audioWorklet.addModule("processor.js");
  const node = new AudioWorkletNode(context, "garbage", {
    numberOfInputs: 2,
    outputChannelCount: [2],
    processorOptions: { name, orders },
  });
  failed = new Promise((_, reject) => {
    node.onprocessorerror = () => reject(new Error("the processor threw"));
  });
  failed.catch(() => {});
  for (const [bus, channels] of [2, 1].entries()) {
    const player = context.createBufferSource();
    player.buffer = context.createBuffer(channels, 128, context.sampleRate);
    for (let c = 0; c < channels; c++) player.buffer.getChannelData(c).fill(0.5);
    player.loop = true;
    player.start();
    player.connect(node, 0, bus);
  }
  node.connect(context.destination);
  ended = context.startRendering();
  await rendered();
}

/** The worklet waits. */
async function rendered() {
  while (Atomics.load(orders, IS_DONE) === 0) await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 4))]);
}

async function obey({ open: name, blocks, litters }) {
  if (name !== undefined) return open(name);
  orders[BLOCKS] = blocks;
  orders[LITTERS] = Number(litters === true);
  Atomics.store(orders, IS_DONE, 0);
  Atomics.notify(orders, IS_DONE);
  // No worklet is left to be in the way of the next one.
  await (blocks > 0 ? rendered() : ended);
}

for (let said = "here"; ; ) {
  const response = await fetch("/told", { method: "POST", body: said });
  try {
    await obey(await response.json());
    said = "done";
  } catch (error) {
    said = String(error);
  }
}
