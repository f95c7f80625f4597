// The context, the node that plays in it, and the node's sources.

import { type BusConfig, busInfo, nodeOptionsFor } from "wasm-process-buffers";
import { fadeOut } from "./fade-out";
import processorUrl from "./processor?worker&url";
import { type Choices, type KernelKind, PROCESSOR, type ProcessorOptions, type Report } from "./report";
import { type Material, type PlayingSource, play, type SourceKind } from "./sources";

/** What is plugged into one input bus. */
export interface Plug {
  readonly kind: SourceKind;
  readonly connected: boolean;
}

export interface Setup {
  readonly config: BusConfig;
  readonly choices: Choices;
  readonly isFixed: boolean;
  readonly kernelKind: KernelKind;
  readonly module: WebAssembly.Module;
  readonly plugs: readonly Plug[];
  readonly material: Material;
  /** Values of the kernel's parameters, by name. */
  readonly parameters: Readonly<Record<string, number>>;
}

export interface SoundEvents {
  report(report: Report): void;
  /** The context's state may have changed. */
  change(): void;
  failed(message: string): void;
}

/** Why this configuration or this browser can make no sound; `undefined` if it can. */
export function obstacleFor(config: BusConfig): string | undefined {
  if (!("audioWorklet" in BaseAudioContext.prototype) || typeof AudioWorkletNode !== "function") {
    return window.isSecureContext
      ? "This browser has no AudioWorklet, so there is no sound here. The drawing works without it."
      : "There is no sound here: browsers offer AudioWorklet only on pages that come over https or from localhost. The drawing works without it.";
  }
  if (config.outputs.length === 0) return "There is nothing to hear: this configuration has no output bus.";
  const empty = config.outputs.findIndex((_, bus) => busInfo(config, "output", bus)?.channelCount === 0);
  if (empty !== -1) return `Output bus ${empty} has no channel, which an AudioWorkletNode does not allow. The drawing works without sound.`;
  return undefined;
}

export class Sound {
  private context: AudioContext | undefined;
  private gain: GainNode | undefined;
  private rack: Rack | undefined;
  private loudness = 0.5;

  constructor(private readonly events: SoundEvents) {}

  get state(): "off" | "waiting" | "running" {
    if (this.context === undefined) return "off";
    return this.context.state === "running" ? "running" : "waiting";
  }

  get sampleRate(): number | undefined {
    return this.context?.sampleRate;
  }

  set volume(loudness: number) {
    this.loudness = loudness;
    if (this.gain !== undefined) this.gain.gain.value = loudness;
  }

  /** Call it while the user clicks or presses a key: browsers allow sound only then. */
  async start(setup: () => Setup): Promise<void> {
    const context = new AudioContext();
    this.context = context;
    context.onstatechange = () => this.events.change();
    // Not awaited: without an audio device, it depends on the engine when this resolves. The context's state tells more.
    context.resume().catch(() => {});
    this.gain = context.createGain();
    this.gain.gain.value = this.loudness;
    this.gain.connect(context.destination);
    await context.audioWorklet.addModule(processorUrl);
    if (this.context === context) this.configure(setup());
  }

  stop(): void {
    const { context, gain, rack } = this;
    this.rack = undefined;
    this.gain = undefined;
    this.context = undefined;
    if (context === undefined) return;
    context.onstatechange = null;
    rack?.hush();
    fadeOut(context, gain!, () => rack?.end());
  }

  /** Makes a new node, because a node's buses cannot change. */
  configure(setup: Setup): void {
    this.rack?.end();
    this.rack = undefined;
    if (this.context === undefined || this.gain === undefined || obstacleFor(setup.config) !== undefined) return;
    const blocksPerReport = Math.max(1, Math.round(this.context.sampleRate / QUANTUM / REPORTS_PER_SECOND));
    this.rack = new Rack(this.context, this.gain, setup, blocksPerReport, this.events);
  }

  /** Changes the source of a bus, or connects or disconnects it. */
  plug(bus: number, plug: Plug, material: Material): void {
    this.rack?.plug(bus, plug, material);
  }

  /** Moves a parameter. */
  set(parameter: string, value: number): void {
    this.rack?.set(parameter, value);
  }

  /** Renders without an audio device. Resolves to the report after the last block, which has the peaks of all blocks. */
  async renderOffline(setup: Setup, seconds: number): Promise<Report> {
    const blocks = Math.ceil((seconds * OFFLINE_RATE) / QUANTUM);
    const context = new OfflineAudioContext(2, blocks * QUANTUM, OFFLINE_RATE);
    await context.audioWorklet.addModule(processorUrl);
    return new Promise((resolve, reject) => {
      const failed = (message: string) => reject(new Error(message));
      new Rack(context, context.destination, setup, blocks, { report: resolve, failed, change() {} });
      context.startRendering().catch(reject);
    });
  }
}

const QUANTUM = 128;
const REPORTS_PER_SECOND = 20;
const OFFLINE_RATE = 48_000;

/** A node with its sources. */
class Rack {
  private readonly node: AudioWorkletNode;
  private readonly sources = new Map<number, { readonly kind: SourceKind; readonly source: PlayingSource; connected: boolean }>();

  constructor(
    private readonly context: BaseAudioContext,
    target: AudioNode,
    { module, kernelKind, config, choices, isFixed, plugs, material, parameters }: Setup,
    blocksPerReport: number,
    events: SoundEvents,
  ) {
    const processorOptions: ProcessorOptions = { module, kernelKind, config, choices, isFixed, blocksPerReport };
    // With "clamped-max" a source is not mixed up to the bus's channels: the page shows which channels a host does not deliver.
    const options = { ...nodeOptionsFor(config), channelCountMode: "clamped-max" as const };
    this.node = new AudioWorkletNode(context, PROCESSOR, { ...options, processorOptions });
    for (const [name, value] of Object.entries(parameters)) this.node.parameters.get(name)!.value = value;
    this.node.port.onmessage = ({ data }) => events.report(data);
    this.node.onprocessorerror = () => events.failed("The processor stopped with an error.");
    this.node.connect(target, 0);
    plugs.forEach((plug, bus) => this.plug(bus, plug, material));
  }

  plug(bus: number, { kind, connected }: Plug, material: Material): void {
    if (bus >= this.node.numberOfInputs) return;
    let playing = this.sources.get(bus);
    if (playing !== undefined && (playing.kind !== kind || kind === "file")) {
      this.unplug(bus);
      playing = undefined;
    }
    if (playing === undefined && connected) {
      const source = play(this.context, kind, material);
      if (source === undefined) return;
      playing = { kind, source, connected: false };
      this.sources.set(bus, playing);
    }
    if (playing === undefined || playing.connected === connected) return;
    playing.connected = connected;
    if (connected) playing.source.output.connect(this.node, 0, bus);
    else playing.source.output.disconnect(this.node, 0, bus);
  }

  /** Moves a parameter with a time constant of a hundredth of a second, so that nothing clicks. */
  set(parameter: string, value: number): void {
    const { currentTime } = this.context;
    this.node.parameters.get(parameter)!.setTargetAtTime(value, currentTime, 0.01);
  }

  /** From now on nothing is reported. */
  hush(): void {
    this.node.port.onmessage = null;
    this.node.onprocessorerror = null;
  }

  end(): void {
    for (const bus of [...this.sources.keys()]) this.unplug(bus);
    this.hush();
    this.node.port.postMessage("end");
    this.node.disconnect();
  }

  private unplug(bus: number): void {
    const playing = this.sources.get(bus);
    playing?.source.output.disconnect();
    playing?.source.stop();
    this.sources.delete(bus);
  }
}
