// The example that `npm start` runs, as its users run it.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import wavefile from "wavefile";

const folder = mkdtempSync(join(tmpdir(), "ducker-"));
afterAll(() => rmSync(folder, { recursive: true }));

function duck(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["examples/ducker/main.mjs", ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Half a second of speech (a loud tone), a pause, and speech again in the last quarter of three seconds. */
function voiceFile(name: string, depth: string, { channels = 1, sampleRate = 44_100 } = {}): string {
  const frames = 3 * sampleRate;
  const scale = depth.includes("f") ? 1 : 2 ** (Number(depth) - 1) - 1;
  const tone = Array.from({ length: frames }, (_, k) =>
    k < sampleRate / 2 || k >= 2.25 * sampleRate ? 0.5 * Math.sin(k / 20) * scale : 0,
  );
  const wav = new wavefile.WaveFile();
  wav.fromScratch(channels, sampleRate, depth, Array(channels).fill(tone));
  const path = join(folder, name);
  writeFileSync(path, wav.toBuffer());
  return path;
}

test.each([
  ["16-bit PCM", "16", {}],
  ["24-bit PCM in stereo at 48 kHz", "24", { channels: 2, sampleRate: 48_000 }],
  ["32-bit float", "32f", {}],
])("%s is ducked where it speaks, and left alone where it pauses", (_, depth, format) => {
  const out = join(folder, `${depth}-out.wav`);
  const { status, stdout, stderr } = duck("--in", voiceFile(`${depth}.wav`, depth, format), "--out", out);
  expect([status, stderr]).toEqual([0, ""]);
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]);
  expect(number(/where the voice speaks +(-[\d.]+) dB/)).toBeLessThan(-10);
  // From the middle on, an amount of 0.95: -26 dB, once it is there. With 0.8 it is -14 at most.
  expect(number(/in its second half +(-[\d.]+) dB/)).toBeLessThan(-20);
  expect(number(/where it pauses +(-?[\d.]+) dB/)).toBeGreaterThan(-2);
  expect(number(/JS heap +([\d.]+) bytes a block/)).toBeLessThan(1);
  expect(stdout).toMatch(/stereo \(2 \/ 2\) +256 +16 +16.0x/);
  expect(stdout).toMatch(/rendering: block \d+ of \d+/);
  expect(stdout).toContain("droppedChannels 0, truncatedFrames 0");
  const wav = new wavefile.WaveFile(readFileSync(out));
  expect(wav.getSamples(false, Float32Array)).toHaveLength(2);
  const { sampleRate } = wav.fmt as { sampleRate: number };
  expect((wav.getSamples(false, Float32Array) as unknown as Float32Array[])[0]).toHaveLength(4 * sampleRate);
});

test.each([
  ["a missing file", () => join(folder, "missing.wav"), "there is no such file"],
  ["a file that is no WAV", () => "package.json", "is no PCM or float WAV file"],
  ["a folder", () => folder, "cannot read"],
  [
    "an empty file",
    () => {
      writeFileSync(join(folder, "empty.wav"), "");
      return join(folder, "empty.wav");
    },
    "is no PCM or float WAV file",
  ],
  [
    "a WAV of another coding",
    () => {
      const wav = new wavefile.WaveFile(readFileSync(voiceFile("law.wav", "16")));
      wav.toALaw();
      writeFileSync(join(folder, "law.wav"), wav.toBuffer());
      return join(folder, "law.wav");
    },
    "its samples are of format 6",
  ],
  [
    "a WAV without samples",
    () => {
      const wav = new wavefile.WaveFile();
      wav.fromScratch(1, 44_100, "16", []);
      writeFileSync(join(folder, "none.wav"), wav.toBuffer());
      return join(folder, "none.wav");
    },
    "it holds no samples",
  ],
])("%s gives one clear line and exit code 1", (_, path, message) => {
  const out = join(folder, "never.wav");
  const { status, stderr } = duck("--in", path(), "--out", out);
  expect(status).toBe(1);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain(message);
  expect(existsSync(out)).toBe(false);
});
