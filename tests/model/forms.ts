// Buses of every form against a plain model: samples by channel and frame, whatever the layout, the format, the scale, and whoever
// keeps them. After each step the kernel's memory is read sample by sample, by nothing of the library.

import fc from "fast-check";
import {
  type Bus,
  type BusInfo,
  createHeap,
  InterleavedHost,
  type KernelAddress,
  type MissingInputs,
  type OwnHeap,
  ProcessBufferStorage,
} from "wasm-process-buffers";
import { asHost, asKernel, formats, kernelSample, layouts, scales } from "../support/forms";
import { samplesOf } from "./host";
import { same } from "./world";

const BYTES = { f32: 4, f64: 8, i16: 2 };
const GUARD = 64;
const GUARD_BYTE = 0xa5;

// ── What is tried ──

/** A bus, and who keeps its samples: the storage, or the kernel, in a run, in channels here and there, or where it has not said yet. */
interface BusShape {
  readonly info: Required<Omit<BusInfo, "name">>;
  readonly keeper: "storage" | "kernel" | "kernel, scattered" | "kernel, later";
}
interface Setup {
  readonly inputs: readonly BusShape[];
  readonly outputs: readonly BusShape[];
  readonly maxFrames: number;
  readonly missingInputs: MissingInputs;
  readonly clearOutputs: boolean;
}
type Step =
  | {
      readonly kind: "block";
      readonly frames: number;
      /** Channels that the host has more than the bus, or fewer. */
      readonly more: number;
      readonly seed: number;
      readonly movesOutput: boolean;
      readonly special: boolean;
    }
  | { readonly kind: "interleaved"; readonly frames: number; readonly more: number; readonly seed: number; readonly format: "f32" | "i16" }
  | { readonly kind: "begin"; readonly frames: number; readonly connected: number; readonly seed: number; readonly later: number }
  | { readonly kind: "move"; readonly bus: number; readonly how: "right" | "list" | "misaligned" | "null" | "beyond" | "too many" }
  | { readonly kind: "grow" }
  | { readonly kind: "reconfigure"; readonly setup: Setup };

const info = fc.record({
  channelCount: fc.integer({ min: 1, max: 3 }),
  layout: fc.constantFrom(...layouts),
  sampleFormat: fc.constantFrom(...formats),
  scale: fc.constantFrom(...scales),
});
const bus: fc.Arbitrary<BusShape> = fc.record({
  info,
  keeper: fc.constantFrom("storage", "storage", "kernel", "kernel, scattered", "kernel, later"),
});
const setup: fc.Arbitrary<Setup> = fc.record({
  inputs: fc.array(bus, { minLength: 1, maxLength: 2 }),
  outputs: fc.array(bus, { minLength: 1, maxLength: 2 }),
  maxFrames: fc.constantFrom(1, 7, 16, 33),
  missingInputs: fc.constantFrom("silence", "silence", "drop", "repeat-mono"),
  clearOutputs: fc.boolean(),
});
const frames = fc.integer({ min: 0, max: 40 });
const more = fc.integer({ min: -3, max: 2 });
const seed = fc.nat({ max: 1e6 });
const block: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("block"),
  frames,
  more,
  seed,
  movesOutput: fc.boolean(),
  special: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: block },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("interleaved" as const),
      frames,
      more,
      seed,
      format: fc.constantFrom("f32" as const, "i16" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("begin" as const), frames, connected: fc.integer({ min: 0, max: 4 }), seed, later: frames }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      bus: fc.nat({ max: 7 }),
      how: fc.constantFrom(
        "right" as const,
        "list" as const,
        "misaligned" as const,
        "null" as const,
        "beyond" as const,
        "too many" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "grow" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconfigure" as const), setup }) },
);

// ── Where it stands ──

/** Engines cap the memories of a process, so that several sequences have one after the other. */
const SEQUENCES_IN_A_HEAP = 50;
let heap: OwnHeap | undefined;
let sequences = 0;

function nextHeap(): OwnHeap {
  if (heap === undefined || sequences++ % SEQUENCES_IN_A_HEAP === 0) heap = createHeap();
  return heap;
}

// ── What it has to be ──

class FormedBus {
  /** Where the kernel keeps it, as the library was told; undefined for the storage's. */
  kept: number | readonly number[] | undefined;
  /** Samples as the kernel has them, channel by channel, in the block that is open. */
  samples: number[][] = [];

  constructor(
    readonly shape: BusShape,
    readonly real: Bus<never>,
    private readonly maxFrames: number,
  ) {}

  get hasSamples(): boolean {
    return this.kept !== 0;
  }

  get bytes(): number {
    return BYTES[this.shape.info.sampleFormat];
  }

  /** What the kernel finds in a channel's sample. */
  read(memory: WebAssembly.Memory, frames: number, channel: number, frame: number): number {
    const { samples, at } = this.place(memory, frames, channel, frame);
    return samples[at]!;
  }

  write(memory: WebAssembly.Memory, frames: number, channel: number, frame: number, value: number): void {
    const { samples, at } = this.place(memory, frames, channel, frame);
    samples[at] = value;
  }

  private place(memory: WebAssembly.Memory, frames: number, channel: number, frame: number) {
    const { kept, shape, real, maxFrames, bytes } = this;
    const isScattered = typeof kept === "object";
    const padded = Math.ceil((maxFrames * bytes) / 16) * 16;
    const stride = kept === undefined ? padded : maxFrames * bytes;
    const address = isScattered ? kept[channel]! : (kept ?? real.samplesAddress);
    return kernelSample(memory, shape.info, address, stride, frames, isScattered ? 0 : channel, frame);
  }
}

class FormsWorld {
  private readonly heap = nextHeap();
  private storage!: ProcessBufferStorage;
  private setup!: Setup;
  private inputs: FormedBus[] = [];
  private outputs: FormedBus[] = [];
  /** Blocks of memory that are the kernel's, with guards on both sides. */
  private areas: { readonly from: number; readonly bytes: number }[] = [];
  private readonly given: number[] = [];

  constructor(setup: Setup) {
    const { maxFrames, missingInputs, clearOutputs } = setup;
    const addresses = this.addressesFor(setup);
    this.storage = ProcessBufferStorage.allocateFromConfig(configOf(setup), {
      maxFrames,
      missingInputs,
      clearOutputs,
      heap: this.heap,
      addresses,
    });
    this.take(setup, addresses);
  }

  run(step: Step): void {
    if (step.kind === "block") this.block(step);
    else if (step.kind === "interleaved") this.interleaved(step);
    else if (step.kind === "begin") this.begin(step);
    else if (step.kind === "move") this.move(step);
    else if (step.kind === "grow") this.heap.memory.grow(1);
    else {
      const addresses = this.addressesFor(step.setup);
      this.storage.reconfigure(configOf(step.setup), { maxFrames: step.setup.maxFrames, addresses });
      const { missingInputs, clearOutputs } = this.setup;
      this.take({ ...step.setup, missingInputs, clearOutputs }, addresses);
    }
    this.checkGuards();
  }

  end(): void {
    this.storage.free();
    this.checkGuards();
  }

  private take(setup: Setup, addresses: { inputs: KernelAddress[]; outputs: KernelAddress[] }): void {
    this.setup = setup;
    const made = (shapes: readonly BusShape[], real: readonly unknown[], kept: readonly KernelAddress[]) =>
      shapes.map((shape, b) => {
        const bus = new FormedBus(shape, real[b] as Bus<never>, setup.maxFrames);
        bus.kept = kept[b] as number | readonly number[] | undefined;
        return bus;
      });
    this.inputs = made(setup.inputs, this.storage.inputs, addresses.inputs);
    this.outputs = made(setup.outputs, this.storage.outputs, addresses.outputs);
  }

  // ── Steps ──

  private block({ frames: wanted, more, seed, movesOutput, special }: Step & { kind: "block" }): void {
    const { storage, inputs, outputs, setup } = this;
    const kind = special ? "special" : "noise";
    const hostOf = ({ shape }: FormedBus, b: number) =>
      Array.from({ length: Math.max(0, shape.info.channelCount + more) }, (_, c) => samplesOf({ kind, seed }, b * 8 + c, wanted));
    const given = inputs.map(hostOf);
    const taken = outputs.map((one, b) => hostOf(one, b + 50));
    const dropped = storage.diagnostics.droppedChannels;
    const hasChannels = [...given, ...taken].some((channels) => channels.length > 0);
    const frames = hasChannels ? Math.min(wanted, setup.maxFrames) : setup.maxFrames;
    const before = taken.map((channels) => channels.map((samples) => samples.slice()));
    same(storage.collect(given, taken), frames, "what collect returns");
    let surplus = 0;
    for (const [b, bus] of inputs.entries()) {
      const { channelCount } = bus.shape.info;
      const channels = given[b]!;
      surplus += Math.max(0, channels.length - channelCount);
      this.receive(bus, channels.slice(0, channelCount), frames, channels.length === 1);
    }
    for (const [b, bus] of outputs.entries())
      same(bus.real.connectedLength, Math.min(taken[b]!.length, bus.shape.info.channelCount), "connected outputs");
    same(storage.diagnostics.droppedChannels - dropped, surplus, "input channels that were dropped");
    this.checkOutputs(frames);
    if (movesOutput) this.move({ kind: "move", bus: inputs.length + (seed % outputs.length), how: "right" });
    this.render(frames, seed);
    storage.deliver(taken);
    let lost = 0;
    for (const [b, bus] of outputs.entries()) {
      const { channelCount } = bus.shape.info;
      if (bus.hasSamples) lost += Math.max(0, channelCount - taken[b]!.length);
      for (const [c, samples] of taken[b]!.entries()) {
        for (let k = 0; k < samples.length; k++) {
          const isDeclared = c < channelCount;
          const expected = !isDeclared
            ? before[b]![c]![k]!
            : bus.hasSamples && k < frames
              ? asHost(bus.shape.info, bus.samples[c]![k]!)
              : 0;
          same(unsigned(samples[k]!), unsigned(expected), `delivered sample ${k} of channel ${c} of ${nameOf(bus)}`);
        }
      }
    }
    same(storage.diagnostics.droppedChannels - dropped - surplus, lost, "output channels that were dropped");
  }

  private interleaved({ frames: wanted, more, seed, format }: Step & { kind: "interleaved" }): void {
    const { storage, inputs, outputs, setup } = this;
    const declared = inputs.reduce((sum, { shape }) => sum + shape.info.channelCount, 0);
    const width = Math.max(1, declared + more);
    const host = new InterleavedHost(storage, { channelCount: width, format });
    const floats = samplesOf({ kind: "noise", seed }, 0, wanted * width);
    const pcm = format === "f32" ? floats : Int16Array.from(floats, (sample) => sample * 20000);
    const frames = Math.min(wanted, setup.maxFrames);
    same(host.collect(pcm), frames, "what an interleaved collect returns");
    let first = 0;
    for (const bus of inputs) {
      const { channelCount } = bus.shape.info;
      const count = Math.max(0, Math.min(width - first, channelCount));
      const channels = Array.from({ length: count }, (_, c) =>
        Float64Array.from({ length: frames }, (_, k) => pcm[k * width + first + c]! / (format === "i16" ? 32768 : 1)),
      );
      this.receive(bus, channels, frames, true);
      first += channelCount;
    }
    this.checkOutputs(frames);
    this.render(frames, seed);
    const back = format === "f32" ? new Float32Array(wanted * width) : new Int16Array(wanted * width);
    same(host.deliver(back), Math.min(frames, wanted), "what an interleaved deliver returns");
    const giving = outputs.flatMap((bus) => Array.from({ length: bus.shape.info.channelCount }, (_, c) => [bus, c] as const));
    for (let at = 0; at < back.length; at++) {
      const [bus, channel] = giving[at % width] ?? [];
      const k = Math.floor(at / width);
      const sample = bus?.hasSamples && k < frames ? bus.samples[channel!]![k]! : 0;
      const expected = bus === undefined ? 0 : format === "f32" ? asHost(bus.shape.info, sample) : asInt16(bus.shape.info, sample);
      same(unsigned(back[at]!), unsigned(expected), `interleaved sample ${at}`);
    }
    host.free();
  }

  private begin({ frames: wanted, connected, seed, later }: Step & { kind: "begin" }): void {
    const { storage, inputs, outputs, setup } = this;
    const frames = Math.min(wanted, setup.maxFrames);
    same(storage.begin(wanted), frames, "what begin returns");
    for (const bus of inputs) {
      const { channelCount } = bus.shape.info;
      const count = Math.min(connected, channelCount);
      same(bus.real.connect(connected), bus.hasSamples ? count : 0, "what connect returns");
      if (!bus.hasSamples) continue;
      this.compare(bus, frames, () => 0, "after connect");
      same(bus.real.length, setup.missingInputs === "drop" ? count : channelCount, "channels after connect");
      this.fill(bus, frames, seed + 1);
    }
    this.checkOutputs(frames);
    this.render(frames, seed);
    // What the block grows by is silence; what there is stays.
    const grown = Math.min(later, setup.maxFrames);
    same(storage.setFrames(later), grown, "what setFrames returns");
    for (const bus of [...inputs, ...outputs]) {
      const isZeroed = inputs.includes(bus) || setup.clearOutputs;
      if (!bus.hasSamples) continue;
      for (const [c, samples] of bus.samples.entries()) {
        for (let k = 0; k < grown; k++) {
          if (k >= frames && !isZeroed) continue;
          const expected = k < frames ? samples[k]! : 0;
          same(
            bus.read(this.heap.memory, grown, c, k),
            expected,
            `sample ${k} of channel ${c} of ${nameOf(bus)}, ${frames} frames becoming ${grown}`,
          );
        }
      }
    }
  }

  private move({ bus: index, how }: Step & { kind: "move" }): void {
    const { inputs, outputs, setup, heap } = this;
    const all = [...inputs, ...outputs];
    const bus = all[index % all.length]!;
    const { channelCount, layout } = bus.shape.info;
    const isKernels = bus.shape.keeper !== "storage";
    const right = this.area(bus.shape.info, setup.maxFrames, how === "list");
    const list = typeof right === "object" ? right : Array.from({ length: channelCount }, () => right);
    const addresses = {
      right,
      list,
      misaligned: list[0]! + 1,
      null: 0,
      beyond: heap.memory.buffer.byteLength,
      "too many": [...list, list[0]!],
    };
    const isRight = how === "right" || (how === "list" && layout === "planar");
    same(bus.real.moveTo(addresses[how]), isKernels && isRight, `whether ${nameOf(bus)} moves: ${how}`);
    if (isKernels && isRight) bus.kept = addresses[how];
  }

  // ── Parts of these ──

  /** The kernel writes its outputs: values of its own kind. */
  private render(frames: number, seed: number): void {
    for (const [b, bus] of this.outputs.entries()) if (bus.hasSamples) this.fill(bus, frames, seed + b);
  }

  private fill(bus: FormedBus, frames: number, seed: number): void {
    const { info } = bus.shape;
    bus.samples = Array.from({ length: info.channelCount }, (_, c) =>
      Array.from(samplesOf({ kind: "noise", seed }, c, frames), (sample, k) => {
        const value = asKernel(info, sample);
        bus.write(this.heap.memory, frames, c, k, value);
        return value;
      }),
    );
  }

  /** What an input has to hold, given these channels. */
  private receive(bus: FormedBus, channels: readonly ArrayLike<number>[], frames: number, mayRepeat: boolean): void {
    const { info } = bus.shape;
    const { missingInputs } = this.setup;
    same(bus.real.connectedLength, channels.length, `connected channels of ${nameOf(bus)}`);
    if (!bus.hasSamples) {
      same(bus.real.length, 0, `channels of ${nameOf(bus)}, which has no samples`);
      return;
    }
    const repeats = mayRepeat && channels.length === 1 && missingInputs === "repeat-mono";
    same(bus.real.length, missingInputs === "drop" ? channels.length : info.channelCount, `channels of ${nameOf(bus)}`);
    const missing = missingInputs === "drop" || repeats ? 0 : ((1 << info.channelCount) - 1) & ~((1 << channels.length) - 1);
    same(bus.real.constantMask, missing, `mask of ${nameOf(bus)}`);
    this.compare(
      bus,
      frames,
      (c, k) => {
        const samples = channels[repeats ? 0 : c];
        return samples === undefined ? 0 : asKernel(info, samples[k]!);
      },
      "received",
    );
  }

  private compare(bus: FormedBus, frames: number, expected: (channel: number, frame: number) => number, when: string): void {
    for (let c = 0; c < bus.shape.info.channelCount; c++) {
      for (let k = 0; k < frames; k++) {
        const value = bus.read(this.heap.memory, frames, c, k);
        // A scale below 0 makes zeros of the other sign, which are as silent.
        same(unsigned(value), unsigned(expected(c, k)), `sample ${k} of channel ${c} of ${nameOf(bus)}, ${when}`);
      }
    }
  }

  private checkOutputs(frames: number): void {
    for (const bus of this.outputs) {
      if (!bus.hasSamples) continue;
      same(bus.real.length, bus.shape.info.channelCount, `channels of ${nameOf(bus)}`);
      if (this.setup.clearOutputs) this.compare(bus, frames, () => 0, "cleared");
    }
  }

  // ── The kernel's memory ──

  private addressesFor(setup: Setup): { inputs: KernelAddress[]; outputs: KernelAddress[] } {
    const addressOf = ({ info, keeper }: BusShape): KernelAddress => {
      if (keeper === "storage") return undefined;
      if (keeper === "kernel, later") return 0;
      return this.area(info, setup.maxFrames, keeper === "kernel, scattered" && info.layout === "planar");
    };
    return { inputs: setup.inputs.map(addressOf), outputs: setup.outputs.map(addressOf) };
  }

  /** Room for a bus, in one run or in channels here and there, the last one first. */
  private area(info: BusShape["info"], maxFrames: number, isScattered: boolean): number | readonly number[] {
    const channelBytes = maxFrames * BYTES[info.sampleFormat];
    if (!isScattered) return this.guarded(info.channelCount * channelBytes);
    return Array.from({ length: info.channelCount }, () => this.guarded(channelBytes)).reverse();
  }

  private guarded(bytes: number): number {
    const start = this.heap.malloc(bytes + 2 * GUARD + 16);
    this.given.push(start);
    const from = start + GUARD;
    new Uint8Array(this.heap.memory.buffer, start, bytes + 2 * GUARD).fill(GUARD_BYTE);
    this.areas.push({ from, bytes });
    return from;
  }

  private checkGuards(): void {
    for (const { from, bytes } of this.areas) {
      for (const at of [from - GUARD, from + bytes]) {
        const guard = new Uint8Array(this.heap.memory.buffer, at, GUARD);
        for (const byte of guard) same(byte, GUARD_BYTE, `a byte beside the kernel's own buffer at ${from}`);
      }
    }
  }
}

const unsigned = (sample: number) => (sample === 0 ? 0 : sample);

const configOf = ({ inputs, outputs }: Setup) => ({ inputs: inputs.map(({ info }) => info), outputs: outputs.map(({ info }) => info) });

const nameOf = ({ shape: { info, keeper } }: FormedBus) =>
  `a bus of ${info.channelCount} ${info.layout} ${info.sampleFormat} channels times ${info.scale}, kept by the ${keeper}`;

/** From the kernel's sample straight to 16 bits: rounded once. */
function asInt16({ sampleFormat, scale }: BusShape["info"], sample: number): number {
  const value = ((sampleFormat === "i16" ? sample / 32768 : sample) / scale) * 32768;
  if (Number.isNaN(value)) return 0;
  const below = Math.floor(value);
  return Math.max(-32768, Math.min(below + (value - below >= 0.5 ? 1 : 0), 32767));
}

// ── Runs ──

export const formCounts = { steps: 0 };

export function checkForms({ sequences, seed, path }: { sequences: number; seed: number; path?: string }) {
  return fc.check(
    fc.property(setup, fc.array(step, { maxLength: 25, size: "max" }), (start, steps) => {
      const world = new FormsWorld(start);
      for (const one of steps) {
        world.run(one);
        formCounts.steps++;
      }
      world.end();
    }),
    { numRuns: sequences, seed, ...(path === undefined ? {} : { path }) },
  );
}

/** A failed run in words; empty for a good one. */
export function formsReport(details: ReturnType<typeof checkForms>): string {
  if (!details.failed) return "";
  const again = `To see it again: npm run fuzz -- --forms --seed ${details.seed} --path ${details.counterexamplePath}`;
  return [fc.defaultReportMessage(details), (details.errorInstance as Error).stack, again].join("\n\n");
}
