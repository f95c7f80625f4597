// Runs every block of code in README and docs/. A block's fence names the file that it would be.

import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";
import { MAX_CHANNELS, ProcessBufferStorage, peak } from "wasm-process-buffers";
import { bun, deno } from "../../../.ci/tools.mjs";
import { build as buildClap } from "../../../examples/clap-plugin/build.mjs";
import { build as buildCallback } from "../../../examples/emscripten-callback/build.mjs";
import { build as buildEmscripten } from "../../../examples/emscripten-kernel/build.mjs";
import { build as buildFaust } from "../../../examples/faust-effect/build.mjs";
import { createEffect } from "../../../examples/faust-effect/effect.mjs";
import { rustc } from "../../../examples/rust-kernel/build.mjs";
import { AudioWorkletNode, offlineContext, startedSource } from "../../support/audio-engine";
import { noise } from "../../support/host-channels";
import { PAGES, textOf } from "../../support/pages";

interface Block {
  readonly page: string;
  readonly name: string;
  readonly code: string;
}

const written = PAGES.flatMap((page) =>
  Array.from(textOf(page).matchAll(/^```(\w*) ?(\S*)\n(.*?)^```$/gms), ([, , name, code]): Block => ({ page, name: name!, code: code! })),
);
const blocks = new Map(written.map(({ name, code }) => [name, code]));

// A project of its own, in which the package is installed.
mkdirSync("build", { recursive: true });
const project = mkdtempSync(resolve("build/readme-"));
mkdirSync(join(project, "node_modules"));
symlinkSync(resolve("."), join(project, "node_modules/wasm-process-buffers"));
writeFileSync(join(project, "package.json"), '{ "type": "module" }');
for (const [name, code] of blocks) writeFileSync(join(project, name), code);
afterAll(() => rmSync(project, { recursive: true }));

/** What the files play. */
const samples = noise(4096, 1);
let plays = 0;

const run = async (file: string, args: string[]) =>
  (await promisify(execFile)(file, args, { cwd: project, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" } })).stdout;

test("every block of code is run: by a test of this file, those for Vite by bundlers.test.ts", () => {
  expect([...blocks.keys()].toSorted()).toEqual([
    "assemblyscript.sh",
    "callback.js",
    "chain.js",
    "clang.sh",
    "clap.js",
    "config.js",
    "direct.js",
    "effect-main.js",
    "effect-processor.js",
    "emscripten-loader.js",
    "emscripten.sh",
    "event-list.js",
    "events.js",
    "faust.js",
    "fixed-blocks.js",
    "forms.js",
    "gain-config.js",
    "gain-main.js",
    "gain-processor.js",
    "gain.c",
    "hidden-memory.js",
    "index.html",
    "interleaved.js",
    "kernel.c",
    "kernel.rs",
    "kernel.ts",
    "main.js",
    "observer.js",
    "parameters.js",
    "processor.js",
    "reconfigure.js",
    "rust.sh",
    "stream.js",
    "synth-processor.js",
    "warm-up.js",
    "windows.js",
  ]);
});

test("a block that stands on two pages is the same on both", () => {
  expect(written.filter(({ name, code }) => code !== blocks.get(name))).toEqual([]);
});

test("the processors and what makes their nodes are right in the eyes of a strict TypeScript", { timeout: 120_000 }, async () => {
  // What `@types/audioworklet` says of a worklet's scope, and what main.js leaves to the reader.
  writeFileSync(
    join(project, "scopes.d.ts"),
    `
    declare abstract class AudioWorkletProcessor {
      readonly port: MessagePort;
      abstract process(inputs: Float32Array[][], outputs: Float32Array[][], parameters: Record<string, Float32Array>): boolean;
    }
    declare function registerProcessor(name: string, constructor: new (options: any) => AudioWorkletProcessor): void;
    declare const context: AudioContext;
    declare const kernelBytes: BufferSource;
    declare const music: AudioNode;
    declare const voice: AudioNode;
    `,
  );
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
    module: "ESNext",
    moduleResolution: "Bundler",
    target: "ES2022",
    lib: ["ES2022", "DOM"],
    types: [],
  };
  const compiled = (...files: string[]) => {
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["scopes.d.ts", ...files] }));
    return spawnSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", project], { encoding: "utf8" }).stdout;
  };
  expect(compiled("processor.js", "synth-processor.js", "effect-processor.js", "effect-main.js", "gain-processor.js", "gain-main.js")).toBe(
    "",
  );
  const wrong = blocks.get("effect-processor.js")!.replace("inputs, outputs);", "inputs, frames);");
  writeFileSync(join(project, "wrong.js"), wrong);
  expect(compiled("wrong.js")).toMatch(/wrong.js.*error TS/);
});

describe("effect-processor.js and effect-main.js play music through a worklet at half its level, with the kernel that is built by", () => {
  // What the text says to take along, and what is installed in a project that compiles AssemblyScript.
  for (const file of ["heap.c", "heap.rs"]) copyFileSync(join("include", file), join(project, file));
  symlinkSync(resolve("node_modules/assemblyscript"), join(project, "node_modules/assemblyscript"));
  mkdirSync(join(project, "node_modules/.bin"));
  symlinkSync("../assemblyscript/bin/asc.js", join(project, "node_modules/.bin/asc"));

  test.each(["emscripten.sh", "clang.sh", "assemblyscript.sh", "rust.sh"])("%s", { timeout: 120_000 }, async (script) => {
    rmSync(join(project, "kernel.wasm"), { force: true });
    await promisify(execFile)("sh", ["-e", script], { cwd: project, env: toolchain() });
    const [left, right] = await play("effect-main.js");
    const half = Array.from(samples, (sample) => sample * 0.5);
    expect([left, right]).toEqual([half, half]);
  });
});

test("gain-main.js plays music at the level that its parameter says", { timeout: 120_000 }, async () => {
  const command = blocks.get("clang.sh")!.replace(" kernel.c", " gain.c");
  expect(command).toContain("gain.c");
  await promisify(execFile)("sh", ["-e", "-c", command], { cwd: project, env: toolchain() });
  expect((await play("gain-main.js"))[1]).toEqual(Array.from(samples, (sample) => sample * 0.25));
});

test("emscripten-loader.js finds the heap of a module that its loader keeps to itself", { timeout: 120_000 }, async () => {
  const { loader, wasm } = await buildEmscripten();
  copyFileSync(loader, join(project, "kernel.mjs"));
  copyFileSync(wasm, join(project, "kernel.wasm"));
  expect(await run(process.execPath, ["emscripten-loader.js"])).toBe("function 128\n");
});

/** Copies one of the examples' files into the project. */
function take(file: string): void {
  copyFileSync(join("examples", file), join(project, basename(file)));
}

/** For Debian's Emscripten, which leaves it to the environment to find its tools, and for the rustc that has the target. */
function toolchain(): NodeJS.ProcessEnv {
  const { PATH = "", NODE_PATH = "" } = process.env;
  const compiler = rustc() ?? "rustc";
  // npm puts AssemblyScript's Binaryen first, which Emscripten's does not get on with.
  const folders = PATH.split(delimiter).filter((folder) => !folder.endsWith(join("node_modules", ".bin")));
  return {
    ...process.env,
    PATH: [...(compiler === "rustc" ? [] : [dirname(compiler)]), ...folders].join(delimiter),
    NODE_PATH: [NODE_PATH, "/usr/share/nodejs"].filter((folder) => folder !== "").join(delimiter),
  };
}

/** What is heard of each channel when a page has run the file, with the module that was compiled last. */
async function play(file: string): Promise<number[][]> {
  const context = await offlineContext(2, samples.length, "tests/worklet/processors/mix.js");
  const { audioWorklet } = context;
  const scope = {
    context: Object.create(context, {
      audioWorklet: { value: { addModule: (name: string) => audioWorklet.addModule(join(project, name)) } },
      destination: { value: context.destination },
    }),
    AudioWorkletNode: class {
      constructor(_: unknown, ...args: [string, AudioWorkletNodeOptions]) {
        // biome-ignore lint/correctness/noConstructorReturn: the page's own code makes the node
        return new AudioWorkletNode(context, ...args);
      }
    },
    kernelBytes: readFileSync(join(project, "kernel.wasm")),
    // Mono, and heard on both sides.
    music: startedSource(context, [samples]),
    voice: startedSource(context, [samples]),
  };
  // What a page of its own has around the file, which is a module: evaluated anew for each kernel.
  for (const [name, value] of Object.entries(scope)) vi.stubGlobal(name, value);
  await import(`${join(project, file)}?${plays++}`);
  vi.unstubAllGlobals();
  const rendered = await context.startRendering();
  return [0, 1].map((channel) => [...rendered.getChannelData(channel)]);
}

test("faust.js prints the peak of what the effect makes of a step", { timeout: 60_000 }, async () => {
  const { wasm, json } = await buildFaust();
  copyFileSync(wasm, join(project, "effect.wasm"));
  copyFileSync(json, join(project, "effect.json"));
  const { heap, compute } = createEffect(new WebAssembly.Module(readFileSync(wasm)), readFileSync(json, "utf8"), 48_000);
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [4], outputs: [2] }, { heap });
  storage.begin(128);
  storage.mainInput!.connect();
  storage.mainInput!.channel(0).fill(0.5);
  compute(128, storage.inputTableAddress, storage.outputTableAddress);
  expect(peak(storage.mainOutput, 0)).toBeGreaterThan(0);
  expect(await run(process.execPath, ["faust.js"])).toBe(`${peak(storage.mainOutput, 0)}\n`);
});

test("clap.js hands the plug-in a port that is not connected, and prints its mix", { timeout: 60_000 }, async () => {
  copyFileSync(await buildClap(), join(project, "plugin.wasm"));
  for (const file of ["clap-plugin/host.mjs", "clap-plugin/events.mjs", "clap-plugin/native.mjs"]) take(file);
  expect(await run(process.execPath, ["clap.js"])).toBe("Two-bus mix 0.75\n");
});

test("stream.js passes PCM through the kernel in pieces of any size", { timeout: 60_000 }, async () => {
  take("node-stream/process-stream.mjs");
  await promisify(execFile)("sh", ["-e", "clang.sh"], { cwd: project, env: toolchain() });
  const pcm = Int16Array.from({ length: 2 * 10_007 }, (_, k) => 2 * (((k * 7919) % 32_768) - 16_384));
  const { stdout } = spawnSync(process.execPath, ["stream.js"], { cwd: project, input: new Uint8Array(pcm.buffer) });
  expect(new Int16Array(new Uint8Array(stdout).buffer)).toEqual(pcm.map((sample) => sample / 2));
});

test("callback.js plays half of the one channel that is connected", { timeout: 120_000 }, async () => {
  copyFileSync(await buildCallback(), join(project, "callback.wasm"));
  expect(await run(process.execPath, ["callback.js"])).toBe("0.25 0\n");
});

test("direct.js prints the peak of each channel, and the storage's bytes", async () => {
  const { usage } = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames: 512 });
  expect(await run(process.execPath, ["direct.js"])).toBe(`0 0.25 ${usage.totalBytes}\n`);
});

test("chain.js reads what the first storage wrote", async () => {
  expect(await run(process.execPath, ["chain.js"])).toBe("0.5\n");
});

/** What blocks print that need nothing but the package. */
const PRINTED = [
  ["forms.js", "16384,0,16384,0 true 0.25\n"],
  ["hidden-memory.js", "127\n"],
  ["interleaved.js", "3 1,-1,2,-2,3,-3\n"],
  ["fixed-blocks.js", "448 0,0,0,1,2\n"],
  ["parameters.js", "1 0.5\n128 0.9921875\n"],
  ["event-list.js", "1 40,144,60\n"],
  ["events.js", "events 0 then 40 frames\nevents 1 then 88 frames\n"],
  ["windows.js", "rendering 40\nrendering 88\n"],
  ["warm-up.js", "128\n"],
  ["reconfigure.js", "input bus 1 has 33 channels; at most 32 are allowed\n1 512 88\n"],
  ["observer.js", "1 0.5 0\ntrue undefined\n"],
] as const;

test.each(PRINTED)("%s prints what it says", async (file, printed) => {
  expect(await run(process.execPath, [file])).toBe(printed);
});

// A program that is not there rejects.
test.each([
  ["Deno", deno(), ["run", "--no-remote", "--node-modules-dir=manual", "--allow-read"]],
  ["Bun", bun(), ["run"]],
])("%s prints the same", { timeout: 120_000 }, async (_, program, args) => {
  for (const [file, printed] of PRINTED) expect([file, await run(program, [...args, file])]).toEqual([file, printed]);
});

test("the table of memory says what a storage says", () => {
  const configs = [
    { inputs: [1], outputs: [1] },
    { inputs: [2], outputs: [2] },
    { inputs: [2, 2], outputs: [2] },
    { inputs: [6], outputs: [6] },
    { inputs: [2, 1, 4], outputs: [] },
  ];
  const rows = configs.map((config) => {
    const { worstCasePointerBytes, pointerBytes } = ProcessBufferStorage.allocateFromConfig(config).usage;
    return `${worstCasePointerBytes} B | ${pointerBytes} B | ${Number((worstCasePointerBytes / pointerBytes).toFixed(1))}x`;
  });
  const printed = Array.from(textOf("docs/memory.md").matchAll(/^\|.*?\| (\d+ B \| \d+ B \| [\d.]+x) \|$/gm), ([, row]) => row);
  expect(printed).toEqual(rows);
  expect(printed[0]).toContain(`${MAX_CHANNELS * 2 * 4} B`);
});
