// The numbers that kernels see, in both languages. Only this test reads the core's own, so they are compiled for it alone.

import { expect, test } from "vitest";
import { MAX_BUSES, MAX_CHANNELS } from "wasm-process-buffers";
import * as abi from "../src/abi";
import { loadModule } from "./support/wasm-modules";

const layout = new WebAssembly.Instance(await loadModule("build/layout.wasm"));
const constant = (name: string) => (layout.exports[name] as WebAssembly.Global).value as number;

test("the facade's layout constants are the core's", () => {
  expect(abi.DESCRIPTOR_BYTES).toBe(constant("DESCRIPTOR_BYTES"));
  expect(abi.POINTER_BYTES).toBe(constant("POINTER_BYTES"));
  expect(abi.DESCRIPTOR_WORDS * 4).toBe(constant("DESCRIPTOR_BYTES"));
  expect(abi.DATA32_WORD * 4).toBe(constant("DATA32_OFFSET"));
  expect(abi.DATA64_WORD * 4).toBe(constant("DATA64_OFFSET"));
  expect(abi.CHANNEL_COUNT_WORD * 4).toBe(constant("CHANNEL_COUNT_OFFSET"));
  expect(abi.CONSTANT_MASK_WORD * 4).toBe(constant("CONSTANT_MASK_OFFSET"));
  expect(abi.CAPACITY_BITS).toBe(constant("CAPACITY_BITS"));
  expect(abi.SAMPLE_ALIGNMENT).toBe(constant("SAMPLE_ALIGNMENT"));
});

test("the facade's limits are the core's", () => {
  expect([MAX_CHANNELS, MAX_BUSES]).toEqual([constant("MAX_CHANNELS"), constant("MAX_BUSES")]);
});

test("a bus descriptor is CLAP's clap_audio_buffer on wasm32", () => {
  const offsets = ["DATA32_OFFSET", "DATA64_OFFSET", "CHANNEL_COUNT_OFFSET", "LATENCY_OFFSET", "CONSTANT_MASK_OFFSET", "DESCRIPTOR_BYTES"];
  expect(offsets.map(constant)).toEqual([0, 4, 8, 12, 16, 24]);
});
