// What engines make of the cores. What is in their binaries is checked in tests/node/core/core.test.ts.

import { describe, expect, test } from "vitest";
import { firstDifference } from "../support/memory-contents";
import { loadBytes } from "../support/wasm-modules";

const cores: [string, () => WebAssembly.Memory][] = [["core.wasm", () => new WebAssembly.Memory({ initial: 4, maximum: 8 })]];
let sharedWorks = true;
try {
  new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
} catch {
  sharedWorks = false;
}
if (sharedWorks) cores.push(["core-shared.wasm", () => new WebAssembly.Memory({ initial: 4, maximum: 8, shared: true })]);

describe.each(cores)("%s", (file, memoryOf) => {
  test("changes not one byte of a memory that it is instantiated over", async () => {
    const memory = memoryOf();
    const bytes = new Uint8Array(memory.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + (i >> 8)) & 0xff;
    const before = bytes.slice();
    await WebAssembly.instantiate(await loadBytes(`dist/${file}`), { env: { memory } });
    expect(memory.buffer.byteLength).toBe(4 * 65536);
    expect(firstDifference(bytes, before)).toBe(-1);
  });
});
