// The facade and the cores are written in two languages; the numbers on which both build are the same.

import { expect, test } from "vitest";
import { MAX_BUSES, MAX_CHANNELS } from "wasm-process-buffers";
import * as abi from "../src/abi";
import { loadModule } from "./support/wasm-modules";

/** Of `assembly/layout.ts`, as a build for this test exports them. */
const compiled = new WebAssembly.Instance(await loadModule("build/abi.wasm"));
const constant = (name: string) => (compiled.exports[name] as WebAssembly.Global).value as number;

test("the facade's numbers are those with which the cores are compiled", () => {
  expect({ ...abi }).toEqual({
    MAX_CHANNELS: constant("MAX_CHANNELS"),
    MAX_BUSES: constant("MAX_BUSES"),
    MAX_PARAMETERS: constant("MAX_PARAMETERS"),
    PARAMETER_BYTES: constant("PARAMETER_BYTES"),
    EVENT_BYTES: constant("EVENT_BYTES"),
    SAMPLE_ALIGNMENT: constant("SAMPLE_ALIGNMENT"),
    POINTER_BYTES: constant("POINTER_BYTES"),
    DESCRIPTOR_BYTES: constant("DESCRIPTOR_BYTES"),
    DESCRIPTOR_WORDS: constant("DESCRIPTOR_BYTES") / 4,
    DATA32_WORD: constant("DATA32_OFFSET") / 4,
    DATA64_WORD: constant("DATA64_OFFSET") / 4,
    CHANNEL_COUNT_WORD: constant("CHANNEL_COUNT_OFFSET") / 4,
    CONSTANT_MASK_WORD: constant("CONSTANT_MASK_OFFSET") / 4,
    CAPACITY_BITS: constant("CAPACITY_BITS"),
  });
});

test("the limits that the package exports are those with which the cores are compiled", () => {
  expect(MAX_CHANNELS).toBe(constant("MAX_CHANNELS"));
  expect(MAX_BUSES).toBe(constant("MAX_BUSES"));
});

test("a parameter is Emscripten's AudioParamFrame, and an event is four words", () => {
  expect(["PARAMETER_LENGTH_OFFSET", "PARAMETER_DATA_OFFSET", "PARAMETER_BYTES"].map(constant)).toEqual([0, 4, 8]);
  expect(["EVENT_FRAME_OFFSET", "EVENT_TYPE_OFFSET", "EVENT_A_OFFSET", "EVENT_B_OFFSET", "EVENT_BYTES"].map(constant)).toEqual([
    0, 4, 8, 12, 16,
  ]);
});

test("a bus descriptor is CLAP's clap_audio_buffer on wasm32", () => {
  const offsets = ["DATA32_OFFSET", "DATA64_OFFSET", "CHANNEL_COUNT_OFFSET", "LATENCY_OFFSET", "CONSTANT_MASK_OFFSET", "DESCRIPTOR_BYTES"];
  expect(offsets.map(constant)).toEqual([0, 4, 8, 12, 16, 24]);
});
