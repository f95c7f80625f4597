// @shiguredo/rnnoise-wasm, by the driver of examples/noise-suppression: sample for sample what the package's own glue gives.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rnnoise } from "@shiguredo/rnnoise-wasm";
import { afterAll, expect, test } from "vitest";
import wavefile from "wavefile";
import { Denoiser, loadKernel } from "../../../examples/noise-suppression/denoiser.mjs";
import { noise } from "../../support/host-channels";
import { recordedVoice } from "./recording";

const BLOCKS = 120;
const FRAMES = BLOCKS * 480;

/** The same recording on both sides, with other noise on each. */
const channels = [1, 2].map((seed) => {
  const hiss = noise(FRAMES, seed);
  return Float32Array.from(recordedVoice(FRAMES), (sample, k) => sample / 32768 + hiss[k]! / 20);
});

/** What the package's own classes make of it: samples in the range of 16 bits, 480 at a time, in place. */
async function byThePackage(): Promise<{ voices: number[]; denoised: Float32Array[] }> {
  const scope = globalThis as { window?: unknown };
  scope.window = globalThis;
  const rnnoise = await Rnnoise.load();
  delete scope.window;
  const voices = Array<number>(BLOCKS).fill(0);
  const denoised = channels.map((samples) => {
    const state = rnnoise.createDenoiseState();
    const result = new Float32Array(FRAMES);
    for (let block = 0; block < BLOCKS; block++) {
      const frame = samples.slice(block * 480, block * 480 + 480).map((sample) => sample * 32768);
      voices[block] = Math.max(voices[block]!, state.processFrame(frame));
      result.set(
        frame.map((sample) => sample / 32768),
        block * 480,
      );
    }
    state.destroy();
    return result;
  });
  return { voices, denoised };
}

const expected = await byThePackage();
const kernel = await loadKernel();

test.each([128, 480, 512, "any"] as const)("a stereo host with blocks of %s: the same samples, later by the latency", (hostFrames) => {
  const denoiser = new Denoiser(kernel, 2, hostFrames);
  const { latency } = denoiser.blocks;
  const heard = channels.map(() => new Float32Array(FRAMES));
  const voices: number[] = [];
  for (let at = 0, block = 0; at < FRAMES; block++) {
    const frames = hostFrames === "any" ? ((block * 53) % 300) + 1 : hostFrames;
    const outputs = [[new Float32Array(frames), new Float32Array(frames)]];
    const inputs = channels.map((samples) => {
      const input = new Float32Array(frames);
      input.set(samples.subarray(at, at + frames));
      return input;
    });
    const before = denoiser.blocks.blockStart;
    denoiser.process([inputs], outputs);
    if (denoiser.blocks.blockStart > before || voices.length === 0) voices[denoiser.blocks.blockStart / 480] = denoiser.voice;
    for (const [c, samples] of heard.entries()) samples.set(outputs[0]![c]!.subarray(0, FRAMES - at), at);
    at += frames;
  }
  for (const [c, samples] of heard.entries()) {
    const same = samples.every((sample, k) => sample === (k < latency ? 0 : expected.denoised[c]![k - latency]!));
    expect(same).toBe(true);
  }
  expect(denoiser.storage.diagnostics).toMatchObject({ underrunFrames: 0, skippedFrames: 0, droppedChannels: 0 });
  denoiser.free();
});

test("the likelihood of a voice is the package's, too", () => {
  const denoiser = new Denoiser(kernel, 2, 480);
  const outputs = [[new Float32Array(480), new Float32Array(480)]];
  const voices = Array.from({ length: BLOCKS }, (_, block) => {
    denoiser.process([channels.map((samples) => samples.slice(block * 480, block * 480 + 480))], outputs);
    return denoiser.voice;
  });
  expect(voices).toEqual(expected.voices);
  expect(Math.max(...voices)).toBeGreaterThan(0.9);
});

const folder = mkdtempSync(join(tmpdir(), "denoised-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the example takes the noise away, leaves the voice, and writes both to be listened to", { timeout: 120_000 }, () => {
  const [noisy, clean] = [join(folder, "noisy.wav"), join(folder, "clean.wav")];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["examples/noise-suppression/main.mjs", noisy, clean], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const levels = (line: string) => Array.from(new RegExp(`${line} +(-?[\\d.]+) dB +(-?[\\d.]+) dB`).exec(stdout)!.slice(1), Number);
  const [noiseBefore, noiseAfter] = levels("nobody speaks");
  expect(noiseAfter! - noiseBefore!).toBeLessThan(-30);
  const [before, after] = levels("somebody speaks");
  expect(Math.abs(after! - before!)).toBeLessThan(3);
  expect(stdout).toContain("latency: 448 frames of the blocks");
  expect(stdout).toContain("underruns 0, skipped 0, dropped 0");
  const lengths = [noisy, clean].map((path) => new wavefile.WaveFile(readFileSync(path)).getSamples(false, Float32Array as never).length);
  expect(lengths[0]).toBeGreaterThan(16 * 48_000);
  expect(lengths[1]).toBe(lengths[0]);
});
