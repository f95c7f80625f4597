import { describe, expect, test } from "vitest";
import { BusConfigError, busConfigFromNodeOptions } from "wasm-process-buffers";

describe("the buses of an AudioWorkletNode", () => {
  test.each([
    ["nothing at all: one input of two channels, and an output that follows it", {}, { inputs: [2], outputs: [2] }],
    ["mono", { channelCount: 1 }, { inputs: [1], outputs: [1] }],
    ["two inputs and one output", { numberOfInputs: 2, outputChannelCount: [2] }, { inputs: [2, 2], outputs: [2] }],
    ["several outputs that nothing is said of: one channel each", { numberOfOutputs: 3 }, { inputs: [2], outputs: [1, 1, 1] }],
    ["an instrument", { numberOfInputs: 0, outputChannelCount: [2] }, { inputs: [], outputs: [2] }],
    ["an analyser", { numberOfOutputs: 0, channelCount: 6 }, { inputs: [6], outputs: [] }],
    ["outputs of their own counts", { numberOfOutputs: 2, outputChannelCount: [2, 6] }, { inputs: [2], outputs: [2, 6] }],
  ])("%s", (_, options, config) => {
    expect(busConfigFromNodeOptions(options)).toEqual(config);
  });

  test.each([
    [{ numberOfInputs: 17 }],
    [{ numberOfInputs: 1e9 }],
    [{ channelCount: 33 }],
    [{ channelCount: "2" }],
    [{ outputChannelCount: [2, -1] }],
    [{ numberOfOutputs: 20 }],
    [{ numberOfOutputs: -1 }],
    [{ numberOfInputs: 1.5 }],
    [{ numberOfInputs: "2" }],
    [{ numberOfInputs: null }],
    [{ outputChannelCount: 2 }],
  ])("%j is more than a storage can have", (options) => {
    expect(() => busConfigFromNodeOptions(options as object)).toThrow(BusConfigError);
  });

  test.each([
    [{ numberOfInputs: 1000 }, "too-many-buses", "numberOfInputs is a whole number of buses, 0 to 16; 1000 came"],
    [{ numberOfInputs: 17n }, "invalid-bus-list", "numberOfInputs is a whole number of buses, 0 to 16; 17n came"],
    [{ numberOfOutputs: Symbol("two") }, "invalid-bus-list", "numberOfOutputs is a whole number of buses, 0 to 16; Symbol(two) came"],
  ])("what came is said (%#)", (options, code, message) => {
    expect(() => busConfigFromNodeOptions(options as object)).toThrow(expect.objectContaining({ code, message }));
  });
});
