// Configurations with getters and proxies, which may say something else each time they are read.

import { describe, expect, test } from "vitest";
import { BusConfigError, type BusInfo, ProcessBufferStorage, validateBusConfig } from "wasm-process-buffers";
import { guardedHeap } from "../support/guarded-memory";
import { filled, ramp, ramps } from "../support/host-channels";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

test("a bus that tells its count by a getter is copied as what it tells", () => {
  class Stereo implements BusInfo {
    get channelCount() {
      return 2;
    }
  }
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [new Stereo()], outputs: [new Stereo()] });
  expect(storage.config).toEqual({ inputs: [{ channelCount: 2 }], outputs: [{ channelCount: 2 }] });
  expect(storage.inputTableAddress).toBe(storage.mainInput!.tableAddress);
});

describe("a configuration that says something else each time it is read", () => {
  const changing = (...answers: unknown[]) => {
    let asked = 0;
    return Object.defineProperty({} as { channelCount: number }, "channelCount", {
      get: () => answers[Math.min(asked++, answers.length - 1)],
    });
  };

  test.each([[40], [-70], [1000], ["2"], [Number.NaN]])("is built as it was judged: 2 channels, not %s", (later) => {
    const heap = guardedHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [changing(2, later), changing(2, later)], outputs: [2] }, { heap });
    expect(storage.inputs.map(({ capacity }) => capacity)).toEqual([2, 2]);
    storage.collect([ramps(2), ramps(2, 5)], [filled(2)]);
    expect(storage.inputs[1]!.channel(1)).toEqual(ramp(6));
    expect(heap.firstChangedGuard()).toBe(-1);
  });

  test("is refused where what is read first cannot be", () => {
    expect(() => storageOf([changing(33, 2) as unknown as number], [])).toThrow(BusConfigError);
  });

  test("or that throws is an error of configurations, with its cause", () => {
    const cause = new Error("the getter");
    const throwing = Object.defineProperty({}, "inputs", {
      get: () => {
        throw cause;
      },
    });
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    for (const config of [throwing, { inputs: proxy, outputs: [] }] as never[]) {
      expect(() => validateBusConfig(config)).toThrow(BusConfigError);
      expect(() => ProcessBufferStorage.allocateFromConfig(config)).toThrow("plain data");
    }
    expect(() => validateBusConfig(throwing as never)).toThrow(expect.objectContaining({ cause, code: "invalid-bus-list" }));
  });

  test("cannot free the storage while it is reconfigured", () => {
    const storage = storageOf([1], [1]);
    const inputs = () => {
      storage.free();
      return [1];
    };
    const freeing = Object.defineProperty({ outputs: [1] }, "inputs", { get: inputs });
    expect(() => storage.reconfigure(freeing as never)).toThrow("the storage is freed, so it cannot be reconfigured");
    expect(storage.begin(128)).toBe(0);
  });
});
