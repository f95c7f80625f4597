// Storages of the library and their models, side by side in one heap: after each command all that can be
// seen of a storage, and every byte of the memory that is in use, must be what the model says. Between the
// storages lie blocks that are nobody's business (canaries), and buffers for pointers from outside.

import {
  type Bus,
  createHeap,
  type HostBuses,
  InterleavedHost,
  type OwnHeap,
  type PcmFormat,
  ProcessBufferStorage,
  type SampleFormat,
  StorageObserver,
} from "wasm-process-buffers";
import { randomFractions } from "./host";
import { type BusAddresses, type ModelBus, type ModelMemory, ModelStorage, type Setup } from "./model";
import { type Ranges, union } from "./ranges";
import { ViewBook } from "./views";

type Storage = ProcessBufferStorage<SampleFormat>;
type RealBus = Bus<SampleFormat>;

export interface Slot {
  readonly real: Storage;
  model: ModelStorage;
  readonly views: ViewBook;
  /** The memory that its views are of; growth leaves it behind. */
  buffer: ArrayBufferLike;
  /** All of the real storage's buses, in the order of the model's. */
  buses: RealBus[];
  /** Buses that a reconfiguration or `free` has left behind. */
  readonly left: RealBus[];
  readonly heap: SlotHeap;
  readonly canaries: Block[];
  readonly interleaved: Interleaved[];
  /** Lists of a host that come again. */
  kept: KeptLists | undefined;
  /** In shared memory: what another thread sees. */
  observer: StorageObserver | undefined;
}

/** An interleaved host, live or freed. */
export interface Interleaved {
  readonly real: InterleavedHost<SampleFormat>;
  readonly width: number;
  readonly format: PcmFormat;
  readonly room: Block;
  live: boolean;
}

/** The same lists for the library and, made once more, for the model. */
export interface KeptLists {
  readonly inputs: HostBuses;
  readonly outputs: HostBuses;
  readonly inputsOfModel: HostBuses;
  readonly outputsOfModel: HostBuses;
}

export interface Block {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

const BUFFERS = 4;
const BUFFER_BYTES = 2048;
const SLOTS = 4;
/** Bytes around a block that are looked at with it. */
const AROUND = 64;

/** What did not come out as the model says. */
export class Mismatch extends Error {}

export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Mismatch(`${what} is ${String(actual)}, and should be ${String(expected)}`);
}

export class World implements ModelMemory {
  readonly heap: OwnHeap;
  readonly memory: WebAssembly.Memory;
  readonly slots: (Slot | undefined)[] = Array(SLOTS).fill(undefined);
  readonly buffers: Block[] = [];
  /** Storages' regions, canaries and buffers, by address. */
  readonly blocks = new Map<number, Block>();
  /** What the memory is expected to hold. */
  bytes = new Uint8Array(1 << 16);
  view = new DataView(this.bytes.buffer);
  private words = new Int32Array(this.bytes.buffer);
  private real: Uint8Array;
  /** Where there are blocks now, with what is around them, and where there ever were some. */
  private inUse: Ranges = [];
  private everInUse: Ranges = [];
  private rolls = 0;

  constructor(readonly isShared: boolean) {
    this.heap = createHeap({ shared: isShared });
    this.memory = this.heap.memory;
    this.real = new Uint8Array(this.memory.buffer);
    for (let i = 0; i < BUFFERS; i++) this.buffers.push(this.take(BUFFER_BYTES, `buffer ${i}`));
    this.settle({ setUp: true });
  }

  byteLength(): number {
    return this.memory.buffer.byteLength;
  }

  float(address: number, byteLength: number): number {
    const view = this.isExpected(address, byteLength) ? this.view : new DataView(this.memory.buffer);
    return byteLength === 8 ? view.getFloat64(address, true) : view.getFloat32(address, true);
  }

  copy(to: number, from: number, byteLength: number): void {
    const source = this.isExpected(from, byteLength) ? this.bytes : this.realBytes();
    this.bytes.set(source.slice(from, from + byteLength), to);
  }

  /** Some storage, live or freed. */
  slot(index: number): Slot {
    const there = this.slots.filter((slot) => slot !== undefined);
    return there[index % there.length]!;
  }

  allocate(index: number, setup: Setup, misaligned: boolean): void {
    const at = index % SLOTS;
    const before = this.slots[at];
    if (before !== undefined) this.freeAll(before);
    const canary = this.take(48 + 16 * (setup.maxFrames % 5), `canary before storage ${at}`);
    const heap = new SlotHeap(this, `storage ${at}`, misaligned);
    const { inputs, outputs, missingInputs, ...options } = setup;
    const real: Storage = ProcessBufferStorage.allocateFromConfig<SampleFormat>(
      { inputs, outputs },
      // With external channel memory there is nothing to miss.
      { ...options, ...(setup.channelMemory === "owned" ? { missingInputs } : {}), heap },
    );
    heap.own = heap.latest;
    const { buffer } = this.memory;
    const canaries = [canary, this.take(64, `canary after storage ${at}`)];
    const views = new ViewBook();
    const slot: Slot = {
      real,
      buffer,
      views,
      heap,
      canaries,
      left: [],
      interleaved: [],
      kept: undefined,
      ...this.modelled(real, setup, heap, views),
    };
    this.slots[at] = slot;
    same(real.diagnostics.viewRebuilds, 0, "viewRebuilds of a new storage");
    this.settle({ setUp: true });
  }

  /** The storage has a new configuration. */
  reconfigured(slot: Slot, setup: Setup): void {
    const { diagnostics } = slot.model;
    slot.model.end();
    slot.left.push(...slot.buses);
    slot.heap.own = slot.heap.latest;
    slot.buffer = this.memory.buffer;
    slot.views.settle(slot.real.diagnostics.viewRebuilds);
    Object.assign(slot, this.modelled(slot.real, setup, slot.heap, slot.views));
    Object.assign(slot.model.diagnostics, diagnostics);
    this.settle({ setUp: true });
  }

  free(slot: Slot): void {
    slot.real.free();
    if (slot.model.live) {
      slot.model.end();
      slot.left.push(...slot.buses);
      for (const canary of slot.canaries) this.release(canary);
      same(slot.heap.held, slot.interleaved.filter(({ live }) => live).length, "blocks that a freed storage and its hosts hold");
    }
    this.settle({ setUp: true });
  }

  makeInterleaved(slot: Slot, width: number, format: PcmFormat): void {
    const options = { channelCount: width, format };
    if (!slot.model.live) {
      try {
        new InterleavedHost(slot.real, options);
      } catch {
        return;
      }
      throw new Mismatch("an interleaved host was made for a freed storage");
    }
    const real = new InterleavedHost(slot.real, options);
    const room = slot.heap.latest!;
    const samples = (slot.heap.lastAsked - (slot.heap.misaligned ? 8 : 0)) / 4 - width * slot.model.setup.maxFrames;
    same(samples >= 0 && samples < 8, true, `that the room of an interleaved host, ${samples} samples larger than a block, is as large`);
    slot.heap.lastAsked = 0;
    slot.interleaved.push({ real, width, format, room, live: true });
    this.settle({ setUp: true });
  }

  private freeAll(slot: Slot): void {
    this.free(slot);
    for (const host of slot.interleaved) if (host.live) this.freeInterleaved(host);
  }

  freeInterleaved(host: Interleaved): void {
    host.real.free();
    host.live = false;
    same(this.blocks.get(host.room.from) === host.room, false, "that a freed host holds its room");
    this.settle({ setUp: true });
  }

  grow(pages: number): void {
    this.memory.grow(pages);
    this.settle();
  }

  /** Frees all storages; everything must be given back. */
  leave(): void {
    this.prepareSetUp();
    for (const slot of this.slots) {
      if (slot !== undefined) this.freeAll(slot);
    }
    this.slots.fill(undefined);
    same([...this.blocks.values()].map(({ name }) => name).join(), this.buffers.map(({ name }) => name).join(), "what is left in the heap");
  }

  /** The heap has grown so often that another one is better. */
  get isCrowded(): boolean {
    return this.byteLength() > 16 << 20;
  }

  /** Writes what a kernel or host would write, where that is allowed: into samples and buffers, never into the heap's own data. */
  write(address: number, samples: Float32Array | Float64Array): boolean {
    if (!this.mayWrite(address, samples.byteLength)) return false;
    const source = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    this.realBytes().set(source, address);
    this.bytes.set(source, address);
    return true;
  }

  mayWrite(address: number, byteLength: number): boolean {
    const holds = (from: number, to: number) => address >= from && address + byteLength <= to;
    return (
      this.buffers.some(({ from, to }) => holds(from, to)) ||
      this.slots.some((slot) => slot?.model.live && slot.model.places.some(([from, to]) => holds(from, to)))
    );
  }

  /** Writes anything, as a kernel gone wild does. */
  spoil(from: number, byteLength: number, seed: number): void {
    const roll = randomFractions(seed);
    const noise = new Uint8Array(byteLength);
    for (let at = 0; at < byteLength; at++) noise[at] = roll() * 256;
    this.realBytes().set(noise, from);
    this.bytes.set(noise, from);
  }

  /** Before the heap's own data may change: compares what is around all the blocks that there ever were. */
  prepareSetUp(): void {
    this.compareBytes(this.everInUse);
  }

  /** Compares everything, bytes only where something is in use. At set-up the heap's own data, between the blocks, may have changed. */
  settle({ setUp = false } = {}): void {
    for (const slot of this.slots) {
      // Views of shared memory outlive its growth.
      if (slot === undefined || this.isShared || slot.buffer === this.memory.buffer) continue;
      slot.buffer = this.memory.buffer;
      slot.views.grow(slot.real.diagnostics.viewRebuilds);
    }
    if (setUp) {
      this.inUse = union(
        Array.from(this.blocks.values(), ({ from, to }): [number, number] => [from - AROUND, Math.min(to + AROUND, this.byteLength())]),
        16,
      );
      this.absorbGaps();
    }
    for (const [index, slot] of this.slots.entries()) {
      if (slot === undefined) continue;
      this.compareState(slot, `storage ${index}`);
      this.absorbOpen(slot);
    }
    this.compareBytes(this.inUse);
  }

  // ── Blocks ──

  /** @internal For {@link SlotHeap}. */
  take(byteLength: number, name: string): Block {
    const from = this.heap.malloc(byteLength);
    if (from === 0) throw new Error("the heap has no room");
    const block = { from, to: from + byteLength, name };
    for (const other of this.blocks.values())
      if (from < other.to && other.from < block.to) throw new Mismatch(`${name} overlaps ${other.name}`);
    this.blocks.set(from, block);
    this.reach(from - AROUND, block.to + AROUND);
    this.spoil(from, byteLength, ++this.rolls);
    return block;
  }

  /** @internal */
  release(block: Block): void {
    same(this.blocks.get(block.from), block, `${block.name}, to be given back,`);
    this.blocks.delete(block.from);
    this.heap.free(block.from);
  }

  private reach(from: number, to: number): void {
    if (this.everInUse.some((range) => from >= range[0] && to <= range[1])) return;
    this.everInUse = union([...this.everInUse, [from, Math.min(to, this.byteLength())]], 1024);
    const end = this.everInUse.at(-1)![1];
    if (end <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.words = new Int32Array(grown.buffer);
  }

  /** Whether there is an expectation of these bytes: at the memory's end, where pointers may lead as well, there is none. */
  private isExpected(address: number, byteLength: number): boolean {
    return this.everInUse.some(([from, to]) => address >= from && address + byteLength <= to);
  }

  private realBytes(): Uint8Array {
    if (this.real.buffer !== this.memory.buffer) this.real = new Uint8Array(this.memory.buffer);
    return this.real;
  }

  private absorb(from: number, to: number): void {
    if (to > from) this.bytes.set(this.realBytes().subarray(from, to), from);
  }

  /** The heap's own data is its own affair. */
  private absorbGaps(): void {
    const blocks = [...this.blocks.values()].sort((a, b) => a.from - b.from);
    for (const [from, to] of this.everInUse) {
      let at = from;
      for (const block of blocks) {
        if (block.to <= from || block.from >= to) continue;
        this.absorb(at, block.from);
        at = block.to;
      }
      this.absorb(at, to);
    }
  }

  // ── A storage's model ──

  private modelled(real: Storage, setup: Setup, heap: SlotHeap, views: ViewBook): Pick<Slot, "model" | "buses" | "observer"> {
    const addressesOf = (buses: readonly RealBus[], address: number): BusAddresses[] =>
      buses.map((bus, b) => {
        const own = bus.samplesAddress > 0 ? Array.from({ length: bus.capacity }, (_, channel) => bus.channelAddress(channel)) : [];
        for (const [channel, samples] of own.entries()) {
          same(samples !== 0 && samples % 16, 0, `the place of channel ${channel} of bus ${b}, ${samples}, modulo 16`);
          views.madeAtSetUp(samples, setup.maxFrames);
        }
        return { descriptor: address + 24 * b, table: bus.tableAddress, channels: own };
      });
    const addresses = { inputs: addressesOf(real.inputs, real.inputsAddress), outputs: addressesOf(real.outputs, real.outputsAddress) };
    const buses = [...real.inputs, ...real.outputs];
    const homeless = buses.find(({ samplesAddress, capacity }) => samplesAddress === 0 && capacity > 0);
    const silence = homeless === undefined ? 0 : new DataView(this.memory.buffer).getUint32(homeless.tableAddress, true);
    if (homeless !== undefined) same(silence !== 0 && silence % 16, 0, `the place of the silence, ${silence}, modulo 16`);
    views.madeAtSetUp(silence, setup.maxFrames);
    const model = new ModelStorage(setup, this, silence, addresses);
    this.compareSetUp(real, model, heap);
    return { model, buses, observer: this.isShared ? new StorageObserver(real.location) : undefined };
  }

  private compareSetUp(real: Storage, model: ModelStorage, heap: SlotHeap): void {
    const { setup } = model;
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    const channels = sum([...setup.inputs, ...setup.outputs]);
    same(real.usage.pointerBytes, 4 * channels, "usage.pointerBytes");
    same(real.usage.descriptorBytes, 24 * model.buses.length, "usage.descriptorBytes");
    same(real.usage.sampleBytes, model.ownChannels * model.channelBytes, "usage.sampleBytes");
    same(real.usage.silenceBytes, model.silence === 0 ? 0 : model.channelBytes, "usage.silenceBytes");
    const hostFloats = model.sampleBytes === 8 ? sum(setup.outputs) * 16 * Math.ceil(setup.maxFrames / 4) : 0;
    same(real.usage.stagingBytes, hostFloats, "usage.stagingBytes");
    same(real.usage.counterBytes, this.isShared ? 80 : 0, "usage.counterBytes");
    const own = model.buses.filter(({ ownsSamples }) => ownsSamples);
    same(sum(own.map(({ at }) => at.channels.length)), sum(own.map(({ capacity }) => capacity)), "channels with samples of their own");
    for (const bus of model.buses) if (!bus.ownsSamples) same(bus.at.channels.length, 0, "channels with samples of their own");
    same(real.usage.worstCasePointerBytes, 256, "usage.worstCasePointerBytes");
    same(heap.lastAsked, real.usage.totalBytes, "bytes asked of the heap");
    heap.lastAsked = 0;
    same(real.maxFrames, setup.maxFrames, "maxFrames");
    same(real.inputTableAddress, sum(setup.inputs) === 0 ? 0 : model.inputs[0]!.at.table, "inputTableAddress");
    same(real.outputTableAddress, sum(setup.outputs) === 0 ? 0 : model.outputs[0]!.at.table, "outputTableAddress");
    for (const buses of [model.inputs, model.outputs]) {
      for (let b = 1; b < buses.length; b++)
        same(buses[b]!.at.table, buses[b - 1]!.at.table + 4 * buses[b - 1]!.capacity, "the flat table's next bus");
    }
    // Nothing of whoever had the memory before is to be found in it. Its end is for other threads, and for the heap's boundaries.
    // Nothing of whoever had the memory before is to be found in it.
    const base = Math.min(...model.buses.map(({ at }) => at.descriptor));
    const bytes = this.realBytes();
    const laidOut = layoutOf(model);
    const { totalBytes, counterBytes } = real.usage;
    const end = base + totalBytes - counterBytes - (heap.misaligned ? 8 : 0);
    for (let at = base; at < end; at++) {
      if (bytes[at] !== 0 && !laidOut.some(([from, to]) => at >= from && at < to))
        throw new Mismatch(`byte ${at - base} of a new storage is ${bytes[at]}`);
    }
  }

  /** What the contract leaves open after this command, and what is the library's own affair at any time. */
  private absorbOpen({ model, heap, interleaved }: Slot): void {
    for (const { live, room } of interleaved) if (live) this.absorb(room.from, room.to);
    const block = heap.own;
    if (!model.live || block === undefined) return;
    const known = [...layoutOf(model), ...model.places].sort(([a], [b]) => a - b);
    let at = block.from;
    for (const [from, to, name] of known) {
      if (from < at || to > block.to) throw new Mismatch(`${name} of ${block.name} overlaps another part or leaves the region`);
      this.absorb(at, from);
      at = to;
    }
    this.absorb(at, block.to);
    for (const [from, to] of model.openBytes) this.absorb(from, to);
    model.openBytes = [];
  }

  // ── Comparison ──

  private compareState({ real, model, buses, views, left, observer }: Slot, name: string): void {
    same(real.frames, model.frames, `${name}: frames`);
    same(real.maxFrames, model.setup.maxFrames, `${name}: maxFrames`);
    same(real.inputs.length, model.inputs.length, `${name}: input buses`);
    same(real.outputs.length, model.outputs.length, `${name}: output buses`);
    for (const [b, bus] of buses.entries())
      same(real.inputs[b] ?? real.outputs[b - real.inputs.length], bus, `${name}: the object of bus ${b}`);
    for (const count of ["refusedPushes", "droppedChannels", "truncatedFrames"] as const) {
      same(real.diagnostics[count], model.diagnostics[count], `${name}: diagnostics.${count}`);
    }
    const objection = views.objection(real.diagnostics.viewRebuilds);
    if (objection !== "") throw new Mismatch(`${name}: ${objection}`);
    same(real.inputsAddress, model.live ? (model.inputs[0]?.at.descriptor ?? 0) : 0, `${name}: inputsAddress`);
    same(real.outputsAddress, model.live ? (model.outputs[0]?.at.descriptor ?? 0) : 0, `${name}: outputsAddress`);
    for (const [b, bus] of model.buses.entries()) compareBus(buses[b]!, bus, `${name}, ${bus.direction} bus ${bus.index}`);
    if (observer !== undefined && model.live) {
      same(observer.frames, model.frames, `${name}: frames as another thread sees them`);
      same(observer.blocks, model.blocks, `${name}: blocks as another thread sees them`);
    }
    for (const bus of left)
      same(bus.length + bus.connectedLength + bus.constantMask + bus.pointer(0), 0, `${name}: a bus that was left behind`);
  }

  private compareBytes(ranges: Ranges): void {
    const actual = new Int32Array(this.memory.buffer);
    for (const [from, to] of ranges) {
      const word = firstDifference(actual, this.words, from >> 2, to >> 2);
      if (word === -1) continue;
      const hex = (words: Int32Array) => `0x${(words[word]! >>> 0).toString(16)}`;
      throw new Mismatch(`${this.describe(word * 4)}, is ${hex(actual)}, and should be ${hex(this.words)}`);
    }
  }

  private describe(address: number): string {
    const block = [...this.blocks.values()].find(({ from, to }) => address >= from && address < to);
    const parts = this.slots.flatMap((slot) => (slot?.model.live ? [...layoutOf(slot.model), ...slot.model.places] : []));
    const part = parts.find(([from, to]) => address >= from && address < to);
    return `word at ${address}, ${block?.name ?? "nobody's"}, ${part?.[2] ?? "no part"} + ${address - (part?.[0] ?? block?.from ?? 0)}`;
  }
}

/** One storage's way into the heap: on 8-byte boundaries only, where that is asked for, as many allocators are. */
class SlotHeap {
  readonly memory: WebAssembly.Memory;
  /** The storage's own. */
  own: Block | undefined;
  /** What was taken last. */
  latest: Block | undefined;
  held = 0;
  lastAsked = 0;
  refuses = false;
  private readonly taken = new Map<number, Block>();

  constructor(
    private readonly world: World,
    private readonly name: string,
    readonly misaligned: boolean,
  ) {
    this.memory = world.memory;
  }

  malloc = (byteLength: number): number => {
    if (this.refuses) return 0;
    this.lastAsked = byteLength;
    const shift = this.misaligned ? 8 : 0;
    const block = this.world.take(byteLength + shift, this.name);
    this.latest = block;
    this.taken.set(block.from + shift, block);
    this.held++;
    return block.from + shift;
  };

  free = (address: number): void => {
    const block = this.taken.get(address);
    if (block === undefined) throw new Mismatch(`${this.name} gave back ${address}, which it does not have`);
    this.taken.delete(address);
    this.held--;
    this.world.release(block);
    if (block === this.latest) this.latest = undefined;
    if (block === this.own) this.own = undefined;
  };
}

/** Descriptors and tables, [from, to, name]. */
function layoutOf(model: ModelStorage): readonly [number, number, string][] {
  const known = layouts.get(model);
  if (known !== undefined) return known;
  const layout = model.buses.flatMap(({ at, capacity, direction, index }): [number, number, string][] => [
    [at.descriptor, at.descriptor + 24, `descriptor of ${direction} bus ${index}`],
    [at.table, at.table + 4 * capacity, `table of ${direction} bus ${index}`],
  ]);
  layouts.set(model, layout);
  return layout;
}

const layouts = new WeakMap<ModelStorage, [number, number, string][]>();

/** The first word from `from` on that differs, -1 for none. */
function firstDifference(actual: Int32Array, expected: Int32Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (actual[at] !== expected[at]) return at;
  return -1;
}

function compareBus(real: RealBus, model: ModelBus, name: string): void {
  const channels = model.storage.live ? model.at.channels : [];
  same(real.tableAddress, model.storage.live ? model.at.table : 0, `${name}: tableAddress`);
  same(real.samplesAddress, channels[0] ?? 0, `${name}: samplesAddress`);
  for (let channel = -1; channel <= model.capacity; channel++)
    same(real.channelAddress(channel), channels[channel] ?? 0, `${name}: channelAddress(${channel})`);
  same(real.capacity, model.capacity, `${name}: capacity`);
  same(real.length, model.length, `${name}: length`);
  same(real.connectedLength, model.connected, `${name}: connectedLength`);
  for (let channel = 0; channel < model.length; channel++)
    same(real.pointer(channel), model.pointers[channel], `${name}: pointer(${channel})`);
  same(real.pointer(model.length), 0, `${name}: pointer past the end`);
  same(real.constantMask, model.storage.live ? model.mask : 0, `${name}: constantMask`);
}
