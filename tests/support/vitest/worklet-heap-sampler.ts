// A vitest browser command, which runs in Node: samples the JS heap of a page's AudioWorklet through
// Chromium's debugging protocol.

import type { Page } from "playwright";
import type { BrowserCommand } from "vitest/node";
import { attachToWorklets, type WorkletDebugger } from "../worklet-debugger.js";

/** What was allocated between `start` and `stop`, including what was collected since. */
export interface SampledHeap {
  readonly bytes: number;
  readonly bytesByFunction: Readonly<Record<string, number>>;
}

interface ProfileNode {
  readonly selfSize: number;
  readonly callFrame: { readonly functionName: string };
  readonly children: readonly ProfileNode[];
}

const attachedTo = new WeakMap<Page, WorkletDebugger>();

/** Call `attach` before the worklet exists; then `start`, render and `stop`, any number of times; at last `detach`. */
export const sampleWorkletHeap: BrowserCommand<[operation: "attach" | "start" | "stop" | "detach"]> = async (context, operation) => {
  const page = (context as unknown as { page: Page }).page;
  if (operation === "attach") {
    attachedTo.set(page, await attachToWorklets(page));
    return;
  }
  const worklets = attachedTo.get(page);
  if (worklets === undefined) throw new Error("attach comes first");
  if (operation === "start") return start(worklets);
  if (operation === "stop") return stop(worklets);
  attachedTo.delete(page);
  return worklets.detach();
};

async function start(worklets: WorkletDebugger): Promise<void> {
  await worklets.send("HeapProfiler.enable");
  await worklets.send("HeapProfiler.collectGarbage");
  await worklets.send("HeapProfiler.startSampling", {
    // Small enough to show one byte a block within some hundred blocks.
    samplingInterval: 64,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
}

async function stop(worklets: WorkletDebugger): Promise<SampledHeap> {
  const { profile } = (await worklets.send("HeapProfiler.stopSampling")) as { profile: { head: ProfileNode } };
  const bytesByFunction: Record<string, number> = {};
  let bytes = 0;
  const visit = ({ selfSize, callFrame, children }: ProfileNode) => {
    bytes += selfSize;
    if (selfSize > 0)
      bytesByFunction[callFrame.functionName || "(anonymous)"] = (bytesByFunction[callFrame.functionName || "(anonymous)"] ?? 0) + selfSize;
    children.forEach(visit);
  };
  visit(profile.head);
  return { bytes, bytesByFunction };
}
