// What is published: the tarball, installed into a project of a user.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rollup } from "rollup";
import { minify } from "terser";
import { afterAll, describe, expect, test } from "vitest";
import webpack from "webpack";
import { encoded } from "../../../.ci/inlined-wasm.mjs";
import { gzippedBytes, minifiedBundle } from "../../../bench/bundle-size.mjs";
import { installTarball, makeWorkFolder, packPackage, runProgram } from "../../support/packed-package";
import { textOf } from "../../support/pages";

/** The most bytes that each part may have. */
const LIMITS = {
  /** core.wasm as it is. */
  core: 8_192,
  /** A bundle of `ProcessBufferStorage` alone, minified, then compressed: what it has now. The goal is 10,240. */
  everyday: 21_248,
  /** The same of all exports. The goal is 18,432. */
  everything: 51_968,
  /** A minified bundle of `validateBusConfig` alone. */
  validation: 5_000,
};

const FILES = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "assembly/index.ts",
  "assembly/layout.ts",
  "dist/assembly.d.ts",
  "dist/core-shared.wasm",
  "dist/core.wasm",
  "dist/core.wasm.d.ts",
  "dist/heap.c.d.ts",
  "dist/heap.rs.d.ts",
  "dist/index.d.ts",
  "dist/index.js",
  "dist/index.min.js",
  "dist/process_buffers.h.d.ts",
  "include/heap.c",
  "include/heap.rs",
  "include/process_buffers.h",
  "package.json",
];

const ENTRIES = [
  "wasm-process-buffers",
  "wasm-process-buffers/core.wasm",
  "wasm-process-buffers/core-shared.wasm",
  "wasm-process-buffers/include/process_buffers.h",
  "wasm-process-buffers/include/heap.c",
  "wasm-process-buffers/include/heap.rs",
  "wasm-process-buffers/assembly",
  "wasm-process-buffers/package.json",
];

/** How every inlined core begins: with `\0asm`, and the version of the format. */
const INLINED_WASM = encoded([0, ...Buffer.from("asm"), 1, 0, 0, 0]);

const project = makeWorkFolder("package");
afterAll(() => rmSync(project, { recursive: true }));
const tarball = await packPackage(project);
await installTarball(tarball, project);
const installed = join(project, "node_modules/wasm-process-buffers");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

const write = (name: string, text: string) => writeFileSync(join(project, name), text);
const node = (...args: string[]) => runProgram(process.execPath, args, project);

test("the tarball holds exactly the files that users need", () => {
  expect([...tarball.files].sort()).toEqual(FILES);
});

test("what is packed elsewhere, from a build of its own, is the same byte by byte", { timeout: 600_000 }, async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "rebuilt-"));
  try {
    const sources = [
      ".ci",
      "assembly",
      "bench",
      "examples",
      "src",
      "include",
      "rollup.config.mjs",
      "asconfig.json",
      "tsconfig.json",
      "package-lock.json",
    ];
    for (const name of [...sources, "package.json", "README.md", "LICENSE", "CHANGELOG.md"])
      cpSync(name, join(elsewhere, name), { recursive: true, filter: (path) => basename(path) !== "node_modules" });
    symlinkSync(resolve("node_modules"), join(elsewhere, "node_modules"));
    mkdirSync(join(elsewhere, "packed"));
    const rebuilt = await packPackage(join(elsewhere, "packed"), { root: elsewhere, build: true });
    expect(readFileSync(rebuilt.path).equals(readFileSync(tarball.path))).toBe(true);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test("it brings no dependency, runs no script at installation, and says that it has no side effects", () => {
  const dependencies = ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"];
  const scripts = ["preinstall", "install", "postinstall", "prepare"];
  expect(dependencies.filter((key) => key in manifest)).toEqual([]);
  expect(scripts.filter((key) => key in manifest.scripts)).toEqual([]);
  expect(manifest).toMatchObject({ type: "module", sideEffects: false, license: "MIT" });
  expect(readFileSync(join(installed, "LICENSE"), "utf8")).toMatch(/^MIT License/);
});

test("publint has nothing to say", async () => {
  const { buffer } = Uint8Array.from(readFileSync(tarball.path));
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
});

test("attw finds the right types of every entry", async () => {
  const attw = resolve("node_modules/@arethetypeswrong/cli/dist/index.js");
  const printed = await node(attw, tarball.path, "--profile", "esm-only", "--no-emoji", "--no-color", "--format", "json");
  // It ends with 1, and so rejects, where it finds a problem that concerns modules.
  const { analysis } = JSON.parse(printed);
  expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports));
});

describe("from an installed copy", () => {
  test("every entry leads to a file, and nothing else does", async () => {
    expect(Object.keys(manifest.exports).map((key) => `wasm-process-buffers${key.slice(1)}`)).toEqual(ENTRIES);
    const urls = await node(
      "--input-type=module",
      "--eval",
      `for (const entry of ${JSON.stringify(ENTRIES)}) console.log(import.meta.resolve(entry))`,
    );
    for (const url of urls.trim().split("\n")) expect(statSync(new URL(url)).isFile(), url).toBe(true);
    await expect(node("--input-type=module", "--eval", `import "wasm-process-buffers/dist/index.js"`)).rejects.toThrow(
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    );
  });

  test("the main entry runs with either core file as its core", async () => {
    write(
      "cores.js",
      `import { readFileSync } from "node:fs";
      import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
      for (const [file, shared] of [["core.wasm", false], ["core-shared.wasm", true]]) {
        const core = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve("wasm-process-buffers/" + file))));
        const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { core, heap: createHeap({ shared }) });
        console.log(file, storage.begin(64));
      }`,
    );
    expect(await node("cores.js")).toBe("core.wasm 64\ncore-shared.wasm 64\n");
  });

  test.each([
    ["the URL with esbuild's loader file", "file", "string"],
    ["the bytes with esbuild's loader binary", "binary", "Uint8Array"],
  ] as const)("importing core.wasm yields %s, as its type says", async (_, loader, kind) => {
    write(
      "wasm.js",
      `import core from "wasm-process-buffers/core.wasm"; console.log(typeof core === "string" ? "string" : core.constructor.name);`,
    );
    const outfile = join(project, `wasm-${loader}/bundle.js`);
    await build({
      entryPoints: [join(project, "wasm.js")],
      bundle: true,
      format: "esm",
      target: "node20",
      platform: "node",
      outfile,
      loader: { ".wasm": loader },
    });
    expect(await node(outfile)).toBe(`${kind}\n`);
  });

  test("an AssemblyScript kernel compiles with the sources that are packed", async () => {
    write(
      "kernel.ts",
      `import { BusDescriptor, MAX_BUSES } from "wasm-process-buffers/assembly";\nexport function channels(bus: usize): u32 {\n  return changetype<BusDescriptor>(bus).channelCount + MAX_BUSES;\n}\n`,
    );
    await node(resolve("node_modules/assemblyscript/bin/asc.js"), "kernel.ts", "--runtime", "stub", "-o", "kernel.wasm");
    expect(existsSync(join(project, "kernel.wasm"))).toBe(true);
  });

  test.each([
    ["Bundler", "DOM", "ESNext"],
    ["Node16", "WebWorker", "Node18"],
    ["NodeNext", "DOM", "NodeNext"],
    ["Bundler", "@types/audioworklet", "ESNext"],
  ])(
    "a strict TypeScript project under moduleResolution %s with the libraries ES2020 and %s imports every entry",
    { timeout: 120_000 },
    async (moduleResolution, library, module) => {
      write(
        "entries.ts",
        `import { type BusConfig, ProcessBufferStorage, validateBusConfig } from "wasm-process-buffers";
      import core from "wasm-process-buffers/core.wasm";
      import sharedCore from "wasm-process-buffers/core-shared.wasm";
      import header from "wasm-process-buffers/include/process_buffers.h";
      import { BusDescriptor, MAX_CHANNELS } from "wasm-process-buffers/assembly";
      import manifest from "wasm-process-buffers/package.json" with { type: "json" };

      const config: BusConfig = { inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2] };
      validateBusConfig(config);
      const options = core instanceof WebAssembly.Module ? { core } : {};
      const storage = ProcessBufferStorage.allocateFromConfig(config, { ...options, sampleFormat: "f64" });
      export const samples: Float64Array | undefined = storage.mainInput?.channel(0);
      export const url: string = typeof sharedCore === "string" ? sharedCore : "";
      export const channels: number = new BusDescriptor().channelCount + MAX_CHANNELS;
      export const texts: string[] = [header, manifest.version];
      // @ts-expect-error a storage in doubles has no floats, so types were really read
      export const floats: Float32Array | undefined = storage.mainInput?.channel(0);
      `,
      );
      const compilerOptions = {
        module,
        moduleResolution,
        target: "ES2022",
        lib: library.startsWith("@types/") ? ["ES2020"] : ["ES2020", library],
        types: library.startsWith("@types/") ? [resolve("node_modules", library)] : [],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        resolveJsonModule: true,
      };
      write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["entries.ts"] }));
      expect(await node(resolve("node_modules/typescript/bin/tsc"), "-p", ".")).toBe("");
    },
  );
});

describe("a bundle that uses validateBusConfig alone carries no wasm", () => {
  const entry = join(project, "validate.js");
  write("validate.js", `import { validateBusConfig } from "wasm-process-buffers";\nvalidateBusConfig({ inputs: [2], outputs: [2] });\n`);

  async function expectValidationAlone(code: string) {
    const { code: minified = "" } = await minify(code, { module: true });
    expect(minified).toContain("invalid-channel-count");
    expect(minified).not.toContain(INLINED_WASM);
    expect(minified.length).toBeLessThan(LIMITS.validation);
  }

  test("built with esbuild", async () => {
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
    await expectValidationAlone(outputFiles[0]!.text);
  });

  test("built with rollup", async () => {
    const resolved = {
      name: "resolved",
      resolveId: (id: string) => (id === "wasm-process-buffers" ? join(installed, manifest.main) : null),
    };
    const bundle = await rollup({ input: entry, plugins: [resolved] });
    const { output } = await bundle.generate({ format: "es" });
    await expectValidationAlone(output[0].code);
  });

  test("built with webpack", async () => {
    const path = join(project, "webpack");
    const stats = await promisify(
      webpack as (options: webpack.Configuration, done: (error: Error | null, stats?: webpack.Stats) => void) => void,
    )({
      mode: "production",
      entry,
      output: { path, filename: "bundle.js" },
    });
    expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
    await expectValidationAlone(readFileSync(join(path, "bundle.js"), "utf8"));
  });
});

describe("sizes", () => {
  test("the main entry inlines its wasm, so that these checks have something to find", () => {
    expect(readFileSync(join(installed, manifest.main), "utf8")).toContain(INLINED_WASM);
  });

  test("the pages for those without a bundler say what the two files weigh, to a tenth", () => {
    const sizeOf = (file: string, packed = false) => {
      const code = readFileSync(join(installed, file), "utf8");
      return (packed ? gzippedBytes(code) : code.length) / 1000;
    };
    const sizes = [sizeOf("dist/index.js"), sizeOf("dist/index.js", true), sizeOf("dist/index.min.js"), sizeOf("dist/index.min.js", true)];
    const said = /`index\.js` has (\d+) KB, (\d+) KB compressed; `index\.min\.js` has (\d+) KB, (\d+) KB compressed/
      .exec(textOf("docs/bundlers.md"))!
      .slice(1)
      .map(Number);
    said.forEach((size, k) => expect([size, Math.abs(size / sizes[k]! - 1) < 0.1]).toEqual([size, true]));
    const [, plain, small] = /(\d+) KB, (\d+) KB minified/.exec(textOf("README.md"))!;
    expect([plain, small].map(Number)).toEqual([said[0], said[2]]);
  });

  test(`core.wasm has at most ${LIMITS.core} bytes`, () => {
    expect(statSync(join(installed, "dist/core.wasm")).size).toBeLessThanOrEqual(LIMITS.core);
  });

  test.each([
    ["ProcessBufferStorage alone", LIMITS.everyday, ["ProcessBufferStorage"]],
    ["all exports", LIMITS.everything, undefined],
  ] as const)("a bundle of %s has at most %i bytes, core inlined, minified and compressed", async (_, limit, names) => {
    const code = await minifiedBundle(join(installed, manifest.main), names);
    expect(code).toContain(INLINED_WASM);
    expect(gzippedBytes(code)).toBeLessThanOrEqual(limit);
  });
});
