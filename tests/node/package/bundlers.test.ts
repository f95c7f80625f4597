// The packed package in a project of each bundler, as their users set it up, with a kernel's node: built, served, and played in
// Chromium. README.md's table says what each of them needs.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright";
import { createServer } from "vite";
import { createServer as createServer8 } from "vite8";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import webpack from "webpack";
import { chromiumArgs, chromium as chromiumPath } from "../../../.ci/tools.mjs";
import { installTarball, makeWorkFolder, packPackage, runProgram } from "../../support/packed-package";
import { serveFolder } from "../../support/static-server";

interface Served {
  readonly url: string;
  close(): Promise<void>;
}

interface Case {
  /** As the README's table names it. */
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
beforeAll(async () => {
  const tarball = await packPackage(folder);
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

describe("the README's table", () => {
  const section = readFileSync("README.md", "utf8").split("## Bundlers")[1]!.split("\n## ")[0]!;
  const rows = Array.from(section.matchAll(/^\| (?!Bundler|---)(.*?) \| (.*?) \| (.*?) \|$/gm), ([, name, version, needs]) => ({
    name,
    version,
    needs: needs!,
  }));

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
