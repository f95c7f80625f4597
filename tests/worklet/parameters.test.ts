// Parameters in a real AudioWorklet of every runtime. What a wasm kernel finds is compared with what a processor in plain JS
// finds, sample by sample: the engines differ in how many values they hand over, and when.

import { describe, expect, test } from "vitest";
import { nodeOptionsFor } from "wasm-process-buffers";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, SAMPLE_RATE } from "../support/audio-engine";
import { loadModule } from "../support/wasm-modules";

const BLOCKS = 60;
const FRAMES = BLOCKS * 128;
const config = { inputs: [], outputs: [10] };

interface Report {
  readonly lengths: number[][];
  readonly hostLengths: number[][];
  /** Blocks in which the same object came again. */
  readonly known: number;
  readonly isFrozen: boolean;
  readonly diagnostics: Record<string, number>;
}

const secondsAt = (frame: number) => frame / SAMPLE_RATE;

function automate(context: BaseAudioContext, node: AudioWorkletNode) {
  const parameter = (name: string) => (node.parameters as unknown as Map<string, AudioParam>).get(name)!;
  const [stepped, ramped, modulated, rate] = ["stepped", "ramped", "modulated", "rate"].map(parameter);
  stepped!.setValueAtTime(0.75, secondsAt(1000));
  stepped!.setValueAtTime(-2, secondsAt(20 * 128));
  stepped!.setValueAtTime(3, secondsAt(20 * 128 + 1));
  ramped!.setValueAtTime(-0.5, secondsAt(900));
  ramped!.linearRampToValueAtTime(0.9, secondsAt(3333));
  rate!.setValueAtTime(2, secondsAt(640));
  rate!.linearRampToValueAtTime(8, secondsAt(30 * 128));
  const oscillator = context.createOscillator();
  oscillator.frequency.value = 440;
  oscillator.connect(modulated!);
  oscillator.start(secondsAt(1280));
  oscillator.stop(secondsAt(40 * 128));
}

async function render(name: string, scribbles = false) {
  const context = await offlineContext(10, FRAMES, "tests/worklet/processors/parameters.js");
  const node = new AudioWorkletNode(context, name, {
    ...nodeOptionsFor(config),
    processorOptions: { module: await loadModule("build/parameter-kernel.wasm"), blocks: BLOCKS, scribbles },
  });
  const report = name === "with-kernel" ? nextMessage<Report>(node) : undefined;
  automate(context, node);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);
  return { channels: rendered.map((samples) => [...samples]), report: await report };
}

describe.each([
  ["a kernel", false],
  ["a kernel that writes over its parameters after each block", true],
])("%s", (_, scribbles) => {
  test("finds, value by value and by length, what an AudioWorklet in plain JS finds", async () => {
    const plain = await render("in-plain-js");
    const { channels, report } = await render("with-kernel", scribbles);
    for (const [channel, samples] of channels.entries()) expect([channel, samples]).toEqual([channel, plain.channels[channel]]);
    expect(report!.diagnostics).toMatchObject({ invalidParameters: 0, viewRebuilds: 0 });
    // That there was something to be seen.
    const [stepped, ramped, modulated, steady, rate] = plain.channels;
    expect([stepped![999], stepped![1000], stepped![20 * 128]]).toEqual([0.25, 0.75, -2]);
    expect(new Set(ramped!.slice(1000, 3000)).size).toBeGreaterThan(1500);
    expect(new Set(modulated!.slice(2000, 4000)).size).toBeGreaterThan(100);
    expect(new Set(steady)).toEqual(new Set([0.125]));
    expect(new Set(rate).size).toBeGreaterThan(20);
    // One value where all are the same, whatever the engine handed over.
    for (const [block, lengths] of report!.lengths.entries()) {
      const seen = lengths.map((_, p) => plain.channels[p]!.slice(block * 128, (block + 1) * 128));
      expect(lengths).toEqual(seen.map((values) => (values.every((value) => Object.is(value, values[0])) ? 1 : 128)));
    }
  });
});
