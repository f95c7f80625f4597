// Many storages in one memory: none touches another, and nothing is lost however they come and go. That
// a thousand of them live through ten thousand changes is shown in the worklets.

import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { noise, ramps } from "../support/host-channels";
import { holdsMark, replaceAtRandom, writeMark } from "../support/many-storages.js";

describe("many storages in one memory", () => {
  test("the check itself: a storage that another one writes into is noticed", () => {
    const heap = createHeap();
    const [one, other] = [1, 2].map(() =>
      ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { heap, clearOutputs: false }),
    );
    writeMark(one!, 1);
    writeMark(other!, 2);
    expect([holdsMark(one!, 1), holdsMark(other!, 2)]).toEqual([true, true]);
    new Float32Array(heap.memory.buffer, one!.mainInput!.pointer(0), 128)[127] = 3;
    expect([holdsMark(one!, 1), holdsMark(other!, 2)]).toEqual([false, true]);
  });

  test("a hundred, through a thousand changes", () => {
    expect(replaceAtRandom(100, 1000)).toMatchObject({ spoiled: 0, overlaps: 0, heldAtEnd: 0, givenBackTwice: 0, wholeAgain: true });
  });

  test("a reconfiguration that fails half-way leaves the old storage rendering, and all others", () => {
    const heap = createHeap({ initialPages: 2, maximumPages: 2 });
    const storages: ProcessBufferStorage[] = [];
    const fill = () => {
      for (;;) storages.push(ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap, clearOutputs: false }));
    };
    expect(fill).toThrow(/no room/);
    storages.forEach(writeMark);
    for (const storage of storages) expect(() => storage.reconfigure({ inputs: [32], outputs: [32] })).toThrow(/no room/);
    expect(storages.every(holdsMark)).toBe(true);
    storages[0]!.collect([ramps(2)], []);
    expect(storages.slice(1).every((storage, i) => holdsMark(storage, i + 1))).toBe(true);
  });

  test("rendered in turn, each gets its own samples", () => {
    const storages = Array.from({ length: 200 }, () => ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }));
    const inputs = storages.map((_, i) => noise(128, i));
    const outputs = storages.map(() => new Float32Array(128));
    for (const [i, storage] of storages.entries()) storage.collect([[inputs[i]!]], [[outputs[i]!]]);
    for (const storage of storages) storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    for (const [i, storage] of storages.entries()) storage.deliver([[outputs[i]!]]);
    expect(outputs).toEqual(inputs);
    for (const storage of storages) storage.free();
  });
});
