import { describe, expect, test } from "vitest";
import {
  type BusConfig,
  BusConfigError,
  busInfo,
  createHeap,
  DEFAULT_BUS_CONFIG,
  MAX_BUSES,
  MAX_CHANNELS,
  MAX_PARAMETERS,
  nodeOptionsFor,
  parameterDescriptorsFor,
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
    for (const config of [null, { inputs: 5, outputs: [] }, { inputs: [], outputs: "22" }]) {
      expect(() => nodeOptionsFor(config as never)).toThrow(BusConfigError);
      expect(() => parameterDescriptorsFor(config as never)).toThrow(BusConfigError);
    }
    expect(() => createHeap(null as unknown as object)).toThrow(RangeError);
  });
});

describe("parameters", () => {
  const withParameters = (parameters: unknown) => ({ inputs: [], outputs: [2], parameters });

  test("are taken with the fields of Web Audio's AudioParamDescriptor, and need none but a name", () => {
    const parameters = [
      { name: "gain" },
      { name: "", defaultValue: 1, minValue: 1, maxValue: 1 },
      { name: "pan", minValue: -1, maxValue: 1, automationRate: "a-rate" },
      { name: "mode", defaultValue: 3, automationRate: "k-rate" },
    ];
    expect(() => validateBusConfig(withParameters(parameters) as BusConfig)).not.toThrow();
    expect(() => validateBusConfig(withParameters([]) as BusConfig)).not.toThrow();
  });

  test("are at most 256", () => {
    const many = (count: number) => withParameters(Array.from({ length: count }, (_, p) => ({ name: `p${p}` }))) as BusConfig;
    expect(() => validateBusConfig(many(MAX_PARAMETERS))).not.toThrow();
    expect(MAX_PARAMETERS).toBe(256);
    expect(fault(many(257))).toMatchObject({
      code: "too-many-parameters",
      message: "parameters has 257 entries; at most 256 are allowed",
      direction: undefined,
      bus: undefined,
    });
  });

  test.each([
    ["no list", 2, "parameters is a list, [] for none; 2 came"],
    ["no object", [{ name: "a" }, "b"], 'parameter 1 is an object { name, … }; "b" came'],
    ["null", [null], "parameter 0 is an object { name, … }; null came"],
    ["no name", [{ defaultValue: 1 }], "parameter 0 has a string for its name; undefined came"],
    [
      "a name twice",
      [{ name: "a" }, { name: "b" }, { name: "a" }],
      'parameter 2 is named "a", as parameter 0 is; each needs a name of its own',
    ],
    ["NaN", [{ name: "a", defaultValue: Number.NaN }], "for its defaultValue; NaN came"],
    ["an infinite range", [{ name: "a", maxValue: Number.POSITIVE_INFINITY }], "for its maxValue; Infinity came"],
    ["more than a float holds", [{ name: "a", minValue: -1e39 }], "for its minValue; -1e+39 came"],
    ["a string", [{ name: "a", minValue: "0" }], 'for its minValue; "0" came'],
    ["a default above its range", [{ name: "a", defaultValue: 2, maxValue: 1 }], "has the default value 2; "],
    ["a default that is left out, below its range", [{ name: "a", minValue: 20 }], "has the default value 0; 20 to "],
    ["a range of nothing", [{ name: "a", defaultValue: 1, minValue: 2, maxValue: 0 }], "2 to 0 is allowed by its range"],
    ["no rate", [{ name: "a", automationRate: "A-rate" }], 'has "a-rate" or "k-rate" for its automationRate; "A-rate" came'],
  ])("%s is refused", (_, parameters, message) => {
    const error = fault(withParameters(parameters));
    expect(error.code).toBe("invalid-parameter");
    expect(error.message).toContain(message);
  });
});
