// The processor of a kernel's node makes no garbage by V8's own accounting: optimised, with all that it can be asked for at a time.

import { expect, test } from "vitest";
import type { KernelDefinition } from "wasm-process-buffers";
import { bytesPerCall } from "../../../examples/ducker/garbage.mjs";
import { frozenBuses, ramps } from "../../support/host-channels";
import { kernelProcessor } from "../../support/kernel-processor.js";

const config = {
  inputs: [2, 1],
  outputs: [2],
  parameters: [{ name: "gain" }, { name: "mode", automationRate: "k-rate" as const }],
};
const parameters = { gain: ramps(1)[0]!, mode: new Float32Array(1) };
const words = () => new Int32Array(new SharedArrayBuffer(4 * 64));

const cases: [string, Partial<KernelDefinition>, Parameters<typeof kernelProcessor>[1]][] = [
  ["nothing else", {}, {}],
  ["a tail", {}, { tail: 1 }],
  ["blocks of its own", { blockFrames: 480 }, {}],
  ["two meters in shared memory", {}, { meters: [1, 2].map((meter) => ({ meter, interval: 0, words: words() })) }],
  ["a meter by messages between two of them", {}, { meters: [{ meter: 1, interval: 1e9 }] }],
  ["all of it", { blockFrames: 64 }, { tail: 1, meters: [{ meter: 1, interval: 0, words: words() }] }],
];

test.each(cases)("with %s", (_, definition, request) => {
  const processor = kernelProcessor({ ...config, ...definition } as KernelDefinition, request);
  const inputs = frozenBuses([ramps(2), ramps(1)]);
  const outputs = frozenBuses([ramps(2)]);
  expect(processor.posted).toEqual([{ "wasm-process-buffers": { kind: "ready", latency: expect.any(Number) } }]);
  const kept: unknown[] = [];
  expect(bytesPerCall(() => processor.process(inputs, outputs, parameters))).toBeLessThan(1);
  const control = bytesPerCall(() => {
    processor.process(inputs, outputs, parameters);
    kept[0] = { of: kept.length };
  });
  expect(control).toBeGreaterThan(8);
  expect(processor.posted.length).toBe(1);
});
