// The AudioWorkletProcessor: collect, kernel, deliver. The rest of it is what the page wants to see.

import { type Bus, ProcessBufferStorage, parameterDescriptorsFor, peak, type SampleFormat } from "wasm-process-buffers";
import { instantiate, type Kernel, PARAMETERS, render } from "./kernel";
import { type BusReport, PROCESSOR, type ProcessorOptions, type Report } from "./report";

type HostBuses = readonly (readonly Float32Array[])[];

class Playground extends AudioWorkletProcessor {
  static get parameterDescriptors() {
    return parameterDescriptorsFor({ inputs: [], outputs: [], parameters: PARAMETERS });
  }

  private readonly kernel: Kernel;
  private readonly storage: ProcessBufferStorage<SampleFormat>;
  private readonly blocksPerReport: number;
  /** Highest peaks since the last report, bus after bus. */
  private readonly inputPeaks: Float32Array[];
  private readonly outputPeaks: Float32Array[];
  private blocks = 0;
  private milliseconds = 0;
  private ducked = false;
  private isOver = false;

  constructor({ processorOptions: { module, config, choices, blocksPerReport } }: { processorOptions: ProcessorOptions }) {
    super();
    this.kernel = instantiate(module, sampleRate);
    this.storage = ProcessBufferStorage.allocateFromConfig({ ...config, parameters: PARAMETERS }, { ...choices, heap: this.kernel });
    this.blocksPerReport = blocksPerReport;
    this.inputPeaks = this.storage.inputs.map(({ capacity }) => new Float32Array(capacity));
    this.outputPeaks = this.storage.outputs.map(({ capacity }) => new Float32Array(capacity));
    this.port.onmessage = () => (this.isOver = true);
  }

  process(inputs: HostBuses, outputs: HostBuses, parameters: Record<string, Float32Array>): boolean {
    if (this.isOver) return false;
    const start = now();
    this.storage.collect(inputs, outputs, parameters);
    this.ducked = render(this.kernel, this.storage);
    this.storage.deliver(outputs);
    this.blocks++;
    // The first blocks are slower: the engine still compiles.
    if (this.blocks > WARM_UP_BLOCKS) this.milliseconds += now() - start;

    notePeaks(this.storage.inputs, this.inputPeaks);
    notePeaks(this.storage.outputs, this.outputPeaks);
    if (this.blocks % this.blocksPerReport === 0) this.report(outputs[0]?.[0]?.length ?? this.storage.frames);
    return true;
  }

  /** Makes garbage, which nothing else here does: a message cannot be had without. */
  private report(frames: number): void {
    const { storage, blocks } = this;
    const timedBlocks = Math.max(0, blocks - WARM_UP_BLOCKS);
    const report: Report = {
      blocks,
      frames,
      sampleRate,
      inputs: storage.inputs.map((bus, b) => reportOf(bus, this.inputPeaks[b]!, bus.connectedLength)),
      outputs: storage.outputs.map((bus, b) => reportOf(bus, this.outputPeaks[b]!, bus.length)),
      diagnostics: { ...storage.diagnostics },
      ducked: this.ducked,
      millisecondsPerBlock: timedBlocks === 0 ? 0 : this.milliseconds / timedBlocks,
      timedBlocks,
    };
    this.port.postMessage(report);
    for (const peaks of [...this.inputPeaks, ...this.outputPeaks]) peaks.fill(0);
  }
}

const WARM_UP_BLOCKS = 100;

/** Most engines give a worklet no better clock than this; over many blocks, whole milliseconds average out. */
const now: () => number = globalThis.performance === undefined ? Date.now : () => performance.now();

function notePeaks(buses: readonly Bus<SampleFormat>[], peaks: readonly Float32Array[]): void {
  for (let b = 0; b < buses.length; b++) {
    const highest = peaks[b]!;
    for (let c = 0; c < highest.length; c++) highest[c] = Math.max(highest[c]!, peak(buses[b]!, c));
  }
}

function reportOf(bus: Bus<SampleFormat>, peaks: Float32Array, channels: number): BusReport {
  const { connectedLength, length, constantMask } = bus;
  const samples = Array.from({ length: channels }, (_, c) => Float32Array.from(bus.channel(c)));
  return { connectedLength, length, constantMask, peaks: [...peaks], samples };
}

registerProcessor(PROCESSOR, Playground);
