// The kernel's memory grows while audio runs, in a real AudioWorklet of every runtime.

import { expect, test } from "vitest";
import { AudioWorkletNode, nextMessage, offlineContext, renderedChannels, startedSource } from "../support/audio-engine";
import { noise } from "../support/host-channels";
import { loadModule } from "../support/wasm-modules";

const BLOCKS = 60;
const FRAMES = BLOCKS * 128;
const config = { inputs: [2, 1], outputs: [2] };
/** Views of whole blocks: main input, main output, and the silent sidechain that one engine delivers. */
const VIEWS = 5;

interface Report {
  readonly grown: boolean;
  readonly isResizable: boolean;
  readonly addressStayed: boolean;
  readonly viewRebuilds: number;
}

async function render(growths: Record<number, "between" | "inside">, resizable: boolean) {
  const main = [noise(FRAMES, 1), noise(FRAMES, 2)];
  const context = await offlineContext(2, FRAMES, "tests/worklet/processors/grow.js");
  const processorOptions = { module: await loadModule("build/mix.wasm"), config, blocks: BLOCKS, growths, resizable };
  const node = new AudioWorkletNode(context, "grow", { numberOfInputs: 2, outputChannelCount: [2], processorOptions });
  const report = nextMessage<Report>(node);
  startedSource(context, main).connect(node, 0, 0);
  node.connect(context.destination);
  const rendered = await renderedChannels(context);
  for (const c of [0, 1]) expect([...rendered[c]!]).toEqual(Array.from(main[c]!, (sample) => sample * 0.5));
  return await report;
}

test.each([false, true])(
  "between two blocks and inside one: the audio is right, addresses stay, each view is rebuilt once (resizable buffers: %s)",
  async (resizable) => {
    const report = await render({ 10: "between", 20: "inside", 30: "inside" }, resizable);
    expect(report).toMatchObject({ grown: true, addressStayed: true });
    // A view into a resizable buffer lives on when the memory grows.
    expect(report.viewRebuilds).toBeLessThanOrEqual(report.isResizable ? 0 : 3 * VIEWS);
    if (!report.isResizable) expect(report.viewRebuilds).toBeGreaterThan(0);
  },
);
