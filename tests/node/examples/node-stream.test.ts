// The streaming example: sample-exact from the first frame to the last, whatever the pieces.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import wavefile from "wavefile";
import { build } from "../../../examples/assemblyscript.mjs";
import { ProcessStream } from "../../../examples/node-stream/process-stream.mjs";
import { noise } from "../../support/host-channels";
import { firstDifference } from "../../support/memory-contents";

const { WaveFile } = wavefile;
const folder = mkdtempSync(join(tmpdir(), "stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

const module = new WebAssembly.Module(readFileSync(await build(new URL("../../../examples/node-stream/", import.meta.url))));

interface Kernel {
  setGain(factor: number): void;
}

function kernel(gain: number): Kernel {
  const { exports } = new WebAssembly.Instance(module);
  (exports as unknown as Kernel).setGain(gain);
  return exports as unknown as Kernel;
}

const pcm = (frames: number, channels: number) => Int16Array.from(noise(frames * channels, 5), (sample) => Math.round(sample * 32767));

/** The bytes in pieces of changing size, odd ones among them. */
function* pieces(bytes: Uint8Array) {
  for (let at = 0, size = 1; at < bytes.length; at += size, size = ((size * 7) % 5003) + 1)
    yield Buffer.from(bytes.subarray(at, at + size));
}

test.each([
  [10_007, 1, 500],
  [10_007, 2, 500],
  [4_096, 6, 128],
  [1, 2, 500],
  [499, 2, 500],
  [0, 2, 500],
])("%i frames of %i channels in blocks of %i: unchanged at gain 1, halved and rounded at gain 0.5", async (frames, channels, block) => {
  const samples = pcm(frames, channels);
  const bytes = new Uint8Array(samples.buffer);
  for (const gain of [1, 0.5]) {
    const rendered = await buffer(Readable.from(pieces(bytes)).pipe(new ProcessStream(kernel(gain), channels, block)));
    const expected = samples.map((sample) => Math.round(sample * gain));
    expect(firstDifference(new Uint8Array(rendered), new Uint8Array(expected.buffer))).toBe(-1);
  }
});

test("the whole example writes a recording of the same length, sample by sample at its gain", () => {
  const recording = "node_modules/audio-lena/lena.wav";
  const out = join(folder, "out.wav");
  const said = execFileSync(process.execPath, ["examples/node-stream/main.mjs", recording, out, "1"], { encoding: "utf8" });
  expect(said).toMatch(/blocks of 500 frames, the last of \d+/);
  const [before, after] = [readFileSync(recording), readFileSync(out)];
  expect(firstDifference(after, before.subarray(0, after.length))).toBe(-1);
  expect(before.length - after.length).toBeLessThan(4096);
});

test.each([
  ["8 bits", "8", 1],
  ["24 bits", "24", 3],
  ["32 bits", "32", 4],
  ["floats", "32f", 4],
] as const)("a WAV of %s goes in and out unchanged at gain 1", (_, depth, sampleBytes) => {
  const samples = noise(3000, 3);
  const wav = new WaveFile();
  const [least, most] = depth === "8" ? [0, 255] : [-(2 ** (sampleBytes * 8 - 1)), 2 ** (sampleBytes * 8 - 1) - 1];
  const values = depth === "32f" ? [...samples] : Array.from(samples, (sample) => Math.round(least + ((sample + 1) / 2) * (most - least)));
  wav.fromScratch(2, 48_000, depth, [values, [...values].reverse()]);
  const [from, to] = [join(folder, `${depth}.wav`), join(folder, `${depth}-out.wav`)];
  writeFileSync(from, wav.toBuffer());
  const said = execFileSync(process.execPath, ["examples/node-stream/main.mjs", from, to, "1"], { encoding: "utf8" });
  expect(said).toContain("6 blocks of 500 frames, the last of 500");
  const after = new WaveFile(readFileSync(to));
  expect(after.bitDepth).toBe(depth);
  // The kernel works in floats, which do not hold every value of 32 bits.
  const heard = (sample: number) => (depth === "32" ? Math.min(Math.fround(sample / 2 ** 31) * 2 ** 31, most) : sample);
  const all = wav.getSamples(false) as unknown as Float64Array[];
  expect(after.getSamples(false)).toEqual(all.map((channel) => Float64Array.from(channel, heard)));
});
