// The text in which the main entry carries its cores.

import { expect, test } from "vitest";
import { encoded } from "../../../.ci/inlined-wasm.mjs";
import { decode } from "../../../src/core/decode";
import { loadBytes } from "../../support/wasm-modules";

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

test("is read back as the bytes that it was made of, whichever come after one another", () => {
  const all = Uint8Array.from([...everyByte].flatMap((one) => [...everyByte].flatMap((other) => [one, other])));
  expect(decode(encoded(all))).toEqual(all);
  expect(decode(encoded([]))).toEqual(new Uint8Array(0));
});

test.each(["everyday", "conversions", "forms", "interleaving", "parameters"])("gives back the %s core", async (core) => {
  const bytes = await loadBytes(`build/${core}.wasm`);
  expect(decode(encoded(bytes))).toEqual(Uint8Array.from(bytes));
});

test("is printable ASCII, which no script has to escape but for backslashes", () => {
  expect(encoded(everyByte)).toMatch(/^[#-~]+$/);
});
