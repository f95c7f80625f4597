// The contract once more, as plainly as it can be said: what a storage and its buses are to do, one
// sample and one byte at a time, in a memory of the model's own. Nothing here is fast or clever, and
// nothing of it is shared with the library.
//
// Where a storage lies and where its parts are is the library's choice: the model is told, and holds it
// to that choice from then on. What the contract leaves open, the model leaves open as well.

import type { HostBuses, InterleavedSamples, MissingInputs, SampleFormat } from "wasm-process-buffers";

export interface Setup {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly maxFrames: number;
  readonly sampleFormat: SampleFormat;
  readonly channelMemory: "owned" | "external";
  readonly missingInputs: MissingInputs;
  readonly clearOutputs: boolean;
  readonly detectConstant: boolean;
  readonly interleavedChannels: number;
}

/** Addresses of one bus that are the same from allocation to reconfiguration. */
export interface BusAddresses {
  readonly descriptor: number;
  readonly table: number;
}

/** What the model has to be told, because it is for the library to choose. */
export interface Told {
  /** Where the pushed channel of a bus really points, asked only for channels whose place is not known yet. */
  pointer(bus: ModelBus, channel: number): number;
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

export class ModelBus {
  /** Pointers pushed in this block. */
  pointers: number[] = [];
  connected = 0;
  /** Places of the channels that the storage has samples for; 0 for one not known yet. */
  readonly own: number[];

  constructor(
    readonly storage: ModelStorage,
    readonly direction: "input" | "output",
    readonly index: number,
    readonly capacity: number,
    readonly ownsSamples: boolean,
    readonly at: BusAddresses,
  ) {
    this.own = ownsSamples ? Array(capacity).fill(0) : [];
  }

  get length(): number {
    return this.pointers.length;
  }

  get mask(): number {
    return this.storage.memory.view.getUint32(this.at.descriptor + DESCRIPTOR.constantMask, true);
  }

  set mask(mask: number) {
    this.storage.memory.view.setUint32(this.at.descriptor + DESCRIPTOR.constantMask, mask, true);
  }

  /** The whole descriptor as the kernel is to find it. */
  describe(mask = 0): void {
    const { view } = this.storage.memory;
    const isDouble = this.storage.sampleBytes === 8;
    view.setUint32(this.at.descriptor + DESCRIPTOR.data32, isDouble ? 0 : this.at.table, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.data64, isDouble ? this.at.table : 0, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.channelCount, this.length, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.latency, 0, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.constantMask, mask, true);
    view.setUint32(this.at.descriptor + DESCRIPTOR.constantMask + 4, 0, true);
  }

  setEntry(channel: number, pointer: number): void {
    this.storage.memory.view.setUint32(this.at.table + 4 * channel, pointer, true);
  }

  /** A new state of the whole bus: descriptor and table. */
  become(pointers: number[], connected: number, mask: number): void {
    this.pointers = pointers;
    this.connected = connected;
    this.describe(mask);
    pointers.forEach((pointer, channel) => this.setEntry(channel, pointer));
    this.storage.openEntries.push([this.at.table + 4 * pointers.length, this.at.table + 4 * this.capacity]);
  }

  ownPointer(channel: number): number {
    if (this.own[channel] === 0) {
      this.own[channel] = this.storage.told.pointer(this, channel);
      this.storage.place(this.own[channel], `${this.direction} bus ${this.index} channel ${channel}`);
    }
    return this.own[channel]!;
  }
}

export class ModelStorage {
  live = true;
  frames = 0;
  readonly inputs: readonly ModelBus[];
  readonly outputs: readonly ModelBus[];
  /** Inputs, then outputs. */
  readonly buses: readonly ModelBus[];
  readonly sampleBytes: number;
  readonly diagnostics = { refusedPushes: 0, droppedChannels: 0, truncatedFrames: 0 };
  /** Samples whose places are known, [from, to, name]. */
  readonly places: [number, number, string][] = [];
  /** Ranges that the last command left open: table entries past a bus's length, which must be valid pointers, … */
  openEntries: [number, number][] = [];
  /** … and samples behind the end of the block. */
  openBytes: [number, number][] = [];
  /** False once a kernel has written over descriptors or tables in this block. */
  sound = false;
  /** What the kernel was told to render. */
  window = { offset: 0, frames: 0 };
  private silence = 0;
  private silenceIsUsed = false;
  private hasBegun = false;
  private hostIsAsked = false;

  constructor(
    readonly setup: Setup,
    readonly memory: ModelMemory,
    readonly told: Told,
    addresses: { inputs: readonly BusAddresses[]; outputs: readonly BusAddresses[] },
  ) {
    this.sampleBytes = setup.sampleFormat === "f64" ? 8 : 4;
    const owned = setup.channelMemory === "owned";
    const isInstrument = (setup.inputs[0] ?? 0) === 0 && (setup.outputs[0] ?? 0) > 0;
    this.inputs = setup.inputs.map((capacity, index) => new ModelBus(this, "input", index, capacity, owned, addresses.inputs[index]!));
    this.outputs = setup.outputs.map(
      (capacity, index) => new ModelBus(this, "output", index, capacity, owned || (index === 0 && isInstrument), addresses.outputs[index]!),
    );
    this.buses = [...this.inputs, ...this.outputs];
  }

  /** Channels with samples of their own. */
  get ownChannels(): number {
    return this.buses.reduce((sum, bus) => sum + bus.own.length, 0);
  }

  get channelBytes(): number {
    return this.setup.maxFrames * this.sampleBytes;
  }

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
    for (const bus of this.buses) {
      bus.pointers = [];
      bus.connected = 0;
      bus.describe();
    }
    this.hasBegun = false;
    this.hostIsAsked = false;
    this.silenceIsUsed = false;
    this.sound = true;
    this.window = { offset: 0, frames: this.frames };
  }

  begin(frames: number): number {
    if (!this.live) return 0;
    this.start(this.clamped(frames));
    for (const bus of this.inputs) this.deliverInput(bus, [], 0);
    for (const bus of this.outputs) this.startOutput(bus, bus.capacity);
    this.finishStart();
    return this.frames;
  }

  /** `seen` is what the library made of it, for hosts whose odd lengths it may overlook or not. */
  collect(inputs: HostBuses, outputs: HostBuses, seen: { frames: number; truncatedFrames: number }): number {
    if (!this.live) return 0;
    const { maxFrames } = this.setup;
    const before = this.diagnostics.truncatedFrames;
    const possible = blockLengths(this, inputs, outputs);
    const frames =
      possible.find(
        (length) => Math.min(length, maxFrames) === seen.frames && before + Math.max(0, length - maxFrames) === seen.truncatedFrames,
      ) ?? possible[0]!;
    this.diagnostics.truncatedFrames += Math.max(0, frames - maxFrames);
    this.start(Math.min(frames, maxFrames));
    this.inputs.forEach((bus, b) => {
      const channels = busOf(inputs, b);
      const wanted = Math.min(channels.length, bus.capacity);
      this.diagnostics.droppedChannels += channels.length - wanted;
      if (!bus.ownsSamples) {
        bus.become([], wanted, 0);
        return;
      }
      const samples = channels.slice(0, wanted).map((channel) => (usable(channel) ? Array.from(channel) : undefined));
      this.diagnostics.droppedChannels += samples.filter((channel) => channel === undefined).length;
      this.deliverInput(bus, samples, wanted);
    });
    for (let b = this.inputs.length; Array.isArray(inputs) && b < inputs.length; b++)
      this.diagnostics.droppedChannels += busOf(inputs, b).length;
    this.outputs.forEach((bus, b) => this.startOutput(bus, Math.min(busOf(outputs, b).length, bus.capacity)));
    this.finishStart();
    return this.frames;
  }

  deliver(outputs: HostBuses): void {
    if (!this.live) return;
    this.outputs.forEach((bus, b) => {
      busOf(outputs, b)
        .slice(0, bus.capacity)
        .forEach((target, channel) => {
          if (!usable(target)) this.diagnostics.droppedChannels++;
          else for (let frame = 0; frame < target.length; frame++) target[frame] = this.sampleOf(bus, channel, frame);
        });
    });
  }

  collectInterleaved(bus: ModelBus | undefined, samples: unknown, width: number): number {
    if (!this.live || bus?.direction !== "input" || !bus.ownsSamples || !isInterleaved(samples) || !(width > 0) || !Number.isInteger(width))
      return 0;
    if (this.frames === 0) return 0;
    const taken = Math.min(width, bus.capacity);
    this.diagnostics.droppedChannels += width - taken;
    this.closeWindow();
    this.hasBegun = true;
    const scale = samples instanceof Int16Array ? 1 / 32768 : 1;
    const channels = Array.from({ length: taken }, (_, channel) =>
      Array.from({ length: this.frames }, (_, frame) => (samples[frame * width + channel] ?? 0) * scale),
    );
    this.deliverInput(bus, channels, taken);
    return taken;
  }

  connect(bus: ModelBus | undefined, channels: number): number {
    if (!this.live || bus?.direction !== "input" || !bus.ownsSamples) return 0;
    this.closeWindow();
    this.hasBegun = true;
    const connected = within(channels, bus.capacity);
    const silent = Array<number>(this.frames).fill(0);
    this.deliverInput(bus, Array<readonly number[]>(connected).fill(silent), connected);
    // Silent for now: they are to be written.
    const pointsAtZeros = (pointer: number) => pointer === this.silence;
    bus.mask = bus.pointers.reduce((mask, pointer, channel) => mask + (pointsAtZeros(pointer) ? 2 ** channel : 0), 0);
    return connected;
  }

  deliverInterleaved(bus: ModelBus | undefined, samples: unknown, width: number): number {
    if (!this.live || bus?.direction !== "output" || !isInterleaved(samples) || !(width > 0) || !Number.isInteger(width)) return 0;
    const given = Math.min(width, bus.length);
    for (let i = 0; i < samples.length; i++) {
      const sample = i % width < given ? this.sampleOf(bus, i % width, Math.floor(i / width)) : 0;
      samples[i] = samples instanceof Int16Array ? int16(sample) : sample;
    }
    return given;
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
    bus.setEntry(bus.length, address);
    bus.pointers.push(address);
    // What a host takes is for the host to say, and for nobody where the block was only cleared.
    if (bus.direction === "input" || !this.hostIsAsked) bus.connected = Math.max(bus.connected, bus.length);
    this.memory.view.setUint32(bus.at.descriptor + DESCRIPTOR.channelCount, bus.length, true);
    return true;
  }

  /** Input buses to the output buses of the same index. */
  copyInputsToOutputs(): void {
    this.outputs.forEach((output, b) => {
      const input = this.inputs[b];
      for (let channel = 0; input !== undefined && channel < Math.min(input.length, output.length); channel++) {
        const from = input.pointers[channel]!;
        this.memory.copy(output.pointers[channel]!, from, this.frames * this.sampleBytes);
      }
    });
  }

  end(): void {
    this.live = false;
    this.frames = 0;
    for (const bus of this.buses) {
      bus.pointers = [];
      bus.connected = 0;
    }
  }

  /** Samples of the storage have this place from now on. */
  place(pointer: number, name: string): void {
    this.places.push([pointer, pointer + this.channelBytes, name]);
  }

  /** Frames from `before` on are new. */
  private grow(before: number): void {
    if (this.silenceIsUsed) this.zero(this.silence, before);
    if (!this.hasBegun) return;
    if (this.setup.clearOutputs) this.zeroOutputs(before);
    for (const bus of this.inputs) {
      for (const own of bus.own) if (own !== 0) this.zero(own, before);
      if (!bus.ownsSamples) continue;
      // Only of the silence itself is it known that it still holds one value.
      const marked = bus.mask;
      bus.mask = bus.pointers.reduce(
        (mask, pointer, channel) => mask + (pointer === this.silence && ((marked >>> channel) & 1) === 1 ? 2 ** channel : 0),
        0,
      );
    }
  }

  private pointInto(frame: number): void {
    for (const bus of this.buses) bus.pointers.forEach((pointer, channel) => bus.setEntry(channel, pointer + frame * this.sampleBytes));
  }

  /** The kernel sees the whole block again. */
  private closeWindow(): void {
    if (this.window.offset !== 0) this.pointInto(0);
    this.window = { offset: 0, frames: this.frames };
  }

  private start(frames: number): void {
    this.frames = frames;
    this.hasBegun = true;
    this.hostIsAsked = true;
    this.silenceIsUsed = false;
    this.sound = true;
    this.window = { offset: 0, frames };
  }

  /** Behind the end of the block samples may be anything, and so may silence that nobody needs. */
  private finishStart(): void {
    for (const bus of this.buses) for (const own of bus.own) if (own !== 0) this.open(own);
    if (this.silence !== 0 && !this.silenceIsUsed) this.open(this.silence, 0);
  }

  private startOutput(bus: ModelBus, connected: number): void {
    bus.become(
      bus.own.map((_, channel) => bus.ownPointer(channel)),
      connected,
      0,
    );
    if (this.setup.clearOutputs) for (const pointer of bus.pointers) this.zero(pointer);
  }

  private zeroOutputs(from: number): void {
    for (const bus of this.outputs) for (const own of bus.own) if (own !== 0) this.zero(own, from);
  }

  /** What is left of an input bus when the host gives it these channels, of which `undefined` ones are unusable. */
  private deliverInput(bus: ModelBus, channels: readonly (readonly number[] | undefined)[], offered: number): void {
    if (!bus.ownsSamples) {
      bus.become([], 0, 0);
      return;
    }
    const { missingInputs, detectConstant } = this.setup;
    const connected = channels.findLastIndex((channel) => channel !== undefined) + 1;
    const isLone = missingInputs === "repeat-mono" && offered === 1 && connected === 1;
    const length = missingInputs === "drop" ? connected : bus.capacity;
    const pointers: number[] = [];
    let mask = 0;
    for (let channel = 0; channel < length; channel++) {
      const samples = isLone ? channels[0] : channels[channel];
      if (samples === undefined) {
        pointers.push(this.silencePointer(bus, channel));
        mask += 2 ** channel;
        continue;
      }
      const pointer = bus.ownPointer(isLone ? 0 : channel);
      pointers.push(pointer);
      this.store(pointer, samples);
      if (detectConstant && this.isConstant(pointer)) mask += 2 ** channel;
    }
    bus.become(pointers, connected, mask);
    for (const own of bus.own) if (own !== 0) this.open(own);
  }

  /** Samples from the end of the block on may be anything after this command. */
  private open(pointer: number, from = this.frames): void {
    this.openBytes.push([pointer + from * this.sampleBytes, pointer + this.channelBytes]);
  }

  /** Where the zeros are: clean from the first time that a block needs them. */
  private silencePointer(bus: ModelBus, channel: number): number {
    if (this.silence === 0) {
      this.silence = this.told.pointer(bus, channel);
      this.place(this.silence, "silence");
    }
    if (!this.silenceIsUsed) {
      this.zero(this.silence);
      this.open(this.silence);
    }
    this.silenceIsUsed = true;
    return this.silence;
  }

  private store(pointer: number, samples: readonly number[]): void {
    for (let frame = 0; frame < this.frames; frame++) this.setSample(pointer, frame, samples[frame] ?? 0);
  }

  /** Zeroes from frame `from` to the end of the block. */
  private zero(pointer: number, from = 0): void {
    for (let frame = from; frame < this.frames; frame++) this.setSample(pointer, frame, 0);
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
    return this.memory.float(bus.pointers[channel]! + frame * this.sampleBytes, this.sampleBytes);
  }

  private clamped(frames: number): number {
    const { maxFrames } = this.setup;
    const whole = within(frames, Infinity);
    if (whole > maxFrames && whole !== Infinity) this.diagnostics.truncatedFrames += whole - maxFrames;
    return Math.min(whole, maxFrames);
  }
}

/** A channel that a host can mean: floats, at least one. */
export function usable(channel: unknown): channel is Float32Array {
  try {
    return channel instanceof Float32Array && channel.length > 0;
  } catch {
    return false;
  }
}

export function busOf(host: HostBuses, bus: number): readonly Float32Array[] {
  const channels: unknown = Array.isArray(host) ? host[bus] : undefined;
  return Array.isArray(channels) ? channels : [];
}

/**
 * As many frames as the host's longest output channel, without outputs its longest input channel, without
 * any channel as many as can be. A host whose first channel is as long as the block before may be taken at
 * its word.
 */
function blockLengths({ setup, frames }: ModelStorage, hostInputs: HostBuses, hostOutputs: HostBuses): number[] {
  const lengthsOf = (host: HostBuses) =>
    (Array.isArray(host) ? host : []).flatMap((_, b) => busOf(host, b).map((channel) => (usable(channel) ? channel.length : 0)));
  const longest = Math.max(0, ...lengthsOf(hostOutputs)) || Math.max(0, ...lengthsOf(hostInputs)) || setup.maxFrames;
  const speaksFirst = Array.isArray(hostOutputs) && hostOutputs.length > 0 ? hostOutputs : hostInputs;
  const first: unknown = busOf(speaksFirst, 0)[0];
  return usable(first) && first.length === frames ? [longest, frames] : [longest];
}

function isInterleaved(samples: unknown): samples is InterleavedSamples {
  return samples instanceof Float32Array || samples instanceof Int16Array;
}

/** `value` as a whole number 0 … `most`. */
function within(value: unknown, most: number): number {
  return typeof value === "number" && value > 0 ? Math.min(Math.floor(value), most) : 0;
}

function int16(sample: number): number {
  return Number.isNaN(sample) ? 0 : Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
}
