import { describe, expect, test } from "vitest";
import { average, createHeap, ProcessBufferStorage, peak, rms } from "wasm-process-buffers";

describe("levels", () => {
  const side = () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [0, 1], outputs: [] });
    storage.collect([[], [Float32Array.of(3, -4, 0, 1)]], []);
    return storage.sidechain!;
  };

  test("peak is the largest magnitude, rms the root of the mean square, average the mean magnitude", () => {
    expect(peak(side(), 0)).toBe(4);
    expect(rms(side(), 0)).toBe(Math.sqrt(26 / 4));
    expect(average(side(), 0)).toBe(2);
  });

  test("of what is no channel are 0, in every layout", () => {
    for (const layout of ["planar", "contiguous", "interleaved"] as const) {
      const storage = ProcessBufferStorage.allocateFromConfig(
        { inputs: [{ channelCount: 2, layout }], outputs: [] },
        { heap: createHeap() },
      );
      storage.begin(8);
      for (const channel of [-1, 2, 0.5, Number.NaN, "0", Symbol("0"), null, 0n, {}] as never[]) {
        expect([peak, rms, average].map((level) => level(storage.mainInput, channel))).toEqual([0, 0, 0]);
      }
      storage.free();
    }
  });

  test("of a channel that is not there are 0", () => {
    expect([peak(side(), 1), rms(side(), 1), average(side(), -1)]).toEqual([0, 0, 0]);
  });
});
