import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import type { ConversionsCore } from "../../../src/core/conversions";
import { guardedHeap } from "../../support/guarded-memory";
import { filled, noise, ramp, ramps } from "../../support/host-channels";
import { collectInForm, forms } from "../../support/host-forms";
import { descriptorAt, firstDifference, pointersAt } from "../../support/memory-contents";
import { loadModule } from "../../support/wasm-modules";

const allocate = (inputs: number[], outputs: number[], options: object = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { sampleFormat: "f64", heap: createHeap(), ...options });

/** Floats that conversions get wrong first: signed zeros, subnormals, the largest, infinities, NaN. */
const SPECIAL = Float32Array.of(
  0,
  -0,
  1e-45,
  -1e-45,
  1.1754942e-38,
  3.4028235e38,
  -3.4028235e38,
  Infinity,
  -Infinity,
  NaN,
  0.1,
  -0.3,
  1 / 3,
);
/** Doubles between floats, halfway between them, too large and too small for them. */
const BETWEEN = Float64Array.of(
  0.1,
  1 + 2 ** -24,
  1 + 3 * 2 ** -24,
  1 + 2 ** -23,
  1e300,
  -1e300,
  3.4028235677973366e38,
  3.4028235677973362e38,
  1e-46,
  -1e-46,
  7e-46,
  NaN,
  Infinity,
  -Infinity,
  -0,
  Math.PI,
);

const sameBits = (a: Iterable<number>, b: Iterable<number>) =>
  expect([...a].map((x) => [x, Object.is(x, -0)])).toEqual([...b].map((x) => [x, Object.is(x, -0)]));

describe("tables of doubles", () => {
  test("stand in data64, and data32 is null", () => {
    const storage = allocate([2], [1]);
    storage.collect([ramps(2)], [filled(1)]);
    expect(descriptorAt(storage.memory, storage.inputsAddress)).toMatchObject({
      data32: 0,
      data64: storage.inputTableAddress,
      channelCount: 2,
    });
    expect(descriptorAt(storage.memory, storage.outputsAddress)).toMatchObject({
      data32: 0,
      data64: storage.outputTableAddress,
      channelCount: 1,
    });
    expect(storage.sampleFormat).toBe("f64");
    // Inputs are widened in place; the output has floats of its own on the way to the host.
    expect(storage.usage).toMatchObject({ sampleBytes: 3 * 1024, silenceBytes: 0, stagingBytes: 512 });
  });

  test("lead to samples on 16-byte boundaries, apart from each other", () => {
    const storage = allocate([2], [2], { maxFrames: 3 });
    storage.begin(3);
    const pointers = [storage.mainInput!, storage.mainOutput!].flatMap((bus) => [bus.pointer(0), bus.pointer(1)]);
    for (const pointer of pointers) expect(pointer % 16).toBe(0);
    expect(new Set(pointers).size).toBe(4);
  });
});

describe("conversion", () => {
  test.each(forms)("in and out is exact for every frame count, odd ones included (%s)", (form) => {
    const storage = allocate([2], [2], { maxFrames: 67 });
    for (let frames = 1; frames <= 67; frames++) {
      const inputs = [[noise(frames, frames), noise(frames, 1000 + frames)]];
      const outputs = [filled(2, 9, frames)];
      const block = collectInForm(form, storage, inputs, outputs);
      expect(block.frames).toBe(frames);
      for (const c of [0, 1]) {
        const view = storage.mainInput!.channel(c);
        expect(view).toBeInstanceOf(Float64Array);
        sameBits(view, inputs[0]![c]!);
        storage.mainOutput!.channel(c).set(view);
      }
      block.deliver();
      for (const c of [0, 1]) sameBits(outputs[0]![c]!, inputs[0]![c]!);
    }
  });

  test.each(forms)("keeps signed zeros, subnormals, infinities and NaN (%s)", (form) => {
    const storage = allocate([1], [1]);
    const outputs = [filled(1, 9, SPECIAL.length)];
    const block = collectInForm(form, storage, [[SPECIAL]], outputs);
    sameBits(storage.mainInput!.channel(0), SPECIAL);
    storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    block.deliver();
    sameBits(outputs[0]![0]!, SPECIAL);
  });

  test.each(forms)("out rounds as Math.fround does, at every place within a block (%s)", (form) => {
    const storage = allocate([], [1], { maxFrames: 64 });
    for (let lead = 0; lead < 8; lead++) {
      const doubles = [...Array<number>(lead).fill(0.5), ...BETWEEN];
      const outputs = [filled(1, 9, doubles.length)];
      const block = collectInForm(form, storage, [], outputs);
      storage.mainOutput!.channel(0).set(doubles);
      block.deliver();
      sameBits(outputs[0]![0]!, doubles.map(Math.fround));
      sameBits(storage.mainOutput!.channel(0), doubles);
    }
  });

  test.each(forms)("treats odd host channels as with floats: short, long, null, of another type (%s)", (form) => {
    const storage = allocate([4], [2]);
    const outputs = [[new Float32Array(128), new Float32Array(50)]];
    const inputs = [[ramp(1, 100), ramp(2, 300), null, new Float64Array(128)]] as unknown as Float32Array[][];
    const block = collectInForm(form, storage, inputs, outputs, { takes: "careful" });
    const channels = [0, 1, 2, 3].map((c) => [...storage.mainInput!.channel(c)]);
    expect(channels).toEqual([
      [...ramp(1, 100), ...Array(28).fill(0)],
      [...ramp(2, 300)].slice(0, 128),
      Array(128).fill(0),
      Array(128).fill(0),
    ]);
    expect(storage.mainInput!.constantMask).toBe(0b1100);
    for (const c of [0, 1]) storage.mainOutput!.channel(c).set(ramp(c));
    block.deliver();
    expect([...outputs[0]![1]!]).toEqual([...ramp(1)].slice(0, 50));
  });
});

describe("everything else", () => {
  test.each(forms)("missing channels are silence, and clean in each block (%s)", (form) => {
    const storage = allocate([2], []);
    collectInForm(form, storage, [ramps(1)], []);
    expect([...storage.mainInput!.channel(1)]).toEqual(Array(128).fill(0));
    expect(storage.mainInput!.constantMask).toBe(0b10);
  });

  test("external channel memory: collect copies nothing, and writes nowhere", () => {
    const heap = guardedHeap(4);
    const storage = allocate([2, 1], [1], { channelMemory: "external", heap });
    // The caller's memory may be anywhere, also at 0.
    const before = new Uint8Array(heap.memory.buffer).slice();
    for (const form of ["plain", "careful"] as const) {
      collectInForm(form, storage, [ramps(2), ramps(1)], [filled(1)], { spoils: false });
      expect([storage.mainInput!.length, storage.mainInput!.connectedLength]).toEqual([0, 2]);
      expect(firstDifference(new Uint8Array(heap.memory.buffer, 0, storage.inputsAddress), before.subarray(0, storage.inputsAddress))).toBe(
        -1,
      );
      expect(heap.firstChangedGuard()).toBe(-1);
    }
  });

  test("external pointers are to doubles: 8-byte aligned, maxFrames of them within the memory", () => {
    const storage = allocate([1], [1], { channelMemory: "external" });
    const end = storage.memory.buffer.byteLength;
    storage.clear();
    storage.setFrames(128);
    expect([1028, end - 1024 + 8, end].map((pointer) => storage.mainInput!.push(pointer))).toEqual([false, false, false]);
    expect(storage.mainOutput!.push(end - 1024)).toBe(true);
    expect(pointersAt(storage.memory, storage.outputTableAddress, 1)).toEqual([end - 1024]);
    storage.mainOutput!.channel(0).fill(0.1);
    const outputs = [filled(1)];
    storage.deliver(outputs);
    expect(outputs[0]![0]![127]).toBe(Math.fround(0.1));
  });

  test("growth between collect and deliver loses nothing", () => {
    const storage = allocate([1], [1]);
    const outputs = [filled(1)];
    for (let block = 0; block < 3; block++) {
      storage.collect([[ramp(block)]], outputs);
      storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
      storage.memory.grow(1);
      storage.deliver(outputs);
      expect([...outputs[0]![0]!]).toEqual([...ramp(block)]);
    }
  });
});

describe("the core's conversion", () => {
  test("touches nothing beside its samples, whatever the count and the boundary", async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(await loadModule("dist/core.wasm"), { env: { memory } });
    const { widenChannels, narrowChannels } = exports as unknown as ConversionsCore;
    const bytes = new Uint8Array(memory.buffer);
    const CHANNELS = 2;
    for (let frames = 0; frames <= 19; frames++) {
      for (const room of [0, 16, 48]) {
        // Doubles at the start of each channel, floats in the middle of it.
        const stride = Math.ceil((frames * 8) / 16) * 16 + room;
        const [to, back] = [1024, 8192];
        bytes.fill(0xaa);
        for (let c = 0; c < CHANNELS; c++) new Float32Array(memory.buffer, to + c * stride + stride / 2, frames).set(noise(frames, c));
        const before = bytes.slice();
        widenChannels(to, stride, CHANNELS, frames);
        for (let c = 0; c < CHANNELS; c++) {
          const start = to + c * stride;
          expect([...new Float64Array(memory.buffer, start, frames)]).toEqual([...noise(frames, c)]);
          // What lies behind the doubles is as it was: floats that were read, and whatever comes then.
          expect(firstDifference(bytes.slice(start + frames * 8, start + stride), before.slice(start + frames * 8, start + stride))).toBe(
            -1,
          );
        }
        expect(firstDifference(bytes.slice(0, to), before.slice(0, to))).toBe(-1);
        expect(firstDifference(bytes.slice(to + CHANNELS * stride), before.slice(to + CHANNELS * stride))).toBe(-1);
        const wide = bytes.slice();
        const backStride = frames * 4 + room;
        narrowChannels(back, backStride, to, stride, CHANNELS, frames);
        for (let c = 0; c < CHANNELS; c++) {
          const start = back + c * backStride;
          expect([...new Float32Array(memory.buffer, start, frames)]).toEqual([...noise(frames, c)]);
          bytes.fill(0xaa, start, start + frames * 4);
        }
        expect(firstDifference(bytes, wide)).toBe(-1);
      }
    }
  });
});
