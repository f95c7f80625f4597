// One storage is driven by a host as it is, which may become known; a second one by a twin of the host that is always
// copied carefully. Whatever the host does with its lists and arrays, both must show the same after every step.

import { afterAll, expect, test } from "vitest";
import {
  createHeap,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { noise } from "../../support/host-channels";
import { deniedByInstanceof, type Form, forms, takenForms, trueLength, visibleState } from "../../support/host-forms";
import { randomNumbers, seeds } from "../../support/random-numbers.js";
import { growableBuffer, hasGrowable, hasResizable, resizableBuffer, resizeBuffer } from "../../support/resizable-buffers";

type Storage = ProcessBufferStorage<SampleFormat>;
type Roll = (most: number) => number;

const SEQUENCES = 1000;
const STEPS = 16;

// One heap for each of the two, in which the same is allocated, so that all addresses are the same.
const heaps = [createHeap(), createHeap()] as const;

/** Something for the first storage, and its twin for the second. */
interface Pair<T = unknown> {
  readonly real: T;
  readonly twin: T;
}

/** Nothing but what both are. */
const same = <T>(value: T): Pair<T> => ({ real: value, twin: value });

function detach(samples: unknown): void {
  const { buffer } = samples as Float32Array;
  // Shared and wasm memory cannot be given away.
  if (buffer instanceof ArrayBuffer && !heaps.some(({ memory }) => memory.buffer === buffer))
    structuredClone(buffer, { transfer: [buffer] });
}

/** The same bytes, twice, as the arrays that a host may have. */
const channelKinds: readonly ((frames: number, roll: Roll) => Pair)[] = [
  (frames) => samplesOver(frames, (bytes) => new ArrayBuffer(bytes)),
  (frames) => samplesOver(frames, (bytes) => new ArrayBuffer(bytes), class extends Float32Array {}),
  (frames) =>
    forged(
      samplesOver(frames, (bytes) => new ArrayBuffer(bytes)),
      { value: 7 },
    ),
  (frames) =>
    forged(
      samplesOver(frames, (bytes) => new ArrayBuffer(bytes)),
      { get: refuse },
    ),
  (frames) => (hasResizable ? samplesOver(frames, resizableBuffer) : same(null)),
  (frames) => (hasResizable ? followingSamples(frames) : same(undefined)),
  (frames) => (hasGrowable ? samplesOver(frames, growableBuffer) : same(null)),
  (frames, roll) => samplesOver(roll(frames + 4), (bytes) => new ArrayBuffer(bytes)),
  (frames) => samplesInMemory(frames),
];

/** What is no channel at all. */
const noChannels: readonly (() => Pair)[] = [
  () => same(null),
  () => same(undefined),
  () => same(new Float64Array(20)),
  () => same([1, 2, 3]),
  () => same(Object.create(Float32Array.prototype)),
  () => same(new Proxy(new Float32Array(20), {})),
];

function refuse(): never {
  throw new Error("the host");
}

function samplesOver(
  frames: number,
  make: (bytes: number) => ArrayBufferLike,
  Class: typeof Float32Array = Float32Array,
): Pair<Float32Array> {
  const [one, other] = [make(frames * 4), make(frames * 4)];
  return { real: new Class(one as ArrayBuffer, 0, frames), twin: deniedByInstanceof(new Float32Array(other as ArrayBuffer, 0, frames)) };
}

function followingSamples(frames: number): Pair<Float32Array> {
  const make = () => new Float32Array(resizableBuffer(frames * 4));
  return { real: make(), twin: Object.setPrototypeOf(make(), Int8Array.prototype) };
}

/** Views of the kernel's memory beside the storage, which growth detaches. */
function samplesInMemory(frames: number): Pair<Float32Array> {
  const [real, other] = heaps.map(({ memory }, one) => new Float32Array(memory.buffer, beside[one]!, frames));
  return { real: real!, twin: deniedByInstanceof(other!) };
}

function forged({ real, twin }: Pair<Float32Array>, length: PropertyDescriptor): Pair<Float32Array> {
  return { real: Object.defineProperty(real, "length", length), twin: Object.defineProperty(twin, "length", length) };
}

const BESIDE_FRAMES = 64;
const NOISE = noise(4096, 1);
const ONE_VALUE = new Float32Array(BESIDE_FRAMES).fill(0.5);
const beside = heaps.map((heap) => heap.malloc(BESIDE_FRAMES * 8));

/** Lists of channels for both, changed together. */
type Channels = Pair<unknown[]>;
type Buses = Pair<unknown[]>;

const listOf = <T>(pairs: readonly Pair<T>[]): Pair<T[]> => ({ real: pairs.map(({ real }) => real), twin: pairs.map(({ twin }) => twin) });

/** A host, with lists that it may change at any time. Only the real ones are ever frozen: the twin is copied carefully anyway. */
class RandomHost {
  frames: number;
  inputs: Buses;
  outputs: Buses;
  private readonly hasOddities: boolean;
  /** All channels that it has handed over, to be filled and compared. */
  private readonly channels: Pair[] = [];
  /** Lists that can still be changed. */
  private readonly lists: { list: Channels; ofBuses: boolean }[] = [];

  constructor(
    private readonly roll: Roll,
    private readonly capacities: { inputs: number[]; outputs: number[] },
    private readonly maxFrames: number,
  ) {
    this.hasOddities = roll(5) === 0;
    // Mostly as engines are: one length, every channel there, frozen from the start.
    this.frames = roll(12) === 0 ? roll(maxFrames + 3) : maxFrames - (roll(4) === 0 ? roll(maxFrames) : 0);
    this.inputs = this.newBuses(capacities.inputs);
    this.outputs = this.newBuses(capacities.outputs);
    if (roll(10) < 8) this.freeze();
  }

  get real() {
    return [this.inputs.real, this.outputs.real] as never as [Float32Array[][], Float32Array[][]];
  }

  get twin() {
    return [this.inputs.twin, this.outputs.twin] as never as [Float32Array[][], Float32Array[][]];
  }

  /** New samples everywhere; the same ones for both. */
  play(): void {
    for (const { real, twin } of this.channels) {
      // Now and then one value throughout, for those who look for constant channels.
      const values = this.roll(9) === 0 ? ONE_VALUE : NOISE.subarray(this.roll(NOISE.length - BESIDE_FRAMES));
      for (const samples of real === twin ? [real] : [real, twin]) {
        try {
          Float32Array.prototype.set.call(samples, values.subarray(0, trueLength(samples)));
        } catch {
          // It is no array, or detached.
        }
      }
    }
  }

  /** The first channel that differs between the two, or -1. */
  firstDifference(): number {
    return this.channels.findIndex(({ real, twin }) => real !== twin && !sameSamples(real, twin));
  }

  /** Something of what hosts do between two blocks. Tells what. */
  change(): string {
    const { roll, lists } = this;
    const channel = this.channels[roll(this.channels.length)];
    const open = lists.filter(({ list }) => !Object.isFrozen(list.real));
    const some = open[roll(open.length)];
    // Few hosts have arrays that can be resized, so those that do resize them often.
    const resizable = this.channels.filter(isResizable);
    switch (resizable.length > 0 && roll(2) === 0 ? 2 : roll(9)) {
      case 0:
        this.freeze();
        return "freezes its lists";
      case 1:
        if (channel !== undefined) for (const samples of [channel.real, channel.twin]) detachIfLive(samples);
        return "detaches a channel";
      case 2:
        for (const one of resizable) resize(one, roll(3) === 0 ? 2 : 0.5);
        return "resizes channels";
      case 3:
        this.inputs = this.newBuses(this.capacities.inputs);
        return "has new inputs";
      case 4:
        this.outputs = this.newBuses(this.capacities.outputs);
        return "has new outputs";
      case 5:
        this.frames = 1 + roll(this.maxFrames);
        this.inputs = this.newBuses(this.capacities.inputs);
        this.outputs = this.newBuses(this.capacities.outputs);
        return "has blocks of another length";
      default: {
        if (some === undefined) return "changes nothing";
        const { real, twin } = some.list;
        const entry = some.ofBuses ? this.newBus(2) : this.newChannel();
        const at = roll(real.length);
        if (roll(3) === 0) {
          real.length = at;
          twin.length = at;
          return "shortens a list in place";
        }
        if (roll(2) === 0 || real.length === 0) {
          real.push(entry.real);
          twin.push(entry.twin);
          return "lengthens a list in place";
        }
        // Over a getter, too.
        Object.defineProperty(real, at, { value: entry.real, writable: true });
        Object.defineProperty(twin, at, { value: entry.twin, writable: true });
        return "replaces an entry in place";
      }
    }
  }

  private freeze(): void {
    // Some freeze the one level and not the other.
    const levels = [0, 1, 2, 2, 2, 2, 2, 2, 2, 2][this.roll(10)]!;
    for (const { list, ofBuses } of this.lists) if (levels === 2 || ofBuses === (levels === 1)) Object.freeze(list.real);
  }

  private newBuses(capacities: readonly number[]): Buses {
    const { roll } = this;
    const count = Math.max(0, capacities.length + (roll(5) === 0 ? roll(3) - 1 : 0));
    return this.listed(listOf(Array.from({ length: count }, (_, b) => this.newBus(capacities[b] ?? 1))), true);
  }

  private newBus(capacity: number): Pair {
    const { roll } = this;
    if (roll(40) === 0) return [same(null), same(undefined), same(new Float32Array(20)), same({ length: 1 })][roll(4)]!;
    const count = roll(60) === 0 ? 33 : Math.max(0, capacity + (roll(4) === 0 ? roll(4) - 2 : 0));
    const channels = Array.from({ length: count }, () => this.newChannel());
    const list = listOf(channels);
    // A getter that freezing leaves as it is, which answers another channel later.
    if (roll(40) === 0 && count > 0) {
      const later = this.newChannel();
      const at = roll(count);
      for (const one of ["real", "twin"] as const) {
        const [now, then] = [list[one][at], later[one]];
        Object.defineProperty(list[one], at, { get: () => (this.isLater ? then : now), enumerable: true, configurable: true });
      }
    }
    return this.listed(list, false);
  }

  /** Whether getters in its lists answer other channels by now. */
  isLater = false;

  private newChannel(): Pair {
    const { roll, frames } = this;
    const isEngine = !this.hasOddities || roll(4) > 0;
    const kind = isEngine
      ? channelKinds[0]!
      : roll(3) === 0
        ? noChannels[roll(noChannels.length)]!
        : channelKinds[roll(channelKinds.length)]!;
    const pair = this.channels.length > 0 && roll(50) === 0 ? this.channels[roll(this.channels.length)]! : kind(frames, roll);
    this.channels.push(pair);
    return pair;
  }

  private listed(list: Pair<unknown[]>, ofBuses: boolean): Pair<unknown[]> {
    this.lists.push({ list, ofBuses });
    return list;
  }
}

function sameSamples(one: unknown, other: unknown): boolean {
  const frames = trueLength(one);
  if (trueLength(other) !== frames) return false;
  for (let k = 0; k < frames; k++) if (!Object.is((one as Float32Array)[k], (other as Float32Array)[k])) return false;
  return true;
}

function detachIfLive(samples: unknown): void {
  try {
    if (trueLength(samples) > 0) detach(samples);
  } catch {
    // It is no array.
  }
}

function isResizable({ real, twin }: Pair): boolean {
  // What is the same for both is no array of samples.
  return real !== twin && (real as { buffer: { resizable?: boolean } }).buffer.resizable === true;
}

function resize({ real, twin }: Pair, factor: number): void {
  for (const samples of [real, twin]) resizeBuffer((samples as Float32Array).buffer, factor);
}

const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];

function randomStorages(roll: Roll): { storages: Pair<Storage>; capacities: { inputs: number[]; outputs: number[] }; maxFrames: number } {
  const buses = (counts: readonly number[]) =>
    Array.from({ length: counts[roll(counts.length)]! }, () => (roll(40) === 0 ? 32 : [2, 1, 2, 0, 3, 4][roll(6)]!));
  const capacities = { inputs: buses([1, 2, 1, 2, 0, 3, 6]), outputs: buses([1, 1, 1, 2, 0]) };
  const maxFrames = [20, 16, 5, 1][roll(4)]!;
  const options: StorageOptions<SampleFormat> = {
    maxFrames,
    sampleFormat: roll(3) === 0 ? "f64" : "f32",
    detectConstant: roll(3) === 0,
    clearOutputs: roll(4) > 0,
    ...(roll(12) === 0 ? { channelMemory: "external" } : { missingInputs: policies[roll(3)]! }),
  };
  const [real, twin] = heaps.map((heap) => ProcessBufferStorage.allocateFromConfig(capacities, { ...options, heap }));
  return { storages: { real: real!, twin: twin! }, capacities, maxFrames };
}

const taken: Record<"collectedBy" | "deliveredBy", Record<Form, number>> = {
  collectedBy: { known: 0, compared: 0, plain: 0, careful: 0 },
  deliveredBy: { known: 0, compared: 0, plain: 0, careful: 0 },
};

test.each(seeds)(`${SEQUENCES} sequences of what hosts and callers do (seed %i): both storages show the same after every step`, (seed) => {
  const roll = randomNumbers(seed);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const { storages, capacities, maxFrames } = randomStorages(roll);
    const hosts = [0, 1].map(() => new RandomHost(roll, capacities, maxFrames));
    const interleaved = [storages.real, storages.twin].map((storage) => new InterleavedHost(storage, { channelCount: 2 }));
    let host = hosts[0]!;
    const done: string[] = [];

    /** Does the same to both, and compares what is to be seen. */
    const both = (name: string, act: (storage: Storage, isReal: boolean) => unknown) => {
      done.push(name);
      const [one, other] = [act(storages.real, true), act(storages.twin, false)];
      const said = () => `seed ${seed}, sequence ${sequence}: ${done.join(", ")}`;
      if (!Object.is(one, other)) expect(one, said()).toBe(other);
      const [seen, expected] = [visibleState(storages.real), visibleState(storages.twin)];
      if (seen.some((number, i) => !Object.is(number, expected[i]))) expect(seen, said()).toEqual(expected);
      const differing = hosts.findIndex((one) => one.firstDifference() >= 0);
      if (differing >= 0) expect.fail(`channel ${hosts[differing]!.firstDifference()} of host ${differing} differs; ${said()}`);
    };

    const collect = () => {
      host.play();
      both(`collect ${hosts.indexOf(host)}`, (storage, isReal) => {
        const [inputs, outputs] = isReal ? host.real : host.twin;
        return storage.collect(inputs, outputs);
      });
      taken.collectedBy[takenForms(storages.real).collectedBy]++;
      expect(takenForms(storages.twin).collectedBy).toBe("careful");
    };
    const deliver = (to = host) => {
      both(`deliver ${hosts.indexOf(to)}`, (storage, isReal) => storage.deliver((isReal ? to.real : to.twin)[1]));
      taken.deliveredBy[takenForms(storages.real).deliveredBy]++;
    };
    const kernel = () => {
      const value = roll(1000);
      both("kernel", (storage) => {
        for (const bus of storage.outputs) {
          for (let c = 0; c < bus.length; c++) {
            const input = storage.mainInput?.channel(c);
            bus.channel(c).fill(value + c);
            if (value % 3 === 0 && input?.length === bus.channel(c).length) bus.channel(c).set(input as Float32Array);
          }
        }
        // In place, so that what is left in inputs would show in the next block.
        if (value % 5 === 0) for (const bus of storage.inputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(-value);
        if (value % 7 === 0) for (const bus of [...storage.inputs, ...storage.outputs]) bus.constantMask = value;
        if (value % 11 === 0) new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 1).fill(value);
      });
    };
    // By no page: all views are detached all the same.
    const grow = () => both("grow", (storage) => void storage.memory.grow(0));
    const others: (() => void)[] = [
      () => both("clear", (storage) => storage.clear()),
      () => ((frames) => both(`begin ${frames}`, (storage) => storage.begin(frames)))(roll(maxFrames + 3)),
      () => ((frames) => both(`setFrames ${frames}`, (storage) => storage.setFrames(frames)))(roll(maxFrames + 2)),
      () => ((offset) => both(`setWindow ${offset}`, (storage) => storage.setWindow(offset, 3)))(roll(maxFrames)),
      () =>
        ((pick) => {
          both("push", (storage) => [...storage.inputs, ...storage.outputs].at(pick)?.push(beside[0]!));
        })(-1 - roll(3)),
      () => both("connect", (storage) => storage.mainInput?.connect(1)),
      () => both("interleaved", (storage, isReal) => storage && interleaved[isReal ? 0 : 1]!.collect(noise(2 * 3, seed))),
      grow,
      () => void done.push(host.change()),
      () => {
        for (const one of hosts) one.isLater = !one.isLater;
        done.push("getters answer others");
      },
    ];

    for (let step = 0; step < STEPS; step++) {
      if (roll(18) === 0) host = hosts[roll(2)]!;
      if (roll(8) === 0) done.push(`host ${hosts.indexOf(host)} ${host.change()}`);
      if (roll(12) === 0) others[roll(others.length)]!();
      collect();
      kernel();
      if (roll(10) === 0) others[roll(others.length)]!();
      deliver(roll(20) === 0 ? hosts[roll(2)] : host);
      if (roll(15) === 0) deliver();
    }
    for (const one of interleaved) one.free();
    storages.real.free();
    storages.twin.free();
  }
});

afterAll(() => {
  for (const counts of Object.values(taken)) {
    const all = counts.known + counts.compared + counts.plain + counts.careful;
    for (const form of forms) expect(counts[form] / all, `${form} of ${JSON.stringify(taken)}`).toBeGreaterThan(0.1);
  }
});
