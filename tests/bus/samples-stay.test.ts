// A bus's own samples stay where they are from allocation on, and no two channels share theirs: so a kernel may keep
// addresses from set-up, and may work in place.

import { describe, expect, test } from "vitest";
import {
  createHeap,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { filled, ramp, ramps } from "../support/host-channels";
import { collectInForm, forms } from "../support/host-forms";
import { pointersAt } from "../support/memory-contents";

type Storage = ProcessBufferStorage<SampleFormat>;

// One heap for all: engines cap the number of memories in a process.
const heap = createHeap();
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];
const sampleFormats: readonly SampleFormat[] = ["f32", "f64"];

const allocate = (inputs: number[], outputs: number[], options: StorageOptions<SampleFormat> = {}): Storage =>
  ProcessBufferStorage.allocateFromConfig<SampleFormat>({ inputs, outputs }, { heap, ...options });

const busesOf = (storage: Storage) => [...storage.inputs, ...storage.outputs];
const addressesOf = (storage: Storage) =>
  busesOf(storage).map((bus) => [bus.samplesAddress, ...Array.from({ length: bus.capacity }, (_, c) => bus.channelAddress(c))]);

describe("addresses of a bus's own samples", () => {
  const happenings: [string, (storage: Storage) => void][] = [
    ["a whole block", (storage) => void storage.collect([ramps(3), ramps(2)], [filled(2)])],
    ["a block without channels", (storage) => void storage.collect([], [])],
    ["a lone channel", (storage) => void storage.collect([[ramp(1)], [ramp(2)]], [filled(1)])],
    ["a null channel", (storage) => void storage.collect([[null, ramp(1)] as unknown as Float32Array[]], [filled(2)])],
    ["a shorter block", (storage) => void storage.collect([ramps(3, 1, 17)], [filled(2, 0, 17)])],
    ["an interleaved block", (storage) => void new InterleavedHost(storage, { channelCount: 4 }).collect(new Float32Array(4 * 100))],
    ["begin", (storage) => void storage.begin(100)],
    ["connect", (storage) => void storage.mainInput!.connect(2)],
    ["another length", (storage) => void storage.setFrames(50)],
    ["a window", (storage) => void storage.setWindow(10, 20)],
    ["clear", (storage) => storage.clear()],
    ["pushes", (storage) => void busesOf(storage).map((bus) => bus.push(storage.outputs[0]!.channelAddress(1)))],
    ["refused pushes", (storage) => void busesOf(storage).map((bus) => bus.push(3))],
    ["growth", (storage) => void storage.memory.grow(1)],
    [
      "a kernel that writes over tables and descriptors",
      (storage) => void new Uint32Array(storage.memory.buffer, storage.inputsAddress, 18 + 7).fill(0x1234),
    ],
    ["deliver", (storage) => storage.deliver([filled(2)])],
  ];

  test.each(policies)("are constant over blocks, pushes, windows and growth, with %s", (missingInputs) => {
    for (const sampleFormat of sampleFormats) {
      const storage = allocate([3, 2], [2], { missingInputs, sampleFormat });
      const before = addressesOf(storage);
      for (let round = 0; round < 3; round++) {
        for (const [name, happen] of happenings) {
          happen(storage);
          expect(addressesOf(storage), name).toEqual(before);
        }
      }
      // Every new block hands them to the kernel.
      for (const start of [() => storage.collect([ramps(1)], [filled(2)]), () => storage.begin(128)]) {
        start();
        const table = pointersAt(storage.memory, storage.inputTableAddress, 7);
        expect(table).toEqual(before.flatMap(([, ...channels]) => channels));
      }
      storage.free();
    }
  });

  test("are apart: no two channels share a byte, and none lies outside the storage", () => {
    for (const sampleFormat of sampleFormats) {
      for (const maxFrames of [1, 3, 128]) {
        const storage = allocate([32, 0, 2], [3, 32], { sampleFormat, maxFrames });
        const bytes = maxFrames * (sampleFormat === "f64" ? 8 : 4);
        const channels = busesOf(storage).flatMap((bus) => Array.from({ length: bus.capacity }, (_, c) => bus.channelAddress(c)));
        const sorted = [...channels].sort((a, b) => a - b);
        expect(sorted.every((address, i) => i === 0 || sorted[i - 1]! + bytes <= address)).toBe(true);
        expect(channels.every((address) => address % 16 === 0)).toBe(true);
        expect(sorted[0]).toBeGreaterThan(storage.inputsAddress);
        expect(sorted.at(-1)! + bytes).toBeLessThanOrEqual(storage.inputsAddress + storage.usage.totalBytes);
        storage.free();
      }
    }
  });

  test("are 0 where there are none: with external channel memory, without channels, out of range", () => {
    const storage = allocate([2, 0], [1], { channelMemory: "external" });
    storage.begin(128);
    storage.mainInput!.push(1024);
    expect(busesOf(storage).map((bus) => [bus.samplesAddress, bus.channelAddress(0)])).toEqual(Array(3).fill([0, 0]));
    expect(allocate([0], []).mainInput!.samplesAddress).toBe(0);
    const owned = allocate([2], []).mainInput!;
    for (const channel of [2, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "0", null, undefined, 0n, Symbol("0")]) {
      expect(owned.channelAddress(channel as number)).toBe(0);
    }
    expect([owned.channelAddress(0), owned.channelAddress(1)]).toEqual([owned.samplesAddress, owned.samplesAddress + 512]);
  });

  test("are those of the internal output of an instrument with external channel memory", () => {
    const storage = allocate([], [2, 1], { channelMemory: "external" });
    storage.begin(128);
    expect([storage.mainOutput!.pointer(0), storage.mainOutput!.pointer(1)]).toEqual(
      [0, 1].map((c) => storage.mainOutput!.channelAddress(c)),
    );
    expect(storage.outputs[1]!.samplesAddress).toBe(0);
  });

  test("stand before the first block, too, in tables that no block has opened", () => {
    const storage = allocate([2], [1]);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 3)).toEqual(addressesOf(storage).flatMap(([, ...channels]) => channels));
  });
});

describe.each(forms)("a kernel in blocks of the %s form", (form) => {
  test.each(policies)("that keeps addresses from set-up hears what the host delivers, and zeros elsewhere, with %s", (missingInputs) => {
    for (const sampleFormat of sampleFormats) {
      const storage = allocate([3, 1], [2], { missingInputs, sampleFormat });
      const inputs = storage.inputs.flatMap((bus) => Array.from({ length: bus.capacity }, (_, c) => bus.channelAddress(c)));
      const outputs = [0, 1].map((c) => storage.mainOutput!.channelAddress(c));
      const View = sampleFormat === "f64" ? Float64Array : Float32Array;
      const kernel = (frames: number) => {
        const heard = inputs.map((address) => [...new View(heap.memory.buffer, address, frames)]);
        for (const [c, address] of outputs.entries()) new View(heap.memory.buffer, address, frames).set(heard[c]!);
        return heard;
      };
      for (const count of [3, 1, 2, 0, 3]) {
        const host = [filled(2, 9)];
        const block = collectInForm(form, storage, [ramps(count), ramps(1, 8)], host);
        const silence = Array(128).fill(0);
        const delivered = ramps(count).map((samples) => [...samples]);
        const missing = count === 1 && missingInputs === "repeat-mono" ? delivered[0] : silence;
        const expected = [...delivered, ...Array(3 - count).fill(missing)];
        expect(kernel(block.frames)).toEqual([...expected, [...ramp(8)]]);
        block.deliver();
        expect(host[0]!.map((samples) => [...samples])).toEqual(expected.slice(0, 2));
      }
      storage.free();
    }
  });

  test.each(policies)("that works in place on every channel it is handed works on each once, with %s", (missingInputs) => {
    for (const sampleFormat of sampleFormats) {
      const storage = allocate([4], [1], { missingInputs, sampleFormat });
      const View = sampleFormat === "f64" ? Float64Array : Float32Array;
      for (const count of [1, 0, 2, 4, 1]) {
        collectInForm(form, storage, [ramps(count)], [filled(1)]);
        const bus = storage.mainInput!;
        for (const pointer of pointersAt(heap.memory, bus.tableAddress, bus.length)) {
          const samples = new View(heap.memory.buffer, pointer, 128);
          for (let k = 0; k < 128; k++) samples[k] = samples[k]! * 2 + 1;
        }
        for (let c = 0; c < bus.length; c++) {
          const from = c < count ? ramp(1 + c) : count === 1 && missingInputs === "repeat-mono" ? ramp(1) : filled(1)[0]!;
          expect([...bus.channel(c)], `channel ${c} of ${count}`).toEqual([...from].map((sample) => sample * 2 + 1));
        }
      }
      storage.free();
    }
  });
});
