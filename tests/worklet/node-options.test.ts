import { describe, expect, test } from "vitest";
import { BusConfigError, nodeOptionsFor, parameterDescriptorsFor } from "wasm-process-buffers";

describe("what an AudioWorkletNode is made with", () => {
  test.each([
    ["stereo", { inputs: [2], outputs: [2] }, [1, 1, [2], 2, "explicit"]],
    ["mono", { inputs: [1], outputs: [1] }, [1, 1, [1], 1, "explicit"]],
    ["inputs that are equally wide", { inputs: [2, { channelCount: 2 }], outputs: [2] }, [2, 1, [2], 2, "explicit"]],
    ["inputs that are not", { inputs: [2, { channelCount: 1 }], outputs: [2] }, [2, 1, [2], 2, "max"]],
    ["a wide sidechain", { inputs: [1, 6], outputs: [1] }, [2, 1, [1], 6, "max"]],
    ["an instrument", { inputs: [], outputs: [2, { channelCount: 6 }] }, [0, 2, [2, 6], 2, "explicit"]],
    ["an analyser", { inputs: [6], outputs: [] }, [1, 0, [], 6, "explicit"]],
    ["a main input without channels", { inputs: [0, 1], outputs: [2] }, [2, 1, [2], 1, "explicit"]],
  ])("%s", (_, config, [numberOfInputs, numberOfOutputs, outputChannelCount, channelCount, channelCountMode]) => {
    const options = { numberOfInputs, numberOfOutputs, outputChannelCount, channelCount, channelCountMode };
    expect(nodeOptionsFor(config)).toEqual(options);
  });

  test("an output bus without channels is a fault, because a node cannot have one", () => {
    expect(() => nodeOptionsFor({ inputs: [2], outputs: [2, 0] })).toThrow(
      expect.objectContaining({
        name: "BusConfigError",
        code: "invalid-channel-count",
        message: "output bus 1 has 0 channels, which an AudioWorkletNode cannot have; leave it out, or give it 1",
        direction: "output",
        bus: 1,
      }),
    );
  });

  test("a wrong configuration is told as everywhere", () => {
    expect(() => nodeOptionsFor({ inputs: [33], outputs: [2] })).toThrow(BusConfigError);
    expect(() => nodeOptionsFor(undefined as never)).toThrow(BusConfigError);
  });
});

describe("parameter descriptors", () => {
  test("are the parameters as they were declared, and the caller's to change", () => {
    const parameters = [
      { name: "amount", defaultValue: 0.5, minValue: 0, maxValue: 1 },
      { name: "on", automationRate: "k-rate" as const },
    ];
    const config = { inputs: [], outputs: [2], parameters };
    const descriptors = parameterDescriptorsFor(config);
    expect(descriptors).toEqual(parameters);
    expect(parameterDescriptorsFor(config)[0]).not.toBe(descriptors[0]);
    expect(Object.isFrozen(descriptors) || descriptors.some(Object.isFrozen)).toBe(false);
  });

  test("are none where none is declared", () => {
    expect(parameterDescriptorsFor({ inputs: [2], outputs: [2] })).toEqual([]);
  });

  test("of a wrong configuration are the fault that it has", () => {
    const parameters = [{ name: "cutoff", minValue: 20, maxValue: 20_000 }];
    expect(() => parameterDescriptorsFor({ inputs: [2], outputs: [2], parameters })).toThrow(BusConfigError);
  });
});
