// @echogarden/fvad-wasm: 480 frames of 16-bit samples at a time, decision for decision what the package says itself.

import { expect, test } from "vitest";
import { InterleavedHost } from "wasm-process-buffers";
import { detectorOf, loadKernel, VoiceDetector } from "../../kernels-published/fvad.mjs";
import { recordedVoice } from "./recording";

const voice = recordedVoice(480 * 500);
// Where nobody speaks there is something to be told from.
voice.fill(0, 480 * 100, 480 * 160);
const loaded = await loadKernel();

/** What the package's own functions say of the recording, block by block. */
const expected = (() => {
  const detect = detectorOf(loaded);
  const address = loaded.kernel._malloc(480 * 2);
  return Array.from({ length: 500 }, (_, block) => {
    new Int16Array(loaded.memory.buffer, address, 480).set(voice.subarray(block * 480, block * 480 + 480));
    return [block * 480, detect(address, 480)];
  });
})();

test("the recording has both, so that decisions can differ", () => {
  const voices = expected.filter(([, decision]) => decision === 1).length;
  expect(voices).toBeGreaterThan(100);
  expect(500 - voices).toBeGreaterThan(30);
});

test.each([128, 480, 1024, "any"] as const)("a planar host with blocks of %s: the same decisions, at the same frames", (hostFrames) => {
  const detector = new VoiceDetector(loaded, hostFrames);
  for (let at = 0, block = 0; at < voice.length; block++) {
    const frames = Math.min(hostFrames === "any" ? ((block * 37) % 700) + 1 : hostFrames, voice.length - at);
    detector.blocks.collect([[Float32Array.from(voice.subarray(at, at + frames), (sample) => sample / 32768)]], []);
    detector.listen();
    detector.blocks.deliver([]);
    at += frames;
  }
  expect(detector.decisions).toEqual(expected);
  expect(detector.storage.diagnostics).toMatchObject({ underrunFrames: 0, skippedFrames: 0, refusedFrames: 0 });
});

test.each([128, 441])("a host of 16-bit samples in pieces of %i: the same decisions", (hostFrames) => {
  const detector = new VoiceDetector(loaded, hostFrames);
  const host = new InterleavedHost(detector.storage, { channelCount: 1, format: "i16" });
  detector.blocks.prepare(host);
  for (let at = 0; at + hostFrames <= voice.length; at += hostFrames) {
    const samples = voice.slice(at, at + hostFrames);
    detector.blocks.collectFrom(host, samples);
    detector.listen();
    detector.blocks.deliverTo(host, samples);
  }
  expect(detector.decisions.length).toBeGreaterThan(497);
  expect(detector.decisions).toEqual(expected.slice(0, detector.decisions.length));
});
