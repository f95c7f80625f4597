// What users of other libraries complain about, where it touches this one: a test for each, named after
// what it shows. The threads are public issues of the projects named.

import { expect, test } from "vitest";
import { createHeap, nodeOptionsFor, ProcessBufferStorage } from "wasm-process-buffers";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { filled, noise, ramp, ramps } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const stereo = { inputs: [2], outputs: [2] };

// emscripten 6747, miniaudio 1114, cpal 1050, AssemblyScript 2942
test("channel views are right after the memory grew, without asking for them anew by hand", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: createHeap() });
  for (let block = 0; block < 4; block++) {
    storage.memory.grow(1);
    storage.collect([ramps(2, block)], [filled(2)]);
    expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(block + 1)]);
  }
});

// web-audio-samples 417 and 424
test("a view is the same object in every block, so none is left to the collector", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(stereo);
  storage.collect([ramps(2)], [filled(2)]);
  const view = storage.mainInput!.channel(0);
  for (let block = 0; block < 100; block++) storage.collect([ramps(2)], [filled(2)]);
  expect(storage.mainInput!.channel(0)).toBe(view);
  expect(storage.diagnostics.viewRebuilds).toBe(0);
});

// web-audio-samples 480
test("two channels take memory for two channels, not for thirty-two", () => {
  expect(ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }).usage.sampleBytes).toBe(2 * 128 * 4);
});

// web-audio-samples 477, jitsi-meet 12449, soundtouchjs-audio-worklet 3
test("no input and a mono input are blocks like any other", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(stereo, { missingInputs: "repeat-mono" });
  for (const inputs of [[], [[]], [[ramp(1)]]]) {
    expect(storage.collect(inputs, [filled(2)])).toBe(128);
    expect(storage.mainInput!.length).toBe(2);
  }
  expect([...storage.mainInput!.channel(1)]).toEqual([...ramp(1)]);
});

// emscripten 18853, 21743 and 25747, unworklet 25
test("blocks need not have 128 frames", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(stereo, { maxFrames: 2048 });
  for (const frames of [256, 1, 2048, 441]) {
    const outputs = [filled(2, 9, frames)];
    expect(storage.collect([ramps(2, 1, frames)], outputs)).toBe(frames);
    storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    storage.deliver(outputs);
    expect([...outputs[0]![0]!]).toEqual([...ramp(1, frames)]);
  }
});

// faust2webaudio 20, csound 2508, web-noise-suppressor 42
test("many nodes share one memory", () => {
  const storages = Array.from({ length: 200 }, () => ProcessBufferStorage.allocateFromConfig(stereo));
  expect(new Set(storages.map((storage) => storage.memory)).size).toBe(1);
  for (const [i, storage] of storages.entries()) storage.collect([ramps(2, i)], [filled(2)]);
  expect(storages.every((storage, i) => storage.mainInput!.channel(0)[0] === i)).toBe(true);
  for (const storage of storages) storage.free();
});

// web-audio-api 2553, iPlug2 1050, web-audio-samples 348; and emscripten 22191
test("a worklet's scope loads it with no decoder, no fetch and no shared memory, node and storage agreeing on their buses", async () => {
  const frames = 2560;
  const config = { inputs: [2, 2], outputs: [2] };
  const context = await offlineContext(2, frames, "tests/worklet/processors/mix.js");
  const node = new AudioWorkletNode(context, "mix", {
    ...nodeOptionsFor(config),
    processorOptions: { module: await loadModule("build/mix.wasm"), config, blocks: frames / 128 },
  });
  const report = nextMessage<{ scope: Record<string, string> }>(node);
  const samples = [noise(frames, 1), noise(frames, 2)];
  startedSource(context, samples).connect(node, 0, 0);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);
  expect([...rendered[1]!]).toEqual(Array.from(samples[1]!, (sample) => sample * 0.5));
  const { scope } = await report;
  // Browsers have none of these there; Node's engine has all of them, and proves nothing of it.
  if (typeof document === "object") expect([scope.atob, scope.fetch, scope.Buffer]).toEqual(["undefined", "undefined", "undefined"]);
});
