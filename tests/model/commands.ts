// What is done to the storages: fast-check commands, each with as few numbers as it needs, so that a
// failing sequence shrinks to what matters. Indices of storages, buses and channels count round.

import fc from "fast-check";
import {
  BusConfigError,
  copyInputsToOutputs,
  type HostBuses,
  InterleavedHost,
  type PcmFormat,
  ProcessBufferStorage,
} from "wasm-process-buffers";
import {
  detach,
  type Frozen,
  freeze,
  type HostShape,
  hostOf,
  ODD_KINDS,
  randomFractions,
  refill,
  resize,
  type Signal,
  samplesOf,
} from "./host";
import type { ModelBus, Setup } from "./model";
import { type Interleaved, Mismatch, type Slot, same, type World } from "./world";

type Act<A> = (world: World, args: A) => void;

class Step<A> implements fc.Command<World, World> {
  constructor(
    private readonly name: string,
    private readonly args: A,
    private readonly act: Act<A>,
    private readonly isSetUp: boolean,
  ) {}

  check(): boolean {
    return true;
  }

  run(world: World): void {
    if (this.isSetUp) world.prepareSetUp();
    this.act(world, this.args);
    world.settle();
    counts.commands++;
  }

  toString(): string {
    return `${this.name}(${fc.stringify(this.args)})`;
  }
}

type Form = "known" | "compared" | "plain" | "careful";

/** Commands run so far, and how often each form of a planar host was taken. */
export const counts = {
  commands: 0,
  collected: { known: 0, compared: 0, plain: 0, careful: 0 } as Record<Form, number>,
  delivered: { known: 0, compared: 0, plain: 0, careful: 0 } as Record<Form, number>,
};

/** What the library tells tests alone. */
interface Planar {
  readonly planar: { readonly collectedBy: Form; readonly deliveredBy: Form };
}

function step<A>(name: string, args: fc.Arbitrary<A>, act: Act<A>, isSetUp = false): fc.Arbitrary<fc.Command<World, World>> {
  return args.map((given) => new Step(name, given, act, isSetUp));
}

function setUpStep<A>(name: string, args: fc.Arbitrary<A>, act: Act<A>): fc.Arbitrary<fc.Command<World, World>> {
  return step(name, args, act, true);
}

// ── Arguments ──

const index = fc.nat(63);
const seed = fc.nat(99_999);
const signal: fc.Arbitrary<Signal> = fc.record({ kind: fc.constantFrom("noise", "noise", "constant", "special"), seed });

/** Frames as callers name them: -1 for as many as the storage holds at most. */
const frameCount: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(-1) },
  { weight: 5, arbitrary: fc.nat(26) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(0, -7, 2.75, 128, 1000, Number.NaN, Infinity, "7", null, undefined) },
);
const framesOf = (slot: Slot, frames: unknown) => (frames === -1 ? slot.real.maxFrames : frames) as number;

const busCounts = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.nat(4), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom([32], [8, 0, 8], Array(16).fill(1)) },
);
const maxFrames = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 24 }) }, { weight: 1, arbitrary: fc.constant(128) });

export interface Start {
  readonly setup: Setup;
  readonly misaligned: boolean;
}

export const start: fc.Arbitrary<Start> = fc.record({
  setup: fc.record({
    inputs: busCounts,
    outputs: busCounts,
    maxFrames,
    sampleFormat: fc.constantFrom("f32", "f64"),
    channelMemory: fc.constantFrom("owned", "owned", "owned", "external"),
    missingInputs: fc.constantFrom("silence", "repeat-mono", "drop"),
    clearOutputs: fc.constantFrom(true, true, false),
    detectConstant: fc.boolean(),
  }),
  misaligned: fc.constantFrom(false, false, false, true),
});

const host: fc.Arbitrary<HostShape> = fc.record({
  frames: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }) }),
  moreBuses: fc.constantFrom(0, 0, 0, 0, 0, -1, 1, 2, -9),
  moreChannels: fc.array(fc.constantFrom(0, 0, 0, 0, -1, 1, -2, 3, -9), { minLength: 1, maxLength: 3 }),
  odd: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.record({ bus: fc.nat(3), channel: fc.nat(3), kind: fc.constantFrom(...ODD_KINDS) }), { maxLength: 3 }),
    },
  ),
  signal,
  frozen: fc.constantFrom("all", "none", "outer"),
});

/** Which of the bad lists stands in for the list of buses; -1, mostly, for none. */
const badList = fc.oneof({ weight: 30, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(4) });
const BAD_LISTS = [undefined, null, 7, "inputs", {}] as const;
const hostFor = (shape: HostShape, what: number, declared: readonly number[], frames: number) =>
  (what === -1 ? hostOf(shape, declared, frames) : BAD_LISTS[what]) as HostBuses;

// ── Commands ──

const allocate = setUpStep("allocate", fc.record({ slot: index, start }), (world, { slot, start: { setup, misaligned } }) =>
  world.allocate(slot, setup, misaligned),
);

const free = setUpStep("free", fc.record({ slot: index, twice: fc.boolean() }), (world, { slot, twice }) => {
  world.free(world.slot(slot));
  if (twice) world.free(world.slot(slot));
});

const reconfigure = setUpStep(
  "reconfigure",
  fc.record({ slot: index, inputs: busCounts, outputs: busCounts, maxFrames: fc.option(maxFrames) }),
  (world, { slot: at, inputs, outputs, maxFrames }) => {
    const slot = world.slot(at);
    const setup = { ...slot.model.setup, inputs, outputs, maxFrames: maxFrames ?? slot.model.setup.maxFrames };
    const act = () => slot.real.reconfigure({ inputs, outputs }, maxFrames === null ? {} : { maxFrames });
    slot.heap.latest = undefined;
    if (!slot.model.live) return throws(Error, act);
    act();
    world.reconfigured(slot, setup);
  },
);

const NO_ROOM = { maxFrames: 25 };
const BAD: [new (...args: never[]) => Error, unknown, object][] = [
  [BusConfigError, { inputs: [33], outputs: [] }, {}],
  [BusConfigError, { inputs: [], outputs: [2, -1] }, {}],
  [BusConfigError, { inputs: [1.5], outputs: [] }, {}],
  [BusConfigError, { inputs: Array(17).fill(1), outputs: [] }, {}],
  [BusConfigError, { inputs: [2] }, {}],
  [BusConfigError, null, {}],
  [RangeError, { inputs: [2], outputs: [2] }, { maxFrames: 0 }],
  [RangeError, { inputs: [2], outputs: [2] }, { maxFrames: Number.NaN }],
  [RangeError, { inputs: [2], outputs: [2] }, { maxFrame: 64 }],
  [RangeError, { inputs: [2], outputs: [2] }, { sampleFormat: "f32" }],
  // Here the heap has no room.
  [Error, { inputs: [3], outputs: [1] }, NO_ROOM],
];

const reconfigureBadly = step("reconfigureBadly", fc.record({ slot: index, how: fc.nat(BAD.length - 1) }), (world, { slot: at, how }) => {
  const { real, model, heap } = world.slot(at);
  const [kind, config, options] = BAD[how]!;
  heap.refuses = options === NO_ROOM;
  throws(model.live ? kind : Error, () => real.reconfigure(config as never, options as never));
  heap.refuses = false;
});

const BAD_OPTIONS: object[] = [
  { channelMemory: "external", missingInputs: "silence" },
  { maxFrame: 64 },
  { interleavedChannels: 2 },
  { sampleFormat: "i8" },
  { clearOutputs: 1 },
];

const allocateBadly = step("allocateBadly", fc.record({ how: fc.nat(BAD_OPTIONS.length - 1) }), (world, { how }) => {
  throws(RangeError, () =>
    ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { ...BAD_OPTIONS[how], heap: world.heap }),
  );
});

const grow = step("grow", fc.constant({ pages: 1 }), (world, { pages }) => world.grow(pages));

const clear = step("clear", fc.record({ slot: index }), (world, { slot: at }) => {
  const { real, model } = world.slot(at);
  real.clear();
  model.clear();
});

const setFrames = step("setFrames", fc.record({ slot: index, frames: frameCount }), (world, { slot: at, frames }) => {
  const slot = world.slot(at);
  same(slot.real.setFrames(framesOf(slot, frames)), slot.model.setFrames(framesOf(slot, frames)), "what setFrames returns");
});

const begin = step("begin", fc.record({ slot: index, frames: frameCount }), (world, { slot: at, frames }) => {
  const slot = world.slot(at);
  same(slot.real.begin(framesOf(slot, frames)), slot.model.begin(framesOf(slot, frames)), "what begin returns");
});

const collect = step(
  "collect",
  fc.record({ slot: index, inputs: host, outputs: host, badInputs: badList, badOutputs: badList, alike: fc.boolean() }),
  (world, args) => {
    const slot = world.slot(args.slot);
    const { inputs, outputs, maxFrames } = slot.model.setup;
    const outputShape = args.alike ? { ...args.outputs, frames: args.inputs.frames } : args.outputs;
    const given = () => hostFor(args.inputs, args.badInputs, inputs, maxFrames);
    const offered = () => hostFor(outputShape, args.badOutputs, outputs, maxFrames);
    collectLists(slot, { inputs: given(), outputs: offered(), inputsOfModel: given(), outputsOfModel: offered() });
  },
);

const deliver = step("deliver", fc.record({ slot: index, outputs: host, badOutputs: badList }), (world, args) => {
  const slot = world.slot(args.slot);
  // Mostly as long as the block.
  const frames = Math.max(1, slot.model.frames);
  const taken = () => hostFor(args.outputs, args.badOutputs, slot.model.setup.outputs, frames);
  deliverLists(slot, taken(), taken());
});

const CHANGES = [
  "detach",
  "detach",
  "resize",
  "replace",
  "longer",
  "null",
  "push",
  "pop",
  "push bus",
  "pop bus",
  "freeze",
  "freeze outer",
] as const;
const frozen = fc.constantFrom<Frozen>("all", "all", "all", "all", "outer", "none");

/** A host that keeps its lists and hands them over several times, until something of them changes. */
const keepLists = step(
  "keepLists",
  fc.record({
    slot: index,
    inputs: host,
    outputs: host,
    alike: fc.constantFrom(true, true, true, false),
    frozenInputs: frozen,
    frozenOutputs: frozen,
    isResizable: fc.constantFrom(false, false, false, false, true),
    sameLists: fc.constantFrom(false, false, false, false, false, true),
    // The third time they are known.
    times: fc.constantFrom(1, 2, 3, 3, 4, 5),
    change: fc.option(
      fc.record({ ofInputs: fc.boolean(), n: index, how: fc.constantFrom(...CHANGES), times: fc.integer({ min: 1, max: 4 }) }),
    ),
  }),
  (world, { slot: at, inputs, outputs, alike, frozenInputs, frozenOutputs, isResizable, sameLists, times, change }) => {
    const slot = world.slot(at);
    const { setup } = slot.model;
    const frames = alike ? inputs.frames : outputs.frames;
    const given = () => hostOf({ ...inputs, frozen: frozenInputs, isResizable }, setup.inputs, setup.maxFrames);
    const offered = () => hostOf({ ...outputs, frozen: frozenOutputs, isResizable, frames }, setup.outputs, setup.maxFrames);
    const [real, model] = [given(), given()];
    const kept = {
      inputs: real,
      outputs: sameLists ? real : offered(),
      inputsOfModel: model,
      outputsOfModel: sameLists ? model : offered(),
    };
    slot.kept = kept;
    for (let time = 0; time < times; time++) keptBlock(world, slot, { kind: "noise", seed: time });
    if (change === null) return;
    changeLists(kept, change.ofInputs, change.n, isResizable ? "resize" : change.how);
    for (let time = 0; time < change.times; time++) keptBlock(world, slot, { kind: "noise", seed: 7 + time });
  },
);

/** The same lists once more, mostly with new samples in them. What happens between `collect` and `deliver` must not matter, or must be noticed. */
const again = step(
  "again",
  fc.record({
    slot: index,
    times: fc.integer({ min: 1, max: 4 }),
    signal,
    fills: fc.constantFrom(true, true, true, false),
    between: fc.constantFrom("nothing", "nothing", "nothing", "nothing", "growth", "clear", "begin", "frames", "detach"),
    n: index,
  }),
  (world, { slot: at, times, signal, fills, between, n }) => {
    const slot = world.slot(at);
    const { real, model, kept } = slot;
    if (kept === undefined) return;
    for (let time = 0; time < times; time++) {
      const isLast = time === times - 1;
      keptBlock(world, slot, fills ? { ...signal, seed: signal.seed + time } : undefined, () => {
        if (!isLast) return;
        if (between === "growth") world.grow(1);
        if (between === "clear") [real, model].forEach((one) => one.clear());
        if (between === "begin") [real, model].forEach((one) => one.begin(n));
        if (between === "frames") [real, model].forEach((one) => one.setFrames(n % 26));
        if (between === "detach") [kept.outputs, kept.outputsOfModel].forEach((lists) => detach(channelOf(lists, n)?.samples));
      });
    }
  },
);

const collectAgain = step("collectAgain", fc.record({ slot: index }), (world, { slot: at }) => {
  const slot = world.slot(at);
  if (slot.kept !== undefined) collectLists(slot, slot.kept);
});

const deliverAgain = step("deliverAgain", fc.record({ slot: index }), (world, { slot: at }) => {
  const slot = world.slot(at);
  if (slot.kept !== undefined) deliverLists(slot, slot.kept.outputs, slot.kept.outputsOfModel);
});

/** One storage after the other: what a host hands over are views of a storage's outputs, of this one's or of another's. */
const chain = step(
  "chain",
  fc.record({ slot: index, source: index, back: fc.boolean(), times: fc.integer({ min: 1, max: 4 }), signal }),
  (world, { slot: at, source, back, times, signal }) => {
    const slot = world.slot(at);
    const from = world.slot(source);
    const { setup } = slot.model;
    if (!from.model.live || from.model.sampleBytes !== 4) return;
    const viewsOf = (buffer: ArrayBufferLike) =>
      Object.freeze(
        from.model.outputs.map(({ at: { channels } }) =>
          Object.freeze(channels.map((samples) => new Float32Array(buffer as ArrayBuffer, samples, from.model.frames))),
        ),
      );
    const [real, model] = [viewsOf(world.memory.buffer), viewsOf(world.bytes.buffer)];
    // What a NaN is made of is not for the model to say.
    if (model.some((channels) => channels.some((samples) => samples.some(Number.isNaN)))) return;
    const shape: HostShape = { frames: from.model.frames, moreBuses: 0, moreChannels: [0], odd: [], signal, frozen: "all" };
    const others = () => hostOf(shape, setup.outputs, setup.maxFrames);
    const lists = {
      inputs: real,
      inputsOfModel: model,
      ...(back ? { outputs: real, outputsOfModel: model } : { outputs: others(), outputsOfModel: others() }),
    };
    for (let time = 0; time < times; time++) {
      collectLists(slot, lists);
      world.settle();
      writeOutputs(world, slot, { kind: "constant", seed: signal.seed });
      deliverLists(slot, lists.outputs, lists.outputsOfModel);
      world.settle();
    }
  },
);

/** Kept lists change in place, as far as they can be changed. */
const changeKept = step(
  "changeKept",
  fc.record({ slot: index, ofInputs: fc.boolean(), n: index, how: fc.constantFrom(...CHANGES) }),
  (world, { slot: at, ofInputs, n, how }) => {
    const { kept } = world.slot(at);
    if (kept !== undefined) changeLists(kept, ofInputs, n, how);
  },
);

// ── Interleaved hosts ──

const makeInterleaved = setUpStep(
  "makeInterleaved",
  fc.record({
    slot: index,
    width: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }) }, { weight: 1, arbitrary: fc.constantFrom(17, 40) }),
    format: fc.constantFrom<PcmFormat>("f32", "i16"),
  }),
  (world, { slot: at, width, format }) => world.makeInterleaved(world.slot(at), width, format),
);

const BAD_HOSTS: [new (...args: never[]) => Error, unknown][] = [
  [RangeError, { channelCount: 0 }],
  [RangeError, { channelCount: 1025 }],
  [RangeError, { channelCount: 1.5 }],
  [RangeError, { channelCount: "2" }],
  [RangeError, {}],
  [RangeError, { channelCount: 2, format: "i8" }],
  [RangeError, { channelCount: 2, formats: "f32" }],
  [RangeError, null],
  // Here the heap has no room.
  [Error, { channelCount: 2 }],
];

const makeInterleavedBadly = step(
  "makeInterleavedBadly",
  fc.record({ slot: index, how: fc.nat(BAD_HOSTS.length - 1) }),
  (world, { slot: at, how }) => {
    const { real, heap } = world.slot(at);
    const [kind, options] = BAD_HOSTS[how]!;
    heap.refuses = true;
    throws(kind, () => new InterleavedHost(real, options as never));
    heap.refuses = false;
  },
);

const freeInterleaved = setUpStep(
  "freeInterleaved",
  fc.record({ slot: index, n: index, twice: fc.boolean() }),
  (world, { slot: at, n, twice }) => {
    const { interleaved } = world.slot(at);
    if (interleaved.length === 0) return;
    const host = interleaved[n % interleaved.length]!;
    world.freeInterleaved(host);
    if (twice) world.freeInterleaved(host);
  },
);

/** One array of an interleaved host. */
const pcm = fc.record({
  slot: index,
  n: index,
  frames: frameCount,
  /** Samples more than whole frames, or fewer. */
  off: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }) }),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("good") },
    { weight: 1, arbitrary: fc.constantFrom("other format", "doubles", "null", "list", "detached") },
    { weight: 1, arbitrary: fc.constant("view of an output") },
  ),
  signal,
});
type Pcm = typeof pcm extends fc.Arbitrary<infer P> ? P : never;

const collectInterleaved = step("collectInterleaved", pcm, (world, args) =>
  withPcm(world, args, (slot, host, samples, before) => {
    const frames = host.real.collect(samples as Float32Array);
    same(
      frames,
      host.live ? slot.model.collectInterleaved(before, host.width, host.format) : 0,
      "what an interleaved host's collect returns",
    );
    sameSamples(samples, before, "what an interleaved host handed over");
    allowOwnViews(slot, slot.model.inputs, frames);
  }),
);

const deliverInterleaved = step("deliverInterleaved", pcm, (world, args) => withPcm(world, ownArray(args), deliverPcm));

const interleavedBlock = step("interleavedBlock", pcm, (world, args) =>
  withPcm(world, ownArray(args), (slot, host, samples, before) => {
    const frames = host.real.collect(samples as Float32Array);
    same(
      frames,
      host.live ? slot.model.collectInterleaved(before, host.width, host.format) : 0,
      "what an interleaved host's collect returns",
    );
    allowOwnViews(slot, slot.model.inputs, frames);
    writeOutputs(world, slot, args.signal);
    deliverPcm(slot, host, samples, before);
  }),
);

const connect = step(
  "connect",
  fc.record({ slot: index, bus: index, channels: fc.oneof(fc.nat(4), fc.constantFrom<unknown>(-1, 1.5, 40, Number.NaN, "1", null)) }),
  (world, { slot: at, bus, channels }) => {
    const slot = world.slot(at);
    const { model, buses } = slot;
    if (buses.length === 0) return;
    const b = bus % buses.length;
    same(buses[b]!.connect(channels as number), model.connect(model.buses[b]!, channels as number), "what connect returns");
  },
);

const setWindow = step(
  "setWindow",
  fc.record({ slot: index, offset: frameCount, frames: frameCount }),
  (world, { slot: at, offset, frames }) => {
    const slot = world.slot(at);
    same(
      slot.real.setWindow(offset as number, framesOf(slot, frames)),
      slot.model.setWindow(offset as number, framesOf(slot, frames)),
      "what setWindow returns",
    );
  },
);

const POINTERS = [
  "buffer",
  "buffer",
  "buffer",
  "buffer",
  "channel",
  "channel",
  "last",
  "beyond",
  "misaligned",
  "null",
  "signed",
  "odd",
] as const;
const ODD_POINTERS: readonly unknown[] = [Number.NaN, 1024.5, -0, Infinity, 2 ** 32 + 1024, "1024", null, undefined, 1024n];

const push = step(
  "push",
  fc.record({ slot: index, bus: index, pointer: fc.constantFrom(...POINTERS), n: fc.nat(99), times: fc.integer({ min: 1, max: 3 }) }),
  (world, args) => {
    const { model, buses } = world.slot(args.slot);
    if (buses.length === 0) return;
    const b = args.bus % buses.length;
    for (let i = 0; i < args.times; i++) {
      const pointer = pointerFor(world, model.channelBytes, args.pointer, args.n + i);
      same(buses[b]!.push(pointer as number), model.push(model.buses[b]!, pointer), `what push(${String(pointer)}) returns`);
    }
  },
);

const pushAfterClear = step(
  "pushAfterClear",
  fc.record({ slot: index, frames: frameCount, n: fc.nat(99) }),
  (world, { slot: at, frames, n }) => {
    const slot = world.slot(at);
    const { real, model, buses } = slot;
    real.clear();
    model.clear();
    same(real.setFrames(framesOf(slot, frames)), model.setFrames(framesOf(slot, frames)), "what setFrames returns");
    for (const [b, bus] of model.buses.entries()) {
      for (let channel = 0; channel < bus.capacity; channel++) {
        const pointer = pointerFor(world, model.channelBytes, "buffer", n + 3 * b + channel);
        same(buses[b]!.push(pointer as number), model.push(bus, pointer), "what push of a buffer returns");
      }
    }
  },
);

const setMask = step(
  "setMask",
  fc.record({
    slot: index,
    bus: index,
    mask: fc.oneof(fc.nat(), fc.constantFrom<unknown>(-1, 2 ** 31, 2 ** 32 + 5, 1.5, Number.NaN, "3", null)),
  }),
  (world, args) => {
    const { model, buses } = world.slot(args.slot);
    if (buses.length === 0) return;
    const b = args.bus % buses.length;
    buses[b]!.constantMask = args.mask as number;
    if (model.live && typeof args.mask === "number") model.buses[b]!.mask = args.mask >>> 0;
  },
);

/** Looks at the views, as the same objects as ever, and writes through some of them. */
const view = step(
  "view",
  fc.record({ slot: index, bus: index, all: fc.boolean(), write: fc.boolean(), signal }),
  (world, { slot: at, bus, all, write, signal }) => {
    const slot = world.slot(at);
    const { model, buses } = slot;
    for (let b = 0; b < buses.length; b++) {
      if (!all && b !== bus % buses.length) continue;
      for (let channel = 0; channel < model.buses[b]!.length; channel++) {
        lookAt(world, slot, b, channel);
        const pointer = model.buses[b]!.pointers[channel]!;
        if (write) world.write(pointer, inFormat(slot, samplesOf(signal, channel, model.frames)));
      }
      for (const channel of [-1, 0.5, model.buses[b]!.length, Number.NaN])
        same(buses[b]!.channel(channel).length, 0, `the length of channel(${channel})`);
    }
    for (const bus of slot.left) same(bus.channel(0).length + Number(bus.push(64)), 0, "what a bus that was left behind does");
    for (const bus of slot.left) bus.constantMask = 3;
    for (const bus of slot.left) same(bus.connect(), 0, "channels that a bus connects that was left behind");
  },
);

/** A kernel: finds its way by descriptors and tables alone, checks what it reads, and writes its outputs. */
const kernel = step(
  "kernel",
  fc.record({ slot: index, flat: fc.boolean(), masks: fc.boolean(), overInputs: fc.constantFrom(false, false, true), signal }),
  (world, args) => {
    const slot = world.slot(args.slot);
    const { real, model } = slot;
    if (!model.live || !model.sound) return;
    const data = new DataView(world.memory.buffer);
    const frames = Math.max(0, Math.min(model.window.frames, model.frames - model.window.offset));
    const isDouble = model.sampleBytes === 8;
    const visit = (buses: readonly ModelBus[], descriptors: number, table: number, writes: boolean) => {
      for (const [b, bus] of buses.entries()) {
        const descriptor = descriptors + 24 * b;
        const own = data.getUint32(descriptor + (isDouble ? 4 : 0), true);
        same(data.getUint32(descriptor + (isDouble ? 0 : 4), true), 0, "the other format's table");
        same(data.getUint32(descriptor + 8, true), bus.length, "the kernel's channel count");
        for (let channel = 0; channel < bus.length; channel++) {
          const pointer = data.getUint32((args.flat ? table : own) + 4 * channel, true);
          if (writes) world.write(pointer, inFormat(slot, samplesOf(args.signal, b * 32 + channel, frames)));
        }
        if (args.masks && writes) world.spoil(descriptor + 16, 8, args.signal.seed + b);
        table += 4 * bus.capacity;
      }
    };
    visit(model.inputs, real.inputsAddress, real.inputTableAddress, args.overInputs);
    visit(model.outputs, real.outputsAddress, real.outputTableAddress, true);
  },
);

/** A kernel gone wild: descriptors and tables hold anything after it. */
const spoil = step(
  "spoil",
  fc.record({ slot: index, what: fc.constantFrom("all", "descriptors", "tables"), seed }),
  (world, { slot: at, what, seed }) => {
    const { model } = world.slot(at);
    if (!model.live) return;
    for (const { at, capacity } of model.buses) {
      if (what !== "tables") world.spoil(at.descriptor, 24, seed + at.descriptor);
      if (what !== "descriptors") world.spoil(at.table, 4 * capacity, seed + at.table);
    }
    model.sound = false;
  },
);

const passThrough = step("passThrough", fc.record({ slot: index }), (world, { slot: at }) => {
  const slot = world.slot(at);
  const { real, model } = slot;
  // Only where every output may be written to.
  const writable = ({ pointers }: ModelBus) => pointers.every((pointer) => world.mayWrite(pointer, model.frames * model.sampleBytes));
  if (!model.outputs.every(writable)) return;
  copyInputsToOutputs(real);
  model.copyInputsToOutputs();
  allowViews(slot, model.buses, model.frames);
});

/** A whole block as a worklet has it. */
const block = step("block", fc.record({ slot: index, host, signal }), (world, { slot: at, host, signal }) => {
  const slot = world.slot(at);
  const { inputs, outputs, maxFrames } = slot.model.setup;
  const lists = {
    inputs: hostOf(host, inputs, maxFrames),
    outputs: hostOf(host, outputs, maxFrames),
    inputsOfModel: hostOf(host, inputs, maxFrames),
    outputsOfModel: hostOf(host, outputs, maxFrames),
  };
  collectLists(slot, lists);
  writeOutputs(world, slot, signal);
  deliverLists(slot, lists.outputs, lists.outputsOfModel);
});

const WEIGHTED: [number, fc.Arbitrary<fc.Command<World, World>>][] = [
  [8, collect],
  [5, block],
  [5, deliver],
  [4, begin],
  [8, keepLists],
  [8, again],
  [2, collectAgain],
  [2, deliverAgain],
  [4, changeKept],
  [3, chain],
  [3, makeInterleaved],
  [1, makeInterleavedBadly],
  [4, collectInterleaved],
  [4, deliverInterleaved],
  [4, interleavedBlock],
  [1, freeInterleaved],
  [3, connect],
  [5, kernel],
  [5, push],
  [2, pushAfterClear],
  [3, setWindow],
  [4, setFrames],
  [2, clear],
  [2, setMask],
  [3, view],
  [2, passThrough],
  [3, spoil],
  [1, grow],
  [2, allocate],
  [1, free],
  [2, reconfigure],
  [1, reconfigureBadly],
  [1, allocateBadly],
];

/** Sequences of commands; `replayPath` runs one again as fast-check has shrunk it. */
export function sequences(replayPath?: string): fc.Arbitrary<Iterable<fc.Command<World, World>>> {
  // Each kind of command as often as it has weight, because fast-check chooses between kinds evenly.
  const kinds = WEIGHTED.flatMap(([weight, kind]) => Array<typeof kind>(weight).fill(kind));
  return fc.commands(kinds, { maxCommands: 40, size: "max", ...(replayPath === undefined ? {} : { replayPath }) });
}

// ── Helpers ──

function throws(kind: new (...args: never[]) => Error, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof kind && !(error instanceof TypeError) && !(error instanceof Mismatch)) return;
    throw error;
  }
  throw new Mismatch(`nothing was thrown, and should have been ${kind.name}`);
}

function inFormat({ model }: Slot, samples: Float32Array): Float32Array | Float64Array {
  return model.sampleBytes === 8 ? Float64Array.from(samples, (sample, k) => (k % 2 === 0 ? sample : sample * 1.1)) : samples;
}

function lookAt(world: World, { real, model, buses, views }: Slot, b: number, channel: number): void {
  const seen = buses[b]!.channel(channel);
  const name = `channel(${channel}) of bus ${b}`;
  same(seen.constructor, real.sampleFormat === "f64" ? Float64Array : Float32Array, `the type of ${name}`);
  same(seen.length, model.frames, `the length of ${name}`);
  if (model.frames === 0) return;
  if (!world.isShared) same(seen.buffer, world.memory.buffer, `the memory of ${name}`);
  same(seen.byteOffset, model.buses[b]!.pointers[channel], `the address of ${name}`);
  same(views.see(seen.byteOffset, seen as Float32Array), true, `that ${name} is the same object as before`);
}

/** Views with which the library may look at these buses, or at their host's floats. */
function allowViews({ views }: Slot, buses: readonly ModelBus[], frames: number): void {
  for (const bus of buses) {
    for (const [channel, pointer] of bus.entries.entries()) {
      views.allow(`${bus.direction} ${bus.index}.${channel} in floats`, frames);
      views.allow(pointer, frames);
    }
  }
}

/** Views with which the library may take in what a host delivers. */
function allowOwnViews({ views }: Slot, buses: readonly ModelBus[], frames: number): void {
  for (const bus of buses) {
    for (const [channel, own] of bus.at.channels.entries()) {
      views.allow(`${bus.direction} ${bus.index}.${channel} in floats`, frames);
      views.allow(own, frames);
    }
  }
}

// ── Planar hosts ──

interface Lists {
  readonly inputs: HostBuses;
  readonly outputs: HostBuses;
  readonly inputsOfModel: HostBuses;
  readonly outputsOfModel: HostBuses;
}

function collectLists(slot: Slot, { inputs, outputs, inputsOfModel, outputsOfModel }: Lists): void {
  const { real, model } = slot;
  const frames = real.collect(inputs, outputs);
  if (model.live) counts.collected[(real as unknown as Planar).planar.collectedBy]++;
  same(frames, model.collect(inputsOfModel, outputsOfModel), "what collect returns");
  allowOwnViews(slot, model.buses, frames);
  sameHost(inputs, inputsOfModel, "inputs after collect");
  sameHost(outputs, outputsOfModel, "outputs after collect");
}

function deliverLists(slot: Slot, taken: HostBuses, expected: HostBuses): void {
  const { real, model } = slot;
  real.deliver(taken);
  if (model.live) counts.delivered[(real as unknown as Planar).planar.deliveredBy]++;
  model.deliver(expected);
  allowViews(slot, model.outputs, model.frames);
  sameHost(taken, expected, "outputs after deliver");
}

/** A block with the lists that come again. */
function keptBlock(world: World, slot: Slot, signal: Signal | undefined, between: () => void = () => {}): void {
  const { kept } = slot;
  if (kept === undefined) return;
  if (signal !== undefined) for (const lists of [kept.inputs, kept.inputsOfModel]) refill(lists, signal);
  collectLists(slot, kept);
  world.settle();
  writeOutputs(world, slot, signal ?? { kind: "noise", seed: 1 });
  between();
  deliverLists(slot, kept.outputs, kept.outputsOfModel);
  world.settle();
}

/** What a kernel does. */
function writeOutputs(world: World, slot: Slot, signal: Signal): void {
  const { outputs, frames } = slot.model;
  for (const [b, { pointers }] of outputs.entries()) {
    for (const [channel, pointer] of pointers.entries())
      world.write(pointer, inFormat(slot, samplesOf(signal, b * 32 + channel + 512, frames)));
  }
}

/** Some channel of a host, counted round. */
function channelOf(lists: HostBuses, n: number): { channels: unknown[]; at: number; samples: unknown } | undefined {
  const all = lists.flatMap((channels) => (Array.isArray(channels) ? channels.map((samples, at) => ({ channels, at, samples })) : []));
  return all[n % all.length];
}

function resizeAll(lists: HostBuses, frames: number): void {
  for (const channels of lists) if (Array.isArray(channels)) for (const channel of channels) resize(channel, frames);
}

/** Samples of a channel; some where it has none, or throws. */
function lengthIn(samples: unknown): number {
  try {
    return (samples as Float32Array).length ?? 8;
  } catch {
    return 8;
  }
}

function changeLists({ inputs, outputs, inputsOfModel, outputsOfModel }: Lists, ofInputs: boolean, n: number, how: string): void {
  for (const lists of ofInputs ? [inputs, inputsOfModel] : [outputs, outputsOfModel]) changeInPlace(lists, n, how);
}

function changeInPlace(lists: HostBuses, n: number, how: string): void {
  const signal: Signal = { kind: "noise", seed: n };
  const channel = channelOf(lists, n);
  const frames = lengthIn(channel?.samples);
  if (how === "detach") detach(channel?.samples);
  // Shorter mostly, because what is longer than a known block cannot be copied into it.
  if (how === "resize") resizeAll(lists, n % 4 === 0 ? frames + 3 : n % frames);
  if (how === "freeze") freeze(lists, "all");
  if (how === "freeze outer") freeze(lists, "outer");
  if (channel !== undefined && !Object.isFrozen(channel.channels)) {
    if (how === "replace") channel.channels[channel.at] = samplesOf(signal, 600, frames);
    if (how === "longer") channel.channels[channel.at] = samplesOf(signal, 601, frames + 3);
    if (how === "null") channel.channels[channel.at] = null;
    if (how === "push") channel.channels.push(samplesOf(signal, 602, frames));
    if (how === "pop") channel.channels.pop();
  }
  if (Object.isFrozen(lists)) return;
  if (how === "push bus") (lists as unknown[]).push([samplesOf(signal, 603, frames)]);
  if (how === "pop bus") (lists as unknown[]).pop();
}

function pointerFor(world: World, byteLength: number, kind: (typeof POINTERS)[number], n: number): unknown {
  const end = world.memory.buffer.byteLength;
  const buffer = world.buffers[n % world.buffers.length]!.from + 8 * (n % 24);
  const channels = world.slots.flatMap((slot) => slot?.model.places ?? []);
  switch (kind) {
    case "buffer":
      return buffer;
    case "channel":
      return channels[n % channels.length]?.[0] ?? buffer;
    case "last":
      return end - byteLength;
    case "beyond":
      return end - byteLength + 8;
    case "misaligned":
      return buffer + 1 + (n % 7);
    case "null":
      return 0;
    case "signed":
      return -8 * n;
    default:
      return ODD_POINTERS[n % ODD_POINTERS.length];
  }
}

// ── Interleaved hosts ──

/** What is delivered does not go where it comes from. */
function ownArray(args: Pcm): Pcm {
  return args.kind === "view of an output" ? { ...args, kind: "good" } : args;
}

/** Acts on some interleaved host of a storage with an array that it hands over, made twice. */
function withPcm(
  world: World,
  { slot: at, n, frames, off, kind, signal }: Pcm,
  act: (slot: Slot, host: Interleaved, ...samples: [unknown, unknown]) => void,
): void {
  const slot = world.slot(at);
  const host = slot.interleaved[n % slot.interleaved.length];
  if (host === undefined) return;
  const wanted = framesOf(slot, frames);
  const length = Math.max(0, (Number.isInteger(wanted) && wanted > 0 ? wanted : 0) * host.width + off);
  const output = slot.model.live ? slot.model.outputs.find(({ at }) => at.channels.length > 0)?.at.channels[0] : undefined;
  const samples = (buffer: ArrayBufferLike) => {
    if (kind !== "view of an output" || output === undefined) return pcmOf(length, host.format, kind, signal);
    const View = host.format === "i16" ? Int16Array : Float32Array;
    return new View(buffer as ArrayBuffer, output, Math.min(length, slot.model.channelBytes / View.BYTES_PER_ELEMENT));
  };
  const [given, givenToModel] = [samples(world.memory.buffer), samples(world.bytes.buffer)];
  // What a NaN is made of is not for the model to say.
  if (kind === "view of an output" && (givenToModel as Float32Array).some(Number.isNaN)) return;
  act(slot, host, given, givenToModel);
  // The views with which a host looks at its room.
  const count = slot.model.frames * host.width;
  for (const name of ["room", "16-bit room", "room of floats"]) slot.views.allow(`${name} ${host.room.from}`, 0);
  for (const name of ["floats", "16-bit samples"]) slot.views.allow(`${name} ${host.room.from}`, count);
}

function deliverPcm(slot: Slot, host: Interleaved, samples: unknown, expected: unknown): void {
  const { model } = slot;
  same(
    host.real.deliver(samples as Float32Array),
    host.live ? model.deliverInterleaved(expected, host.width, host.format) : 0,
    "what an interleaved host's deliver returns",
  );
  sameSamples(samples, expected, "what an interleaved host was given");
  allowViews(slot, model.outputs, model.frames);
}

function pcmOf(length: number, format: PcmFormat, kind: string, signal: Signal): unknown {
  const floats = samplesOf(signal, 0, length);
  const roll = randomFractions(signal.seed);
  const isInt16 = (format === "i16") === (kind !== "other format");
  const samples = isInt16 ? Int16Array.from(floats, () => roll() * 65536 - 32768) : floats;
  if (kind === "null") return null;
  if (kind === "list") return [...floats];
  if (kind === "doubles") return Float64Array.from(floats);
  if (kind === "detached") structuredClone(samples.buffer, { transfer: [samples.buffer as ArrayBuffer] });
  return samples;
}

function sameHost(actual: HostBuses, expected: HostBuses, what: string): void {
  if (!Array.isArray(actual)) return;
  for (const [b, bus] of actual.entries()) {
    if (!Array.isArray(bus)) continue;
    for (const [channel, samples] of bus.entries()) sameSamples(samples, expected[b]?.[channel], `${what}: bus ${b} channel ${channel}`);
  }
}

function sameSamples(actual: unknown, expected: unknown, what: string): void {
  if (!(ArrayBuffer.isView(actual) && ArrayBuffer.isView(expected))) return;
  // What throws when it is looked at is no view of anything.
  const [a, b] = [actual as Float32Array, expected as Float32Array];
  try {
    void a.length;
  } catch {
    return;
  }
  same(a.length, b.length, `the length of ${what}`);
  for (let i = 0; i < a.length; i++)
    if (!Object.is(a[i], b[i])) throw new Mismatch(`${what}: sample ${i} is ${a[i]}, and should be ${b[i]}`);
}
