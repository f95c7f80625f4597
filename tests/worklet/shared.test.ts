// A storage renders in a worklet, and the main thread reads its meters and diagnostics over the same
// shared memory. The set-up isolates pages, so every runtime here offers it.

import { expect, test } from "vitest";
import { createHeap, ProcessBufferStorage, type SampleFormat, type StorageLocation, StorageObserver } from "wasm-process-buffers";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { inNode } from "../support/file-urls";
import { filled, noise, ramp, ramps } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";
import { watchedLevel } from "../support/watched-level.js";

const BLOCKS = 40;
const FRAMES = BLOCKS * 128;
const config = { inputs: [2], outputs: [2] };

test.each<SampleFormat>(["f32", "f64"])("meters and diagnostics of a %s storage are read from another thread", async (sampleFormat) => {
  const heap = createHeap({ shared: true });
  expect(Object.prototype.toString.call(heap.memory.buffer)).toBe("[object SharedArrayBuffer]");
  const byteLength = 16384;
  const context = await offlineContext(2, FRAMES, "tests/worklet/processors/observed.js");
  const processorOptions = { memory: heap.memory, address: heap.malloc(byteLength), byteLength, config, sampleFormat };
  const node = new AudioWorkletNode(context, "observed", {
    outputChannelCount: [2],
    channelCount: 3,
    channelCountMode: "explicit",
    channelInterpretation: "discrete",
    processorOptions,
  });
  const location = nextMessage<StorageLocation>(node);
  const samples = [noise(FRAMES, 1), noise(FRAMES, 2), noise(FRAMES, 3)];
  startedSource(context, samples).connect(node);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);

  const observer = new StorageObserver(await location);
  expect(observer.blocks).toBeGreaterThanOrEqual(BLOCKS);
  expect(observer.frames).toBe(128);
  // The third channel is declared nowhere, so it is dropped once in each block.
  expect(observer.diagnostics!.droppedChannels).toBe(observer.blocks);
  expect([observer.channelCount("input", 0), observer.channelCount("output", 0), observer.channelCount("output", 1)]).toEqual([2, 2, 0]);
  if (observer.blocks === BLOCKS) {
    for (const c of [0, 1]) {
      const last = rendered[c]!.slice(-128);
      expect(observer.peak("output", 0, c)).toBeCloseTo(Math.max(...last.map(Math.abs)), 6);
      expect(observer.peak("input", 0, c)).toBe(Math.max(...samples[c]!.slice(-128).map(Math.abs)));
    }
  }
});

test("what is seen while a worklet renders is one block's", async () => {
  const heap = createHeap({ shared: true });
  const byteLength = 16384;
  // Node's engine takes a millisecond and more for a block.
  const rendering = inNode ? 300 : 20_000;
  const context = await offlineContext(2, rendering * 128, "tests/worklet/processors/watched.js");
  const processorOptions = { memory: heap.memory, address: heap.malloc(byteLength), byteLength, config };
  const node = new AudioWorkletNode(context, "watched", { numberOfInputs: 0, outputChannelCount: [2], processorOptions });
  const located = nextMessage<StorageLocation>(node);
  node.connect(context.destination);
  let isRendered = false;
  const rendered = context.startRendering().then(() => {
    isRendered = true;
  });
  const observer = new StorageObserver(await located);
  const wrong: string[] = [];
  const blocks = new Set<number>();
  let looks = 0;
  while (!isRendered) {
    const slice = performance.now() + 2;
    while (performance.now() < slice) {
      for (const direction of ["input", "output"] as const) {
        const channel = looks++ & 1;
        const before = observer.blocks;
        const level = observer.peak(direction, 0, channel);
        if (level === undefined || before === undefined || observer.blocks !== before) continue;
        blocks.add(before);
        const right = before === 0 ? 0 : watchedLevel(before, direction, channel);
        if (level !== right) wrong.push(`${direction} channel ${channel} of block ${before} is ${level}, and not ${right}`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await rendered;
  expect(wrong.slice(0, 5)).toEqual([]);
  expect([observer.blocks! >= rendering, observer.isGone]).toEqual([true, false]);
  // Node's engine may post only when it has rendered.
  if (!inNode) expect(blocks.size).toBeGreaterThan(20);
});

test("a storage in shared memory renders like any other, through growth", () => {
  const heap = createHeap({ shared: true, maximumPages: 16 });
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap });
  const outputs = [filled(2)];
  for (let block = 0; block < 4; block++) {
    storage.collect([ramps(2, block)], outputs);
    heap.memory.grow(1);
    for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
    storage.deliver(outputs);
    expect([...outputs[0]![1]!]).toEqual([...ramp(block + 1)]);
  }
  expect(storage.usage.counterBytes).toBe(80);
});

test("an observer tells blocks, frames and counts as they are", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: createHeap({ shared: true }) });
  const observer = new StorageObserver(storage.location);
  expect([observer.blocks, observer.frames]).toEqual([0, 0]);
  storage.collect([ramps(3)], [filled(2)]);
  expect([observer.blocks, observer.frames, observer.diagnostics]).toEqual([1, 128, { ...storage.diagnostics }]);
  storage.mainInput!.push(1024);
  expect(observer.diagnostics).toMatchObject({ refusedPushes: 1, droppedChannels: 1 });
  storage.begin(300);
  expect([observer.blocks, observer.frames]).toEqual([2, 128]);
  expect(observer.diagnostics).toMatchObject({ refusedPushes: 1, droppedChannels: 1, truncatedFrames: 172, viewRebuilds: 0 });
});

test("an observer never leaves the memory, whatever a kernel wrote into descriptors and tables", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: createHeap({ shared: true }) });
  const observer = new StorageObserver(storage.location);
  storage.collect([ramps(2)], [filled(2)]);
  const level = observer.peak("input", 0, 1);
  expect(level).toBeGreaterThan(2);
  for (const value of [0xffffffff, 0x7fffffff, 33, 0xfffffff8]) {
    new Uint32Array(storage.memory.buffer, storage.inputsAddress, 16).fill(value);
    // Channels of the storage's own are where they were.
    for (const channel of [1, 31, -1, 0.5, Number.NaN]) expect(observer.peak("input", 0, channel)).toBe(channel === 1 ? level : 0);
  }
  expect([observer.peak("input", 1, 0), observer.peak("input", -1, 0), observer.peak("output", Number.NaN, 0)]).toEqual([0, 0, 0]);
});

test("only a storage in shared memory has a location for other threads", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(config);
  expect(() => storage.location).toThrow(/shared memory/);
  const shared = ProcessBufferStorage.allocateFromConfig(config, { heap: createHeap({ shared: true }) });
  shared.free();
  expect(() => shared.location).toThrow();
});

test("the wrong core for a memory is a clear error, and nothing is kept", async () => {
  const [unsharedCore, sharedCore] = [await loadModule("dist/core.wasm"), await loadModule("dist/core-shared.wasm")];
  const shared = createHeap({ shared: true });
  const unshared = createHeap();
  expect(() => ProcessBufferStorage.allocateFromConfig(config, { heap: shared, core: unsharedCore })).toThrow(
    /shared memory; there it is the compiled core-shared.wasm/,
  );
  expect(() => ProcessBufferStorage.allocateFromConfig(config, { heap: unshared, core: sharedCore })).toThrow(
    /unshared memory; there it is the compiled core.wasm/,
  );
  expect(ProcessBufferStorage.allocateFromConfig(config, { heap: shared, core: sharedCore }).begin(128)).toBe(128);
});

test.each([[{ shared: "yes" }], [{ shared: true, maximumPages: 0 }], [{ shared: true, initialPages: 8, maximumPages: 4 }]])(
  "createHeap refuses %j",
  (options) => {
    expect(() => createHeap(options as object)).toThrow(RangeError);
  },
);
