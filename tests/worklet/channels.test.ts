// Channels and buses that come and go, in a real AudioWorklet of every runtime. Engines differ in how
// many channels an idle input has; what is heard must be the same in all of them.

import { describe, expect, test } from "vitest";
import type { BusConfig, StorageOptions } from "wasm-process-buffers";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";

const BLOCKS = 80;
const FRAMES = BLOCKS * 128;
const processor = "tests/worklet/processors/channels.js";

interface Report {
  /** Of each block: connected and configured main channels, mask, connected sidechain and output channels. */
  readonly notes: [connected: number, length: number, mask: number, sidechain: number, output: number][];
  readonly gaps: number;
  readonly frames: number;
  readonly maxFrames: number;
  readonly diagnostics: Record<string, number>;
}

/** Noise that plays from one block up to and without another, on one input of the node. */
interface Part {
  readonly input?: number;
  readonly channels: number;
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

interface Setting {
  readonly config: BusConfig;
  readonly parts: readonly Part[];
  readonly node?: AudioWorkletNodeOptions;
  readonly options?: StorageOptions;
  readonly delay?: number;
  readonly feedback?: number;
  readonly renderSizeHint?: number;
}

const samplesOf = ({ channels, from, to, seed }: Part) =>
  Array.from({ length: channels }, (_, c) => noise((to - from) * 128, seed * 100 + c));

async function render({ config, parts, node: nodeOptions = {}, options = {}, delay = 1, feedback = 0, renderSizeHint }: Setting) {
  const context = await offlineContext(2, FRAMES, processor, renderSizeHint);
  const quantum = (context as { renderQuantumSize?: number }).renderQuantumSize ?? 128;
  const node = new AudioWorkletNode(context, "channels", {
    numberOfInputs: 2,
    outputChannelCount: [2],
    channelInterpretation: "discrete",
    ...nodeOptions,
    processorOptions: { config, blocks: FRAMES / quantum, options, delay, feedback },
  });
  const report = nextMessage<Report>(node);
  for (const part of parts) startedSource(context, samplesOf(part), part.from * 128).connect(node, 0, part.input ?? 0);
  node.connect(context.destination, 0, 0);
  const rendered = await renderedChannels(context);
  return { heard: rendered, report: await report, quantum };
}

/** What two channels of echo must sound like: all parts on the main input, plus the sidechain on both. */
function expected(parts: readonly Part[], delay = 1, feedback = 0): number[][] {
  const dry = (input: number, channel: number) => {
    const line = new Float32Array(FRAMES);
    for (const part of parts.filter((one) => (one.input ?? 0) === input && one.channels > channel)) {
      samplesOf(part)[channel]!.forEach((sample, k) => (line[part.from * 128 + k]! += sample));
    }
    return line;
  };
  return [0, 1].map((channel) => {
    const past = new Float32Array(delay);
    const side = dry(1, 0);
    return Array.from(dry(0, channel), (sample, k) => {
      past[k % delay] = sample + past[k % delay]! * feedback;
      return Math.fround(past[k % delay]! + side[k]!);
    });
  });
}

const heardAs = (heard: readonly Float32Array[]) => heard.map((channel) => [...channel]);
const stereo = { inputs: [2, 1], outputs: [2] };

describe("channels come and go", () => {
  test("no source at all is silence, and the bus keeps its configured count", async () => {
    const { heard, report } = await render({ config: stereo, parts: [] });
    expect(heard.every((channel) => channel.every((sample) => sample === 0))).toBe(true);
    expect(report.notes.every(([connected, length, , , output]) => connected <= 1 && length === 2 && output === 2)).toBe(true);
  });

  test("a source that starts late and ends early is heard where it plays", async () => {
    const parts = [{ channels: 2, from: 20, to: 50, seed: 1 }];
    const { heard, report } = await render({ config: stereo, parts });
    expect(heardAs(heard)).toEqual(expected(parts));
    expect(report.notes[30]![0]).toBe(2);
    expect(report.notes[30]![2]).toBe(0);
  });

  test("0, 1, 2, 6, 1 and 0 channels: each keeps its index, and what was declared nowhere is counted", async () => {
    const parts = [
      { channels: 1, from: 10, to: 20, seed: 1 },
      { channels: 2, from: 20, to: 30, seed: 2 },
      { channels: 6, from: 30, to: 40, seed: 3 },
      { channels: 1, from: 40, to: 50, seed: 4 },
    ];
    const { heard, report } = await render({ config: stereo, parts, node: { channelCount: 6 } });
    expect(heardAs(heard)).toEqual(expected(parts));
    expect(report.diagnostics.droppedChannels).toBeGreaterThanOrEqual(10 * 4);
    expect(report.notes.every(([connected, length]) => connected <= 2 && length === 2)).toBe(true);
    expect(report.notes[35]![0]).toBe(2);
  });

  test("a sidechain is heard while the main input is not connected, and the reverse", async () => {
    for (const input of [0, 1]) {
      const parts = [{ input, channels: 1, from: 5, to: 60, seed: 7 }];
      const { heard, report } = await render({ config: stereo, parts });
      expect(heardAs(heard)).toEqual(expected(parts));
      const [main, , , sidechain] = report.notes[30]!;
      expect([main, sidechain][input]).toBe(1);
    }
  });

  test("more inputs than are configured are left out, fewer are silent", async () => {
    const parts = [
      { channels: 2, from: 0, to: 80, seed: 1 },
      { input: 2, channels: 2, from: 0, to: 80, seed: 2 },
    ];
    const more = await render({ config: stereo, parts, node: { numberOfInputs: 3 } });
    expect(heardAs(more.heard)).toEqual(expected(parts));
    expect(more.report.diagnostics.droppedChannels).toBeGreaterThanOrEqual(80 * 2);
    const fewer = await render({ config: { inputs: [2, 1, 4], outputs: [2] }, parts: parts.slice(0, 1) });
    expect(heardAs(fewer.heard)).toEqual(expected(parts.slice(0, 1)));
  });

  test("fewer outputs and output channels than are configured: what there is, is right, and what is not heard is counted", async () => {
    const parts = [{ channels: 2, from: 0, to: 80, seed: 1 }];
    const { heard, report } = await render({ config: { inputs: [2], outputs: [4, 2] }, parts, node: { numberOfInputs: 1 } });
    expect(heardAs(heard)).toEqual(expected(parts));
    expect(report.notes.every(([, , , , output]) => output === 2)).toBe(true);
    // In each block two channels of the first output, and both of the second.
    expect(report.diagnostics.droppedChannels).toBe(BLOCKS * 4);
  });
});

test("an echo keeps ringing after its source has ended and its input has no channels", async () => {
  const parts = [{ channels: 2, from: 4, to: 10, seed: 1 }];
  const { heard, report } = await render({
    config: { inputs: [2], outputs: [2] },
    parts,
    node: { numberOfInputs: 1 },
    delay: 1000,
    feedback: 0.5,
  });
  expect(heardAs(heard)).toEqual(expected(parts, 1000, 0.5));
  expect(Math.max(...heard[0]!.slice(40 * 128))).toBeGreaterThan(0.01);
  expect(report.notes.at(-1)![0]).toBeLessThanOrEqual(1);
});

test.each([128, 256, 512])("blocks of %i frames, where the engine grants them", async (renderSizeHint) => {
  const parts = [{ channels: 2, from: 0, to: 80, seed: 1 }];
  const { heard, report, quantum } = await render({ config: stereo, parts, renderSizeHint });
  expect(heardAs(heard)).toEqual(expected(parts));
  expect(report.frames).toBe(quantum);
  expect(report.gaps).toBe(0);
  expect(report.diagnostics.truncatedFrames).toBe(0);
  if (typeof navigator === "object" && navigator.userAgent.includes("Chrome")) expect(quantum).toBe(renderSizeHint);
});

test.each(["repeat-mono", "drop"] as const)("missingInputs %s is followed in a worklet", async (missingInputs) => {
  const parts = [{ channels: 1, from: 0, to: 80, seed: 1 }];
  const config = { inputs: [2], outputs: [2] };
  const { heard, report } = await render({ config, parts, node: { numberOfInputs: 1 }, options: { missingInputs } });
  const [left] = expected(parts);
  expect([...heard[0]!]).toEqual(left);
  expect([...heard[1]!].slice(128 * 5, 128 * 70)).toEqual(
    missingInputs === "drop" ? Array(128 * 65).fill(0) : left!.slice(128 * 5, 128 * 70),
  );
  expect(report.notes[40]!.slice(0, 3)).toEqual(missingInputs === "drop" ? [1, 1, 0] : [1, 2, 0]);
});
