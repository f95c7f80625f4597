// A kernel's node in a real AudioWorklet of every runtime: what the page says, what the kernel plays, how it fails and how it ends.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type BusConfig,
  BusConfigError,
  createKernelNode,
  type KernelErrorEvent,
  type KernelLevels,
  type KernelNode,
  type KernelNodeOptions,
} from "wasm-process-buffers";
import {
  AudioWorkletNode,
  closeInSilence,
  offlineContext,
  realTimeContext,
  renderedChannels,
  SAMPLE_RATE,
  startedSource,
} from "../support/audio-engine";
import { fileUrl, inNode } from "../support/file-urls";
import { wasmBytes } from "../support/wasm-builder";
import { loadBytes, loadModule } from "../support/wasm-modules";
import { effect, instrument } from "./processors/kernel-node-configs.js";

const isFirefox = typeof navigator === "object" && navigator.userAgent.includes("Firefox");
const QUANTUM = 128;
const PROCESSORS = "tests/worklet/processors/kernel-nodes.js";
const module = await loadModule("build/node-kernel.wasm");

const readResponse = new Response(new Uint8Array(8));
await readResponse.arrayBuffer();
const transferredBytes = new Uint8Array(8);
structuredClone(transferredBytes, { transfer: [transferredBytes.buffer] });

async function contextOf(channels: number, blocks: number): Promise<OfflineAudioContext> {
  const context = await offlineContext(channels, blocks * QUANTUM, PROCESSORS);
  // Node's engine waits in a loop for the rendering, which takes a core.
  onTestFinished(async () => {
    if (context.state === "suspended") await context.startRendering();
  });
  return context;
}

/** A node whose errors are collected instead of written to the console. */
async function nodeOf(context: BaseAudioContext, name: string, config: BusConfig, options: Partial<KernelNodeOptions> = {}) {
  const node = await createKernelNode(context, name, { module, config, AudioWorkletNode, ...options });
  const errors: KernelErrorEvent[] = [];
  node.addEventListener("kernelerror", (event) => {
    event.preventDefault();
    errors.push(event);
  });
  const ended = new Promise<void>((resolve) => node.addEventListener("ended", () => resolve()));
  return { node, errors, ended };
}

const messageOf = <T>(node: KernelNode): Promise<T> => new Promise((resolve) => (node.port.onmessage = ({ data }) => resolve(data)));
const parameter = (node: KernelNode, name: string) => (node.parameters as unknown as Map<string, AudioParam>).get(name)!;
/** What a k-rate parameter is set to then, it is from this block on, however the engine rounds. */
const blockTime = (block: number) => ((block - 0.5) * QUANTUM) / SAMPLE_RATE;
const steady = (value: number, frames: number) => new Float32Array(frames).fill(value);

async function rejection(name: string, config: BusConfig = effect, options: Partial<KernelNodeOptions> = {}) {
  const context = await contextOf(1, 1);
  const refused = createKernelNode(context, name, { module, config, AudioWorkletNode, ...options });
  const error = await refused.then(
    () => expect.unreachable(),
    (reason) => reason as Error & { code?: string },
  );
  await context.startRendering();
  return error;
}

describe("a node is made", () => {
  test("and plays its kernel, with parameters, in every bus's own channels", async () => {
    const context = await contextOf(2, 8);
    const { node, errors } = await nodeOf(context, "effect", effect, { parameterData: { gain: 0.5 } });
    parameter(node, "gain").setValueAtTime(2, (3 * QUANTUM + 7) / SAMPLE_RATE);
    startedSource(context, [steady(0.25, 8 * QUANTUM)])
      .connect(node)
      .connect(context.destination);
    const rendered = await renderedChannels(context);
    for (const channel of [0, 1]) {
      const expected = [...steady(0.125, 3 * QUANTUM + 7), ...steady(0.5, 5 * QUANTUM - 7)];
      expect([...rendered[channel]!]).toEqual(expected);
    }
    expect(errors).toEqual([]);
    expect(node.latency).toBe(5);
    expect(node).toBeInstanceOf(AudioWorkletNode);
  });

  test("from bytes, a URL, an answer to a request, and a module; once for all of the same bytes", async () => {
    const bytes = await loadBytes("build/node-kernel.wasm");
    const url = fileUrl("build/node-kernel.wasm");
    const context = await contextOf(1, 1);
    const sources = [bytes, bytes.buffer, new Uint8Array(bytes), url, new URL(url), new Response(bytes), module];
    const compile = vi.spyOn(WebAssembly, "compile");
    onTestFinished(() => compile.mockRestore());
    const nodes = sources.map((source) => nodeOf(context, "instrument", instrument, { module: source }));
    await Promise.all(nodes);
    expect(compile).toHaveBeenCalledTimes(1);
  });

  test("by a loader that takes its time", async () => {
    const context = await contextOf(2, 4);
    const { node } = await nodeOf(context, "loaded-later", effect);
    startedSource(context, [steady(0.25, 4 * QUANTUM)])
      .connect(node)
      .connect(context.destination);
    expect((await renderedChannels(context))[0]![3 * QUANTUM]).toBe(0.25);
  });

  test("a mono source fills a stereo bus, a stereo one into a mono sidechain is its mix, and nothing is dropped", async () => {
    const context = await contextOf(2, 8);
    const { node } = await nodeOf(context, "effect", effect);
    startedSource(context, [steady(0.25, 8 * QUANTUM)])
      .connect(node)
      .connect(context.destination);
    startedSource(context, [steady(0.5, 8 * QUANTUM), steady(0.25, 8 * QUANTUM)]).connect(node, 0, 1);
    const levels = new Promise<KernelLevels>((resolve) => node.meter(0, resolve));
    await node.received();
    const rendered = await renderedChannels(context);
    expect([rendered[0]![500], rendered[1]![500]]).toEqual([0.25, 0.25]);
    const { inputs, outputs, diagnostics } = await levels;
    expect(inputs.map(({ peaks }) => peaks)).toEqual([[0.25, 0.25], [0.375]]);
    expect(outputs).toEqual([{ connected: 2, peaks: [0.25, 0.25] }]);
    expect(diagnostics.droppedChannels).toBe(0);
  });

  test("with the kernel's own buffers, and a start that renders by itself", async () => {
    const context = await contextOf(2, 4);
    const { node } = await nodeOf(context, "memory", effect);
    node.connect(context.destination);
    const rendered = await renderedChannels(context);
    expect([rendered[0]![200], rendered[1]![200]]).toEqual([0, 0.25]);
  });
});

test("a node is of the class that is given", async () => {
  class Own extends AudioWorkletNode {}
  const context = await contextOf(1, 1);
  const node = await createKernelNode(context, "effect", { module, config: effect, AudioWorkletNode: Own });
  expect(node).toBeInstanceOf(Own);
});

test("a node is of the engine's own class where none is given; where there is none, that is said", async () => {
  const context = await contextOf(1, 1);
  const node = await createKernelNode(context, "effect", { module, config: effect });
  expect(node).toBeInstanceOf(AudioWorkletNode);
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
  // A folder in which the package of Node's engine is not installed.
  if (inNode) vi.spyOn((globalThis as unknown as { process: { cwd(): string } }).process, "cwd").mockReturnValue("/");
  else vi.stubGlobal("AudioWorkletNode", undefined);
  const refused = createKernelNode(context, "effect", { module, config: effect });
  await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/^there is no AudioWorkletNode here; hand over/) });
});

describe("a node is refused, with the error of the worklet's side whole", () => {
  test("where the processor was registered with other buses or parameters", async () => {
    const cases: [BusConfig, RegExp, string | undefined, number | undefined][] = [
      [{ ...effect, inputs: [2] }, /number of input buses is 2 .* 1 came/, "input", undefined],
      [{ ...effect, outputs: [1] }, /output bus 0's channelCount is 2 .* 1 came/, "output", 0],
      [{ ...effect, outputs: [{ channelCount: 2, scale: 2 }] }, /output bus 0's scale is 1 .* 2 came/, "output", 0],
      [{ ...effect, parameters: [] }, /number of parameters is 2 .* 0 came/, undefined, undefined],
      [
        { ...effect, parameters: [effect.parameters![0]!, { name: "other" }] },
        /parameter 1's name is "fault" .* "other" came/,
        undefined,
        undefined,
      ],
    ];
    for (const [config, message, direction, bus] of cases) {
      const error = (await rejection("effect", config)) as BusConfigError;
      expect(error).toBeInstanceOf(BusConfigError);
      expect(error.message).toMatch(message);
      expect([error.code, error.direction, error.bus]).toEqual(["different-config", direction, bus]);
    }
    const spelledOut = { ...effect, outputs: [{ channelCount: 2, layout: "planar", scale: 1 } as const] };
    await createKernelNode(await contextOf(1, 1), "effect", { module, config: spelledOut, AudioWorkletNode });
  });

  test("where the kernel's start throws: class, message, code and causes", async () => {
    const error = await rejection("throws-at-start");
    expect(error).toBeInstanceOf(RangeError);
    expect([error.name, error.message, error.code]).toEqual(["RangeError", "the start failed", "start-failed"]);
    const cause = error.cause as Error;
    expect(cause).toBeInstanceOf(TypeError);
    expect([cause.message, cause.cause]).toEqual(["for a reason", { detail: 7 }]);
    expect(error.stack).toMatch(/kernel-nodes|start/);
    const word = await rejection("throws-a-word");
    expect([word.message, word.cause]).toEqual(['"a word" was thrown, which is no error', "a word"]);
  });

  test("where the kernel lacks what is called: its functions are listed", async () => {
    const bytes = wasmBytes({
      memory: { pages: 1, names: ["memory"] },
      globals: [{ value: 1024, names: ["__heap_base"], fixed: true }],
      functions: [
        { names: ["render"], code: [] },
        { names: ["reset"], code: [] },
      ],
    });
    const error = await rejection("effect", effect, { module: bytes });
    expect(error.message).toMatch(/exports no function process\(inputs, outputs, frames, parameters\).*exports: render, reset$/);
  });

  test.each([
    ["without-import", Error, /function node\.fail/],
    ["wrong-entry", RangeError, /no option blockFrame; blockFrames may be meant/],
    ["wrong-block", RangeError, /blockFrames is a whole number of frames, 1 or more; 0.5 came/],
    ["returns-nothing", TypeError, /start\(\) returns an object \{ process\(frames\), … \}; undefined came/],
    ["without-heap", TypeError, /instantiate\(\) returns a kernel \{ exports, heap \}; .*undefined came/],
    ["fails-later", SyntaxError, /no kernel came/],
  ] as const)("processor %s", async (name, Kind, message) => {
    const error = await rejection(name);
    expect(error).toBeInstanceOf(Kind);
    expect(error.message).toMatch(message);
  });

  test("where the definition's own buses cannot be", async () => {
    const error = (await rejection("wrong-config")) as BusConfigError;
    expect([error.code, error.direction, error.bus]).toEqual(["too-many-channels", "input", 1]);
  });

  test("where no such processor is registered, or it is none of a kernel's", async () => {
    expect((await rejection("nobody")).message).toMatch(/no processor "nobody" is registered.*addModule/);
  });

  test.each([
    [{ tail: -1 }, /tail is a number of seconds, 0 to Infinity; -1 came/],
    [{ onTrap: "stop" as never }, /onTrap is "silence" or "restart"; "stop" came/],
    [{ instance: "other" as never }, /instance is "own" or "shared"; "other" came/],
    [{ parameterData: { gian: 1 } }, /parameterData names "gian", which is no parameter; the parameters are gain, fault/],
    [{ parameterData: { gain: Number.NaN } }, /parameterData has a finite number for "gain"; NaN came/],
    [{ parameterData: 5 as never }, /parameterData is an object of numbers; 5 came/],
    [{ parameterData: null as never }, /parameterData is an object of numbers; null came/],
    [{ modul: module } as never, /no option modul; module may be meant/],
    [{ module: 5 as never }, /module is a compiled WebAssembly.Module, .* 5 came/],
    [{ module: new Uint8Array([1, 2, 3]) }, /3 bytes do not compile/],
    [
      { module: new Response("", { status: 404, statusText: "Not Found" }) },
      /the kernel could not be fetched: the answer was 404 Not Found/,
    ],
    [{ module: Response.error() }, /the kernel could not be fetched: the answer was a network error/],
    [{ module: readResponse }, /the response was read before; hand over its clone/],
    [{ module: transferredBytes }, /their buffer was transferred elsewhere/],
    [{ module: Promise.resolve(module) as never }, /option module is a promise, which has to be awaited first/],
    [{ module: fileUrl("package.json") }, /bytes from .*package\.json do not compile/],
    [{ module: `${fileUrl("build")}/nothing.wasm` }, /could not be fetched from .*nothing\.wasm/],
    [{ config: { inputs: [], outputs: [0] } }, /output bus 0 has 0 channels/],
  ] as const)("option %j", async (options, message) => {
    expect((await rejection("effect", effect, options as Partial<KernelNodeOptions>)).message).toMatch(message);
  });
});

describe("messages", () => {
  test("go both ways, transferables too, and what the kernel posts at its start is not lost", async () => {
    const context = await contextOf(2, 1);
    const { node } = await nodeOf(context, "talking", effect, { data: { preset: [1, 2] } });
    expect(await messageOf(node)).toEqual({
      early: true,
      data: { preset: [1, 2] },
      sampleRate: SAMPLE_RATE,
      currentFrame: 0,
      maxFrames: QUANTUM,
      capacity: 256,
    });
    const answer = messageOf(node);
    node.port.postMessage({ program: 3 });
    expect(await answer).toEqual({ received: { program: 3 } });
    const buffer = new ArrayBuffer(12);
    const back = messageOf<{ bytes: number; back: ArrayBuffer }>(node);
    node.port.postMessage(buffer, [buffer]);
    expect(buffer.byteLength).toBe(0);
    const { bytes, back: returned } = await back;
    expect([bytes, returned.byteLength]).toEqual([12, 12]);
    expect(node.latency).toBe(3);
  });

  test("what a message's handler throws is told, and the kernel plays on", async () => {
    const context = await contextOf(2, 1);
    const { node, errors } = await nodeOf(context, "talking", effect);
    // What it posts at its start.
    await messageOf(node);
    node.port.postMessage("throw");
    await node.received();
    expect(errors.map(({ error, outcome }) => [error.name, error.message, outcome])).toEqual([
      ["RangeError", "the message failed", "continue"],
    ]);
    const answer = messageOf(node);
    node.port.postMessage("on");
    expect(await answer).toEqual({ received: "on" });
  });
});

describe("events", () => {
  test("are heard at their frame, whatever their time is as a fraction", async () => {
    const context = await contextOf(1, 80);
    const { node } = await nodeOf(context, "instrument", instrument, { parameterData: { gain: 0 } });
    node.connect(context.destination);
    const frames = [0, 1, 35, 127, 128, 300.3, 400.7, 1000, 4999, 10_000];
    for (const frame of frames) node.schedule(frame / SAMPLE_RATE, 1, 0, 0.5);
    await node.received();
    const samples = (await renderedChannels(context))[0]!;
    expect([...samples.entries()].filter(([, sample]) => sample !== 0)).toEqual(frames.map((frame) => [Math.floor(frame), 0.5]));
    expect(() => node.schedule(Number.NaN, 1, 0, 0)).toThrow(/time in seconds.*NaN came/);
  });

  test("come to blocks of the kernel's own at the frame that they belong to", async () => {
    const context = await contextOf(2, 16);
    const { node } = await nodeOf(context, "telling-frames", effect);
    node.connect(context.destination);
    const frames = [5, 130, 191, 192, 500, 1000];
    for (const frame of frames) node.schedule(frame / SAMPLE_RATE, 1, 0, 0.5);
    await node.received();
    const message = messageOf<{ seen: number[]; frames: number; currentFrame: number }>(node);
    await context.startRendering();
    expect(await message).toEqual({ seen: frames, frames: 192, currentFrame: 192 * 8 });
    expect(node.latency).toBe(128);
  });
});

test.each([
  [undefined, 0],
  [0, 0],
  [0.5, 0.5],
  [7, 7],
])("a kernel's latency of %j is %d frames", async (given, latency) => {
  const { node } = await nodeOf(await contextOf(2, 1), "late", effect, { data: { latency: given } });
  expect(node.latency).toBe(latency);
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, "7", null])(
  "a kernel's latency of %o is refused at its start, and is 0 frames where it becomes that later",
  async (latency) => {
    const error = await rejection("late", effect, { data: { latency } });
    expect(error.message).toMatch(/^a kernel's latency is a number of frames, 0 or more; .* came$/);
    const context = await contextOf(2, 4);
    const { node } = await nodeOf(context, "late", effect, { data: { latency: 7 } });
    node.connect(context.destination);
    node.port.postMessage(latency);
    await node.received();
    const changed = new Promise((resolve) => node.addEventListener("latencychange", resolve));
    await context.startRendering();
    await changed;
    expect(node.latency).toBe(0);
  },
);

// Firefox leaves a context in real time suspended where there is no audio device.
test.skipIf(isFirefox)("what is posted to a kernel while it is made anew reaches the new one", async () => {
  const context = await realTimeContext(PROCESSORS);
  const { node, errors } = await nodeOf(context, "made-anew-later", effect, { onTrap: "restart" });
  node.connect(context.destination);
  await expect.poll(() => errors.map(({ outcome }) => outcome), { timeout: 20_000 }).toEqual(["restart"]);
  const answer = messageOf(node);
  node.port.postMessage("hello");
  const opener = new AudioWorkletNode(context, "opener");
  opener.port.postMessage("open");
  expect(await answer).toEqual({ received: "hello" });
  await closeInSilence(context, [node]);
});

test("blocks of the kernel's own are part of the latency", async () => {
  const context = await contextOf(2, 16);
  const { node } = await nodeOf(context, "fixed", effect);
  expect(node.latency).toBe(448 + 5);
  const source = Float32Array.from({ length: 16 * QUANTUM }, (_, k) => k + 1);
  startedSource(context, [source]).connect(node).connect(context.destination);
  const samples = (await renderedChannels(context))[1]!;
  expect([...samples]).toEqual([...new Float32Array(448), ...source.slice(0, 16 * QUANTUM - 448)]);
});

test("a kernel of one sample rate is refused in a context of another, which says what to do", async () => {
  const context = await contextOf(1, 1);
  await nodeOf(context, "at-48-kHz", effect);
  const { message } = await rejection("at-44-kHz");
  expect(message).toMatch(/made for 44100 Hz, and the context has 48000 Hz; .*new AudioContext\(\{ sampleRate: 44100 \}\)/);
});

describe("a kernel that fails", () => {
  const faults: [string, number][] = [
    ["by unreachable", 1],
    ["out of bounds", 2],
    // Firefox ESR 153 has a smaller stack on its audio thread than it believes: recursion in plain JS, in a plain processor, ends its process.
    ...(isFirefox ? [] : ([["by exhausting its stack", 3]] as [string, number][])),
    ["in an import that throws", 4],
  ];

  test.each(faults)("%s is silent from that block on, and the node says so", async (_, fault) => {
    const context = await contextOf(1, 12);
    const { node, errors, ended } = await nodeOf(context, "instrument", instrument, { parameterData: { gain: 0.5 } });
    parameter(node, "fault").setValueAtTime(fault, blockTime(5));
    node.connect(context.destination);
    const samples = (await renderedChannels(context))[0]!;
    expect([...samples]).toEqual([...steady(0.5, 5 * QUANTUM), ...steady(0, 7 * QUANTUM)]);
    await ended;
    expect(errors).toHaveLength(1);
    const [{ error, message, block, frame, outcome }] = errors as [KernelErrorEvent];
    expect(error).toBeInstanceOf(Error);
    expect([message, block, frame, outcome]).toEqual([error.message, 6, 5 * QUANTUM, "silence"]);
    if (fault === 4) expect([error.name, message, error.cause]).toEqual(["RangeError", "the import failed", { reason: "on purpose" }]);
    if (fault === 1 || fault === 2) expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
  });

  test.each(faults)("%s is made anew where that was asked for, with the last parameters, three times a minute", async (_, fault) => {
    const context = await contextOf(1, 40);
    const { node, errors, ended } = await nodeOf(context, "instrument", instrument, { onTrap: "restart", parameterData: { gain: 0.5 } });
    for (const block of [5, 10, 15, 20]) {
      parameter(node, "fault").setValueAtTime(fault, blockTime(block));
      parameter(node, "fault").setValueAtTime(0, blockTime(block + 1));
    }
    node.schedule((30.5 * QUANTUM) / SAMPLE_RATE, 1, 0, 1);
    node.schedule((18.5 * QUANTUM) / SAMPLE_RATE, 1, 0, 1);
    await node.received();
    node.connect(context.destination);
    const samples = (await renderedChannels(context))[0]!;
    await ended;
    expect(errors.map(({ frame, outcome }) => [frame / QUANTUM, outcome])).toEqual([
      [5, "restart"],
      [10, "restart"],
      [15, "restart"],
      [20, "silence"],
    ]);
    const plays = (block: number) => samples[block * QUANTUM + 3] === 0.5;
    expect([0, 1, 2, 3, 4].every(plays)).toBe(true);
    for (const block of [5, 10, 15]) {
      expect(plays(block)).toBe(false);
      // Node's engine may render another block before the new instance is made.
      expect([3, 4].every((later) => plays(block + later))).toBe(true);
    }
    expect(samples.slice(20 * QUANTUM).every((sample) => sample === 0)).toBe(true);
    expect(samples[18.5 * QUANTUM]).toBe(1);
  });
});

test("where one of two nodes on a shared instance fails, the other one plays on, and the first one on a new instance", async () => {
  const context = await contextOf(2, 40);
  const options = { instance: "shared", onTrap: "restart", parameterData: { gain: 0.5 } } as const;
  const one = await nodeOf(context, "instrument", instrument, options);
  const other = await nodeOf(context, "instrument", instrument, options);
  parameter(one.node, "fault").setValueAtTime(1, blockTime(5));
  parameter(one.node, "fault").setValueAtTime(0, blockTime(6));
  const merger = context.createChannelMerger(2);
  one.node.connect(merger, 0, 0);
  other.node.connect(merger, 0, 1);
  merger.connect(context.destination);
  const rendered = await renderedChannels(context);
  const [heardOne, heardOther] = rendered as [Float32Array, Float32Array];
  expect([heardOne[5 * QUANTUM], heardOne[20 * QUANTUM]]).toEqual([0, 0.5]);
  expect([...heardOther]).toEqual([...steady(0.5, 40 * QUANTUM)]);
  await expect.poll(() => one.errors.map(({ outcome }) => outcome)).toEqual(["restart"]);
  expect(other.errors).toEqual([]);
});

describe("meters", () => {
  test.each(["through shared memory", "by messages"])(
    "show %s the peaks since the look before, what is connected, and the counts",
    async (way) => {
      const { SharedArrayBuffer: shared } = globalThis;
      expect(typeof shared, "the page is cross-origin isolated").toBe("function");
      const context = await contextOf(2, 300);
      const { node } = await nodeOf(context, "effect", effect);
      const seen: KernelLevels[] = [];
      if (way === "by messages") vi.stubGlobal("SharedArrayBuffer", undefined);
      // By messages the first one comes after 60 blocks; in some engines an offline context hears of its arrival when it is through.
      const end = node.meter(way === "by messages" ? 160 : 1, (levels) => seen.push(levels));
      vi.unstubAllGlobals();
      await node.received();
      const impulse = new Float32Array(280 * QUANTUM);
      impulse[40 * QUANTUM + 3] = -0.75;
      startedSource(context, [impulse, steady(0.25, 280 * QUANTUM)])
        .connect(node)
        .connect(context.destination);
      await context.startRendering();
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      const peaks = (bus: number, channel: number) => seen.map(({ inputs }) => inputs[bus]!.peaks[channel]!);
      expect(Math.max(...peaks(0, 0))).toBe(0.75);
      expect(Math.max(...peaks(0, 1))).toBe(0.25);
      expect(Math.max(...seen.map(({ outputs }) => outputs[0]!.peaks[0]!))).toBe(0.75);
      expect(peaks(0, 0).filter((peak) => peak !== 0)).toHaveLength(1);
      expect(seen[0]!.outputs[0]!.connected).toBe(2);
      expect(Object.keys(seen[0]!.diagnostics)).toContain("droppedChannels");
      const before = seen.length;
      end();
      end();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(seen).toHaveLength(before);
    },
  );

  test("of a node that has ended do nothing, and may be ended", async () => {
    const context = await contextOf(1, 1);
    const { node, ended } = await nodeOf(context, "instrument", instrument);
    node.dispose();
    await context.startRendering();
    await ended;
    const timers = vi.spyOn(globalThis, "setInterval");
    onTestFinished(() => timers.mockRestore());
    node.meter(0, () => {})();
    expect(timers).not.toHaveBeenCalled();
  });

  test("wait no longer than a timer can, which would fire at once", async () => {
    const { node } = await nodeOf(await contextOf(1, 1), "instrument", instrument);
    const timers = vi.spyOn(globalThis, "setInterval");
    onTestFinished(() => timers.mockRestore());
    const end = node.meter(2 ** 40, () => {});
    for (const [, interval] of timers.mock.calls) expect(interval).toBeLessThan(2 ** 31);
    end();
  });

  test("refuse an interval and a listener that are none", async () => {
    const { node } = await nodeOf(await contextOf(1, 1), "instrument", instrument);
    for (const interval of [-1, Number.NaN, Number.POSITIVE_INFINITY, "5" as never]) {
      expect(() => node.meter(interval, () => {})).toThrow(/interval is a number of milliseconds, 0 or more; .* came/);
    }
    expect(() => node.meter(20, 5 as never)).toThrow(/listener is a function; 5 came/);
  });
});

test("a context that is closed gets no node, and says so", async () => {
  const context = { state: "closed" } as BaseAudioContext;
  // `toThrow` would also take 0 for an error with these words.
  await expect(createKernelNode(context, "instrument", { module, config: instrument, AudioWorkletNode })).rejects.toMatchObject({
    message: "the context is closed, so no node can play in it; make another context",
  });
});

test("a context in real time that closes leaves nobody waiting: neither for a node that starts nor for an answer", async () => {
  const context = await realTimeContext(PROCESSORS);
  const { node } = await nodeOf(context, "talking", effect);
  const starting = createKernelNode(context, "never-loaded", { module, config: effect, AudioWorkletNode });
  const refused = expect(starting).rejects.toThrow("the context is closed, so no node can play in it");
  // By then the module is compiled, and the node waits for its processor.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = context.close();
  const answered = node.received();
  await closed;
  await refused;
  await answered;
});

test("nothing listens to a context in real time any more once a node has started, was refused, or has answered", async () => {
  const context = await realTimeContext(PROCESSORS);
  const listening = new Set<unknown>();
  const { addEventListener, removeEventListener } = context;
  context.addEventListener = (type: string, listener: never) => {
    listening.add(listener);
    addEventListener.call(context, type, listener);
  };
  context.removeEventListener = (type: string, listener: never) => {
    listening.delete(listener);
    removeEventListener.call(context, type, listener);
  };
  const starting = createKernelNode(context, "throws-at-start", { module, config: effect, AudioWorkletNode });
  await expect(starting).rejects.toMatchObject({ message: "the start failed" });
  expect(listening.size).toBe(0);
  const { node } = await nodeOf(context, "talking", effect);
  expect(listening.size).toBe(0);
  const answered = node.received();
  expect(listening.size).toBe(1);
  await answered;
  expect(listening.size).toBe(0);
  await context.close();
});

test("in a context that is closed nothing is waited for", async () => {
  const context = await contextOf(1, 1);
  const { node } = await nodeOf(context, "instrument", instrument);
  await context.startRendering();
  await expect.poll(() => context.state).toBe("closed");
  await node.received();
});

describe("a node ends", () => {
  test.each([
    [0, 0],
    [10, 10],
    [3.5, 4],
  ])("%f blocks after its inputs have ended, and not before there were any", async (tail, rendered) => {
    const [BEFORE, HEARD, BLOCKS] = [8, 12, 40];
    const context = await contextOf(2, BLOCKS);
    const { node, ended } = await nodeOf(context, "offset", effect, { tail: (tail * QUANTUM) / SAMPLE_RATE });
    const source = startedSource(context, [steady(0.25, HEARD * QUANTUM)], BEFORE * QUANTUM);
    source.connect(node).connect(context.destination);
    const disconnect = vi.spyOn(node, "disconnect");
    const samples = (await renderedChannels(context))[0]!;
    await ended;
    expect(disconnect).toHaveBeenCalledOnce();
    // The kernel adds 1 to what it hears.
    const blocks = Array.from({ length: BLOCKS }, (_, block) => samples[block * QUANTUM]);
    const expected = [...Array(BEFORE).fill(1), ...Array(HEARD).fill(1.25), ...Array(rendered).fill(1)];
    expect(blocks).toEqual([...expected, ...Array(BLOCKS - expected.length).fill(0)]);
    await node.received();
  });

  test("by dispose, before it renders and while it does; what its end throws is told", async () => {
    const context = await contextOf(2, 4);
    const { node, errors, ended } = await nodeOf(context, "talking", effect, { data: "fails at its end" });
    node.dispose();
    node.dispose();
    await ended;
    expect(errors.map(({ message, outcome }) => [message, outcome])).toEqual([["the end failed", "continue"]]);
    node.schedule(0, 1, 0, 0);
    await node.received();
  });
});
