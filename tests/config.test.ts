import { describe, expect, test } from "vitest";
import {
  type BusConfig,
  BusConfigError,
  busConfigFromNodeOptions,
  busInfo,
  createHeap,
  DEFAULT_BUS_CONFIG,
  MAX_BUSES,
  MAX_CHANNELS,
  totalChannels,
  validateBusConfig,
} from "wasm-process-buffers";

function fault(config: unknown): BusConfigError {
  try {
    validateBusConfig(config as BusConfig);
  } catch (error) {
    expect(error).toBeInstanceOf(BusConfigError);
    return error as BusConfigError;
  }
  throw new Error("the configuration was accepted");
}

test("the limits are 32 channels a bus and 16 buses a direction", () => {
  expect(MAX_CHANNELS).toBe(32);
  expect(MAX_BUSES).toBe(16);
});

describe("what is accepted", () => {
  test.each([
    ["stereo in and out", { inputs: [2], outputs: [2] }],
    ["no bus at all", { inputs: [], outputs: [] }],
    ["inputs alone", { inputs: [1], outputs: [] }],
    ["a main bus without channels before an auxiliary one", { inputs: [0, 2], outputs: [2] }],
    ["buses as objects, with names", { inputs: [{ channelCount: 2, name: "main" }], outputs: [{ channelCount: 1 }] }],
    ["the most channels", { inputs: [32], outputs: [32] }],
    ["the most buses", { inputs: Array(16).fill(32), outputs: Array(16).fill(32) }],
  ])("%s", (_, config) => {
    expect(() => validateBusConfig(config)).not.toThrow();
  });
});

describe("what is refused, and how the error says it", () => {
  test.each([
    ["33 channels", { inputs: [33], outputs: [] }, "too-many-channels", "input bus 0 has 33 channels; at most 32 are allowed"],
    [
      "33 channels of an auxiliary output",
      { inputs: [], outputs: [2, { channelCount: 33 }] },
      "too-many-channels",
      "output bus 1 has 33 channels; at most 32 are allowed",
    ],
    ["17 buses", { inputs: Array(17).fill(1), outputs: [] }, "too-many-buses", "inputs has 17 buses; at most 16 are allowed"],
    [
      "a negative count",
      { inputs: [2, -1], outputs: [] },
      "invalid-channel-count",
      "input bus 1 has -1 for its channel count; a whole number from 0 to 32 is allowed",
    ],
    [
      "a fraction",
      { inputs: [], outputs: [1.5] },
      "invalid-channel-count",
      "output bus 0 has 1.5 for its channel count; a whole number from 0 to 32 is allowed",
    ],
    ["NaN", { inputs: [Number.NaN], outputs: [] }, "invalid-channel-count", "input bus 0 has NaN for"],
    ["infinity", { inputs: [Number.POSITIVE_INFINITY], outputs: [] }, "invalid-channel-count", "input bus 0 has Infinity for"],
    ["a string", { inputs: ["2"], outputs: [] }, "invalid-channel-count", 'input bus 0 has "2" for'],
    ["null for a bus", { inputs: [2, null], outputs: [] }, "invalid-channel-count", "input bus 1 has null for"],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    ["a hole in the list", { inputs: [], outputs: [2, , 2] }, "invalid-channel-count", "output bus 1 has undefined for"],
    ["an object without a count", { inputs: [{ name: "x" }], outputs: [] }, "invalid-channel-count", "input bus 0 has undefined for"],
    ["a string for the count", { inputs: [{ channelCount: "2" }], outputs: [] }, "invalid-channel-count", 'input bus 0 has "2" for'],
    ["no outputs", { inputs: [2] }, "invalid-bus-list", "outputs is a list of buses, [] for none; undefined came"],
    ["no inputs", { outputs: [2] }, "invalid-bus-list", "inputs is a list of buses, [] for none; undefined came"],
    ["a number for a list", { inputs: 2, outputs: [2] }, "invalid-bus-list", "inputs is a list of buses, [] for none; 2 came"],
    ["a typed array for a list", { inputs: new Uint8Array(2), outputs: [2] }, "invalid-bus-list", "inputs is a list of buses"],
    ["null", null, "invalid-bus-list", "a bus configuration is an object { inputs, outputs }; null came"],
    ["undefined", undefined, "invalid-bus-list", "undefined came"],
    ["a string", "stereo", "invalid-bus-list", '"stereo" came'],
    ["a symbol for a bus", { inputs: [Symbol("two")], outputs: [] }, "invalid-channel-count", "Symbol(two)"],
    ["a bigint for a bus", { inputs: [2n], outputs: [] }, "invalid-channel-count", "input bus 0 has 2n for"],
  ])("%s", (_, config, code, message) => {
    const error = fault(config);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.name).toBe("BusConfigError");
  });

  test("the error carries direction and bus for programs too", () => {
    expect(fault({ inputs: [], outputs: [2, 2, 40] })).toMatchObject({ direction: "output", bus: 2 });
    expect(fault({ inputs: Array(17).fill(1), outputs: [] })).toMatchObject({ direction: "input", bus: undefined });
  });
});

test("the default configuration is stereo in and out", () => {
  expect(DEFAULT_BUS_CONFIG).toEqual({ inputs: [2], outputs: [2] });
  expect(() => validateBusConfig(DEFAULT_BUS_CONFIG)).not.toThrow();
});

test("totals run over all buses of a direction", () => {
  const config = { inputs: [2, 1, { channelCount: 4 }], outputs: [2, 6] };
  expect(totalChannels(config, "input")).toBe(7);
  expect(totalChannels(config, "output")).toBe(8);
});

test("a bus that is not declared is undefined, not an error", () => {
  const config = { inputs: [2], outputs: [{ channelCount: 6, name: "surround" }] };
  expect(busInfo(config, "input", 0)).toEqual({ channelCount: 2 });
  expect(busInfo(config, "output", 0)).toEqual({ channelCount: 6, name: "surround" });
  expect(busInfo(config, "input", 1)).toBeUndefined();
  expect(busInfo(config, "output", 16)).toBeUndefined();
});

test("what is asked of a wrong configuration, or of no direction, is an error that says so", () => {
  for (const ask of [(config: never) => busInfo(config, "input", 0), (config: never) => totalChannels(config, "output")]) {
    expect(() => ask({ inputs: [2], outputs: [33] } as never)).toThrow(BusConfigError);
    expect(() => ask(undefined as never)).toThrow(BusConfigError);
  }
  const config = { inputs: [2], outputs: [2] };
  const error = new RangeError('a direction is "input" or "output"; "inputs" came');
  expect(() => busInfo(config, "inputs" as never, 0)).toThrow(error);
  expect(() => totalChannels(config, "inputs" as never)).toThrow(error);
});

describe("typed errors at set-up", () => {
  test("of helpers, too", () => {
    for (const options of [null, { outputChannelCount: 5 }, { outputChannelCount: "22" }]) {
      expect(() => busConfigFromNodeOptions(options as object)).toThrow(BusConfigError);
    }
    expect(() => createHeap(null as unknown as object)).toThrow(RangeError);
  });
});
