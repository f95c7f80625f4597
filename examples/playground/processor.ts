// The AudioWorkletProcessor: collect, kernel, deliver. The rest measures what the page shows.

import { type Bus, FixedBlocks, ProcessBufferStorage, parameterDescriptorsFor, peak, type SampleFormat } from "wasm-process-buffers";
import { channelOf } from "./channels";
import { instantiate, type Kernel, PARAMETERS, render } from "./kernel";
import { type BusReport, PROCESSOR, type ProcessorOptions, type Report, SLICE_BLOCKS } from "./report";

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
  private readonly fixed: FixedBlocks | undefined;
  /** Times of the slice that is being measured, and of the slices since the last report. */
  private milliseconds = 0;
  private readonly slices: number[] = [];
  private rendered: Report["rendered"] = "passed through";
  private fault: string | undefined;
  private isOver = false;

  constructor({ processorOptions }: { processorOptions: ProcessorOptions }) {
    const { module, kernelKind, config, choices, isFixed, blocksPerReport } = processorOptions;
    super();
    this.kernel = instantiate(module, kernelKind, sampleRate);
    const { heap } = this.kernel;
    this.storage = ProcessBufferStorage.allocateFromConfig({ ...config, parameters: PARAMETERS }, { ...choices, heap });
    if (isFixed) this.fixed = new FixedBlocks(this.storage);
    this.blocksPerReport = blocksPerReport;
    this.inputPeaks = this.storage.inputs.map(({ capacity }) => new Float32Array(capacity));
    this.outputPeaks = this.storage.outputs.map(({ capacity }) => new Float32Array(capacity));
    this.port.onmessage = () => (this.isOver = true);
  }

  process(inputs: HostBuses, outputs: HostBuses, parameters: Record<string, Float32Array>): boolean {
    if (this.isOver) return false;
    const start = now();
    this.renderBlocks(inputs, outputs, parameters);
    this.blocks++;
    // The first blocks are left out, because the engine is still compiling.
    if (this.blocks > WARM_UP_BLOCKS) this.note(now() - start);

    notePeaks(this.storage.inputs, this.inputPeaks);
    notePeaks(this.storage.outputs, this.outputPeaks);
    if (this.blocks % this.blocksPerReport === 0) this.report(outputs[0]?.[0]?.length ?? this.storage.frames);
    return true;
  }

  private renderBlocks(inputs: HostBuses, outputs: HostBuses, parameters: Record<string, Float32Array>): void {
    const { fixed, storage } = this;
    if (fixed === undefined) {
      storage.collect(inputs, outputs, parameters);
      this.render();
      storage.deliver(outputs);
      return;
    }
    fixed.collect(inputs, outputs, parameters);
    while (fixed.next()) this.render();
    fixed.deliver(outputs);
  }

  /** Calls the kernel. If it throws, it is not called again, and the next blocks are silent. */
  private render(): void {
    if (this.fault !== undefined) return;
    try {
      this.rendered = render(this.kernel, this.storage);
    } catch (error) {
      this.fault = String(error);
    }
  }

  private note(milliseconds: number): void {
    this.milliseconds += milliseconds;
    if ((this.blocks - WARM_UP_BLOCKS) % SLICE_BLOCKS !== 0) return;
    this.slices.push(this.milliseconds);
    this.milliseconds = 0;
  }

  /** Posts a report. This allocates, because a message is an object. Apart from it, only the list of times allocates here. */
  private report(frames: number): void {
    const { storage, blocks, rendered, fault, slices } = this;
    const report: Report = {
      blocks,
      frames,
      sampleRate,
      inputs: storage.inputs.map((bus, b) => reportOf(bus, this.inputPeaks[b]!, bus.connectedLength)),
      outputs: storage.outputs.map((bus, b) => reportOf(bus, this.outputPeaks[b]!, bus.length)),
      diagnostics: { ...storage.diagnostics },
      rendered,
      fault,
      latency: this.fixed?.latency,
      milliseconds: slices,
    };
    this.port.postMessage(report);
    slices.length = 0;
    for (const peaks of [...this.inputPeaks, ...this.outputPeaks]) peaks.fill(0);
  }
}

const WARM_UP_BLOCKS = 100;

/**
 * In most engines, worklets have no clock but Date.now. It tells whole milliseconds, and over many blocks the errors average out.
 */
const now: () => number = globalThis.performance === undefined ? Date.now : () => performance.now();

function notePeaks(buses: readonly Bus<SampleFormat>[], peaks: readonly Float32Array[]): void {
  for (let b = 0; b < buses.length; b++) {
    const highest = peaks[b]!;
    for (let c = 0; c < highest.length; c++) highest[c] = Math.max(highest[c]!, peak(buses[b]!, c));
  }
}

function reportOf(bus: Bus<SampleFormat>, peaks: Float32Array, channels: number): BusReport {
  const { connectedLength, length, constantMask } = bus;
  const samples = Array.from({ length: channels }, (_, c) => channelOf(bus, c));
  return { connectedLength, length, constantMask, peaks: [...peaks], samples };
}

registerProcessor(PROCESSOR, Playground);
