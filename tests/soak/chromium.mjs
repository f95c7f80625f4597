// The soak in Chromium: within an AudioWorklet, rendered by an OfflineAudioContext. Three times the context pauses,
// when everything is warm, halfway from there and just before its end, and the worklet's heap is measured.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium as engine } from "playwright";
import { chromium, chromiumArgs } from "../../.ci/tools.mjs";
import { attachToWorklets } from "../support/worklet-debugger.js";

const FRAMES = 128;
const SAMPLE_RATE = 48_000;

export async function soakInChromium(blocks, warmBlocks) {
  const server = await serve();
  const browser = await engine.launch({ executablePath: chromium(), args: chromiumArgs });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const worklets = await attachToWorklets(page);
    await page.exposeFunction("heapBytes", async () => {
      for (let i = 0; i < 2; i++) await worklets.send("HeapProfiler.collectGarbage");
      return (await worklets.send("Runtime.getHeapUsage")).usedSize;
    });
    const start = performance.now();
    const report = await page.evaluate(render, { length: blocks * FRAMES, sampleRate: SAMPLE_RATE, warmBlocks });
    return { ...report, seconds: (performance.now() - start) / 1000 };
  } finally {
    await browser.close();
    server.close();
  }
}

/** In the page. */
async function render({ length, sampleRate, warmBlocks }) {
  const { connectSoak } = await import("/graph.js");
  const context = new OfflineAudioContext({ numberOfChannels: 2, length, sampleRate });
  await context.audioWorklet.addModule("/processor.js");
  const node = connectSoak(context, { seconds: length / sampleRate, warmBlocks });
  const messages = [];
  const ended = new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => (data.blocks * 128 >= length ? resolve(data) : messages.push(data));
    node.onprocessorerror = () => reject(new Error("the processor threw"));
  });
  const heaps = [];
  const halfway = Math.floor((warmBlocks + length / 128) / 2);
  for (const frame of [warmBlocks * 128, halfway * 128, length - 128]) {
    context.suspend(frame / sampleRate).then(async () => {
      heaps.push(await globalThis.heapBytes());
      context.resume();
    });
  }
  const rendered = await context.startRendering();
  const report = await ended;
  let loudest = 0;
  const [left] = [rendered.getChannelData(0)];
  for (let k = 0; k < left.length; k += 997) loudest = Math.max(loudest, Math.abs(left[k]));
  return { ...report, memoryBefore: messages[0]?.memoryBytes, heaps, loudest };
}

async function serve() {
  const file = (path) => fileURLToPath(new URL(path, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [file("processor.js"), file("graph.js")],
    alias: { "wasm-process-buffers": file("../../dist/index.js") },
    bundle: true,
    format: "esm",
    outdir: "/",
    write: false,
  });
  const pages = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const server = createServer(({ url }, response) => {
    const script = pages.get(url);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? "<!doctype html><title>soak</title>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
