import { describe, expect, test } from "vitest";
import { firstDifference } from "./setup/memory";
import { loadBytes } from "./setup/wasm";

const cores: [string, () => WebAssembly.Memory][] = [["core.wasm", () => new WebAssembly.Memory({ initial: 4, maximum: 8 })]];
let sharedWorks = true;
try {
  new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
} catch {
  sharedWorks = false;
}
if (sharedWorks) cores.push(["core-shared.wasm", () => new WebAssembly.Memory({ initial: 4, maximum: 8, shared: true })]);

/** Identifiers of a module's sections, in order. */
function sections(bytes: Uint8Array): number[] {
  const found: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    found.push(bytes[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return found;
}

const [START, ELEMENT, DATA, DATA_COUNT] = [8, 9, 11, 12];

describe.each(cores)("%s", (file, memoryOf) => {
  test("imports one memory, and has nothing that runs or writes when it is instantiated", async () => {
    const bytes = await loadBytes(`dist/${file}`);
    const module = await WebAssembly.compile(bytes);
    const imports = WebAssembly.Module.imports(module);
    expect(imports).toHaveLength(1);
    expect(imports[0]).toMatchObject({ module: "env", name: "memory", kind: "memory" });
    for (const section of [START, ELEMENT, DATA, DATA_COUNT]) expect(sections(bytes)).not.toContain(section);
  });

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

test("the walk over sections finds them: a module with a data segment has one", () => {
  const withData = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 11, 7, 1, 0, 0x41, 0, 0x0b, 1, 7);
  expect(sections(withData)).toContain(DATA);
});
