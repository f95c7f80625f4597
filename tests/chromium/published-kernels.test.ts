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
import { model } from "../kernels-published/model.js";
import { AudioWorkletNode, nextMessage, offlineContext, startedSource } from "../support/audio-engine";
import { fileUrl } from "../support/file-urls";
import { noise } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const BLOCKS = 100;
const FRAMES = 128 * BLOCKS;
const channels = [noise(FRAMES, 1), noise(FRAMES, 2)];

/** What the worklet plays of the noise. */
async function played(driver: string, given: object): Promise<number[][]> {
  const context = await offlineContext(2, FRAMES, "tests/chromium/processors/published.js");
  const node = new AudioWorkletNode(context, "published", { outputChannelCount: [2], processorOptions: { driver, given } });
  expect(await nextMessage(node)).toBe("ready");
  startedSource(context, channels).connect(node).connect(context.destination);
  const rendered = await context.startRendering();
  return [0, 1].map((c) => [...rendered.getChannelData(c)]);
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
  const glue = NamWasmModule.fromModule(await createNam());
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
  expect(await played("nam", { module, model })).toEqual(expected);
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
  expect(await played("faust", { module: factory!.module, json: factory!.json })).toEqual(expected);
});
