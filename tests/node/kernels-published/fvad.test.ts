// @echogarden/fvad-wasm: 480 frames of 16-bit samples at a time, decision for decision what the package says itself, under hosts of
// every kind.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { InterleavedHost } from "wasm-process-buffers";
import { load } from "../../kernels-published/fvad.js";
import { Player } from "../../kernels-published/player.js";
import { byFvad } from "./own-glue";
import { recordedVoice } from "./recording";

const voice = recordedVoice(480 * 500);
// Where nobody speaks there is something to be told from.
voice.fill(0, 480 * 100, 480 * 160);
const floats = Float32Array.from(voice, (sample) => sample / 32768);
const { results: expected } = await byFvad([floats]);
const module = new WebAssembly.Module(readFileSync("node_modules/@echogarden/fvad-wasm/fvad.wasm"));
const detectorUnder = async (hostFrames: number | "any") => new Player((await load({ module })) as never, hostFrames as never);

test("the recording has both, so that decisions can differ", () => {
  const voices = expected!.filter((decision) => decision === 1).length;
  expect(voices).toBeGreaterThan(100);
  expect(500 - voices).toBeGreaterThan(30);
});

test.each([128, 480, 1024, "any"] as const)("a planar host with blocks of %s: the same decisions", async (hostFrames) => {
  const detector = await detectorUnder(hostFrames);
  for (let at = 0, block = 0; at < voice.length; block++) {
    const frames = Math.min(hostFrames === "any" ? ((block * 37) % 700) + 1 : hostFrames, voice.length - at);
    detector.process([[floats.subarray(at, at + frames)]], []);
    at += frames;
  }
  expect(detector.results).toEqual(expected);
  expect(detector.storage.diagnostics).toMatchObject({ underrunFrames: 0, skippedFrames: 0, refusedFrames: 0 });
});

test.each([128, 441])("a host of 16-bit samples in pieces of %i: the same decisions", async (hostFrames) => {
  const { storage, blocks, render } = await detectorUnder(hostFrames);
  const host = new InterleavedHost(storage, { channelCount: 1, format: "i16" });
  const results: unknown[] = [];
  blocks!.prepare(host);
  for (let at = 0; at + hostFrames <= voice.length; at += hostFrames) {
    const samples = voice.slice(at, at + hostFrames);
    blocks!.collectFrom(host, samples);
    while (blocks!.next()) results.push(render(storage, storage.frames));
    blocks!.deliverTo(host, samples);
  }
  expect(results.length).toBeGreaterThan(497);
  expect(results).toEqual(expected!.slice(0, results.length));
});
