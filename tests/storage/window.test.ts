import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { filled, noise, ramps } from "../support/host-channels";
import { descriptorAt, floatsAt, pointersAt } from "../support/memory-contents";

const FRAMES = 128;

/** A kernel with a memory of its past, which works on what it is handed alone: tables, count of frames. */
function kernelOver(storage: ProcessBufferStorage<SampleFormat>) {
  const state = [0, 0];
  const View = storage.sampleFormat === "f64" ? Float64Array : Float32Array;
  return (frames: number, flat: boolean) => {
    const tableOf = (descriptors: number, table: number) => {
      const { data32, data64 } = descriptorAt(storage.memory, descriptors);
      return pointersAt(storage.memory, flat ? table : data32 || data64, 2);
    };
    const from = tableOf(storage.inputsAddress, storage.inputTableAddress);
    const to = tableOf(storage.outputsAddress, storage.outputTableAddress);
    for (const c of [0, 1]) {
      const source = new View(storage.memory.buffer, from[c]!, frames);
      const target = new View(storage.memory.buffer, to[c]!, frames);
      for (let k = 0; k < frames; k++) target[k] = state[c] = Math.fround(state[c]! * 0.5 + source[k]!);
    }
  };
}

// One heap for all: engines cap the number of memories in a process.
const heap = createHeap();

describe.each<SampleFormat>(["f32", "f64"])("windows of a %s block", (sampleFormat) => {
  const allocate = () => ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { sampleFormat, heap });

  test("any partition of the block gives, sample for sample, what the whole block gives", () => {
    const inputs = [[noise(FRAMES, 1), noise(FRAMES, 2)]];
    const whole = [filled(2)];
    const reference = allocate();
    reference.collect(inputs, whole);
    kernelOver(reference)(FRAMES, false);
    reference.deliver(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: FRAMES }), { maxLength: 12 }), fc.boolean(), (cuts, flat) => {
        const storage = allocate();
        const outputs = [filled(2, 9)];
        storage.collect(inputs, outputs);
        const kernel = kernelOver(storage);
        const edges = [0, ...cuts.sort((a, b) => a - b), FRAMES];
        for (let i = 1; i < edges.length; i++) kernel(storage.setWindow(edges[i - 1]!, edges[i]! - edges[i - 1]!), flat);
        storage.deliver(outputs);
        expect(outputs).toEqual(whole);
        storage.free();
      }),
      { numRuns: 60 },
    );
  });

  test("only what the kernel is handed moves, and a new block starts whole", () => {
    const storage = allocate();
    storage.collect([ramps(1)], [filled(2)]);
    const whole = pointersAt(storage.memory, storage.inputTableAddress, 4);
    const views = [storage.mainInput!.channel(0), storage.mainInput!.channel(1)];
    expect(storage.setWindow(40, 20)).toBe(20);
    const bytes = sampleFormat === "f64" ? 8 : 4;
    expect(pointersAt(storage.memory, storage.inputTableAddress, 4)).toEqual(whole.map((pointer) => pointer + 40 * bytes));
    expect([storage.mainInput!.channel(0), storage.mainInput!.channel(1)]).toEqual(views);
    expect([storage.frames, storage.mainInput!.pointer(0)]).toEqual([FRAMES, whole[0]]);
    storage.setWindow(0, FRAMES);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 4)).toEqual(whole);
    storage.setWindow(7, 1);
    storage.collect([ramps(1)], [filled(2)]);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 4)).toEqual(whole);
  });

  test.each<[unknown, unknown, number, number]>([
    [0, 200, 0, 128],
    [100, 100, 100, 28],
    [128, 1, 128, 0],
    [1e9, 1, 128, 0],
    [-5, 10, 0, 10],
    [3.7, 2.9, 3, 2],
    [Number.NaN, 5, 0, 5],
    [5, Number.NaN, 5, 0],
    ["5", null, 0, 0],
    [5n, Symbol("5"), 0, 0],
    [0, Number.POSITIVE_INFINITY, 0, 128],
  ])("offset %s and %s frames become %i and %i", (offset, frames, start, length) => {
    const storage = allocate();
    storage.collect([ramps(2)], [filled(2)]);
    const [whole] = pointersAt(storage.memory, storage.inputTableAddress, 1);
    expect(storage.setWindow(offset as number, frames as number)).toBe(length);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 1)).toEqual([whole! + start * (sampleFormat === "f64" ? 8 : 4)]);
  });
});

test("windows move pushed pointers, and all others within the silence; a freed storage has none", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }, { heap, channelMemory: "external" });
  const pointer = heap.malloc(512);
  storage.begin(128);
  storage.mainInput!.push(pointer);
  const [, unpushed] = pointersAt(storage.memory, storage.inputTableAddress, 2);
  expect(storage.setWindow(64, 64)).toBe(64);
  // A kernel that reads the window through an entry past the length stays within the block's silence.
  expect(pointersAt(storage.memory, storage.inputTableAddress, 2)).toEqual([pointer + 256, unpushed! + 256]);
  expect(floatsAt(storage.memory, unpushed! + 256, 64)).toEqual(Array(64).fill(0));
  storage.free();
  expect(storage.setWindow(0, 64)).toBe(0);
});

test("clear closes an open window, so that entries past a bus's length lead to whole channels again", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
  storage.begin(128);
  const home = pointersAt(storage.memory, storage.inputTableAddress, 4);
  storage.setWindow(100, 28);
  storage.clear();
  expect(pointersAt(storage.memory, storage.inputTableAddress, 4)).toEqual(home);
});

test("connect and push end a window for parameters, too", () => {
  const config = { inputs: [1, 1], outputs: [1], parameters: [{ name: "gain" }] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: createHeap() });
  const parameter = () => [...new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2)];
  const gain = Float32Array.from({ length: FRAMES }, (_, k) => k / FRAMES);
  storage.collect([], [filled(1)], { gain });
  const [length, start] = parameter();
  expect(length).toBe(FRAMES);
  for (const act of [
    () => storage.mainInput!.connect(),
    () => {
      storage.clear();
      storage.setWindow(64, 64);
      storage.mainInput!.push(storage.mainOutput!.samplesAddress);
    },
  ]) {
    storage.collect([], [filled(1)], { gain });
    storage.setWindow(64, 64);
    expect(parameter()).toEqual([64, start! + 4 * 64]);
    act();
    expect(parameter()[1]).toBe(start);
  }
});
