// A storage in a kernel's memory, and what is read from its bytes: every descriptor, every pointer, and all parts from the first
// byte to the last.

import {
  type Bus,
  type BusConfig,
  type BusDirection,
  MAX_CHANNELS,
  type MemoryUsage,
  ProcessBufferStorage,
  type SampleFormat,
  type WasmHeap,
} from "wasm-process-buffers";
import { FULL_SCALE_16, writeChannel } from "./channels";
import { defaultParameters, type Kernel, render } from "./kernel";
import type { Choices, Report } from "./report";

/** One `clap_audio_buffer` as it lies in memory. */
export interface Descriptor {
  readonly direction: BusDirection;
  readonly bus: number;
  readonly name: string | undefined;
  readonly address: number;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly offset: number;
  readonly byteLength: number;
  readonly value: bigint;
  readonly isAddress: boolean;
}

/**
 * What a channel's own samples hold. "samples": what the host delivered, or what the kernel wrote. "silence": zeros, because the
 * host does not deliver the channel. "repeat": a copy of the lone channel of its bus. "past the end": nothing of this block,
 * because the bus ends before this channel.
 */
export type Content = "samples" | "silence" | "repeat" | "past the end";

export interface Entry {
  readonly direction: BusDirection;
  readonly bus: number;
  readonly channel: number;
  readonly address: number;
  readonly pointer: number;
  readonly content: Content;
}

export interface Part {
  readonly kind: "descriptors" | "tables" | "samples" | "staging" | "padding";
  readonly address: number;
  readonly byteLength: number;
  /** Only for samples. */
  readonly direction?: BusDirection;
  readonly bus?: number;
  /** Only for samples of a single channel; `undefined` if the part has all channels of a bus. */
  readonly channel?: number;
}

export interface Picture {
  readonly base: number;
  readonly descriptors: readonly Descriptor[];
  readonly entries: readonly Entry[];
  /** In order of address. Each byte is in exactly one part. */
  readonly parts: readonly Part[];
  /** By the address of a channel's samples. */
  readonly contents: ReadonlyMap<number, Content>;
  readonly usage: MemoryUsage;
}

export class PicturedStorage {
  readonly config: BusConfig;
  readonly usage: MemoryUsage;
  /**
   * Bytes of a storage with one bus of most channels in each direction and the same choices. It is allocated once to find out;
   * `undefined` if there is no room for it.
   */
  readonly worstCaseBytes: number | undefined;
  private readonly storage: ProcessBufferStorage<SampleFormat>;
  private readonly parameters: ProcessBufferStorage;
  private readonly sampleBytes: number;

  /** Throws what `ProcessBufferStorage.allocateFromConfig` throws; then nothing stays allocated. */
  constructor(
    private readonly kernel: Kernel,
    config: BusConfig,
    private readonly choices: Choices,
  ) {
    const heap = bounded(kernel.heap);
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { ...choices, heap });
    try {
      // In a storage of their own, because only buses are drawn.
      this.parameters = defaultParameters(kernel, HOST_FRAMES);
    } catch (error) {
      this.storage.free();
      throw error;
    }
    this.config = this.storage.config;
    this.usage = this.storage.usage;
    this.sampleBytes = { f32: 4, f64: 8, i16: 2 }[choices.sampleFormat ?? "f32"];
    this.worstCaseBytes = bytesOf({ inputs: [MAX_CHANNELS], outputs: [MAX_CHANNELS] }, { ...choices, heap });
  }

  free(): void {
    this.storage.free();
    this.parameters.free();
  }

  /** Renders one block of these inputs by the kernel. */
  render(inputs: readonly Float32Array[][]): void {
    this.storage.collect(inputs, this.hostOutputs());
    render(this.kernel, this.storage, this.parameters.parametersAddress);
  }

  /** Fills the storage with the block that the worklet reports. */
  show({ inputs, outputs }: Report): void {
    this.storage.collect(
      inputs.map(({ samples }) => samples),
      this.hostOutputs(),
    );
    outputs.forEach(({ samples }, b) => {
      const bus = this.storage.outputs[b];
      if (bus !== undefined) samples.forEach((channel, c) => writeChannel(bus, c, channel));
    });
  }

  picture(): Picture {
    const { usage } = this;
    const base = this.storage.inputsAddress || this.storage.outputsAddress;
    const descriptors = this.buses().map(({ direction, bus, index, address }) => ({
      direction,
      bus: index,
      name: bus.name,
      address,
      fields: FIELDS.map((field) => ({ ...field, value: this.read(address + field.offset, field.byteLength) })),
    }));
    const entries = this.buses().flatMap(({ direction, bus, index }) =>
      this.pointersOf(bus).map((pointer, channel) => ({
        direction,
        bus: index,
        channel,
        address: bus.tableAddress + channel * POINTER_BYTES,
        pointer,
        content: this.contentOf(direction, bus, channel),
      })),
    );
    const contents = new Map(entries.map(({ pointer, content }) => [pointer, content]));
    return { base, descriptors, entries, contents, parts: this.parts(base), usage };
  }

  /** The samples at an address: those of a channel, or of all channels of a bus if they are in one run. */
  samplesAt(address: number): Float32Array | Float64Array {
    const { buffer } = this.storage.memory;
    const bus = this.buses().find(({ direction, bus, index }) => this.isRun(direction, index) && bus.samplesAddress === address)?.bus;
    const length = this.storage.frames * (bus?.capacity ?? 1);
    if (this.sampleBytes === 8) return new Float64Array(buffer, address, length);
    if (this.sampleBytes === 4) return new Float32Array(buffer, address, length);
    return Float32Array.from(new Int16Array(buffer, address, length), (sample) => sample / FULL_SCALE_16);
  }

  /** Whether the samples of all channels of a bus are in one run: it is contiguous or interleaved. */
  private isRun(direction: BusDirection, bus: number): boolean {
    const declared = this.config[`${direction}s`][bus];
    return typeof declared === "object" && declared.layout !== undefined && declared.layout !== "planar";
  }

  private parts(base: number): Part[] {
    const { descriptorBytes, pointerBytes, stagingBytes, totalBytes } = this.usage;
    if (totalBytes === 0) return [];
    const byteLength = this.storage.maxFrames * this.sampleBytes;
    const samples = this.buses().flatMap(({ direction, bus, index }): Part[] => {
      const place = { kind: "samples", direction, bus: index } as const;
      if (this.isRun(direction, index))
        return bus.capacity === 0 ? [] : [{ ...place, address: bus.samplesAddress, byteLength: byteLength * bus.capacity }];
      return Array.from({ length: bus.capacity }, (_, channel) => ({
        ...place,
        channel,
        address: bus.channelAddress(channel),
        byteLength,
      }));
    });
    const samplesEnd = Math.max(base, ...samples.map((part) => part.address + part.byteLength));
    const known: Part[] = [
      { kind: "descriptors", address: base, byteLength: descriptorBytes },
      { kind: "tables", address: base + descriptorBytes, byteLength: pointerBytes },
      ...samples,
      { kind: "staging", address: aligned(samplesEnd), byteLength: stagingBytes },
    ];
    return withPadding(
      known.filter(({ byteLength }) => byteLength > 0),
      base + totalBytes,
    );
  }

  private contentOf(direction: BusDirection, bus: Bus<SampleFormat>, channel: number): Content {
    if (channel >= bus.length) return "past the end";
    if (direction === "output" || channel < bus.connectedLength) return "samples";
    return this.choices.missingInputs === "repeat-mono" && bus.connectedLength === 1 ? "repeat" : "silence";
  }

  private buses() {
    const { inputs, outputs, inputsAddress, outputsAddress } = this.storage;
    const list = (direction: BusDirection, buses: typeof inputs, first: number) =>
      buses.map((bus, index) => ({ direction, bus, index, address: first + index * DESCRIPTOR_BYTES }));
    return [...list("input", inputs, inputsAddress), ...list("output", outputs, outputsAddress)];
  }

  private pointersOf({ tableAddress, capacity }: Bus<SampleFormat>): number[] {
    return capacity === 0 ? [] : [...new Uint32Array(this.storage.memory.buffer, tableAddress, capacity)];
  }

  private read(address: number, byteLength: number): bigint {
    const bytes = new DataView(this.storage.memory.buffer, address, byteLength);
    return byteLength === 8 ? bytes.getBigUint64(0, true) : BigInt(bytes.getUint32(0, true));
  }

  /** The outputs of a host that takes every output channel. */
  private hostOutputs(): Float32Array[][] {
    return this.storage.outputs.map(({ capacity }) => Array.from({ length: capacity }, () => new Float32Array(HOST_FRAMES)));
  }
}

/** Frames in a block of the host. */
export const HOST_FRAMES = 128;

const DESCRIPTOR_BYTES = 24;
const POINTER_BYTES = 4;
const ALIGNMENT = 16;
/** Most bytes of an allocation: enough for any effect, and not enough to crash the browser of a phone. */
const MOST_BYTES = 2 ** 26;

const FIELDS = [
  { name: "data32", offset: 0, byteLength: 4, isAddress: true },
  { name: "data64", offset: 4, byteLength: 4, isAddress: true },
  { name: "channelCount", offset: 8, byteLength: 4, isAddress: false },
  { name: "latency", offset: 12, byteLength: 4, isAddress: false },
  { name: "constantMask", offset: 16, byteLength: 8, isAddress: false },
];

const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function bounded(heap: WasmHeap): WasmHeap {
  return {
    memory: heap.memory,
    malloc: (byteLength, alignment) => (byteLength > MOST_BYTES ? 0 : heap.malloc(byteLength, alignment)),
    free: (address, byteLength, alignment) => heap.free?.(address, byteLength, alignment),
  };
}

function bytesOf(config: BusConfig, options: Choices & { heap: WasmHeap }): number | undefined {
  try {
    const storage = ProcessBufferStorage.allocateFromConfig(config, options);
    const { totalBytes } = storage.usage;
    storage.free();
    return totalBytes;
  } catch {
    return undefined;
  }
}

function withPadding(known: readonly Part[], end: number): Part[] {
  const parts: Part[] = [];
  let address = known[0]!.address;
  const pad = (to: number) => {
    if (to > address) parts.push({ kind: "padding", address, byteLength: to - address });
  };
  for (const part of known) {
    pad(part.address);
    parts.push(part);
    address = part.address + part.byteLength;
  }
  pad(end);
  return parts;
}
