// A bus comes from a storage. Nobody else can make one, so only its type is there.

import { expect, test } from "vitest";
import * as library from "wasm-process-buffers";
import { type Bus, ProcessBufferStorage } from "wasm-process-buffers";

test("Bus is a type alone: there is no value of that name to call", () => {
  expect("Bus" in library).toBe(false);
});

test("new Bus() is an error where types are checked", () => {
  // Never called: it is checked as it is compiled. Where no error comes, the directive itself is one.
  // @ts-expect-error Bus cannot be used as a value.
  const make = () => new Bus();
  expect(make).toBeTypeOf("function");
});

test("a storage's buses have that type", () => {
  const bus: Bus = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }).mainInput!;
  const doubles: Bus<"f64"> = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }, { sampleFormat: "f64" }).mainInput!;
  expect([bus.capacity, doubles.capacity]).toEqual([2, 2]);
});
