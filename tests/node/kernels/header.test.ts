// The header for C and C++ against the core that writes what it describes.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ProcessBufferStorage } from "wasm-process-buffers";
import { filled, ramps } from "../../support/host-channels";
import { loadModule } from "../../support/wasm-modules";

const folder = mkdtempSync(join(tmpdir(), "header-"));
afterAll(() => rmSync(folder, { recursive: true }));

const header = readFileSync("include/process_buffers.h", "utf8");
/** The numbers of `assembly/layout.ts`, as a build for tests exports them. */
const compiled = new WebAssembly.Instance(await loadModule("build/abi.wasm"));
const constant = (name: string) => (compiled.exports[name] as WebAssembly.Global).value as number;

const C = ["-x", "c", "-std=c11"];
const CPP = ["-x", "c++", "-std=c++17"];
const STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
const WASM = ["--target=wasm32", "-nostdlib", "-ffreestanding"];

/** Runs the compiler over `source`, which sees `text` as the header. */
function compile(source: string, flags: string[], text = header) {
  const project = mkdtempSync(join(folder, "project-"));
  writeFileSync(join(project, "process_buffers.h"), text);
  writeFileSync(join(project, "source"), source);
  const output = join(project, "output");
  const { status, stderr } = spawnSync("clang", [...STRICT, ...flags, `-I${project}`, "-o", output, join(project, "source")], {
    encoding: "utf8",
  });
  return { status, stderr, output };
}

const uses = `
#include "process_buffers.h"
#include "process_buffers.h"
#ifdef __cplusplus
extern "C"
#endif
int mark(process_buffers_bus *bus, uint32_t channel);
int mark(process_buffers_bus *bus, uint32_t channel) {
  process_buffers_mark_constant(bus, channel);
  return process_buffers_is_constant(bus, channel);
}
`;

test("every offset, size and limit is that with which the core is compiled", () => {
  const names = {
    DATA32_OFFSET: "offsetof(process_buffers_bus, data32)",
    DATA64_OFFSET: "offsetof(process_buffers_bus, data64)",
    CHANNEL_COUNT_OFFSET: "offsetof(process_buffers_bus, channel_count)",
    LATENCY_OFFSET: "offsetof(process_buffers_bus, latency)",
    CONSTANT_MASK_OFFSET: "offsetof(process_buffers_bus, constant_mask)",
    DESCRIPTOR_BYTES: "sizeof(process_buffers_bus)",
    POINTER_BYTES: "sizeof(float *)",
    MAX_CHANNELS: "PROCESS_BUFFERS_MAX_CHANNELS",
    MAX_BUSES: "PROCESS_BUFFERS_MAX_BUSES",
    MAX_PARAMETERS: "PROCESS_BUFFERS_MAX_PARAMETERS",
    PARAMETER_LENGTH_OFFSET: "offsetof(process_buffers_parameter, length)",
    PARAMETER_DATA_OFFSET: "offsetof(process_buffers_parameter64, data)",
    PARAMETER_BYTES: "sizeof(process_buffers_parameter)",
    EVENT_FRAME_OFFSET: "offsetof(process_buffers_event, frame)",
    EVENT_TYPE_OFFSET: "offsetof(process_buffers_event, type)",
    EVENT_A_OFFSET: "offsetof(process_buffers_event, a)",
    EVENT_B_OFFSET: "offsetof(process_buffers_event, b)",
    EVENT_BYTES: "sizeof(process_buffers_event)",
  };
  const functions = Object.entries(names).map(
    ([name, value]) => `__attribute__((export_name("${name}"))) unsigned ${name.toLowerCase()}(void) { return ${value}; }`,
  );
  const { stderr, output } = compile(`#include "process_buffers.h"\n${functions.join("\n")}\n`, [...C, ...WASM, "-Wl,--no-entry"]);
  expect(stderr).toBe("");
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(output)));
  for (const name of Object.keys(names)) expect([name, (exports[name] as () => number)()]).toEqual([name, constant(name)]);
});

describe("compiles without a warning", () => {
  test.each([
    ["C11 for wasm", [...C, ...WASM]],
    ["C17 for wasm", ["-x", "c", "-std=c17", ...WASM]],
    ["C++17 for wasm", [...CPP, ...WASM]],
    ["C++11 for wasm", ["-x", "c++", "-std=c++11", ...WASM]],
    ["C11 for this machine", C],
    ["C++17 for this machine", CPP],
  ])("as %s", (_, flags) => {
    expect(compile(uses, [...flags, "-c"])).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("does not compile where the layout is another one", () => {
  const swapped = (text: string) =>
    text.replace("float **data32;", "HERE").replace("double **data64;", "float **data32;").replace("HERE", "double **data64;");
  const wrong: [string, (text: string) => string][] = [
    ["a pointer more", (text) => text.replace("float **data32;", "void *data;\n  float **data32;")],
    ["the tables the other way round", swapped],
    ["a count of 64 bits", (text) => text.replace("uint32_t channel_count;", "uint64_t channel_count;")],
    ["no latency", (text) => text.replace("uint32_t latency;", "")],
    ["a mask of 32 bits", (text) => text.replace("uint64_t constant_mask;", "uint32_t constant_mask;")],
    ["a field more at the end", (text) => text.replace("uint64_t constant_mask;", "uint64_t constant_mask;\n  uint32_t flags;")],
    [
      "a parameter whose address comes first",
      (text) => text.replace("  uint32_t length;\n  float *data;", "  float *data;\n  uint32_t length;"),
    ],
    [
      "a parameter of doubles with a length of 64 bits",
      (text) => text.replace("uint32_t length;\n  double *data;", "uint64_t length;\n  double *data;"),
    ],
    ["an event whose value is a double", (text) => text.replace("  float b;", "  double b;")],
    ["no alignment", (text) => text.replace("} process_buffers_bus;", "} __attribute__((packed)) process_buffers_bus;")],
  ];
  for (const [language, flags] of [
    ["C", C],
    ["C++", CPP],
  ] as const) {
    test.each(wrong)(`%s, as ${language}`, (_, change) => {
      const changed = change(header);
      expect(changed).not.toBe(header);
      const { status, stderr } = compile(uses, [...flags, ...WASM, "-c"], changed);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/static[ _]assert|static assertion failed|no member named 'latency'/i);
    });
  }
});

test("the helpers read and write the bit of one channel", () => {
  const source = `#include "process_buffers.h"
__attribute__((export_name("is_constant"))) int is_constant(const process_buffers_bus *bus, uint32_t channel) { return process_buffers_is_constant(bus, channel); }
__attribute__((export_name("mark_constant"))) void mark_constant(process_buffers_bus *bus, uint32_t channel) { process_buffers_mark_constant(bus, channel); }
`;
  const { stderr, output } = compile(source, [...C, ...WASM, "-Wl,--no-entry"]);
  expect(stderr).toBe("");
  const { memory, is_constant, mark_constant } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(output)))
    .exports as unknown as {
    memory: WebAssembly.Memory;
    is_constant(bus: number, channel: number): number;
    mark_constant(bus: number, channel: number): void;
  };
  const mask = new BigUint64Array(memory.buffer, 1024 + 16, 1);
  for (let channel = 0; channel < 32; channel++) {
    mask[0] = 0x8000_0000_0000_0000n;
    expect(is_constant(1024, channel)).toBe(0);
    mark_constant(1024, channel);
    expect(mask[0]).toBe(0x8000_0000_0000_0000n | (1n << BigInt(channel)));
    expect(is_constant(1024, channel)).toBe(1);
  }
});

test("the example in its comment halves what it is given", () => {
  const example = /^ \* {3}(void process.*?^ \* {3}\})$/ms.exec(header)![1]!.replaceAll(/^ \*/gm, "");
  const source = `#include "process_buffers.h"\n__attribute__((export_name("process")))\n${example}\n`;
  const { stderr, output } = compile(source, [...C, ...WASM, "-Wl,--no-entry"]);
  expect(stderr).toBe("");
  const { memory, process } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(output))).exports as unknown as {
    memory: WebAssembly.Memory;
    process(inputs: number, outputs: number, frames: number): void;
  };
  const heap = { memory, malloc: (byteLength: number) => memory.grow(Math.ceil(byteLength / 2 ** 16)) * 2 ** 16 };
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
  const [input, outputs] = [ramps(2), filled(2)];
  process(storage.inputsAddress, storage.outputsAddress, storage.collect([input], [outputs]));
  storage.deliver([outputs]);
  expect(outputs).toEqual(input.map((samples) => samples.map((sample) => sample / 2)));
});
