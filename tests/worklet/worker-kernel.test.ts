// The example of a kernel in another thread: in a Worker of every browser, and in one of Node's; behind a real AudioWorklet.

import { expect, test } from "vitest";
import { Bridge } from "../../examples/worker-kernel/bridge.mjs";
import { createNodeInWorker } from "../../examples/worker-kernel/node.mjs";
import { BLOCK, createRings, LATENCY, REFUSED_FRAMES, Ring, UNDERRUN_FRAMES } from "../../examples/worker-kernel/rings.mjs";
import { AudioWorkletNode, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { fileUrl, inNode } from "../support/file-urls";
import { noise } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const FOLDER = "examples/worker-kernel";

async function startWorker(): Promise<{ worker: Worker; end: () => void }> {
  if (inNode) {
    const { Worker } = await import(/* @vite-ignore */ ["node:worker_threads"].join());
    const worker = new Worker(new URL(fileUrl(`${FOLDER}/node-worker.mjs`)));
    return { worker, end: () => void worker.terminate() };
  }
  const worker = new Worker(fileUrl(`${FOLDER}/worker.mjs`), { type: "module" });
  return { worker, end: () => worker.terminate() };
}

test("a click comes out as the kernel's room, sample by sample, after the latency that it states", async () => {
  const frames = LATENCY + BLOCK + 1024;
  const module = await loadModule(`${FOLDER}/build/kernel.wasm`);
  const context = await offlineContext(2, frames, `${FOLDER}/processor.mjs`);
  const { worker, end } = await startWorker();
  const { node, counts } = await createNodeInWorker(context, worker, { module, channels: 2, waits: true }, AudioWorkletNode as never);
  const click = [1, -0.5].map((level) => Float32Array.of(0, 0, 0, level));
  startedSource(context, click).connect(node);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);
  end();
  const room = new WebAssembly.Instance(module).exports as unknown as { response(k: number): number };
  for (const [c, level] of [1, -0.5].entries()) {
    const expected = Array.from({ length: frames }, (_, k) => {
      const since = k - LATENCY - 3;
      return since >= 0 && since < BLOCK ? Math.fround(room.response(since) * level) : 0;
    });
    expect([...rendered[c]!].findIndex((sample, k) => sample !== expected[k])).toBe(-1);
  }
  expect([counts[UNDERRUN_FRAMES], counts[REFUSED_FRAMES]]).toEqual([0, 0]);
});

test("what the worker's end throws is told to who makes the node", async () => {
  const { worker, end } = await startWorker();
  const made = createNodeInWorker({} as never, worker, { module: await loadModule("build/mix.wasm"), channels: 2 });
  await expect(made).rejects.toThrow("prepare");
  end();
});

test("where threads cannot share memory, it says which headers are missing", () => {
  const scope = globalThis as { SharedArrayBuffer?: unknown };
  const shared = Object.getOwnPropertyDescriptor(scope, "SharedArrayBuffer")!;
  delete scope.SharedArrayBuffer;
  try {
    expect(() => createRings(2)).toThrow("Cross-Origin-Opener-Policy: same-origin");
    expect(() => createRings(2)).toThrow("Cross-Origin-Embedder-Policy: require-corp");
  } finally {
    Object.defineProperty(scope, "SharedArrayBuffer", shared);
  }
});

test("what is late is silence, counted, and left out when it comes, so that the latency stays", () => {
  const rings = createRings(1);
  const bridge = new Bridge(rings, false);
  // The kernel's end, by hand: it copies, and is held up for some time.
  const inputs = new Ring(rings.inputs);
  const outputs = new Ring(rings.outputs);
  const block = new Float32Array(BLOCK);
  const kernel = () => {
    while (inputs.available >= BLOCK) {
      inputs.channels[0]!.pop(block, BLOCK);
      outputs.channels[0]!.push(block, BLOCK);
    }
  };
  const frames = 40 * BLOCK;
  const sound = noise(frames, 1);
  const heard = new Float32Array(frames);
  for (let at = 0; at < frames; at += 128) {
    const output = new Float32Array(128);
    bridge.process([[sound.subarray(at, at + 128)]], [[output]]);
    heard.set(output, at);
    // Held up for four blocks, and later for so long that the rings are full.
    const isHeldUp = (at > 10 * BLOCK && at < 14 * BLOCK) || (at > 20 * BLOCK && at < 32 * BLOCK);
    if (!isHeldUp) kernel();
  }
  const wrong = [...heard].map((sample, k) => sample !== (k < LATENCY ? 0 : sound[k - LATENCY]!));
  const isWrong = (from: number, to: number) => wrong.slice(from * BLOCK, to * BLOCK).some(Boolean);
  expect([isWrong(0, 12), isWrong(12, 14), isWrong(15, 22), isWrong(23, 32)]).toEqual([false, true, false, true]);
  const [underruns, refused] = [rings.counts[UNDERRUN_FRAMES]!, rings.counts[REFUSED_FRAMES]!];
  expect(underruns).toBeGreaterThan(2 * BLOCK);
  expect(refused).toBeGreaterThan(3 * BLOCK);
  // After all of that, what comes out is again what went in, as much later as before.
  expect(isWrong(36, 40)).toBe(false);
});
