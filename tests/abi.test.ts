import { expect, test } from "vitest";
import { MAX_BUSES, MAX_CHANNELS } from "wasm-process-buffers";
import * as layout from "../src/layout";
import { loadModule } from "./support/wasm-modules";

const core = new WebAssembly.Instance(await loadModule("dist/core.wasm"), { env: { memory: new WebAssembly.Memory({ initial: 1 }) } });
const constant = (name: string) => (core.exports[name] as WebAssembly.Global).value as number;

test("the facade's layout constants are the core's", () => {
  expect(layout.DESCRIPTOR_BYTES).toBe(constant("DESCRIPTOR_BYTES"));
  expect(layout.POINTER_BYTES).toBe(constant("POINTER_BYTES"));
  expect(layout.DESCRIPTOR_WORDS * 4).toBe(constant("DESCRIPTOR_BYTES"));
  expect(layout.CHANNEL_COUNT_WORD * 4).toBe(constant("CHANNEL_COUNT_OFFSET"));
  expect(layout.CONSTANT_MASK_WORD * 4).toBe(constant("CONSTANT_MASK_OFFSET"));
  expect(layout.CAPACITY_BITS).toBe(constant("CAPACITY_BITS"));
  expect(layout.SAMPLE_ALIGNMENT).toBe(constant("SAMPLE_ALIGNMENT"));
});

test("the facade's limits are the core's", () => {
  expect(MAX_CHANNELS).toBe(constant("MAX_CHANNELS"));
  expect(MAX_BUSES).toBe(constant("MAX_BUSES"));
});

test("a bus descriptor is CLAP's clap_audio_buffer on wasm32", () => {
  const offsets = ["DATA32_OFFSET", "DATA64_OFFSET", "CHANNEL_COUNT_OFFSET", "LATENCY_OFFSET", "CONSTANT_MASK_OFFSET", "DESCRIPTOR_BYTES"];
  expect(offsets.map(constant)).toEqual([0, 4, 8, 12, 16, 24]);
});
