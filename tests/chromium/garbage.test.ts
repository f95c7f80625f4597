// A block makes no garbage in Chromium's own AudioWorklet, with the arrays that Chromium itself hands over:
// under one byte of JS heap a block, by its debugging protocol. Next to each case stands the same block
// with one small object more, which must be caught.

import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { AudioWorkletNode, offlineContext, SAMPLE_RATE, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";
import type { SampledHeap } from "../support/vitest/worklet-heap-sampler";

const sampleWorkletHeap = (
  commands as unknown as { sampleWorkletHeap(operation: "attach" | "start" | "stop" | "detach"): Promise<SampledHeap> }
).sampleWorkletHeap;

const shapes: Record<string, { inputs: number[]; outputs: number[] }> = {
  mono: { inputs: [1], outputs: [1] },
  stereo: { inputs: [2], outputs: [2] },
  sidechain: { inputs: [2, 1], outputs: [2] },
  "5.1": { inputs: [6], outputs: [6] },
  "16 x 2": { inputs: Array(16).fill(2), outputs: Array(16).fill(2) },
  "16 x 32": { inputs: Array(16).fill(32), outputs: Array(16).fill(32) },
};

const formats = ["f32", "f64"] as const;
const cases = formats.flatMap((sampleFormat) => [
  ...(["silence", "repeat-mono", "drop"] as const).flatMap((missingInputs) => [
    ...(["steady", "changing"] as const).map((host) => ({ host, options: { sampleFormat, missingInputs } })),
    ...(["f32", "i16"] as const).map((host) => ({ host, options: { sampleFormat, missingInputs } })),
  ]),
  { host: "plain" as const, options: { sampleFormat } },
]);
const casesAndControls = cases.flatMap((one) => [
  { ...one, litters: false },
  { ...one, litters: true },
]);
type Case = (typeof casesAndControls)[number];

const QUANTUM = 128;
const QUANTA = 10;
const MEASURED = 3;
/** Phases before those that are measured. On a busy machine the engine optimises late, so what is found then is looked at again. */
const WARM_UPS = [3, 20, 60];

beforeAll(() => sampleWorkletHeap("attach").then(() => {}));
afterAll(() => sampleWorkletHeap("detach").then(() => {}));

test.each(Object.entries(shapes))(
  "%s: no case makes garbage, and each would be caught if it made one small object",
  { timeout: 240_000 },
  async (_, config) => {
    let found: readonly Case[] = casesAndControls;
    for (const warmUp of WARM_UPS) {
      if (found.length === 0) break;
      const measured = await bytesPerBlock(config, found, warmUp);
      found = measured.filter(({ litters, bytes }) => (litters ? !(bytes > 4) : !(bytes < 1)));
    }
    expect(found).toEqual([]);
  },
);

/** Bytes that one block leaves on the worklet's heap, for each of the cases: the least of some measurements. */
async function bytesPerBlock(config: { inputs: number[]; outputs: number[] }, cases: readonly Case[], warmUp: number) {
  const channels = [...config.inputs, ...config.outputs].reduce((sum, count) => sum + count, 0);
  // A small block has to be rendered often for a byte in each to be told from what the engine does once.
  const repeats = Math.max(30, Math.floor(2000 / channels));
  const phases = warmUp + MEASURED;
  const phaseFrames = QUANTA * QUANTUM;
  const phaseCount = cases.length * phases;
  const context = await offlineContext(1, phaseCount * phaseFrames, "tests/chromium/processors/garbage.js");
  const node = new AudioWorkletNode(context, "garbage", {
    numberOfInputs: config.inputs.length,
    numberOfOutputs: config.outputs.length,
    outputChannelCount: config.outputs,
    processorOptions: { config, cases, phases, phaseFrames, repeats },
  });
  for (const [bus, channels] of config.inputs.entries()) {
    const player = startedSource(
      context,
      Array.from({ length: channels }, (_, channel) => noise(QUANTUM, channel)),
    );
    player.loop = true;
    player.connect(node, 0, bus);
  }
  node.connect(context.destination);

  const heaps: SampledHeap[] = [];
  const between = async (phase: number) => {
    const within = phase % phases;
    if (within > warmUp || (within === 0 && phase > 0)) heaps.push(await sampleWorkletHeap("stop"));
    if (within >= warmUp) await sampleWorkletHeap("start");
  };
  const failed = new Promise<never>((_, reject) => {
    node.onprocessorerror = () => reject(new Error("the processor threw"));
    for (let phase = 1; phase < phaseCount; phase++) {
      context
        .suspend((phase * phaseFrames) / SAMPLE_RATE)
        .then(() => between(phase))
        .then(() => context.resume())
        .catch(reject);
    }
  });
  await Promise.race([context.startRendering(), failed]);
  await between(phaseCount);
  return cases.map((one, i) => {
    const runs = heaps.slice(i * MEASURED, (i + 1) * MEASURED);
    const least = runs.reduce((least, heap) => (heap.bytes < least.bytes ? heap : least));
    return { ...one, bytes: least.bytes / (QUANTA * repeats), bytesByFunction: least.bytesByFunction };
  });
}
