import { describe, expect, test } from "vitest";
import { type MissingInputs, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { filled, ramp, ramps } from "../../support/host-channels";
import { descriptorAt, pointersAt } from "../../support/memory-contents";

const silence = Array(128).fill(0);

describe.each<SampleFormat>(["f32", "f64"])("missing inputs of a %s storage", (sampleFormat) => {
  const allocate = (missingInputs: MissingInputs, inputs = [4], options: object = {}) =>
    ProcessBufferStorage.allocateFromConfig({ inputs, outputs: [1] }, { missingInputs, sampleFormat, ...options });

  /** What the kernel sees of the main input. */
  const seen = (storage: ReturnType<typeof allocate>) => {
    const { channelCount, constantMask, data32, data64 } = descriptorAt(storage.memory, storage.inputsAddress);
    const pointers = pointersAt(storage.memory, data32 || data64, channelCount);
    const View = sampleFormat === "f64" ? Float64Array : Float32Array;
    return {
      channelCount,
      constantMask: Number(constantMask),
      pointers,
      samples: pointers.map((pointer) => [...new View(storage.memory.buffer, pointer, storage.frames)]),
    };
  };

  describe("repeat-mono", () => {
    test("a lone channel is repeated by its pointer, and no copy is marked constant", () => {
      const storage = allocate("repeat-mono");
      storage.collect([[ramp(3)]], [filled(1)]);
      const { channelCount, constantMask, pointers, samples } = seen(storage);
      expect([channelCount, constantMask, storage.mainInput!.connectedLength]).toEqual([4, 0, 1]);
      expect(new Set(pointers).size).toBe(1);
      expect(samples).toEqual(Array(4).fill([...ramp(3)]));
      for (const c of [0, 1, 2, 3]) expect([...storage.mainInput!.channel(c)]).toEqual([...ramp(3)]);
    });

    test("a lone channel that holds one value marks all of its repeats", () => {
      const storage = allocate("repeat-mono", [32], { detectConstant: true });
      storage.collect([filled(1, 0.5)], []);
      expect(seen(storage).constantMask).toBe(0xffffffff);
      storage.collect([[ramp(1)]], []);
      expect(seen(storage).constantMask).toBe(0);
    });

    test.each([0, 2, 3])("%i channels are as with silence", (count) => {
      const storage = allocate("repeat-mono");
      storage.collect([[ramp(9)]], []);
      storage.collect([ramps(count)], []);
      expect(seen(storage).samples).toEqual([...ramps(count).map((channel) => [...channel]), ...Array(4 - count).fill(silence)]);
      expect(seen(storage).constantMask).toBe(0b1111 & ~(2 ** count - 1));
    });

    test("a null channel beside a live one is no lone channel", () => {
      const storage = allocate("repeat-mono");
      storage.collect([[null, ramp(1)] as unknown as Float32Array[]], []);
      expect(seen(storage).samples).toEqual([silence, [...ramp(1)], silence, silence]);
      expect(seen(storage).constantMask).toBe(0b1101);
    });

    test("a lone channel that is none is silence", () => {
      const storage = allocate("repeat-mono");
      storage.collect([[null] as unknown as Float32Array[]], []);
      expect(seen(storage)).toMatchObject({ channelCount: 4, constantMask: 0b1111, samples: Array(4).fill(silence) });
      expect(storage.mainInput!.connectedLength).toBe(0);
    });

    test("a mono bus, and a block without the channel after one with it", () => {
      const storage = allocate("repeat-mono", [1]);
      storage.collect([[ramp(1)]], []);
      expect(seen(storage).samples).toEqual([[...ramp(1)]]);
      storage.begin(128);
      expect(seen(storage).samples).toEqual([silence]);
    });
  });

  describe("drop", () => {
    test.each([0, 1, 2, 4, 6])("with %i channels the bus is as long as what was delivered", (count) => {
      const storage = allocate("drop");
      storage.collect([ramps(4, 9)], []);
      storage.collect([ramps(count)], []);
      const length = Math.min(count, 4);
      expect([storage.mainInput!.length, storage.mainInput!.connectedLength, storage.mainInput!.capacity]).toEqual([length, length, 4]);
      expect(seen(storage)).toMatchObject({ channelCount: length, constantMask: 0, samples: ramps(length).map((channel) => [...channel]) });
      expect(storage.mainInput!.channel(length)).toHaveLength(0);
    });

    test("entries past the length still point at valid memory", () => {
      const storage = allocate("drop");
      storage.collect([], []);
      for (const pointer of pointersAt(storage.memory, storage.inputTableAddress, 4)) {
        expect(pointer).toBeGreaterThan(0);
        expect(pointer + storage.maxFrames * 8).toBeLessThanOrEqual(storage.memory.buffer.byteLength);
      }
    });

    test("a hole before a live channel is silence in its own place", () => {
      const storage = allocate("drop");
      storage.collect([[null, ramp(1), null] as unknown as Float32Array[]], []);
      expect(seen(storage)).toMatchObject({ channelCount: 2, constantMask: 0b01, samples: [silence, [...ramp(1)]] });
    });

    test("begin has none, and a dropped channel can be pushed", () => {
      const storage = allocate("drop");
      storage.begin(128);
      expect(seen(storage).channelCount).toBe(0);
      expect(storage.mainInput!.push(storage.mainOutput!.pointer(0))).toBe(true);
      expect(seen(storage).pointers).toEqual([storage.mainOutput!.pointer(0)]);
    });
  });
});
