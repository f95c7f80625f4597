// A kernel's node without an engine. In place of its processor the test hears what the node sends, and answers what no engine would.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createKernelNode, type KernelLevels, type KernelNodeOptions } from "wasm-process-buffers";
import { wasmBytes, wasmModule } from "../support/wasm-builder";
import { loadModule } from "../support/wasm-modules";
import { instrument } from "./processors/kernel-node-configs.js";

const module = await loadModule("build/node-kernel.wasm");

const contextIn = (state: string) => Object.assign(new EventTarget(), { state }) as unknown as AudioContext & { state: string };

/** A node that is being made. In place of its processor the test hears what it sends, and tells it what it likes. */
function bareNode(options: Partial<KernelNodeOptions> = {}, context = contextIn("running")) {
  const { port1, port2 } = new MessageChannel();
  const heard: Record<string, unknown>[] = [];
  const tell = (message: object) => port2.postMessage({ "wasm-process-buffers": message });
  const calls = { disconnect: 0, close: vi.spyOn(port1, "close") };
  const processor = { answers: true, node: undefined as EventTarget | undefined, moduleId: "" };
  port2.onmessage = ({ data: { "wasm-process-buffers": message } }) => {
    if (message.kind !== "ask") heard.push(message);
    else if (processor.answers) tell({ kind: "answer", number: message.number });
  };
  class Bare extends EventTarget {
    readonly port = port1;
    readonly context = context;

    constructor(_context: unknown, _name: string, { processorOptions }: AudioWorkletNodeOptions) {
      super();
      processor.node = this;
      processor.moduleId = processorOptions["wasm-process-buffers"].moduleId;
    }

    disconnect() {
      calls.disconnect++;
    }
  }
  onTestFinished(() => {
    port1.close();
    port2.close();
  });
  const starting = createKernelNode(context, "bare", { module, config: instrument, AudioWorkletNode: Bare as never, ...options });
  const kinds = () => heard.map(({ kind }) => kind);
  return { starting, context, processor, calls, heard, kinds, tell, postFromKernel: (data: unknown) => port2.postMessage(data) };
}

async function playingNode(options?: Partial<KernelNodeOptions>) {
  const bare = bareNode(options);
  bare.tell({ kind: "ready", latency: 0 });
  return { ...bare, node: await bare.starting };
}

const dataOf = (name: string, more: object = {}) => ({ name, message: "on purpose", stack: undefined, properties: {}, ...more });
const levels = { inputs: [], outputs: [], diagnostics: {} };

test("a node that could not start is disconnected, and its port is closed", async () => {
  const { starting, calls, tell } = bareNode();
  tell({ kind: "failed", error: dataOf("TypeError") });
  await expect(starting).rejects.toBeInstanceOf(TypeError);
  expect([calls.disconnect, calls.close.mock.calls.length]).toEqual([1, 1]);
});

test("a node whose processor throws is refused, or has ended where it played", async () => {
  const { starting, processor } = bareNode();
  await expect.poll(() => processor.node).toBeDefined();
  processor.node!.dispatchEvent(new Event("processorerror"));
  await expect(starting).rejects.toMatchObject({ message: 'the processor "bare" threw; was it registered by registerKernelProcessor?' });
  const { node, calls, heard } = await playingNode();
  node.dispatchEvent(new Event("processorerror"));
  node.schedule(0, 1, 0, 0);
  await node.received();
  expect([calls.disconnect, calls.close.mock.calls.length, heard]).toEqual([1, 1, []]);
});

test("no node is made, and no module looked at, where the context is closed; none where it closes while the module is compiled", async () => {
  const closed = bareNode({ module: 5 as never }, contextIn("closed"));
  await expect(closed.starting).rejects.toMatchObject({ message: expect.stringMatching(/^the context is closed/) });
  const closing = bareNode();
  closing.context.state = "closed" as never;
  await expect(closing.starting).rejects.toMatchObject({ message: expect.stringMatching(/^the context is closed/) });
  expect([closed.processor.node, closing.processor.node]).toEqual([undefined, undefined]);
});

test("a node waits for its processor while the state of the context changes, until it is closed", async () => {
  const { starting, context, processor, tell } = bareNode();
  await expect.poll(() => processor.node).toBeDefined();
  context.dispatchEvent(new Event("statechange"));
  tell({ kind: "ready", latency: 7 });
  expect((await starting).latency).toBe(7);
  const other = bareNode();
  await expect.poll(() => other.processor.node).toBeDefined();
  other.context.state = "closed" as never;
  other.context.dispatchEvent(new Event("statechange"));
  await expect(other.starting).rejects.toMatchObject({ message: expect.stringMatching(/^the context is closed/) });
});

test("a caller's listeners get the kernel's messages, each once, and none of the library's", async () => {
  const bare = bareNode();
  bare.postFromKernel("early");
  bare.tell({ kind: "ready", latency: 0 });
  const node = await bare.starting;
  const seen: unknown[] = [];
  node.port.addEventListener("message", ({ data }) => seen.push(data));
  await expect.poll(() => seen).toEqual(["early"]);
  bare.tell({ kind: "latency", latency: 5 });
  bare.postFromKernel({ kind: "latency", latency: 6 });
  await node.received();
  expect([seen, node.latency]).toEqual([["early", { kind: "latency", latency: 6 }], 5]);
});

test("what is no finite number in an event is refused, wherever it stands", async () => {
  const { node, heard } = await playingNode();
  for (const place of [0, 1, 2, 3]) {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, "5", 5n]) {
      const event = [1, 2, 3, 4].map((value, i) => (i === place ? wrong : value)) as [number, number, number, number];
      expect(() => node.schedule(...event)).toThrow(RangeError);
    }
  }
  node.schedule(1, 2, 3, 4);
  await node.received();
  expect(heard).toEqual([{ kind: "event", time: 1, type: 2, a: 3, b: 4 }]);
});

describe("a meter", () => {
  /** Timers that go when they are told to. */
  function timersByHand() {
    const timer = { unref: vi.fn() };
    const ticks: (() => void)[] = [];
    vi.spyOn(globalThis, "setInterval").mockImplementation(((look: () => void) => {
      ticks.push(look);
      return timer;
    }) as never);
    const cleared = vi.spyOn(globalThis, "clearInterval").mockImplementation(() => {});
    onTestFinished(() => void vi.restoreAllMocks());
    return { timer, ticks, isCleared: () => cleared.mock.calls.some(([which]) => (which as unknown) === timer) };
  }

  async function meteredNode() {
    const timers = timersByHand();
    const playing = await playingNode();
    const seen: KernelLevels[] = [];
    const end = playing.node.meter(5, (levels) => seen.push(levels));
    await playing.node.received();
    const words = playing.heard[0]!.words as Int32Array;
    /** As the worklet does when it has measured a block. */
    const measure = () => Atomics.add(words, 0, 1);
    return { ...playing, ...timers, seen, end, words, measure };
  }

  test("reads memory that is shared, when a block was measured, by a timer that keeps no process alive", async () => {
    const { heard, timer, ticks, seen, measure, isCleared } = await meteredNode();
    expect(heard).toEqual([{ kind: "meter", meter: 1, interval: 5, words: expect.any(Int32Array) }]);
    expect([ticks.length, timer.unref.mock.calls.length]).toEqual([1, 1]);
    ticks[0]!();
    expect(seen).toEqual([]);
    measure();
    for (let tick = 0; tick < 2; tick++) ticks[0]!();
    expect(seen).toEqual([{ inputs: [], outputs: [{ connected: 0, peaks: [0] }], diagnostics: expect.any(Object) }]);
    expect(isCleared()).toBe(false);
  });

  test("ends with its function, of which the processor hears once", async () => {
    const { node, end, kinds, isCleared } = await meteredNode();
    end();
    expect(isCleared()).toBe(true);
    end();
    await node.received();
    expect(kinds()).toEqual(["meter", "unmeter"]);
  });

  test.each<[string, (metered: Awaited<ReturnType<typeof meteredNode>>) => void]>([
    ["when its node is disposed of", ({ node }) => node.dispose()],
    ["when its node has ended", ({ tell }) => tell({ kind: "ended" })],
    [
      "when it finds the context closed",
      ({ context, ticks }) => {
        context.state = "closed" as never;
        ticks[0]!();
      },
    ],
  ])("ends %s, and its function does nothing then", async (_, endIt) => {
    const metered = await meteredNode();
    endIt(metered);
    await expect.poll(() => metered.isCleared()).toBe(true);
    metered.end();
    metered.tell({ kind: "levels", meter: 1, levels });
    await metered.node.received();
    expect([metered.seen, metered.kinds().includes("unmeter")]).toEqual([[], false]);
  });

  test.each([
    ["is not isolated", "crossOriginIsolated", false],
    ["has no shared memory", "SharedArrayBuffer", undefined],
  ])("takes messages where the page %s, and says of each that it was seen", async (_, name, value) => {
    vi.stubGlobal(name, value);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { ticks } = timersByHand();
    const { node, heard, tell } = await playingNode();
    const seen: [number, unknown][] = [];
    const ends = [1, 2].map((meter) => node.meter(5, (levels) => seen.push([meter, levels])));
    tell({ kind: "levels", meter: 2, levels });
    await node.received();
    await node.received();
    expect([seen, ticks]).toEqual([[[2, levels]], []]);
    expect(heard.map(({ kind, meter, words }) => [kind, meter, words])).toEqual([
      ["meter", 1, undefined],
      ["meter", 2, undefined],
      ["seen", 2, undefined],
    ]);
    ends[1]!();
    tell({ kind: "levels", meter: 2, levels });
    await node.received();
    expect(seen).toHaveLength(1);
  });
});

test("an error is written to the console, unless a listener prevents it", async () => {
  const { node, tell } = await playingNode();
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => written.mockRestore());
  const fail = async () => {
    tell({ kind: "error", error: dataOf("Error"), block: 3, frame: 256, outcome: "continue" });
    await node.received();
    return written.mock.calls.splice(0);
  };
  expect(await fail()).toEqual([['the kernel of "bare" failed in block 3 (continue):', expect.any(Error)]]);
  node.addEventListener("kernelerror", (event) => event.preventDefault());
  expect(await fail()).toEqual([]);
});

test("an error is of its own class where the language, WebAssembly or the library has it; else it has its name", async () => {
  const { node, tell } = await playingNode();
  const errors: (Error & { code?: string })[] = [];
  node.addEventListener("kernelerror", (event) => {
    event.preventDefault();
    errors.push(event.error);
  });
  const { CompileError, LinkError, RuntimeError } = WebAssembly;
  const classes = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, CompileError, LinkError, RuntimeError];
  for (const { name } of classes) tell({ kind: "error", error: dataOf(name), block: 1, frame: 0, outcome: "continue" });
  const more = { stack: "the stack", properties: { code: "c" }, cause: { error: dataOf("TypeError", { cause: { value: 5 } }) } };
  tell({ kind: "error", error: dataOf("OwnError", more), block: 1, frame: 0, outcome: "continue" });
  await node.received();
  const own = errors.pop()!;
  expect(errors.map((error) => error.constructor)).toEqual(classes);
  expect(errors.map(({ name, message, cause }) => [name, message, cause])).toEqual(
    classes.map(({ name }) => [name, "on purpose", undefined]),
  );
  expect(errors.some((error) => Object.hasOwn(error, "name"))).toBe(false);
  expect([own.constructor, own.name, own.message, own.stack, own.code]).toEqual([Error, "OwnError", "on purpose", "the stack", "c"]);
  const cause = own.cause as Error;
  expect([cause.constructor, cause.message, cause.cause]).toEqual([TypeError, "on purpose", 5]);
});

test("whoever waits for an answer waits no longer when the node has ended, which is said once", async () => {
  const { node, processor, calls, tell } = await playingNode();
  let ended = 0;
  node.addEventListener("ended", () => ended++);
  processor.answers = false;
  const answers = [node.received(), node.received()];
  tell({ kind: "ended" });
  await Promise.all([...answers, node.received()]);
  expect([ended, calls.disconnect, calls.close.mock.calls.length]).toEqual([1, 1, 1]);
});

test("a node that is disposed of is disconnected at once, and asks its processor to end; once it has ended, nothing more", async () => {
  const { node, calls, kinds, tell } = await playingNode();
  node.dispose();
  expect(calls.disconnect).toBe(1);
  await node.received();
  expect(kinds()).toEqual(["dispose"]);
  const ended = new Promise((resolve) => node.addEventListener("ended", resolve));
  tell({ kind: "ended" });
  await ended;
  const { disconnect } = calls;
  node.dispose();
  expect(calls.disconnect).toBe(disconnect);
});

describe("a module", () => {
  const bytesOf = (name: string) => wasmBytes({ custom: [name] });
  const idFor = async (module: KernelNodeOptions["module"]) => (await playingNode({ module })).processor.moduleId;

  test("has one name at all nodes, and each other one another", async () => {
    const [one, other] = ["one", "other"].map((name) => wasmModule({ custom: [name] }));
    const ids = [await idFor(one!), await idFor(other!), await idFor(one!)];
    expect([ids[0] === ids[2], ids[0] === ids[1]]).toEqual([true, false]);
  });

  test("that came as bytes is not compiled again as long as it is used", async () => {
    const compile = vi.spyOn(WebAssembly, "compile");
    onTestFinished(() => compile.mockRestore());
    const first = await playingNode({ module: bytesOf("bytes") });
    expect(await idFor(bytesOf("bytes"))).toBe(first.processor.moduleId);
    expect(compile).toHaveBeenCalledTimes(1);
    expect(first.node).toBeDefined();
  });

  test("is fetched once for one URL; again, where that has failed", async () => {
    const answers = [() => Promise.reject(new TypeError("offline")), async () => new Response(bytesOf("fetched"))];
    const fetched = vi.fn(() => answers.shift()!());
    vi.stubGlobal("fetch", fetched);
    onTestFinished(() => void vi.unstubAllGlobals());
    const url = "https://example.test/kernel.wasm";
    await expect(bareNode({ module: url }).starting).rejects.toMatchObject({
      message: `the kernel could not be fetched from ${url}: offline`,
    });
    const first = await playingNode({ module: url });
    expect(await idFor(new URL(url))).toBe(first.processor.moduleId);
    expect(fetched.mock.calls).toEqual([[url], [url]]);
    expect(first.node).toBeDefined();
  });

  test("that the page's policy forbids is not said to be wrong", async () => {
    const forbidden = new WebAssembly.CompileError("violates the following Content Security Policy directive");
    const compile = vi.spyOn(WebAssembly, "compile").mockRejectedValue(forbidden);
    onTestFinished(() => compile.mockRestore());
    await expect(bareNode({ module: bytesOf("forbidden") }).starting).rejects.toMatchObject({
      message: expect.stringMatching(/^the page's Content-Security-Policy forbids WebAssembly/),
      cause: forbidden,
    });
  });
});
