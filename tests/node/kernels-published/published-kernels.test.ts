// Packages that others published, loaded by as few lines as their drivers have, and played against their own glue.

import { readFileSync, writeFileSync } from "node:fs";
import { FaustMonoDspGenerator } from "@grame/faustwasm/dist/esm/index.js";
import { describe, expect, test } from "vitest";
import { ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";
import { build as buildFaust } from "../../../examples/faust-effect/build.mjs";
import * as denoise from "../../kernels-published/denoise.js";
import * as faust from "../../kernels-published/faust.js";
import * as fvad from "../../kernels-published/fvad.js";
import * as encoder from "../../kernels-published/media-encoder.js";
import { model } from "../../kernels-published/model.js";
import * as nam from "../../kernels-published/nam.js";
import * as rnnoise from "../../kernels-published/rnnoise.js";
import * as sonic from "../../kernels-published/sonic.js";
import { linesToLoad, type PublishedKernel, tableOf } from "../../kernels-published/table";
import { noise } from "../../support/host-channels";

interface Loaded {
  readonly heap: WasmHeap;
  process?(storage: ProcessBufferStorage, frames: number): void;
}
/** What a driver is handed: its module, and what else it needs. */
interface Given {
  readonly module: WebAssembly.Module;
  readonly json?: string;
  readonly model?: string;
}
interface Driver {
  load(given: Given): Loaded | Promise<Loaded>;
  readonly channels?: { inputs: number[]; outputs: number[] };
  readonly maxFrames?: number;
}

const BLOCKS = 60;
const PAGE = "docs/published-kernels.md";
const versionOf = (name: string): string => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
const moduleAt = (path: string) => new WebAssembly.Module(readFileSync(`node_modules/${path}`));
const zita = await buildFaust("tests/kernels-published/zita.dsp");
const zitaJson = readFileSync(zita.json, "utf8");

/** The module that rnnoise's loader has inlined. */
function inlinedModule(): WebAssembly.Module {
  const source = readFileSync("node_modules/@shiguredo/rnnoise-wasm/dist/rnnoise.js", "utf8");
  return new WebAssembly.Module(Buffer.from(/"(AGFzbQ[^"]+)"/.exec(source)![1]!, "base64"));
}

interface Published extends Omit<PublishedKernel, "version" | "compared"> {
  readonly file?: string;
  readonly uses: Driver;
  given(): Given;
  /** What the package's own glue makes of `inputs[block][channel]`. */
  byItsGlue?(inputs: readonly (readonly Float32Array[])[]): Promise<Float32Array[][]>;
}

const packages: readonly Published[] = [
  {
    name: "@grame/faustwasm",
    driver: "faust.js",
    uses: faust,
    toolchain: "Faust",
    needs: "C's maths, room above its state",
    inWorklet: "plays",
    given: () => ({ module: new WebAssembly.Module(readFileSync(zita.wasm)), json: zitaJson }),
    byItsGlue: byFaustwasm,
  },
  {
    name: "@opendaw/nam-wasm",
    driver: "nam.js",
    uses: nam,
    toolchain: "Emscripten, minified, with its loader",
    needs: "one mono instance a channel",
    inWorklet: "plays",
    given: () => ({ module: moduleAt("@opendaw/nam-wasm/dist/nam.wasm"), model }),
    byItsGlue: byNamWasm,
  },
  {
    name: "@shiguredo/rnnoise-wasm",
    driver: "rnnoise.js",
    uses: rnnoise,
    toolchain: "Emscripten, its module inlined in its loader",
    needs: "blocks of 480, mono, floats in the range of 16 bits",
    inWorklet: "–",
    given: () => ({ module: inlinedModule() }),
    byItsGlue: byRnnoise,
  },
  ...["fvad", "sonic"].map((name) => ({
    name: `@echogarden/${name}-wasm`,
    driver: `${name}.js`,
    uses: name === "fvad" ? fvad : sonic,
    toolchain: "Emscripten, minified, with its loader",
    needs: name === "fvad" ? "blocks of 480, mono, 16-bit samples" : "interleaved frames, more or fewer than it is given",
    inWorklet: "–",
    given: () => ({ module: moduleAt(`@echogarden/${name}-wasm/${name}.wasm`) }),
  })),
  ...["mp3", "ogg"].map((file) => ({
    name: "wasm-media-encoders",
    file,
    driver: "media-encoder.js",
    uses: encoder,
    toolchain: `Emscripten, standalone (${file}.wasm)`,
    needs: "its own buffers",
    inWorklet: "–",
    given: () => ({ module: moduleAt(`wasm-media-encoders/wasm/${file}.wasm`) }),
  })),
  {
    name: "@pexip/denoise",
    driver: "denoise.js",
    uses: denoise,
    toolchain: "Rust, wasm-bindgen",
    needs: "its own planar buffers",
    inWorklet: "–",
    given: () => ({ module: moduleAt("@pexip/denoise/denoise_bg.wasm") }),
  },
];

async function byFaustwasm(inputs: readonly (readonly Float32Array[])[]): Promise<Float32Array[][]> {
  const code = readFileSync(zita.wasm);
  const factory = {
    cfactory: 0,
    code,
    module: await WebAssembly.compile(code),
    json: zitaJson,
    poly: false,
    shaKey: "zita",
    soundfiles: {},
  };
  const processor = await new FaustMonoDspGenerator().createOfflineProcessor(48_000, 128, factory as never);
  const { fDSPCode } = processor as unknown as { fDSPCode: { start(): void; compute(inputs: unknown, outputs: unknown): boolean } };
  fDSPCode.start();
  return inputs.map((block) => {
    const outputs = block.map(({ length }) => new Float32Array(length));
    fDSPCode.compute(block, outputs);
    return outputs;
  });
}

async function byNamWasm(inputs: readonly (readonly Float32Array[])[]): Promise<Float32Array[][]> {
  const { NamWasmModule } = await import(/* @vite-ignore */ `${process.cwd()}/node_modules/@opendaw/nam-wasm/dist/NamWasmModule.js`);
  const { default: create } = await import(/* @vite-ignore */ `${process.cwd()}/node_modules/@opendaw/nam-wasm/dist/nam.js`);
  const glue = NamWasmModule.fromModule(await create({ wasmBinary: readFileSync("node_modules/@opendaw/nam-wasm/dist/nam.wasm") }));
  glue.setSampleRate(48_000);
  const instances = [0, 1].map(() => glue.createInstance());
  for (const instance of instances) expect(Number(glue.loadModel(instance, model))).toBe(1);
  return inputs.map((block) =>
    block.map((samples, c) => {
      const output = new Float32Array(samples.length);
      glue.process(instances[c], samples, output);
      return output;
    }),
  );
}

async function byRnnoise(inputs: readonly (readonly Float32Array[])[]): Promise<Float32Array[][]> {
  // It looks for a page around it.
  const scope = globalThis as { window?: unknown };
  scope.window = {};
  try {
    const { Rnnoise } = await import(/* @vite-ignore */ `${process.cwd()}/node_modules/@shiguredo/rnnoise-wasm/dist/rnnoise.js`);
    const state = (await Rnnoise.load()).createDenoiseState();
    return inputs.map(([samples]) => {
      const frame = Float32Array.from(samples!);
      state.processFrame(frame);
      return [frame];
    });
  } finally {
    delete scope.window;
  }
}

const compared = new Map<Published, number>();

describe.each(packages.map((one) => ({ title: one.file ? `${one.name} (${one.file})` : one.name, one })))("$title", ({ one }) => {
  test("is loaded by three lines at most, and a storage there and back lies where its allocator says, over growth too", {
    timeout: 60_000,
  }, async () => {
    expect(linesToLoad(one.driver)).toBeGreaterThan(0);
    expect(linesToLoad(one.driver)).toBeLessThanOrEqual(3);
    const { heap } = await one.uses.load(one.given());
    const config = { inputs: [2], outputs: [2] };
    const storage = ProcessBufferStorage.allocateFromConfig(config, { heap });
    const { inputsAddress, usage } = storage;
    expect(usage.reclaimable).toBe(true);
    storage.begin(128);
    storage.mainOutput!.channel(1).fill(0.5);
    heap.memory.grow(1);
    expect(storage.mainOutput!.channel(1)[127]).toBe(0.5);
    storage.free();
    const next = ProcessBufferStorage.allocateFromConfig(config, { heap });
    expect(next.inputsAddress).toBe(inputsAddress);
    next.free();
  });

  test.skipIf(one.byItsGlue === undefined)("plays what its own glue plays, sample for sample", { timeout: 120_000 }, async () => {
    const { channels, maxFrames = 128 } = one.uses;
    const inputs = Array.from({ length: BLOCKS }, (_, i) =>
      channels!.inputs[0] === 1 ? [scaled(noise(maxFrames, i))] : [noise(maxFrames, 2 * i), noise(maxFrames, 2 * i + 1)],
    );
    const expected = await one.byItsGlue!(inputs);
    const { heap, process } = await one.uses.load(one.given());
    const storage = ProcessBufferStorage.allocateFromConfig(channels!, { heap, maxFrames });
    let samples = 0;
    let loudest = 0;
    for (const [i, block] of inputs.entries()) {
      const outputs = [block.map(() => new Float32Array(maxFrames))];
      // In the middle, the memory grows under it.
      if (i === BLOCKS / 2) heap.memory.grow(1);
      const frames = storage.collect([block], outputs);
      process!(storage, frames);
      storage.deliver(outputs);
      expect(outputs[0]!.map((one) => [...new Int32Array(one.buffer)])).toEqual(
        expected[i]!.map((one) => [...new Int32Array(one.slice().buffer)]),
      );
      samples += outputs[0]!.length * maxFrames;
      loudest = Math.max(loudest, ...outputs[0]!.map((channel) => Math.max(...channel)));
    }
    expect(loudest).toBeGreaterThan(0);
    compared.set(one, samples);
  });
});

/** In the range of 16-bit samples. */
function scaled(samples: Float32Array): Float32Array {
  return samples.map((sample) => sample * 32768);
}

test("the table in the documentation is what was found here", () => {
  const table = tableOf(packages.map((one) => ({ ...one, version: versionOf(one.name), compared: compared.get(one) ?? 0 })));
  const page = readFileSync(PAGE, "utf8");
  const marked = page.replace(/(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/, `$1${table}\n$2`);
  if (process.env.WRITE_TABLE !== undefined) writeFileSync(PAGE, marked);
  expect(marked.includes(table)).toBe(true);
  expect(process.env.WRITE_TABLE === undefined ? page : marked).toBe(marked);
});
