// What a kernel finds where the host delivers fewer channels than are declared. Channels never move: whatever is
// missing stands in its own samples, which no other channel shares.

import { describe, expect, test } from "vitest";
import { type MissingInputs, ProcessBufferStorage, type SampleFormat, type StorageOptions } from "wasm-process-buffers";
import { filled, ramp, ramps } from "../../support/host-channels";
import { collectInForm, forms } from "../../support/host-forms";
import { descriptorAt, pointersAt } from "../../support/memory-contents";

const silence = Array(128).fill(0);
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];

describe.each<SampleFormat>(["f32", "f64"])("missing inputs of a %s storage", (sampleFormat) => {
  const View = sampleFormat === "f64" ? Float64Array : Float32Array;
  const allocate = (missingInputs: MissingInputs, inputs = [4], options: StorageOptions<SampleFormat> = {}) =>
    ProcessBufferStorage.allocateFromConfig<SampleFormat>({ inputs, outputs: [1] }, { missingInputs, sampleFormat, ...options });
  type Storage = ReturnType<typeof allocate>;

  /** What a kernel sees of the main input by its descriptor. */
  const seen = (storage: Storage) => {
    const { channelCount, constantMask, data32, data64 } = descriptorAt(storage.memory, storage.inputsAddress);
    const pointers = pointersAt(storage.memory, data32 || data64, channelCount);
    return {
      channelCount,
      constantMask: Number(constantMask),
      pointers,
      samples: pointers.map((pointer) => [...new View(storage.memory.buffer, pointer, storage.frames)]),
    };
  };

  /** What a kernel sees that reads `count` channels by the flat table, however many the block has. */
  const seenFlat = (storage: Storage, count: number) =>
    pointersAt(storage.memory, storage.inputTableAddress, count).map((pointer) => [
      ...new View(storage.memory.buffer, pointer, storage.frames),
    ]);

  /** The addresses of the main input's own samples. */
  const home = (storage: Storage) => Array.from({ length: storage.mainInput!.capacity }, (_, c) => storage.mainInput!.channelAddress(c));

  describe.each(forms)("copied in the %s form", (form) => {
    const careful = { takes: "careful" } as const;

    describe("repeat-mono", () => {
      test("a lone channel is copied into every channel of its bus, each in its own place, and none is marked constant", () => {
        const storage = allocate("repeat-mono");
        collectInForm(form, storage, [[ramp(3)]], [filled(1)]);
        const { channelCount, constantMask, pointers, samples } = seen(storage);
        expect([channelCount, constantMask, storage.mainInput!.connectedLength]).toEqual([4, 0, 1]);
        expect(pointers).toEqual(home(storage));
        expect(samples).toEqual(Array(4).fill([...ramp(3)]));
        for (const c of [0, 1, 2, 3]) expect([...storage.mainInput!.channel(c)]).toEqual([...ramp(3)]);
      });

      test("a kernel that works in place on each channel works on each once", () => {
        const storage = allocate("repeat-mono", [2]);
        const block = collectInForm(form, storage, [[ramp(3)]], [filled(1)]);
        for (const pointer of seen(storage).pointers) {
          const samples = new View(storage.memory.buffer, pointer, 128);
          for (let k = 0; k < 128; k++) samples[k] = samples[k]! * 2;
        }
        expect([0, 1].map((c) => [...storage.mainInput!.channel(c)])).toEqual(Array(2).fill([...ramp(3)].map((sample) => sample * 2)));
        block.deliver();
      });

      test("a lone channel that holds one value marks all of its copies", () => {
        const storage = allocate("repeat-mono", [32], { detectConstant: true });
        collectInForm(form, storage, [filled(1, 0.5)], []);
        expect(seen(storage).constantMask).toBe(0xffffffff);
        collectInForm(form, storage, [[ramp(1)]], []);
        expect(seen(storage).constantMask).toBe(0);
      });

      test.each([0, 2, 3])("%i channels are as with silence", (count) => {
        const storage = allocate("repeat-mono");
        collectInForm(form, storage, [ramps(count)], [], count === 0 ? careful : {});
        expect(seen(storage).samples).toEqual([...ramps(count).map((channel) => [...channel]), ...Array(4 - count).fill(silence)]);
        expect(seen(storage).constantMask).toBe(0b1111 & ~(2 ** count - 1));
      });

      test("a null channel beside a live one is no lone channel", () => {
        const storage = allocate("repeat-mono");
        collectInForm(form, storage, [[null, ramp(1)] as unknown as Float32Array[]], [], careful);
        expect(seen(storage).samples).toEqual([silence, [...ramp(1)], silence, silence]);
        expect(seen(storage).constantMask).toBe(0b1101);
        collectInForm(form, storage, [[ramp(1), null] as unknown as Float32Array[]], [], careful);
        expect(seen(storage).samples).toEqual([[...ramp(1)], silence, silence, silence]);
        expect(seen(storage).constantMask).toBe(0b1110);
      });

      test("a lone channel that is none is silence", () => {
        const storage = allocate("repeat-mono");
        collectInForm(form, storage, [[null] as unknown as Float32Array[]], [], careful);
        expect(seen(storage)).toMatchObject({ channelCount: 4, constantMask: 0b1111, samples: Array(4).fill(silence) });
        expect(storage.mainInput!.connectedLength).toBe(0);
      });

      test("a mono bus, and a block without the channel after one with it", () => {
        const storage = allocate("repeat-mono", [1]);
        collectInForm(form, storage, [[ramp(1)]], []);
        expect(seen(storage).samples).toEqual([[...ramp(1)]]);
        storage.begin(128);
        expect(seen(storage).samples).toEqual([silence]);
      });
    });

    describe("drop", () => {
      test.each([0, 1, 2, 4, 6])("with %i channels the bus is as long as what was delivered", (count) => {
        const storage = allocate("drop");
        collectInForm(form, storage, [ramps(count)], [], count === 0 ? careful : {});
        const length = Math.min(count, 4);
        expect([storage.mainInput!.length, storage.mainInput!.connectedLength, storage.mainInput!.capacity]).toEqual([length, length, 4]);
        expect(seen(storage)).toMatchObject({
          channelCount: length,
          constantMask: 0,
          samples: ramps(length).map((channel) => [...channel]),
        });
        expect(storage.mainInput!.channel(length)).toHaveLength(0);
      });

      test("a kernel that reads every declared channel by the flat table finds zeros where the host has unplugged", () => {
        const storage = allocate("drop", [2]);
        collectInForm(form, storage, [ramps(2)], [filled(1)]);
        for (const count of [1, 0]) {
          collectInForm(form, storage, [ramps(count, 5)], [filled(1)]);
          expect(storage.mainInput!.length).toBe(count);
          expect(seenFlat(storage, 2)).toEqual([...ramps(count, 5).map((channel) => [...channel]), ...Array(2 - count).fill(silence)]);
        }
      });

      test("a hole before a live channel is silence in its own place", () => {
        const storage = allocate("drop");
        collectInForm(form, storage, [[null, ramp(1), null] as unknown as Float32Array[]], [], careful);
        expect(seen(storage)).toMatchObject({ channelCount: 2, constantMask: 0b01, samples: [silence, [...ramp(1)]] });
        expect(seenFlat(storage, 4)).toEqual([silence, [...ramp(1)], silence, silence]);
      });
    });

    test.each(policies)("with %s every pointer leads to the channel's own samples, however many are delivered", (missingInputs) => {
      const storage = allocate(missingInputs, [3, 2]);
      const table = () => pointersAt(storage.memory, storage.inputTableAddress, 5);
      const own = storage.inputs.flatMap((bus) => Array.from({ length: bus.capacity }, (_, c) => bus.channelAddress(c)));
      for (const counts of [
        [3, 2],
        [1, 1],
        [0, 2],
        [2, 0],
        [5, 3],
      ]) {
        collectInForm(
          form,
          storage,
          counts.map((count) => ramps(count)),
          [filled(1)],
        );
        expect(table()).toEqual(own);
      }
    });
  });

  test("drop: begin has no channel, and a dropped one can be pushed", () => {
    const storage = allocate("drop");
    storage.begin(128);
    expect(seen(storage).channelCount).toBe(0);
    expect(storage.mainInput!.push(storage.mainOutput!.pointer(0))).toBe(true);
    expect(seen(storage).pointers).toEqual([storage.mainOutput!.pointer(0)]);
  });
});

test.each<MissingInputs>(["silence", "repeat-mono", "drop"])(
  "with external channel memory %s is a RangeError, because there the caller brings every channel",
  (missingInputs) => {
    const allocate = () =>
      ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { channelMemory: "external", missingInputs });
    expect(allocate).toThrow(RangeError);
    expect(allocate).toThrow("option missingInputs is for owned channel memory");
  },
);
