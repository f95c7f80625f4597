// What a callback of Emscripten's Wasm Audio Worklets is handed, read as its structs say.

import { describe, expect, test } from "vitest";
import { createHeap, EmscriptenCallback, FixedBlocks, ProcessBufferStorage, type StorageOptions } from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { noise } from "../support/host-channels";

const filled = (frames: number, value = Number.NaN) => new Float32Array(frames).fill(value);
const run = (channelCount: number) => ({ channelCount, layout: "contiguous" }) as const;
const config = {
  inputs: [run(2), run(1)],
  outputs: [run(2)],
  parameters: [{ name: "gain", defaultValue: 1 }, { name: "rate", automationRate: "k-rate", defaultValue: 3 } as const],
};

interface SampleFrame {
  readonly samplesPerChannel: number;
  readonly channels: number[][];
}

/** A callback in JS that reads the memory as the C structs say, and has `play` write the outputs. */
function kernel(memory: WebAssembly.Memory, play: (outputs: Float32Array[][], inputs: Float32Array[][]) => number | boolean = () => 1) {
  const seen: { inputs: SampleFrame[]; outputs: SampleFrame[]; parameters: number[][]; userData: number }[] = [];
  const framesAt = (count: number, address: number) =>
    Array.from({ length: count }, (_, i) => {
      const view = new DataView(memory.buffer, address + i * 12, 12);
      const [channels, samples, data] = [view.getInt32(0, true), view.getInt32(4, true), view.getUint32(8, true)];
      return Array.from({ length: channels }, (_, c) => new Float32Array(memory.buffer, data + c * samples * 4, samples));
    });
  const shown = (count: number, address: number): SampleFrame[] =>
    framesAt(count, address).map((channels, i) => ({
      samplesPerChannel: new DataView(memory.buffer).getInt32(address + i * 12 + 4, true),
      channels: channels.map((samples) => [...samples]),
    }));
  const callback = (
    numInputs: number,
    inputs: number,
    numOutputs: number,
    outputs: number,
    numParams: number,
    params: number,
    userData: number,
  ) => {
    const parameters = Array.from({ length: numParams }, (_, p) => {
      const [length, data] = new Uint32Array(memory.buffer, params + p * 8, 2);
      return [...new Float32Array(memory.buffer, data, length)];
    });
    seen.push({ inputs: shown(numInputs, inputs), outputs: shown(numOutputs, outputs), parameters, userData });
    return play(framesAt(numOutputs, outputs), framesAt(numInputs, inputs));
  };
  return { seen, callback };
}

function made(options: StorageOptions = {}, play?: Parameters<typeof kernel>[1]) {
  const heap = createHeap();
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, ...options });
  const { seen, callback } = kernel(storage.memory, play);
  return { storage, seen, callback: new EmscriptenCallback(storage, callback, { userData: 77 }) };
}

test("it finds a frame for each bus, its channels one behind the other in blocks of any length, the parameters, and its own address", () => {
  const { storage, seen, callback } = made();
  for (const frames of [128, 64, 1, 100]) {
    const music = [noise(frames, 1), noise(frames, 2)];
    const voice = [noise(frames, 3)];
    const gain = noise(frames, 4);
    storage.collect([music, voice], [[filled(frames), filled(frames)]], { gain });
    expect(callback.call()).toBe(true);
    const [first, second] = seen.at(-1)!.inputs;
    expect(first).toEqual({ samplesPerChannel: frames, channels: music.map((samples) => [...samples]) });
    expect(second).toEqual({ samplesPerChannel: frames, channels: voice.map((samples) => [...samples]) });
    expect(seen.at(-1)!.outputs).toEqual([
      { samplesPerChannel: frames, channels: [filled(frames, 0), filled(frames, 0)].map((one) => [...one]) },
    ]);
    expect(seen.at(-1)!.parameters).toEqual([[...gain], [3]]);
    expect(seen.at(-1)!.userData).toBe(77);
  }
});

test("what it writes is delivered", () => {
  const { storage, callback } = made({}, ([output], [music, voice]) => {
    for (const [c, samples] of output!.entries()) for (let k = 0; k < samples.length; k++) samples[k] = music![c]![k]! - voice![0]![k]!;
    return true;
  });
  for (const frames of [128, 100]) {
    const music = [noise(frames, 1), noise(frames, 2)];
    const voice = noise(frames, 3);
    const outputs = [[filled(frames), filled(frames)]];
    storage.collect([music, [voice]], outputs);
    expect(callback.call()).toBe(true);
    storage.deliver(outputs);
    expect(outputs[0]).toEqual(music.map((samples) => samples.map((sample, k) => Math.fround(sample - voice[k]!))));
  }
});

test.each([
  ["silence", [2, 1]],
  ["drop", [1, 0]],
] as const)('a channel that is missing, with missingInputs "%s": frames of %j channels', (missingInputs, counts) => {
  const { storage, seen, callback } = made({ missingInputs });
  storage.collect([[filled(128, 0.5)]], [[filled(128)]]);
  callback.call();
  expect(seen[0]!.inputs.map(({ channels }) => channels.length)).toEqual(counts);
  expect(new Set(seen[0]!.inputs.flatMap(({ channels }) => channels.slice(1)).flat())).toEqual(
    new Set(missingInputs === "drop" ? [] : [0]),
  );
});

test.each([
  [true, true],
  [1, true],
  [0, false],
  [false, false],
])("the callback's %s is %s", (answer, alive) => {
  const { storage, callback } = made({}, () => answer);
  storage.begin(128);
  expect(callback.call()).toBe(alive);
});

test("frames over which the kernel writes are right again in the next block, and over growth", () => {
  const { storage, seen, callback } = made();
  storage.begin(128);
  for (let block = 0; block < 3; block++) {
    expect(callback.call()).toBe(true);
    new Uint8Array(storage.memory.buffer, callback.inputsAddress, 36).fill(0xff);
    storage.memory.grow(1);
  }
  for (const { inputs, outputs } of seen) expect([...inputs, ...outputs].map(({ channels }) => channels.length)).toEqual([2, 1, 2]);
});

test("buses that the kernel keeps itself are where it keeps them; one that it has not placed yet has no channels", () => {
  const heap = createHeap();
  const address = heap.malloc(2 * 128 * 4);
  const storage = ProcessBufferStorage.allocateFromConfig(
    { inputs: [run(2)], outputs: [run(2)] },
    { heap, addresses: { inputs: [address], outputs: [0] } },
  );
  const { seen, callback } = kernel(heap.memory);
  const tool = new EmscriptenCallback(storage, callback);
  storage.collect([[filled(128, 0.25), filled(128, 0.5)]], [[filled(128)]]);
  tool.call();
  expect(new Uint32Array(heap.memory.buffer, tool.inputsAddress, 3)).toEqual(Uint32Array.of(2, 128, address));
  expect(seen[0]!.outputs[0]!.channels).toEqual([]);
  storage.mainOutput!.moveTo(address);
  storage.begin(128);
  tool.call();
  expect(new Uint32Array(heap.memory.buffer, tool.outputsAddress, 3)).toEqual(Uint32Array.of(2, 128, address));
});

test("under FixedBlocks it is called with blocks of the kernel's own length", () => {
  const { storage, seen, callback } = made({ maxFrames: 480 });
  const blocks = new FixedBlocks(storage, { hostFrames: 128 });
  const sound = noise(128 * 15, 1);
  for (let at = 0; at < sound.length; at += 128) {
    const outputs = [[filled(128), filled(128)]];
    blocks.collect([[sound.subarray(at, at + 128)]], outputs);
    while (blocks.next()) callback.call();
    blocks.deliver(outputs);
  }
  expect(seen.map(({ inputs }) => inputs[0]!.samplesPerChannel)).toEqual([480, 480, 480, 480]);
  expect(seen.flatMap(({ inputs }) => inputs[0]!.channels[0]!)).toEqual([...sound]);
});

test("without buses and parameters there is nothing to be found, and the callback is called none the less", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [] });
  const calls: number[][] = [];
  const callback = new EmscriptenCallback(storage, (...given) => {
    calls.push(given);
    return 1;
  });
  expect(callback.call()).toBe(true);
  expect(calls).toEqual([[0, 0, 0, 0, 0, 0, 0]]);
  expect(storage.diagnostics.viewRebuilds).toBe(0);
});

test.each([
  [[run(1)], [run(1)], 12],
  [[run(1)], [], 0],
  [[], [run(1)], 0],
])("with the buses %j and %j: frames alone for those, found anew, and counted, when the memory has grown", (inputs, outputs, behind) => {
  const heap = createHeap();
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { heap });
  const { seen, callback } = kernel(heap.memory);
  const tool = new EmscriptenCallback(storage, callback);
  const address = Math.max(tool.inputsAddress, tool.outputsAddress) - behind;
  expect([tool.inputsAddress, tool.outputsAddress]).toEqual([inputs.length > 0 ? address : 0, outputs.length > 0 ? address + behind : 0]);
  storage.begin(128);
  const atSetUp = storage.diagnostics.viewRebuilds;
  tool.call();
  expect(storage.diagnostics.viewRebuilds).toBe(atSetUp);
  for (let block = 0; block < 3; block++) {
    new Uint8Array(heap.memory.buffer, address, 12 * (inputs.length + outputs.length)).fill(0);
    heap.memory.grow(1);
    const before = storage.diagnostics.viewRebuilds;
    tool.call();
    expect(storage.diagnostics.viewRebuilds - before).toBe(1);
  }
  for (const frames of seen) {
    expect(frames.inputs.map(({ samplesPerChannel }) => samplesPerChannel)).toEqual(inputs.map(() => 128));
    expect(frames.outputs.map(({ samplesPerChannel }) => samplesPerChannel)).toEqual(outputs.map(() => 128));
  }
});

describe("nothing is called, and the answer is false,", () => {
  test.each<[string, (storage: ProcessBufferStorage, callback: EmscriptenCallback) => void]>([
    ["once it is freed", (_, callback) => callback.free()],
    ["once the storage is freed", (storage) => storage.free()],
    ["once the storage is reconfigured", (storage) => storage.reconfigure(config)],
  ])("%s", (_, end) => {
    const { storage, seen, callback } = made();
    storage.begin(128);
    end(storage, callback);
    expect(callback.call()).toBe(false);
    expect(seen).toEqual([]);
  });
});

test("its room is 12 bytes a bus, given back when it is freed, and with its storage", () => {
  const heap = countingHeap(createHeap());
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
  const before = heap.held.size;
  const first = new EmscriptenCallback(storage, () => 1);
  expect(heap.held.get(first.inputsAddress)).toBe(36);
  expect(first.outputsAddress).toBe(first.inputsAddress + 24);
  first.free();
  first.free();
  expect(heap.held.size).toBe(before);
  expect([first.inputsAddress, first.outputsAddress]).toEqual([0, 0]);
  new EmscriptenCallback(storage, () => 1);
  storage.free();
  expect(heap.held.size).toBe(0);
});

describe("bad input at set-up is an error, and keeps nothing", () => {
  const heap = countingHeap(createHeap());
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
  const formed = (form: object, options: StorageOptions = {}) =>
    ProcessBufferStorage.allocateFromConfig({ inputs: [run(1)], outputs: [run(1), { ...run(2), ...form }] }, options);
  const freed = ProcessBufferStorage.allocateFromConfig(config);
  freed.free();
  const doubles = ProcessBufferStorage.allocateFromConfig(
    { inputs: [], outputs: [{ ...run(1), sampleFormat: "f32" }], parameters: [{ name: "gain" }] },
    { sampleFormat: "f64" },
  );

  test.each<[string, () => unknown, RegExp]>([
    ["no storage", () => new EmscriptenCallback({} as never, () => 1), /is for a ProcessBufferStorage; an object came/],
    ["a callback's number", () => new EmscriptenCallback(storage, 5 as never), /__indirect_function_table\.get\(number\); 5 came/],
    ["an option of another name", () => new EmscriptenCallback(storage, () => 1, { userdata: 1 } as never), /userData may be meant/],
    ["an address that is none", () => new EmscriptenCallback(storage, () => 1, { userData: 0.5 }), /userData is an address.*; 0\.5 came/],
    ["a planar bus", () => new EmscriptenCallback(formed({ layout: "planar" }), () => 1), /output bus 1 is planar, in f32; .*contiguous/],
    ["16-bit samples", () => new EmscriptenCallback(formed({ sampleFormat: "i16" }), () => 1), /output bus 1 is contiguous, in i16/],
    ["parameters in doubles", () => new EmscriptenCallback(doubles as never, () => 1), /parameters are doubles/],
    ["a freed storage", () => new EmscriptenCallback(freed, () => 1), /is freed/],
  ])("%s", (_, make, message) => {
    const held = heap.held.size;
    expect(make).toThrow(message);
    expect(heap.held.size).toBe(held);
  });
});
