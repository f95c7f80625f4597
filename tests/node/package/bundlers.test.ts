// The packed package in a project of each bundler, as their users set it up, with a kernel's node: built, served, and played in
// Chromium. The table in docs/bundlers.md says what each of them needs.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright";
import { createServer } from "vite";
import { createServer as createServer8 } from "vite8";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SampleLayout } from "wasm-process-buffers";
import webpack from "webpack";
import { chromiumArgs, chromium as chromiumPath } from "../../../.ci/tools.mjs";
import { filesFor } from "../../../examples/playground/code";
import { installTarball, makeWorkFolder, packPackage, runProgram, type Tarball } from "../../support/packed-package";
import { serveFolder } from "../../support/static-server";

interface Served {
  readonly url: string;
  close(): Promise<void>;
}

interface Case {
  /** As the table names it. */
  readonly name: string;
  /** The folder in tests/bundlers with what this bundler needs besides the shared files. */
  readonly fixture?: string;
  /** The npm package whose version the table names; none without a bundler. */
  readonly bundler?: string;
  /** What is run in the project, where that is more than the bundler's name. */
  readonly command?: string;
  /** Builds and serves the project in a folder. */
  serve(project: string): Promise<Served>;
}

const bin = (path: string) => resolve("node_modules", path);
const builtWith = (build: (project: string) => Promise<unknown>, output: string) => async (project: string) => {
  await build(project);
  return serveFolder(join(project, output));
};

const servedByVite =
  (create: typeof createServer | typeof createServer8) =>
  async (root: string): Promise<Served> => {
    const server = await create({
      root,
      configFile: false,
      logLevel: "error",
      cacheDir: join(root, "cache"),
      server: { host: "127.0.0.1", port: 0 },
    });
    await server.listen();
    return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
  };

const builtByVite = (version: string) =>
  builtWith((project) => runProgram(process.execPath, [bin(`${version}/bin/vite.js`), "build"], project), "dist");

const builtByWebpack = builtWith(async (context) => {
  const { default: config } = await import(/* @vite-ignore */ join(context, "webpack.config.mjs"));
  const stats = await promisify<webpack.Configuration, webpack.Stats | undefined>(webpack)({
    ...config,
    context,
    output: { ...config.output, path: join(context, "dist") },
  });
  expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
  copyToOutput(context, "index.html");
}, "dist");

/** What a bundler does not bring along by itself. */
function copyToOutput(project: string, ...files: string[]): void {
  for (const file of files) cpSync(join(project, file), join(project, "dist", file));
}

const ESBUILD = "esbuild main.js processor.js --bundle --format=esm --outdir=dist";

const CASES: readonly Case[] = [
  { name: "Vite 8, dev", fixture: "vite", bundler: "vite8", serve: servedByVite(createServer8) },
  { name: "Vite 8, build", fixture: "vite", bundler: "vite8", serve: builtByVite("vite8") },
  { name: "Vite 7, dev", fixture: "vite", bundler: "vite", serve: servedByVite(createServer) },
  { name: "Vite 7, build", fixture: "vite", bundler: "vite", serve: builtByVite("vite") },
  { name: "webpack", fixture: "webpack", bundler: "webpack", serve: builtByWebpack },
  { name: "webpack, `new URL`", fixture: "webpack-new-url", bundler: "webpack", serve: builtByWebpack },
  {
    name: "esbuild",
    bundler: "esbuild",
    command: ESBUILD,
    serve: builtWith(async (project) => {
      await runProgram(bin("esbuild/bin/esbuild"), ESBUILD.split(" ").slice(1), project);
      copyToOutput(project, "index.html", "kernel.wasm");
    }, "dist"),
  },
  {
    name: "Rollup",
    fixture: "rollup",
    bundler: "rollup",
    serve: builtWith(async (project) => {
      await runProgram(process.execPath, [bin("rollup/dist/bin/rollup"), "--config", "--failAfterWarnings"], project);
      copyToOutput(project, "index.html", "kernel.wasm");
    }, "dist"),
  },
  { name: "None", fixture: "none", serve: serveFolder },
];

const folder = makeWorkFolder("bundlers");
let browser: Browser;
let tarball: Tarball;
beforeAll(async () => {
  tarball = await packPackage(folder);
  for (const { name, fixture } of CASES) {
    const project = projectOf(name);
    mkdirSync(project);
    await installTarball(tarball, project);
    cpSync("tests/bundlers/shared", project, { recursive: true });
    cpSync("build/node-kernel.wasm", join(project, "kernel.wasm"));
    if (fixture !== undefined) cpSync(`tests/bundlers/${fixture}`, project, { recursive: true });
  }
  browser = await chromium.launch({ args: chromiumArgs, executablePath: chromiumPath() });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

function projectOf(name: string): string {
  return join(folder, name.replaceAll(/\W+/g, "-"));
}

test.each(CASES)(
  "$name: a kernel's node plays two channels at half their level, and a missing one as silence",
  { timeout: 120_000 },
  async (one) => {
    const served = await one.serve(projectOf(one.name));
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => ["warning", "error"].includes(message.type()) && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    try {
      await page.goto(served.url);
      await page.waitForFunction(() => "rendered" in globalThis).catch(() => expect(complaints).toEqual([]));
      // What a processor throws while it loads is told to the console alone.
      const rendered = await page.evaluate(() => (globalThis as unknown as { rendered: Promise<number[][]> }).rendered.catch(() => []));
      const ramp = (from: number) => Array.from({ length: 1024 }, (_, k) => (from + k / 1024) / 2);
      expect(complaints).toEqual([]);
      expect(rendered).toEqual([ramp(0), ramp(1), Array(1024).fill(0)]);
    } finally {
      await page.close();
      await served.close();
    }
  },
);

/** README's blocks of code, by the names of the files that they would be. */
function readmeFiles(): Record<string, string> {
  const found = readFileSync("README.md", "utf8").matchAll(/^```\w* (\S+)\n(.*?)^```$/gms);
  return Object.fromEntries(Array.from(found, ([, name, code]) => [name!, code!]));
}

const named = (channelCount: number, layout: SampleLayout) => ({ channelCount, layout });
const interleaved = { inputs: [named(2, "interleaved"), named(1, "interleaved")], outputs: [named(2, "interleaved")] };
const doubles = { inputs: [named(1, "contiguous")], outputs: [named(2, "contiguous"), named(6, "contiguous")] };

test.each([
  ["README's first example", readmeFiles(), "clang.sh"],
  ["the playground's code", filesFor({ inputs: [2, 1], outputs: [2] }, {}, false), "kernel.sh"],
  ["the playground's code for 16 bits, interleaved", filesFor(interleaved, { sampleFormat: "i16" }, false), "kernel.sh"],
  [
    "the playground's code for doubles in blocks of 480",
    filesFor(doubles, { sampleFormat: "f64", maxFrames: 480, missingInputs: "drop" }, true),
    "kernel.sh",
  ],
  ["the playground's code for an instrument", filesFor({ inputs: [], outputs: [2] }, {}, false), "kernel.sh"],
] as const)("%s plays at half of full scale, built by Vite and started by a click", { timeout: 120_000 }, async (what, files, script) => {
  const project = projectOf(what);
  mkdirSync(project);
  await installTarball(tarball, project);
  for (const [name, code] of Object.entries(files)) writeFileSync(join(project, name), code);
  await runProgram("sh", ["-e", script], project);
  const served = await builtByVite("vite8")(project);
  const page = await browser.newPage();
  try {
    // What is heard can be looked at.
    await page.addInitScript(() => {
      const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode, ...ports: number[]) => AudioNode;
      AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode, ...ports: number[]) {
        if (target === this.context.destination) {
          const heard = new AnalyserNode(this.context);
          connect.call(this, heard);
          Object.assign(globalThis, { heard });
        }
        return connect.call(this, target, ...ports);
      } as AudioNode["connect"];
    });
    await page.goto(served.url);
    await page.click("button");
    const peak = () =>
      page.evaluate(() => {
        const { heard } = globalThis as unknown as { heard?: AnalyserNode };
        const samples = new Float32Array(heard?.fftSize ?? 0);
        heard?.getFloatTimeDomainData(samples);
        return Math.max(0, ...samples);
      });
    await expect.poll(peak, { timeout: 20_000 }).toBeCloseTo(0.5, 2);
  } finally {
    await page.close();
    await served.close();
  }
});

describe("the table in docs/bundlers.md", () => {
  const rows = Array.from(
    readFileSync("docs/bundlers.md", "utf8").matchAll(/^\| (?!Bundler|---)(.*?) \| (.*?) \| (.*?) \|$/gm),
    ([, name, version, needs]) => ({
      name,
      version,
      needs: needs!,
    }),
  );

  test("names exactly these bundlers, in the versions that are tested", () => {
    const versionOf = (bundler: string) => JSON.parse(readFileSync(bin(`${bundler}/package.json`), "utf8")).version;
    const tested = CASES.map(({ name, bundler }) => [name, bundler === undefined ? "–" : versionOf(bundler)]);
    expect(rows.map(({ name, version }) => [name, version])).toEqual(tested);
  });

  test.each(CASES)("shows code that the project for $name has", ({ name, command = "" }) => {
    const project = projectOf(name);
    const files = readdirSync(project).filter((file) => /\.(html|m?js)$/.test(file));
    const code = [command, ...files.map((file) => readFileSync(join(project, file), "utf8"))].join("\n");
    const shown = Array.from(rows.find((row) => row.name === name)!.needs.matchAll(/`(.*?)`/g), ([, snippet]) => snippet);
    expect(shown.filter((snippet) => !code.includes(snippet!))).toEqual([]);
  });
});
