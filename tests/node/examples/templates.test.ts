// The templates, as somebody uses them who copies one: with the packed package, and nothing else of the repository.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright";
import { createServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instantiateKernel, ProcessBufferStorage } from "wasm-process-buffers";
import { chromiumArgs, chromium as chromiumPath } from "../../../.ci/tools.mjs";
import { installTarball, makeWorkFolder, packPackage, runProgram, type Tarball } from "../../support/packed-package";
import { listenTo } from "../../support/page-sound";
import { serveFolder } from "../../support/static-server";

const folder = makeWorkFolder("templates");
let tarball: Tarball;
let browser: Browser;
beforeAll(async () => {
  tarball = await packPackage(folder);
  browser = await chromium.launch({ args: chromiumArgs, executablePath: chromiumPath() });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A copy of the template in which the package is installed. Its tools are found in the folders above, as npm's scripts find them. */
async function copied(template: string): Promise<string> {
  const project = join(folder, template);
  mkdirSync(project);
  await installTarball(tarball, project);
  cpSync(join("examples", template), project, { recursive: true });
  return project;
}

/** Uses the page as a person does, and listens. */
async function playsAndStops(url: string): Promise<void> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => ["warning", "error"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  try {
    const sound = await listenTo(page);
    await page.goto(url);
    await page.click("#start");
    // A sine of height 1 through x / (1 + |x|), where x is the sine times the slider.
    await expect.poll(sound.peak, { timeout: 30_000 }).toBeCloseTo(4 / 5, 2);
    await page.fill("#drive", "1");
    await expect.poll(sound.peak, { timeout: 30_000 }).toBeCloseTo(1 / 2, 2);
    await page.click("#stop");
    await expect.poll(sound.states, { timeout: 30_000 }).toEqual(["closed"]);
    // Otherwise the end is heard as a click.
    const [peakAtClose] = await sound.peaksAtClose();
    expect(peakAtClose).toBeLessThan(0.01);
    await page.click("#start");
    await expect.poll(sound.peak, { timeout: 30_000 }).toBeCloseTo(1 / 2, 2);
    expect(await sound.states()).toEqual(["closed", "running"]);
    expect([complaints, await page.textContent("#status")]).toEqual([[], ""]);
  } finally {
    await page.close();
  }
}

/** What a kernel makes of a ramp in two channels. */
function rendered(wasm: string): number[][] {
  const { exports, heap } = instantiateKernel(readFileSync(wasm));
  const parameters = [{ name: "drive", defaultValue: 3 }];
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2], parameters }, { heap });
  const inputs = [-1, 2].map((height) => Float32Array.from({ length: 128 }, (_, k) => (height * k) / 128));
  const outputs = [[new Float32Array(128), new Float32Array(128)]];
  const frames = storage.collect([inputs], outputs, {});
  exports.process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress);
  storage.deliver(outputs);
  return outputs[0]!.map((channel) => [...channel]);
}

describe("template-vite-c", () => {
  let project: string;
  beforeAll(async () => {
    project = await copied("template-vite-c");
  }, 60_000);

  test("asks for this version of the package, and for tools that are tested here", () => {
    const manifest = (path: string) => JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const { dependencies, devDependencies } = manifest(project);
    const { version, devDependencies: tested } = manifest(".");
    expect(dependencies).toEqual({ "wasm-process-buffers": version });
    for (const [name, wanted] of Object.entries(devDependencies)) expect([name, wanted]).toEqual([name, tested[name]]);
  });

  test("is right in the eyes of a strict TypeScript, which sees what is wrong, and plays in Chromium once it is built", {
    timeout: 120_000,
  }, async () => {
    await runProgram("npm", ["run", "--silent", "build"], project);
    const served = await serveFolder(join(project, "dist"));
    try {
      await playsAndStops(served.url);
    } finally {
      await served.close();
    }
    const processor = readFileSync(join(project, "src/processor.ts"), "utf8");
    writeFileSync(join(project, "src/wrong.ts"), processor.replace("config);", "{ ...config, outputs: 2 });"));
    await expect(runProgram("npx", ["tsc"], project)).rejects.toThrow(/src\/wrong\.ts.*error TS2322/);
  });

  test("plays in Chromium as it is, from Vite's own server", { timeout: 120_000 }, async () => {
    const cacheDir = join(project, "cache");
    const server = await createServer({ root: project, cacheDir, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
    await server.listen();
    try {
      await playsAndStops(server.resolvedUrls!.local[0]!);
    } finally {
      await server.close();
    }
  });

  test("has the kernel that its script makes of kernel.c: both render the same", { timeout: 60_000 }, async () => {
    const committed = rendered("examples/template-vite-c/src/kernel.wasm");
    const wasm = join(project, "src/kernel.wasm");
    rmSync(wasm);
    await runProgram("npm", ["run", "--silent", "kernel"], project);
    expect(rendered(wasm)).toEqual(committed);
    expect(committed[1]![64]).toBe(3 / 4);
  });
});

describe("template-html", () => {
  test("plays in Chromium as it is, beside the package", { timeout: 120_000 }, async () => {
    const served = await serveFolder(await copied("template-html"));
    try {
      await playsAndStops(served.url);
    } finally {
      await served.close();
    }
  });

  test("has the kernel of the other template", () => {
    expect(readFileSync("examples/template-html/kernel.wasm")).toEqual(readFileSync("examples/template-vite-c/src/kernel.wasm"));
  });
});
