// The contract once more, as plainly as it can be said: what a storage and its buses are to do, one
// sample and one byte at a time, in a memory of the model's own. Nothing here is fast or clever, and
// nothing of it is shared with the library.
//
// Where a storage lies and where its parts are is the library's choice: the model is told at set-up, and
// holds it to that choice from then on. What the contract leaves open, the model leaves open as well.

import type { HostBuses, MissingInputs, PcmFormat, SampleFormat } from "wasm-process-buffers";

export interface Setup {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly maxFrames: number;
  readonly sampleFormat: SampleFormat;
  readonly channelMemory: "owned" | "external";
  /** Of no effect with external channel memory. */
  readonly missingInputs: MissingInputs;
  readonly clearOutputs: boolean;
  readonly detectConstant: boolean;
}

/** Addresses of one bus that are the same from allocation to reconfiguration. */
export interface BusAddresses {
  readonly descriptor: number;
  readonly table: number;
  /** Each channel's own samples; none where the bus has none. */
  readonly channels: readonly number[];
}

/** Bytes as the model expects them. */
export interface ModelMemory {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** Where the real memory ends. */
  byteLength(): number;
  /** Any float of the memory, with or without an expectation. */
  float(address: number, bytes: number): number;
  copy(to: number, from: number, byteLength: number): void;
}

const DESCRIPTOR = { data32: 0, data64: 4, channelCount: 8, latency: 12, constantMask: 16 } as const;

/** Most channels of a bus, and most buses, that are looked at for the length of a block; and most buses that are declared nowhere and counted. */
const MAX_CHANNELS = 32;
const MAX_BUSES = 16;
/** A longer block than a memory could hold counts as one of this length. */
const MOST_FRAMES = 2 ** 32 - 2 ** 16;

export class ModelBus {
  /** Channels in this block. */
  length = 0;
  connected = 0;
  /** Channels below `length` that are zeros because nobody delivered them. */
  missing: readonly number[] = [];
  /** Where each entry of the table is to lead, but for a window. */
  readonly entries: number[];
  readonly ownsSamples: boolean;

  constructor(
    readonly storage: ModelStorage,
    readonly direction: "input" | "output",
    readonly index: number,
    readonly capacity: number,
    readonly at: BusAddresses,
  ) {
    this.ownsSamples = storage.ownsSamples(direction, index);
    this.entries = Array.from({ length: capacity }, (_, channel) => this.home(channel));
  }

  /** Where a channel's entry leads when nobody has pushed anything. */
  home(channel: number): number {
    return this.ownsSamples ? this.at.channels[channel]! : this.storage.silence;
  }

  /** Pointers of the channels in this block. */
  get pointers(): readonly number[] {
    return this.entries.slice(0, this.length);
  }

  get mask(): number {
    return this.storage.memory.view.getUint32(this.at.descriptor + DESCRIPTOR.constantMask, true);
  }

  set mask(mask: number) {
    this.storage.memory.view.setUint32(this.at.descriptor + DESCRIPTOR.constantMask, mask, true);
  }

  marks(channels: readonly number[]): void {
    this.mask |= maskOf(channels);
  }

  setLength(length: number): void {
    this.length = length;
    this.storage.memory.view.setUint32(this.at.descriptor + DESCRIPTOR.channelCount, length, true);
  }

  /** The whole descriptor as the kernel is to find it. */
  describe(length: number): void {
    const { view } = this.storage.memory;
    const isDouble = this.storage.sampleBytes === 8;
    view.setUint32(this.at.descriptor + DESCRIPTOR.data32, isDouble ? 0 : this.at.table, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.data64, isDouble ? this.at.table : 0, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.latency, 0, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.constantMask, 0, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.constantMask + 4, 0, true);
    this.setLength(length);
    this.missing = [];
  }

  goHome(): void {
    for (let channel = 0; channel < this.capacity; channel++) this.entries[channel] = this.home(channel);
  }

  /** The kernel's entries, each `bytes` behind what it leads to. */
  writeTable(bytes: number): void {
    this.entries.forEach((pointer, channel) => this.storage.memory.view.setUint32(this.at.table + 4 * channel, pointer + bytes, true));
  }
}

/** How the block began: with nothing, without a host, or with a host that says what it has. */
type Opening = "cleared" | "begun" | "collected";

export class ModelStorage {
  live = true;
  frames = 0;
  readonly inputs: readonly ModelBus[];
  readonly outputs: readonly ModelBus[];
  /** Inputs, then outputs. */
  readonly buses: readonly ModelBus[];
  readonly sampleBytes: number;
  readonly diagnostics = { refusedPushes: 0, droppedChannels: 0, truncatedFrames: 0 };
  /** The storage's samples, [from, to, name]. */
  readonly places: readonly (readonly [number, number, string])[];
  /** Ranges that the last command left open. */
  openBytes: [number, number][] = [];
  /** False once a kernel has written over descriptors or tables in this block. */
  sound = false;
  /** Blocks that were begun, in any way. */
  blocks = 0;
  /** What the kernel was told to render. */
  window = { offset: 0, frames: 0 };
  private opening: Opening = "cleared";

  /** `silence` is where entries lead that nobody has pushed; 0 where every channel has samples of its own. */
  constructor(
    readonly setup: Setup,
    readonly memory: ModelMemory,
    readonly silence: number,
    addresses: { inputs: readonly BusAddresses[]; outputs: readonly BusAddresses[] },
  ) {
    this.sampleBytes = setup.sampleFormat === "f64" ? 8 : 4;
    this.inputs = setup.inputs.map((capacity, index) => new ModelBus(this, "input", index, capacity, addresses.inputs[index]!));
    this.outputs = setup.outputs.map((capacity, index) => new ModelBus(this, "output", index, capacity, addresses.outputs[index]!));
    this.buses = [...this.inputs, ...this.outputs];
    const place = (from: number, name: string) => [from, from + this.channelBytes, name] as const;
    this.places = [
      ...this.buses.flatMap(({ direction, index, at }) =>
        at.channels.map((from, c) => place(from, `${direction} bus ${index} channel ${c}`)),
      ),
      ...(silence === 0 ? [] : [place(silence, "silence")]),
    ];
    // New memory holds zeros, and tables of empty buses.
    for (const [from, to] of this.places) memory.bytes.fill(0, from, to);
    for (const bus of this.buses) {
      bus.describe(0);
      bus.writeTable(0);
    }
  }

  /** With external channel memory an instrument alone has samples, for its main output. */
  ownsSamples(direction: "input" | "output", index: number): boolean {
    const { channelMemory, inputs } = this.setup;
    return channelMemory === "owned" || (direction === "output" && index === 0 && (inputs[0] ?? 0) === 0);
  }

  /** Channels with samples of their own. */
  get ownChannels(): number {
    return this.buses.reduce((sum, { at }) => sum + at.channels.length, 0);
  }

  get channelBytes(): number {
    return this.setup.maxFrames * this.sampleBytes;
  }

  // ── Blocks ──

  setFrames(frames: number): number {
    if (!this.live) return 0;
    const before = this.frames;
    this.closeWindow();
    this.frames = this.clamped(frames);
    this.window = { offset: 0, frames: this.frames };
    if (this.frames > before) this.grow(before);
    return this.frames;
  }

  clear(): void {
    if (!this.live) return;
    this.closeWindow();
    for (const bus of this.buses) {
      bus.describe(0);
      bus.connected = 0;
    }
    this.opening = "cleared";
    this.blocks++;
    this.sound = true;
  }

  begin(frames: number): number {
    if (!this.live) return 0;
    this.open(this.clamped(frames), "begun");
    for (const bus of this.inputs) this.receive(bus, [], false);
    return this.frames;
  }

  collect(inputs: HostBuses, outputs: HostBuses): number {
    if (!this.live) return 0;
    // Samples are copied before outputs are zeroed: a host's arrays may be views of them.
    const given = this.inputs.map((_, b) => busOf(inputs, b).map(copyOf));
    this.open(this.clamped(blockLength(inputs, outputs, this.setup.maxFrames)), "collected");
    this.inputs.forEach((bus, b) => {
      const channels = given[b]!;
      const fitting = channels.slice(0, bus.capacity).map((channel) => {
        // A detached array says that it is empty, which is found out where it is copied.
        const isUsable = isChannel(channel, this.frames) && !(bus.ownsSamples && channel.isDetached);
        return isUsable ? channel.samples : undefined;
      });
      this.diagnostics.droppedChannels += channels.length - fitting.length + fitting.filter((samples) => samples === undefined).length;
      this.receive(bus, fitting, channels.length === 1);
    });
    const surplus = listOf(inputs).slice(this.inputs.length, this.inputs.length + MAX_BUSES);
    for (const channels of surplus) this.diagnostics.droppedChannels += listOf(channels).length;
    this.outputs.forEach((bus, b) => {
      bus.connected = Math.min(busOf(outputs, b).length, bus.capacity);
    });
    this.openStaging();
    return this.frames;
  }

  deliver(outputs: HostBuses): void {
    if (!this.live) return;
    this.outputs.forEach((bus, b) => {
      const channels = busOf(outputs, b);
      this.diagnostics.droppedChannels += Math.max(0, bus.length - channels.length);
      channels.slice(0, bus.capacity).forEach((target, channel) => {
        const { samples, isDetached } = copyOf(target);
        if (!isChannel({ samples }, this.frames) || isDetached) this.diagnostics.droppedChannels++;
        else samples!.forEach((_, frame) => ((target as Float32Array)[frame] = this.sampleOf(bus, channel, frame)));
      });
    });
  }

  /** What an interleaved host of `width` channels hands over. */
  collectInterleaved(samples: unknown, width: number, format: PcmFormat): number {
    if (!this.live) return 0;
    const isGood = isPcm(samples, format);
    // Copied before outputs are zeroed, as the array may be a view of them.
    const given = isGood && samples.length > 0 ? samples.slice() : [];
    const { length } = given;
    this.open(isGood ? this.clamped(Math.ceil(length / width)) : this.setup.maxFrames, "collected");
    let first = 0;
    for (const bus of this.inputs) {
      const count = isGood ? Math.min(Math.max(0, width - first), bus.capacity) : 0;
      const channels = Array.from({ length: count }, (_, channel) =>
        Array.from({ length: this.frames }, (_, frame) => {
          const sample = given[frame * width + first + channel] ?? 0;
          return format === "i16" ? sample / 32768 : sample;
        }),
      );
      this.receive(bus, channels, true);
      first += bus.capacity;
    }
    this.diagnostics.droppedChannels += isGood ? Math.max(0, width - first) : width;
    let places = width;
    for (const bus of this.outputs) {
      bus.connected = Math.min(places, bus.capacity);
      places -= bus.connected;
    }
    this.openStaging();
    return this.frames;
  }

  /** What an interleaved host of `width` channels takes. */
  deliverInterleaved(samples: unknown, width: number, format: PcmFormat): number {
    if (!this.live) return 0;
    const isGood = isPcm(samples, format);
    const giving: [bus: ModelBus, channel: number][] = this.outputs.flatMap((bus) =>
      Array.from({ length: bus.capacity }, (_, channel): [ModelBus, number] => [bus, channel]),
    );
    giving.forEach(([bus, channel], place) => {
      if (channel < bus.length && (!isGood || place >= width)) this.diagnostics.droppedChannels++;
    });
    if (!isGood) return 0;
    for (let i = 0; i < samples.length; i++) {
      const [bus, channel] = giving[i % width] ?? [];
      const sample = bus === undefined ? 0 : this.sampleOf(bus, channel!, Math.floor(i / width));
      samples[i] = format === "i16" ? int16(sample) : sample;
    }
    return Math.min(this.frames, Math.ceil(samples.length / width));
  }

  connect(bus: ModelBus, channels: number): number {
    if (!this.live || bus.direction !== "input" || !bus.ownsSamples) return 0;
    bus.goHome();
    this.pointInto(0);
    bus.setLength(bus.capacity);
    bus.missing = [];
    bus.mask = 0;
    const connected = within(channels, bus.capacity);
    // Silent for now: they are to be written, so nothing is known of them.
    this.receive(bus, Array<readonly number[]>(connected).fill([]), false, false);
    return connected;
  }

  setWindow(offset: number, frames: number): number {
    if (!this.live) return 0;
    const start = within(offset, this.frames);
    this.pointInto(start);
    this.window = { offset: start, frames: within(frames, this.frames - start) };
    return this.window.frames;
  }

  push(bus: ModelBus, pointer: unknown): boolean {
    if (!this.live) return false;
    this.closeWindow();
    const address = typeof pointer === "number" && (pointer >>> 0 === pointer || (pointer | 0) === pointer) ? pointer >>> 0 : 0;
    const fits = address + this.channelBytes <= Math.min(this.memory.byteLength(), 2 ** 32 - 1);
    if (bus.length >= bus.capacity || address === 0 || address % this.sampleBytes !== 0 || !fits) {
      this.diagnostics.refusedPushes++;
      return false;
    }
    bus.entries[bus.length] = address;
    this.memory.view.setUint32(bus.at.table + 4 * bus.length, address, true);
    bus.setLength(bus.length + 1);
    // Where a host was asked, it alone says what is connected. Outputs of a block that was begun are all taken.
    const isForCaller = this.opening === "cleared" || (this.opening === "begun" && bus.direction === "input");
    if (isForCaller) bus.connected = Math.max(bus.connected, bus.length);
    return true;
  }

  /** Input buses to the output buses of the same index. */
  copyInputsToOutputs(): void {
    this.outputs.forEach((output, b) => {
      const input = this.inputs[b];
      for (let channel = 0; input !== undefined && channel < Math.min(input.length, output.length); channel++) {
        this.memory.copy(output.entries[channel]!, input.entries[channel]!, this.frames * this.sampleBytes);
      }
    });
  }

  end(): void {
    this.live = false;
    this.frames = 0;
    for (const bus of this.buses) {
      bus.length = 0;
      bus.connected = 0;
    }
  }

  // ── Parts of these ──

  /** A new block: all buses have all of their own channels, outputs are zeroed. */
  private open(frames: number, opening: Opening): void {
    this.frames = frames;
    this.opening = opening;
    this.blocks++;
    this.sound = true;
    for (const bus of this.buses) {
      bus.goHome();
      bus.describe(bus.ownsSamples ? bus.capacity : 0);
      if (bus.direction === "output") bus.connected = bus.capacity;
    }
    this.pointInto(0);
    if (this.setup.clearOutputs) for (const bus of this.outputs) this.silenceFrom(bus, 0);
    this.cleanSilence();
  }

  /** Frames from `before` on are new. */
  private grow(before: number): void {
    for (const bus of this.inputs) {
      this.silenceFrom(bus, before);
      // Only of what is missing it is known that it still holds one value.
      if (bus.ownsSamples) bus.mask &= maskOf(bus.missing);
    }
    if (this.setup.clearOutputs) for (const bus of this.outputs) this.silenceFrom(bus, before);
    this.cleanSilence();
  }

  private pointInto(frame: number): void {
    for (const bus of this.buses) bus.writeTable(frame * this.sampleBytes);
    this.window = { offset: frame, frames: this.frames - frame };
  }

  /** The kernel sees the whole block again. */
  private closeWindow(): void {
    if (this.window.offset !== 0) this.pointInto(0);
    this.window = { offset: 0, frames: this.frames };
  }

  /** An input bus that has all of its channels gets these of a host, of which `undefined` ones cannot be used. */
  private receive(
    bus: ModelBus,
    channels: readonly (ArrayLike<number> | undefined)[],
    isAll: boolean,
    looks = this.setup.detectConstant,
  ): void {
    const { missingInputs } = this.setup;
    const connected = channels.findLastIndex((channel) => channel !== undefined) + 1;
    bus.connected = connected;
    if (!bus.ownsSamples) return;
    const isRepeated = missingInputs === "repeat-mono" && isAll && connected === 1;
    for (let channel = 0; channel < bus.capacity; channel++) {
      this.store(bus.at.channels[channel]!, (isRepeated ? channels[0] : channels[channel]) ?? []);
    }
    const length = missingInputs === "drop" ? connected : bus.capacity;
    const isGiven = (channel: number) => channels[channel] !== undefined || isRepeated;
    const all = Array.from({ length }, (_, channel) => channel);
    bus.missing = all.filter((channel) => !isGiven(channel));
    bus.setLength(length);
    bus.marks(bus.missing);
    if (looks) bus.marks(all.filter((channel) => isGiven(channel) && this.isConstant(bus.at.channels[channel]!)));
  }

  /** Where a kernel has doubles, an input's samples behind the end of the block may be anything after a host's came in. */
  private openStaging(): void {
    if (this.sampleBytes !== 8) return;
    for (const { at } of this.inputs) {
      for (const samples of at.channels) this.openBytes.push([samples + this.frames * this.sampleBytes, samples + this.channelBytes]);
    }
  }

  private store(pointer: number, samples: ArrayLike<number>): void {
    for (let frame = 0; frame < this.frames; frame++) this.setSample(pointer, frame, samples[frame] ?? 0);
  }

  private silenceFrom(bus: ModelBus, before: number): void {
    for (const samples of bus.at.channels) this.zero(samples, before);
  }

  /** Zeroes from frame `from` to the end of the block. */
  private zero(pointer: number, from = 0): void {
    for (let frame = from; frame < this.frames; frame++) this.setSample(pointer, frame, 0);
  }

  /** All of it, however long the block is: a kernel may have written anywhere. */
  private cleanSilence(): void {
    if (this.silence === 0) return;
    for (let frame = 0; frame < this.channelBytes / this.sampleBytes; frame++) this.setSample(this.silence, frame, 0);
  }

  private setSample(pointer: number, frame: number, value: number): void {
    const address = pointer + frame * this.sampleBytes;
    if (this.sampleBytes === 8) this.memory.view.setFloat64(address, value, true);
    else this.memory.view.setFloat32(address, value, true);
  }

  private isConstant(pointer: number): boolean {
    const { bytes } = this.memory;
    const end = pointer + this.frames * this.sampleBytes;
    for (let at = pointer + this.sampleBytes; at < end; at++) if (bytes[at] !== bytes[at - this.sampleBytes]) return false;
    return true;
  }

  /** A sample of the block; what is not pushed or not in it is silent. */
  private sampleOf(bus: ModelBus, channel: number, frame: number): number {
    if (channel >= bus.length || frame >= this.frames) return 0;
    return this.memory.float(bus.entries[channel]! + frame * this.sampleBytes, this.sampleBytes);
  }

  private clamped(frames: number): number {
    const { maxFrames } = this.setup;
    const whole = within(frames, MOST_FRAMES);
    this.diagnostics.truncatedFrames += Math.max(0, whole - maxFrames);
    return Math.min(whole, maxFrames);
  }
}

// ── What a host hands over ──

interface HostChannel {
  /** A copy; `undefined` of what is no channel. */
  readonly samples: Float32Array | undefined;
  readonly isDetached: boolean;
}

/** Something that is no list counts as a list of one channel that cannot be used; nothing at all, as an empty one. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [false];
}

function busOf(host: HostBuses, bus: number): readonly unknown[] {
  return listOf(listOf(host)[bus]);
}

function copyOf(channel: unknown): HostChannel {
  try {
    if (!(channel instanceof Float32Array)) return { samples: undefined, isDetached: false };
    // What is detached cannot be copied; it says that it is empty.
    return isDetached(channel.buffer)
      ? { samples: new Float32Array(0), isDetached: true }
      : { samples: Float32Array.from(channel), isDetached: false };
  } catch {
    return { samples: undefined, isDetached: false };
  }
}

/** A channel that a host can mean in a block of `frames` frames. */
function isChannel({ samples }: Pick<HostChannel, "samples">, frames: number): boolean {
  return samples !== undefined && (samples.length > 0 || frames === 0);
}

/** Nobody can look at the bytes of a detached buffer. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** As many frames as the host's longest output channel; without any its longest input channel; `otherwise` without either. */
function blockLength(inputs: HostBuses, outputs: HostBuses, otherwise: number): number {
  const lengthsOf = (host: HostBuses) =>
    listOf(host)
      .slice(0, MAX_BUSES)
      .flatMap((_, b) => busOf(host, b).slice(0, MAX_CHANNELS))
      .flatMap((channel) => copyOf(channel).samples?.length ?? []);
  const [wanted, given] = [lengthsOf(outputs), lengthsOf(inputs)];
  if (wanted.length > 0) return Math.max(...wanted);
  return given.length > 0 ? Math.max(...given) : otherwise;
}

function isPcm(samples: unknown, format: PcmFormat): samples is Float32Array | Int16Array {
  return samples instanceof (format === "i16" ? Int16Array : Float32Array);
}

/** `value` as a whole number 0 … `most`. */
function within(value: unknown, most: number): number {
  return typeof value === "number" && value > 0 ? Math.min(Math.floor(value), most) : 0;
}

function maskOf(channels: readonly number[]): number {
  return channels.reduce((mask, channel) => mask | (1 << channel), 0);
}

function int16(sample: number): number {
  return Number.isNaN(sample) ? 0 : Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
}
