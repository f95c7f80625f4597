// What the packages' own glue makes of a sound, in blocks of a host with 128 frames: each package used as it says itself.

import { readFileSync } from "node:fs";
import { FaustMonoDspGenerator } from "@grame/faustwasm/dist/esm/index.js";
import { expect } from "vitest";
import { model } from "../../kernels-published/model.js";
import { functionsOf } from "../../kernels-published/sonic.js";

/** What is to be heard, after so many frames of silence, and what the kernel says beside that. */
export interface Expected {
  readonly channels?: readonly Float32Array[];
  readonly latency?: number;
  readonly results?: readonly unknown[];
}

/** Samples of each channel as the kernel is to have them, whole blocks of the host's. */
export type Sound = readonly Float32Array[];

const HOST_BLOCK = 128;
const load = (path: string) => import(/* @vite-ignore */ `${process.cwd()}/node_modules/${path}`);
const bytesOf = (path: string) => readFileSync(`node_modules/${path}`);

/** The sound in whole blocks of so many frames. */
function blocksOf(sound: Sound, frames: number): Float32Array[][] {
  const count = Math.floor(sound[0]!.length / frames);
  return Array.from({ length: count }, (_, block) => sound.map((samples) => samples.slice(block * frames, (block + 1) * frames)));
}

/** One behind the other, for each channel. */
function joined(blocks: readonly (readonly Float32Array[])[]): Float32Array[] {
  return blocks[0]!.map((_, c) => Float32Array.from(blocks.flatMap((channels) => [...channels[c]!])));
}

export async function byFaustwasm(sound: Sound, wasm: string, json: string): Promise<Expected> {
  const code = readFileSync(wasm);
  const factory = { cfactory: 0, code, module: await WebAssembly.compile(code), json, poly: false, shaKey: "zita", soundfiles: {} };
  const processor = await new FaustMonoDspGenerator().createOfflineProcessor(48_000, HOST_BLOCK, factory as never);
  const { fDSPCode } = processor as unknown as { fDSPCode: { start(): void; compute(inputs: unknown, outputs: unknown): boolean } };
  fDSPCode.start();
  const heard = blocksOf(sound, HOST_BLOCK).map((block) => {
    const outputs = block.map(({ length }) => new Float32Array(length));
    fDSPCode.compute(block, outputs);
    return outputs;
  });
  return { channels: joined(heard) };
}

export async function byNamWasm(sound: Sound): Promise<Expected> {
  const { NamWasmModule } = await load("@opendaw/nam-wasm/dist/NamWasmModule.js");
  const { default: create } = await load("@opendaw/nam-wasm/dist/nam.js");
  const glue = NamWasmModule.fromModule(await create({ wasmBinary: bytesOf("@opendaw/nam-wasm/dist/nam.wasm") }));
  glue.setSampleRate(48_000);
  const instances = [0, 1].map(() => glue.createInstance());
  for (const instance of instances) expect(Number(glue.loadModel(instance, model))).toBe(1);
  const heard = blocksOf(sound, HOST_BLOCK).map((block) =>
    block.map((samples, c) => {
      const output = new Float32Array(samples.length);
      glue.process(instances[c], samples, output);
      return output;
    }),
  );
  return { channels: joined(heard) };
}

export async function byRnnoise(sound: Sound): Promise<Expected> {
  // It looks for a page around it.
  const scope = globalThis as { window?: unknown };
  scope.window = {};
  try {
    const { Rnnoise } = await load("@shiguredo/rnnoise-wasm/dist/rnnoise.js");
    const state = (await Rnnoise.load()).createDenoiseState();
    const results: number[] = [];
    const heard = blocksOf(sound, 480).map(([samples]) => {
      const frame = samples!.map((sample) => sample * 32768);
      results.push(state.processFrame(frame));
      return [frame.map((sample) => sample / 32768)];
    });
    return { channels: joined(heard), latency: 448, results };
  } finally {
    delete scope.window;
  }
}

export async function byFvad([samples]: Sound): Promise<Expected> {
  const { default: create } = await load("@echogarden/fvad-wasm/fvad.js");
  const fvad = await create({ wasmBinary: bytesOf("@echogarden/fvad-wasm/fvad.wasm") });
  const detector = fvad._fvad_new();
  expect([fvad._fvad_set_sample_rate(detector, 48_000), fvad._fvad_set_mode(detector, 3)]).toEqual([0, 0]);
  const address = fvad._malloc(480 * 2);
  const results = blocksOf([samples!], 480).map(([frame]) => {
    fvad.HEAP16.set(int16(frame!), address >> 1);
    return fvad._fvad_process(detector, address, 480);
  });
  return { results };
}

/** What stands in the queue is heard, what is missing in it is silence. */
export async function bySonic(sound: Sound, sampleFormat: "f32" | "i16", speed: number, pitch: number): Promise<Expected> {
  const { default: create } = await load("@echogarden/sonic-wasm/sonic.js");
  const sonic = await create({ wasmBinary: bytesOf("@echogarden/sonic-wasm/sonic.wasm") });
  const stream = sonic._sonicCreateStream(48_000, 2);
  sonic._sonicSetSpeed(stream, speed);
  sonic._sonicSetPitch(stream, pitch);
  const { write, read } = functionsOf(sonic, sampleFormat);
  const address = sonic._malloc(2 * HOST_BLOCK * 4);
  const queue: number[] = [];
  const heard: number[][] = [[], []];
  for (const [left, right] of blocksOf(sound, HOST_BLOCK)) {
    const frames = Float32Array.from({ length: 2 * HOST_BLOCK }, (_, k) => (k % 2 === 0 ? left : right)![k >> 1]!);
    if (sampleFormat === "i16") sonic.HEAP16.set(int16(frames), address >> 1);
    else sonic.HEAPF32.set(frames, address >> 2);
    write(stream, address, HOST_BLOCK);
    for (let made = read(stream, address, HOST_BLOCK); made > 0; made = read(stream, address, HOST_BLOCK)) {
      for (let k = 0; k < 2 * made; k++) {
        queue.push(sampleFormat === "i16" ? sonic.HEAP16[(address >> 1) + k] / 32768 : sonic.HEAPF32[(address >> 2) + k]);
      }
    }
    const taken = queue.splice(0, 2 * HOST_BLOCK);
    for (const [c, samples] of heard.entries()) for (let k = 0; k < HOST_BLOCK; k++) samples.push(taken[2 * k + c] ?? 0);
  }
  return { channels: heard.map((samples) => Float32Array.from(samples)) };
}

export async function byMediaEncoders(sound: Sound, mimeType: string, file: string, params: object): Promise<Expected> {
  const { createEncoder } = await load("wasm-media-encoders/dist/es/index.mjs");
  const encoder = await createEncoder(mimeType, bytesOf(`wasm-media-encoders/wasm/${file}.wasm`));
  encoder.configure({ sampleRate: 48_000, channels: 2, ...params });
  const results = blocksOf(sound, HOST_BLOCK).map((block) => [...encoder.encode(block)]);
  return { results: [...results, [...encoder.finalize()]] };
}

export async function byDenoise(sound: Sound): Promise<Expected> {
  // The package lacks a file that its glue imports, which brings two classes that every engine has by now.
  const source = readFileSync("node_modules/@pexip/denoise/denoise.js", "utf8").replace(/^import .*EncoderDecoder';\n/, "");
  const { default: init, Denoise } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`);
  const { memory } = await init(bytesOf("@pexip/denoise/denoise_bg.wasm"));
  const denoise = Denoise.new(480, 2);
  const view = (address: number) => new Float32Array(memory.buffer, address, 2 * 480);
  const heard = blocksOf(sound, 480).map((block) => {
    for (const [c, samples] of block.entries()) view(denoise.input()).set(samples, c * 480);
    denoise.process_frames();
    const made = view(denoise.output()).slice();
    return [made.subarray(0, 480), made.subarray(480)];
  });
  return { channels: joined(heard), latency: 448 };
}

function int16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 32768))));
}
