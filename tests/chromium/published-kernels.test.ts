// Published kernels in a worklet, where no loader fetches anything: against what the package's own glue plays on the page.

import { expect, test } from "vitest";
import {
  FaustCompiler,
  FaustMonoDspGenerator,
  instantiateFaustModuleFromFile,
  LibFaust,
} from "../../node_modules/@grame/faustwasm/dist/esm/index.js";
import { NamWasmModule } from "../../node_modules/@opendaw/nam-wasm/dist/NamWasmModule.js";
import createNam from "../../node_modules/@opendaw/nam-wasm/dist/nam.js";
import * as denoise from "../kernels-published/denoise.js";
import * as fvad from "../kernels-published/fvad.js";
import * as encoder from "../kernels-published/media-encoder.js";
import { model } from "../kernels-published/model.js";
import { Player } from "../kernels-published/player.js";
import * as rnnoise from "../kernels-published/rnnoise.js";
import * as sonic from "../kernels-published/sonic.js";
import { AudioWorkletNode, nextMessage, offlineContext, startedSource } from "../support/audio-engine";
import { fileUrl } from "../support/file-urls";
import { noise } from "../support/host-channels";
import { loadBytes, loadModule } from "../support/wasm-modules";

const BLOCKS = 100;
const FRAMES = 128 * BLOCKS;
const channels = [noise(FRAMES, 1), noise(FRAMES, 2)];

/** What the worklet plays of the noise, and what the kernel says beside that. */
async function played(driver: string, given: object): Promise<{ heard: number[][]; said: unknown }> {
  const context = await offlineContext(2, FRAMES, "tests/chromium/processors/published.js");
  const node = new AudioWorkletNode(context, "published", {
    outputChannelCount: [2],
    processorOptions: { driver, given, blocks: BLOCKS },
  });
  expect(await nextMessage(node)).toBe("ready");
  const said = nextMessage(node);
  startedSource(context, channels).connect(node).connect(context.destination);
  const rendered = await context.startRendering();
  return { heard: [0, 1].map((c) => [...rendered.getChannelData(c)]), said: await said };
}

/** The same by the driver on the page, of which `tests/node/kernels-published` says that it is what the package's own glue plays. */
async function playedOnThePage(load: (given: never) => unknown, given: object): Promise<{ heard: number[][]; said: unknown }> {
  const player = new Player((await load(given as never)) as never);
  const heard: [number[], number[]] = [[], []];
  for (let start = 0; start < FRAMES; start += 128) {
    const output = [new Float32Array(128), new Float32Array(128)];
    player.process([channels.map((samples) => samples.subarray(start, start + 128))], [output]);
    for (const [c, samples] of output.entries()) heard[c]!.push(...samples);
  }
  return { heard, said: player.finish() };
}

/** The same, block by block, by a function of the package's. */
function blockwise(play: (block: Float32Array[]) => Float32Array[]): number[][] {
  const outputs: [number[], number[]] = [[], []];
  for (let start = 0; start < FRAMES; start += 128) {
    const block = play(channels.map((samples) => samples.subarray(start, start + 128)));
    for (const [c, output] of outputs.entries()) output.push(...block[c]!);
  }
  return outputs;
}

test("@opendaw/nam-wasm plays what it plays on the page", async () => {
  const { buffer } = await loadBytes("node_modules/@opendaw/nam-wasm/dist/nam.wasm");
  const glue = NamWasmModule.fromModule(await createNam({ wasmBinary: buffer }));
  glue.setSampleRate(48_000);
  const instances = [0, 1].map(() => glue.createInstance());
  for (const instance of instances) expect(Number(glue.loadModel(instance, model))).toBe(1);
  const expected = blockwise((block) =>
    block.map((samples, c) => {
      const output = new Float32Array(128);
      glue.process(instances[c]!, samples, output);
      return output;
    }),
  );
  const module = await loadModule("node_modules/@opendaw/nam-wasm/dist/nam.wasm");
  expect((await played("nam", { module, model })).heard).toEqual(expected);
});

test("@grame/faustwasm plays what it plays on the page", async () => {
  const library = fileUrl("node_modules/@grame/faustwasm/libfaust-wasm/libfaust-wasm.js");
  const compiler = new FaustCompiler(new LibFaust(await instantiateFaustModuleFromFile(library)));
  const source = await (await fetch(fileUrl("tests/kernels-published/zita.dsp"))).text();
  const factory = await compiler.createMonoDSPFactory("zita", source, "");
  const processor = await new FaustMonoDspGenerator().createOfflineProcessor(48_000, 128, factory as never);
  const { fDSPCode } = processor as unknown as { fDSPCode: { start(): void; compute(inputs: unknown, outputs: unknown): boolean } };
  fDSPCode.start();
  const expected = blockwise((block) => {
    const outputs = [new Float32Array(128), new Float32Array(128)];
    fDSPCode.compute(block, outputs);
    return outputs;
  });
  expect((await played("faust", { module: factory!.module, json: factory!.json })).heard).toEqual(expected);
});

/** The module that rnnoise's loader has inlined. */
async function inlinedModule(): Promise<WebAssembly.Module> {
  const source = await (await fetch(fileUrl("node_modules/@shiguredo/rnnoise-wasm/dist/rnnoise.js"))).text();
  return WebAssembly.compile(Uint8Array.from(atob(/"(AGFzbQ[^"]+)"/.exec(source)![1]!), (letter) => letter.charCodeAt(0)));
}

test.each<[string, string, (given: never) => unknown, () => Promise<object>]>([
  ["@pexip/denoise", "denoise", denoise.load, async () => ({ module: await loadModule("node_modules/@pexip/denoise/denoise_bg.wasm") })],
  ["@shiguredo/rnnoise-wasm", "rnnoise", rnnoise.load, async () => ({ module: await inlinedModule() })],
  ["@echogarden/fvad-wasm", "fvad", fvad.load, async () => ({ module: await loadModule("node_modules/@echogarden/fvad-wasm/fvad.wasm") })],
  ...(["f32", "i16"] as const).map((sampleFormat): [string, string, (given: never) => unknown, () => Promise<object>] => [
    `@echogarden/sonic-wasm, ${sampleFormat}`,
    "sonic",
    sonic.load,
    async () => ({ module: await loadModule("node_modules/@echogarden/sonic-wasm/sonic.wasm"), sampleFormat, speed: 1, pitch: 1.3 }),
  ]),
  ...(["mp3", "ogg"] as const).map((file): [string, string, (given: never) => unknown, () => Promise<object>] => [
    `wasm-media-encoders (${file})`,
    "encoder",
    encoder.load,
    async () => ({
      module: await loadModule(`node_modules/wasm-media-encoders/wasm/${file}.wasm`),
      settings: file === "mp3" ? encoder.mp3Settings : encoder.oggSettings,
    }),
  ]),
])("%s plays and says what it does on the page", async (_, driver, load, given) => {
  const there = await played(driver, await given());
  const here = await playedOnThePage(load, await given());
  expect(there).toEqual(here);
  expect(new Set([...here.heard.flat(), ...(here.said as unknown[]).flat()]).size).toBeGreaterThan(1);
});
