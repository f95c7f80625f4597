// A kernel's exports are callable without a cast, in a strict project with `noUncheckedIndexedAccess` and without.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

mkdirSync("build", { recursive: true });
const project = mkdtempSync(resolve("build/kernel-types-"));
mkdirSync(join(project, "node_modules"));
symlinkSync(resolve("."), join(project, "node_modules/wasm-process-buffers"));
afterAll(() => rmSync(project, { recursive: true }));

const source = `
import { captureKernel, heapOf, instantiateKernel, ProcessBufferStorage } from "wasm-process-buffers";
declare const module: WebAssembly.Module;
const kernel = instantiateKernel(module);
const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: kernel.heap });
const frames: number = kernel.exports.process(storage.inputsAddress, storage.outputsAddress, storage.begin(128));
const memory: WebAssembly.Memory = kernel.exports.memory;
captureKernel(module).exports.process(frames);
heapOf(new WebAssembly.Instance(module).exports).malloc(16, 16);
export { memory };
`;

test.each([
  ["with", { noUncheckedIndexedAccess: true }],
  ["without", { noUncheckedIndexedAccess: false }],
  ["with exactOptionalPropertyTypes and", { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true }],
])("%s noUncheckedIndexedAccess", { timeout: 60_000 }, (_, options) => {
  writeFileSync(join(project, "kernel.ts"), source);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: "ESNext",
    moduleResolution: "Bundler",
    target: "ES2022",
    lib: ["ES2022", "DOM"],
    types: [],
    ...options,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["kernel.ts"] }));
  const { stdout } = spawnSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", project], { encoding: "utf8" });
  expect(stdout).toBe("");
});
