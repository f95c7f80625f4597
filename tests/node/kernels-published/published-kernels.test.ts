// Packages that others published, loaded by as few lines as their drivers have, and played against their own glue.

import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";
import { build as buildFaust } from "../../../examples/faust-effect/build.mjs";
import * as denoise from "../../kernels-published/denoise.js";
import * as faust from "../../kernels-published/faust.js";
import * as fvad from "../../kernels-published/fvad.js";
import * as encoder from "../../kernels-published/media-encoder.js";
import { model } from "../../kernels-published/model.js";
import * as nam from "../../kernels-published/nam.js";
import { Player } from "../../kernels-published/player.js";
import * as rnnoise from "../../kernels-published/rnnoise.js";
import * as sonic from "../../kernels-published/sonic.js";
import { linesToLoad, type PublishedKernel, tableOf } from "../../kernels-published/table";
import { noise } from "../../support/host-channels";
import { byDenoise, byFaustwasm, byFvad, byMediaEncoders, byNamWasm, byRnnoise, bySonic, type Expected, type Sound } from "./own-glue";
import { recordedVoice } from "./recording";

const BLOCKS = 300;
const FRAMES = BLOCKS * 128;
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

/** The module with functions of a driver. */
interface Driver {
  load(given: object): unknown;
}
/** One way to play a kernel. */
interface Case {
  readonly title?: string;
  given(): object;
  /** What the package's own glue makes of the sound, which has the kernel's channels. */
  byItsGlue(sound: Sound): Promise<Expected>;
}
interface Published extends Omit<PublishedKernel, "version" | "compared"> {
  readonly file?: string;
  readonly uses: Driver;
  readonly channels: 1 | 2;
  readonly cases: readonly Case[];
  /** What is compared of a kernel that gives no samples. */
  readonly unit?: string;
}

const packages: readonly Published[] = [
  {
    name: "@grame/faustwasm",
    driver: "faust.js",
    uses: faust,
    channels: 2,
    toolchain: "Faust",
    needs: "C's maths, room above its state",
    inWorklet: "plays",
    cases: [
      {
        given: () => ({ module: new WebAssembly.Module(readFileSync(zita.wasm)), json: zitaJson }),
        byItsGlue: (sound) => byFaustwasm(sound, zita.wasm, zitaJson),
      },
    ],
  },
  {
    name: "@opendaw/nam-wasm",
    driver: "nam.js",
    uses: nam,
    channels: 2,
    toolchain: "Emscripten, minified, with its loader",
    needs: "one mono instance a channel",
    inWorklet: "plays",
    cases: [{ given: () => ({ module: moduleAt("@opendaw/nam-wasm/dist/nam.wasm"), model }), byItsGlue: byNamWasm }],
  },
  {
    name: "@shiguredo/rnnoise-wasm",
    driver: "rnnoise.js",
    uses: rnnoise,
    channels: 1,
    toolchain: "Emscripten, its module inlined in its loader",
    needs: "blocks of 480, mono, floats in the range of 16 bits",
    inWorklet: "plays",
    cases: [{ given: () => ({ module: inlinedModule() }), byItsGlue: byRnnoise }],
  },
  {
    name: "@echogarden/fvad-wasm",
    driver: "fvad.js",
    uses: fvad,
    channels: 1,
    toolchain: "Emscripten, minified, with its loader",
    needs: "blocks of 480, mono, 16-bit samples",
    inWorklet: "plays",
    unit: "decisions",
    cases: [{ given: () => ({ module: moduleAt("@echogarden/fvad-wasm/fvad.wasm") }), byItsGlue: byFvad }],
  },
  {
    name: "@echogarden/sonic-wasm",
    driver: "sonic.js",
    uses: sonic,
    channels: 2,
    toolchain: "Emscripten, minified, with its loader",
    needs: "interleaved frames, floats or 16 bits, more or fewer than it is given",
    inWorklet: "plays",
    cases: (["f32", "i16"] as const).flatMap((sampleFormat) =>
      [
        { speed: 1, pitch: 1.3 },
        { speed: 1.25, pitch: 1 },
      ].map(({ speed, pitch }) => ({
        title: `${sampleFormat}, ${speed} times as fast, ${pitch} times as high`,
        given: () => ({ module: moduleAt("@echogarden/sonic-wasm/sonic.wasm"), sampleFormat, speed, pitch }),
        byItsGlue: (sound: Sound) => bySonic(sound, sampleFormat, speed, pitch),
      })),
    ),
  },
  ...[
    { file: "mp3", mimeType: "audio/mpeg", settings: encoder.mp3Settings, params: { vbrQuality: 2 } },
    { file: "ogg", mimeType: "audio/ogg", settings: encoder.oggSettings, params: { vbrQuality: 3, oggSerialNo: 1234 } },
  ].map(({ file, mimeType, settings, params }) => ({
    name: "wasm-media-encoders",
    file,
    driver: "media-encoder.js",
    uses: encoder,
    channels: 2 as const,
    toolchain: `Emscripten, standalone (${file}.wasm)`,
    needs: "its own buffers, other ones in each block",
    inWorklet: "plays",
    unit: "bytes",
    cases: [
      {
        given: () => ({ module: moduleAt(`wasm-media-encoders/wasm/${file}.wasm`), settings }),
        byItsGlue: (sound: Sound) => byMediaEncoders(sound, mimeType, file, params),
      },
    ],
  })),
  {
    name: "@pexip/denoise",
    driver: "denoise.js",
    uses: denoise,
    channels: 2,
    toolchain: "Rust, wasm-bindgen",
    needs: "its own planar buffers, blocks of 480",
    inWorklet: "plays",
    cases: [{ given: () => ({ module: moduleAt("@pexip/denoise/denoise_bg.wasm") }), byItsGlue: byDenoise }],
  },
];

/** A voice in noise, other noise in each channel. */
const voice = recordedVoice(FRAMES);
const sound = [1, 2].map((seed) => {
  const hiss = noise(FRAMES, seed);
  return Float32Array.from(voice, (sample, k) => sample / 32768 + hiss[k]! / 50);
});

/** As Web Audio mixes one or two channels into as many as are wanted. */
function mixed(channels: Sound, count: number): Sound {
  const [left, right] = channels;
  if (channels.length === count) return channels;
  return count === 2 ? [left!, left!] : [left!.map((sample, k) => 0.5 * Math.fround(sample + right![k]!))];
}

const bits = (samples: Float32Array) => new Int32Array(samples.buffer, samples.byteOffset, samples.length);

/** Of each package, how much was the same. */
const compared = new Map<Published, number>();
const played = packages.flatMap((one) => one.cases.flatMap((way) => [2, 1].map((hostChannels) => ({ one, way, hostChannels }))));
const titleOf = ({ name, file }: Published) => (file === undefined ? name : `${name} (${file})`);

describe.each(packages.map((one) => ({ title: titleOf(one), one })))("$title", ({ one }) => {
  test("is loaded by three lines at most, and a storage there and back lies where its allocator says, over growth too", {
    timeout: 60_000,
  }, async () => {
    expect(linesToLoad(one.driver)).toBeGreaterThan(0);
    expect(linesToLoad(one.driver)).toBeLessThanOrEqual(3);
    const { heap } = (await one.uses.load(one.cases[0]!.given())) as { heap: WasmHeap };
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
});

test.each(played.map((each) => ({ title: [titleOf(each.one), each.way.title].filter(Boolean).join(", "), ...each })))(
  "$title: under a host of $hostChannels channels it gives what its own glue gives, sample for sample, byte for byte",
  { timeout: 120_000 },
  async ({ one, way, hostChannels }) => {
    const given = sound.slice(0, hostChannels);
    const { channels, latency = 0, results } = await way.byItsGlue(mixed(given, one.channels));
    const player = new Player((await one.uses.load(way.given())) as never);
    const heard = given.map(() => new Float32Array(FRAMES));
    const bytes = player.heap.memory.buffer.byteLength;
    for (let block = 0; block < BLOCKS; block++) {
      const part = (samples: Float32Array) => samples.subarray(block * 128, (block + 1) * 128);
      // In the middle, the memory grows under it: by its own allocator, because Emscripten's loaders keep views of it themselves.
      if (block === BLOCKS / 2) player.heap.malloc(player.heap.memory.buffer.byteLength, 16);
      player.process([given.map(part)], channels === undefined ? [] : [heard.map(part)]);
    }
    expect(player.heap.memory.buffer.byteLength).toBeGreaterThan(bytes);
    const said = player.finish();
    let count = 0;
    if (channels !== undefined) {
      for (const [c, samples] of mixed(channels, hostChannels).entries()) {
        const expected = new Float32Array(FRAMES);
        expected.set(samples.subarray(0, FRAMES - latency), latency);
        const whole = latency + samples.length;
        const wrong = bits(heard[c]!).findIndex((sample, k) => k < whole && sample !== bits(expected)[k]);
        expect([c, wrong]).toEqual([c, -1]);
        expect(Math.max(...expected)).toBeGreaterThan(0.01);
        count += Math.min(whole, FRAMES);
      }
    }
    if (results !== undefined) {
      expect(said).toEqual(results);
      expect(new Set(results.flat()).size).toBeGreaterThan(1);
      if (channels === undefined) count += results.flat().length;
    }
    expect(player.storage.diagnostics).toMatchObject({ droppedChannels: 0, truncatedFrames: 0, refusedFrames: 0 });
    compared.set(one, (compared.get(one) ?? 0) + count);
  },
);

test("the table in the documentation is what was found here", () => {
  const table = tableOf(
    packages.map((one) => ({
      ...one,
      version: versionOf(one.name),
      compared: `${compared.get(one)?.toLocaleString("en")} ${one.unit ?? "samples"}`,
    })),
  );
  const page = readFileSync(PAGE, "utf8");
  const marked = page.replace(/(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/, `$1${table}\n$2`);
  if (process.env.WRITE_TABLE !== undefined) writeFileSync(PAGE, marked);
  expect(marked.includes(table)).toBe(true);
  expect(process.env.WRITE_TABLE === undefined ? page : marked).toBe(marked);
});
