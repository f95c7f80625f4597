// A kernel in the form of Emscripten's Wasm Audio Worklets in a real AudioWorklet of every runtime, in a memory of its own: against
// a processor in plain JS, sample by sample, while sources come and go and parameters change within blocks.

import { expect, test } from "vitest";
import { nodeOptionsFor } from "wasm-process-buffers";
import { config } from "../../examples/emscripten-callback/config.mjs";
import { AudioWorkletNode, offlineContext, renderedChannels, SAMPLE_RATE, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const FRAMES = 100 * 128;
const EXAMPLE = "examples/emscripten-callback";

async function render(name: string, processor: string, channels: number): Promise<Float32Array[]> {
  const context = await offlineContext(2, FRAMES, processor);
  const module = await loadModule(`${EXAMPLE}/build/kernel.wasm`);
  const node = new AudioWorkletNode(context, name, { ...nodeOptionsFor(config), processorOptions: { module } });
  const [gain, depth, speed] = ["gain", "depth", "speed"].map((name) => (node.parameters as unknown as Map<string, AudioParam>).get(name)!);
  const seconds = (frame: number) => frame / SAMPLE_RATE;
  gain!.setValueAtTime(0.25, seconds(700));
  gain!.linearRampToValueAtTime(1.5, seconds(5000));
  gain!.setValueAtTime(0.5, seconds(9001));
  speed!.setValueAtTime(0.25, seconds(40 * 128));
  const oscillator = context.createOscillator();
  oscillator.frequency.value = 330;
  oscillator.connect(depth!);
  oscillator.start(seconds(2000));
  oscillator.stop(seconds(11_000));
  const main = Array.from({ length: channels }, (_, c) => noise(6000, 1 + c));
  startedSource(context, main, 1024).connect(node, 0, 0);
  startedSource(context, [noise(4000, 3)], 3000).connect(node, 0, 1);
  node.connect(context.destination);
  return renderedChannels(context);
}

test.each([1, 2])("a source of %i channels: what comes out is what a processor in plain JS makes of it", async (channels) => {
  const heard = await render("ducker-callback", `${EXAMPLE}/processor.mjs`, channels);
  const expected = await render("ducker-in-plain-js", "tests/worklet/processors/ducker-in-plain-js.js", channels);
  for (const [c, samples] of heard.entries()) {
    expect([c, samples.findIndex((sample, k) => sample !== expected[c]![k])]).toEqual([c, -1]);
    // That there was something to be heard, and that both parameters and the second input were in it.
    expect(Math.max(...samples.subarray(2000, 3000))).toBeGreaterThan(0.2);
    expect([...samples.subarray(0, 1024)].every((sample) => sample === 0)).toBe(true);
  }
});
