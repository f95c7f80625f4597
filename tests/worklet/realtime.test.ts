// Two seconds in real time, without an audio device. A block that comes late does not show here: the clock that a
// processor sees counts blocks, not time.

import { expect, test } from "vitest";
import { AudioWorkletNode, closeInSilence, nextMessage, realTimeContext } from "../support/audio-engine";

const SECONDS = 2;
/** Firefox leaves a context suspended where there is no audio device. */
const staysSuspended = typeof navigator === "object" && navigator.userAgent.includes("Firefox");

interface Report {
  readonly blocks: number;
  readonly frames: number;
  /** Where a block began, and where it should have. */
  readonly gaps: readonly [number, number][];
  readonly loudest: number;
  readonly diagnostics: Record<string, number>;
}

test.skipIf(staysSuspended)("two seconds of a tone pass without an error, and each block begins where the one before ended", async () => {
  const context = await realTimeContext("tests/worklet/processors/realtime.js");
  const node = new AudioWorkletNode(context, "realtime", {
    outputChannelCount: [2],
    processorOptions: { config: { inputs: [2], outputs: [2] }, seconds: SECONDS },
  });
  try {
    const report = nextMessage<Report>(node);
    const tone = context.createOscillator();
    tone.connect(node).connect(context.destination);
    tone.start();
    await context.resume();
    const { blocks, frames, gaps, loudest, diagnostics } = await report;
    expect(blocks * frames).toBeGreaterThanOrEqual(SECONDS * context.sampleRate);
    expect(gaps).toEqual([]);
    expect(loudest).toBeGreaterThan(0.5);
    expect(Object.values(diagnostics).every((count) => count === 0)).toBe(true);
  } finally {
    await closeInSilence(context, [node]);
  }
});
