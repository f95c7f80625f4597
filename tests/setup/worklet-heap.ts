// A vitest browser command, which runs in Node: samples the JS heap of a page's AudioWorklet through
// Chromium's debugging protocol.

import type { CDPSession, Page } from "playwright";
import type { BrowserCommand } from "vitest/node";

/** What was allocated between `start` and `stop`, garbage included. */
export interface SampledHeap {
  readonly bytes: number;
  readonly bytesByFunction: Readonly<Record<string, number>>;
}

interface Attached {
  readonly session: CDPSession;
  readonly worklets: string[];
  readonly waiting: Map<number, { resolve(result: unknown): void; reject(error: Error): void }>;
  sent: number;
}

interface ProfileNode {
  readonly selfSize: number;
  readonly callFrame: { readonly functionName: string };
  readonly children: readonly ProfileNode[];
}

const attachedTo = new WeakMap<Page, Attached>();

/** `attach` before the worklet exists; then `start`, render, `stop`, as often as one likes; and `detach`. */
export const workletHeap: BrowserCommand<[operation: "attach" | "start" | "stop" | "detach"]> = async (context, operation) => {
  const page = (context as unknown as { page: Page }).page;
  if (operation === "attach") return attach(page);
  const attached = attachedTo.get(page);
  if (attached === undefined) throw new Error("attach comes first");
  if (operation === "detach") {
    attachedTo.delete(page);
    return attached.session.detach();
  }
  const worklet = await workletOf(attached);
  return operation === "start" ? start(attached, worklet) : stop(attached, worklet);
};

async function attach(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const attached: Attached = { session, worklets: [], waiting: new Map(), sent: 0 };
  attachedTo.set(page, attached);
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worklet") attached.worklets.push(sessionId);
  });
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, error, result } = JSON.parse(message);
    const waiting = attached.waiting.get(id);
    attached.waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
}

async function workletOf(attached: Attached): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const worklet = attached.worklets.at(-1);
    if (worklet !== undefined) return worklet;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the page has no worklet");
}

async function start(attached: Attached, worklet: string): Promise<void> {
  await send(attached, worklet, "HeapProfiler.enable");
  await send(attached, worklet, "HeapProfiler.collectGarbage");
  await send(attached, worklet, "HeapProfiler.startSampling", {
    // Close enough to tell a byte a block within some hundred blocks.
    samplingInterval: 64,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
}

async function stop(attached: Attached, worklet: string): Promise<SampledHeap> {
  const { profile } = (await send(attached, worklet, "HeapProfiler.stopSampling")) as { profile: { head: ProfileNode } };
  const bytesByFunction: Record<string, number> = {};
  let bytes = 0;
  const visit = ({ selfSize, callFrame, children }: ProfileNode) => {
    bytes += selfSize;
    if (selfSize > 0) bytesByFunction[callFrame.functionName || "(anonymous)"] = (bytesByFunction[callFrame.functionName || "(anonymous)"] ?? 0) + selfSize;
    children.forEach(visit);
  };
  visit(profile.head);
  return { bytes, bytesByFunction };
}

function send(attached: Attached, sessionId: string, method: string, params = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = ++attached.sent;
    attached.waiting.set(id, { resolve, reject });
    attached.session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) }).catch(reject);
  });
}
