// A processor's constructor and its first block run between two blocks of audio, so they compile nothing that could be compiled while
// `addModule` waits. How long they take is measured by the bench.

import { expect, test } from "vitest";
import { createKernelNode } from "wasm-process-buffers";
import { AudioWorkletNode, nextMessage, offlineContext } from "../support/audio-engine";
import { loadModule } from "../support/wasm-modules";
import { effect } from "./processors/kernel-node-configs.js";

const PROCESSORS = "tests/worklet/processors/first-use.js";
// Where its scope's WebAssembly.Module had been replaced, WebKitGTK's worklet has crashed (a release assertion of JavaScriptCore), in a
// page that had run many tests before. What is counted does not depend on the engine.
const isWebKit = typeof navigator === "object" && /AppleWebKit\/(?!.*Chrom)/.test(navigator.userAgent ?? "");

test.skipIf(isWebKit)("the first storage of a worklet finds the core compiled", async () => {
  const context = await offlineContext(2, 128, PROCESSORS);
  const node = new AudioWorkletNode(context, "storage", { outputChannelCount: [2] });
  const compiled = nextMessage(node);
  node.connect(context.destination);
  await context.startRendering();
  expect(await compiled).toEqual({ imported: 1, later: 0 });
});

test.skipIf(isWebKit)("the first node of a kernel finds all modules compiled that it needs beside the kernel", async () => {
  const context = await offlineContext(2, 128, PROCESSORS);
  const node = await createKernelNode(context, "kernel", {
    module: await loadModule("build/node-kernel.wasm"),
    config: effect,
    AudioWorkletNode,
  });
  const compiled = new Promise((resolve) => (node.port.onmessage = ({ data }) => resolve(data)));
  node.connect(context.destination);
  await context.startRendering();
  expect(await compiled).toEqual({ imported: 1, later: 0 });
});
