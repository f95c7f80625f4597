// Kernels that write where they should not. A kernel shares its memory with the storage, so it can write
// over the descriptors, tables, lengths and masks that it is handed. The next block is right all the same,
// and no call of the library reads or writes anything but the storage's own bytes and validated pointers.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  applyGain,
  average,
  clearOutputs,
  copyInputsToOutputs,
  createHeap,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
  peak,
  rms,
  type SampleFormat,
  StorageObserver,
  type StorageOptions,
} from "wasm-process-buffers";
import { GUARD_PATTERN, guardedHeap, guardedSamples } from "../support/guarded-memory";
import { filled, noise, ramp } from "../support/host-channels";
import { randomNumbers, seeds } from "../support/random-numbers.js";

type Storage = ProcessBufferStorage<SampleFormat>;

// One heap of each kind for all: engines cap the number of memories in a process.
const heap = guardedHeap(8);
beforeEach(() => heap.reset());
afterEach(() => expect(heap.firstChangedGuard()).toBe(-1));

const formats: readonly SampleFormat[] = ["f32", "f64"];
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];
/** Every policy, and memory of the caller's, for which there is none. */
const kindsOfMemory: readonly StorageOptions<SampleFormat>[] = [
  ...policies.map((missingInputs) => ({ missingInputs })),
  { channelMemory: "external" },
];
const CONFIG = { inputs: [2, 1, 5], outputs: [2, 4] };

const allocate = (options: StorageOptions<SampleFormat> = {}): Storage =>
  ProcessBufferStorage.allocateFromConfig(CONFIG, { heap, ...options });

/** Every word of the descriptors and tables that a kernel is handed, as views on the memory as it is now. */
function handed({
  memory: { buffer },
  inputs,
  outputs,
  inputsAddress,
  outputsAddress,
  inputTableAddress,
  outputTableAddress,
}: Storage): Uint32Array[] {
  const channels = (buses: Storage["inputs"]) => buses.reduce((sum, { capacity }) => sum + capacity, 0);
  return [
    new Uint32Array(buffer, inputsAddress, inputs.length * 6),
    new Uint32Array(buffer, outputsAddress, outputs.length * 6),
    new Uint32Array(buffer, inputTableAddress, channels(inputs)),
    new Uint32Array(buffer, outputTableAddress, channels(outputs)),
  ];
}

const shown = (storage: Storage) => handed(storage).map((words) => [...words]);

/** Ways in which a word can be wrong. */
const wrongWords: Record<string, (roll: (most: number) => number, storage: Storage) => number> = {
  zeros: () => 0,
  ones: () => 0xffffffff,
  "random words": (roll) => roll(2 ** 32),
  "small counts": (roll) => roll(64),
  "addresses of what is not ours": (roll, { memory }) => roll(memory.buffer.byteLength / 16) * 16,
  "addresses beyond the memory": (roll, { memory }) => memory.buffer.byteLength + roll(1e6) * 4,
};

function scribble(
  storage: Storage,
  roll: (most: number) => number,
  wrong: (roll: (most: number) => number, storage: Storage) => number,
  everyWord = true,
): void {
  for (const words of handed(storage))
    for (let i = 0; i < words.length; i++) if (everyWord || roll(3) === 0) words[i] = wrong(roll, storage);
}

/** Whether nothing of the patterned memory has been read: twice the pattern is a NaN as a double, too. */
const noPattern = (samples: Float32Array) => samples.every(Number.isFinite);

describe("the checks themselves", () => {
  test("one byte outside the storage is noticed, and what is read from there shows", () => {
    const storage = allocate();
    expect(heap.firstChangedGuard()).toBe(-1);
    const outside = storage.inputsAddress + storage.usage.totalBytes;
    const bytes = new Uint8Array(heap.memory.buffer);
    for (const address of [storage.inputsAddress - 1, outside, bytes.length - 1, 0]) {
      bytes[address]! ^= 1;
      expect(heap.firstChangedGuard()).toBe(address & ~3);
      bytes[address]! ^= 1;
    }
    expect(noPattern(new Float32Array(heap.memory.buffer, outside, 1))).toBe(false);
    expect(noPattern(Float32Array.from(new Float64Array(heap.memory.buffer, (outside + 7) & ~7, 1)))).toBe(false);
    expect(new Uint32Array(heap.memory.buffer, outside, 1)[0]).toBe(GUARD_PATTERN);
  });

  test("memory that has grown is watched, too", () => {
    const before = heap.memory.buffer.byteLength;
    heap.memory.grow(1);
    expect(heap.firstChangedGuard()).toBe(-1);
    new Uint8Array(heap.memory.buffer)[before + 70] = 1;
    expect(heap.firstChangedGuard()).toBe((before + 70) & ~3);
    heap.restoreGuards();
  });
});

/** Every way to begin a block, after which all that the kernel is handed is as it should be. */
const beginnings: [string, (storage: Storage) => void][] = [
  ["collect", (storage) => void storage.collect([filled(2, 0.5), [], filled(3, 0.25)], [filled(2), filled(4)])],
  [
    "collect from a host with odd channels",
    (storage) => void storage.collect([[ramp(1), ramp(1, 64)], [], filled(3, 0.25)], [filled(2), filled(4)]),
  ],
  ["collect from nobody", (storage) => void storage.collect([], [])],
  ["begin", (storage) => void storage.begin(100)],
  ["begin, of no frames", (storage) => void storage.begin(0)],
  ["collect from an interleaved host", (storage) => void interleavedHost(storage, 3).collect(noise(3 * 100, 1))],
];

describe("a kernel that writes over all that it is handed is handed the right thing in the next block", () => {
  for (const [kind, wrong] of Object.entries(wrongWords)) {
    test.each(seeds)(`${kind} (seed %i)`, (seed) => {
      const roll = randomNumbers(seed);
      for (const sampleFormat of formats) {
        for (const options of kindsOfMemory) {
          const storage = allocate({ sampleFormat, ...options });
          for (const [name, begin] of beginnings) {
            begin(storage);
            const right = shown(storage);
            for (let round = 0; round < 4; round++) {
              scribble(storage, roll, wrong);
              if (round === 1) storage.setWindow(10, 20);
              if (round === 2) storage.deliver([filled(2), filled(4)]);
              // By no page: all views are detached all the same.
              if (round === 3) storage.memory.grow(0);
              begin(storage);
              expect(shown(storage), `seed ${seed}, ${sampleFormat}, ${JSON.stringify(options)}, ${name}`).toEqual(right);
            }
          }
        }
      }
    });

    test.each(seeds)(`${kind}, and clear empties every bus again (seed %i)`, (seed) => {
      const roll = randomNumbers(seed);
      const storage = allocate({ channelMemory: "external" });
      storage.clear();
      const [inputs, outputs] = shown(storage);
      scribble(storage, roll, wrong);
      storage.clear();
      expect(shown(storage).slice(0, 2)).toEqual([inputs, outputs]);
    });
  }

  test.each(seeds)("a mask is what the kernel wrote until the next block (seed %i)", (seed) => {
    const roll = randomNumbers(seed);
    const storage = allocate();
    for (let round = 0; round < 100; round++) {
      storage.collect([filled(2, 0.5)], [filled(2), filled(4)]);
      expect([...storage.inputs, ...storage.outputs].map(({ constantMask }) => constantMask)).toEqual([0, 1, 31, 0, 0]);
      scribble(storage, roll, wrongWords["random words"]!);
      const written = handed(storage)[0]![4]!;
      expect(storage.mainInput!.constantMask, `seed ${seed}`).toBe(written);
    }
  });
});

describe("what steers the storage is never read from the kernel's memory", () => {
  for (const [kind, wrong] of Object.entries(wrongWords)) {
    test.each(seeds)(`after ${kind}, lengths, pointers, views and what the host is given are as before (seed %i)`, (seed) => {
      const roll = randomNumbers(seed);
      for (const sampleFormat of formats) {
        const storage = allocate({ sampleFormat });
        const state = () =>
          [...storage.inputs, ...storage.outputs].map((bus) => [
            bus.length,
            bus.connectedLength,
            bus.capacity,
            bus.tableAddress,
            ...Array.from({ length: bus.length }, (_, c) => bus.pointer(c)),
          ]);
        const inputs = [[noise(128, 1), noise(128, 2)], [noise(128, 3)]];
        const outputs = [filled(2), filled(4)];
        storage.collect(inputs, outputs);
        const before = state();
        scribble(storage, roll, wrong);
        expect(state()).toEqual(before);
        copyInputsToOutputs(storage);
        storage.deliver(outputs);
        expect(outputs.map((bus) => bus.map((samples) => [...samples]))).toEqual([
          inputs[0]!.map((samples) => [...samples]),
          [...inputs[1]!, ...filled(3)].map((samples) => [...samples]),
        ]);
      }
    });
  }
});

/** All render calls, with arguments that are as they should be, or nearly. */
const calls: [string, (storage: Storage, roll: (most: number) => number, frames: number) => Float32Array[]][] = [
  [
    "collect",
    (storage, roll, frames) => {
      storage.collect(randomBuses(roll, CONFIG.inputs, frames), randomBuses(roll, CONFIG.outputs, frames));
      return [];
    },
  ],
  [
    "deliver",
    (storage, roll, frames) => {
      const buses = randomBuses(roll, CONFIG.outputs, frames);
      storage.deliver(buses);
      return buses.flat();
    },
  ],
  [
    "begin",
    (storage, _, frames) => {
      storage.begin(frames);
      return [];
    },
  ],
  [
    "setFrames",
    (storage, _, frames) => {
      storage.setFrames(frames);
      return [];
    },
  ],
  [
    "setWindow",
    (storage, roll, frames) => {
      storage.setWindow(roll(frames), roll(frames));
      return [];
    },
  ],
  [
    "clear",
    (storage) => {
      storage.clear();
      return [];
    },
  ],
  [
    "push",
    (storage, roll) => {
      for (const bus of [...storage.inputs, ...storage.outputs])
        bus.push(roll(3) === 0 ? roll(2 ** 32) : neighbour(storage).mainOutput!.pointer(0));
      return [];
    },
  ],
  [
    "channel",
    (storage, roll) => {
      for (const bus of [...storage.inputs, ...storage.outputs]) bus.channel(roll(6));
      return [];
    },
  ],
  [
    "constantMask",
    (storage, roll) => {
      storage.mainInput!.constantMask = roll(2 ** 32);
      return [];
    },
  ],
  [
    "collect of an interleaved host",
    (storage, roll, frames) => {
      interleavedHost(storage, 1 + roll(9)).collect(noise(frames * 2, roll(99)));
      return [];
    },
  ],
  [
    "deliver of an interleaved host",
    (storage, roll, frames) => {
      const samples = new Float32Array(frames * 3);
      interleavedHost(storage, 1 + roll(9)).deliver(samples);
      return [samples];
    },
  ],
  [
    "copyInputsToOutputs",
    (storage) => {
      copyInputsToOutputs(storage);
      return [];
    },
  ],
  [
    "clearOutputs",
    (storage) => {
      clearOutputs(storage);
      return [];
    },
  ],
  [
    "applyGain",
    (storage) => {
      applyGain(storage, 0.5);
      return [];
    },
  ],
  [
    "levels",
    (storage, roll) => {
      const [bus, c] = [storage.inputs[roll(3)]!, roll(6)];
      return [Float32Array.of(peak(bus, c), rms(bus, c), average(bus, c))];
    },
  ],
];

function randomBuses(roll: (most: number) => number, config: readonly number[], frames: number): Float32Array[][] {
  const ragged = roll(4) === 0;
  return config
    .slice(0, 1 + roll(config.length))
    .map((capacity) => Array.from({ length: roll(capacity + 2) }, () => noise(ragged ? 1 + roll(frames) : frames, roll(99))));
}

const interleavedHosts = new WeakMap<Storage, Map<number, InterleavedHost<SampleFormat>>>();
/** A host of `channelCount` channels, the same one each time. Its room lies in the storage's heap, too. */
function interleavedHost(storage: Storage, channelCount: number): InterleavedHost<SampleFormat> {
  const hosts = interleavedHosts.get(storage) ?? new Map<number, InterleavedHost<SampleFormat>>();
  interleavedHosts.set(storage, hosts);
  const host = hosts.get(channelCount) ?? new InterleavedHost(storage, { channelCount });
  hosts.set(channelCount, host);
  return host;
}

const neighbours = new WeakMap<Storage, Storage>();
/** A storage whose samples may be pushed; within the guarded heap, and the same one each time. */
function neighbour(storage: Storage): Storage {
  let beside = neighbours.get(storage);
  if (beside === undefined) {
    beside = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, { heap, sampleFormat: storage.sampleFormat });
    beside.begin(128);
    neighbours.set(storage, beside);
  }
  return beside;
}

describe("whatever is called, in whatever order, between whatever a kernel writes", () => {
  test.each(seeds)("nothing throws, nothing outside is read or written, and the next block is right (seed %i)", (seed) => {
    const roll = randomNumbers(seed);
    for (const sampleFormat of formats) {
      for (const kind of kindsOfMemory) {
        for (const variant of [{}, { detectConstant: true }, { clearOutputs: false }]) {
          const options = { ...kind, ...variant };
          const storage = allocate({ sampleFormat, ...options });
          const addresses = () => [storage.inputsAddress, storage.outputsAddress, storage.inputTableAddress, storage.outputTableAddress];
          const before = addresses();
          for (let step = 0; step < 150; step++) {
            const kinds = Object.values(wrongWords);
            if (roll(2) === 0) scribble(storage, roll, kinds[roll(kinds.length)]!, false);
            if (roll(4) === 0) scribbleSamples(storage, roll);
            const [name, call] = calls[roll(calls.length)]!;
            const said = `seed ${seed}, ${JSON.stringify({ sampleFormat, ...options })}, step ${step}, ${name}`;
            let given: Float32Array[] = [];
            expect(() => {
              given = call(storage, roll, 1 + roll(140));
            }, said).not.toThrow();
            expect(given.every(noPattern), said).toBe(true);
            if (step % 10 === 0) expect(heap.firstChangedGuard(), said).toBe(-1);
          }
          expect(heap.firstChangedGuard()).toBe(-1);
          expect(addresses()).toEqual(before);
          nextBlockIsRight(storage, options);
          heap.reset();
        }
      }
    }
  });

  /** Over every byte of the storage, staging and silence and all; never a NaN, so that one that shows came from outside. */
  function scribbleSamples(storage: Storage, roll: (most: number) => number): void {
    const words = new Uint32Array(storage.memory.buffer, storage.inputsAddress, storage.usage.totalBytes / 4);
    for (let i = 0; i < words.length; i++) words[i] = roll(2 ** 32) & ~0x40000000;
  }
});

/** A block whose kernel copies its inputs; where outputs are not cleared, those without an input keep what was in them. */
function nextBlockIsRight(storage: Storage, { channelMemory = "owned", clearOutputs = true }: StorageOptions<SampleFormat>): void {
  const inputs = [[noise(128, 1), noise(128, 2)], [noise(128, 3)], []];
  const outputs = CONFIG.outputs.map((channels) => Array.from({ length: channels }, () => guardedSamples(128)));
  const host = outputs.map((bus) => bus.map(({ samples }) => samples));
  expect(storage.collect(inputs, host)).toBe(128);
  copyInputsToOutputs(storage);
  storage.deliver(host);
  for (const [b, bus] of outputs.entries()) {
    for (const [c, { samples, guardsAreIntact }] of bus.entries()) {
      expect(guardsAreIntact()).toBe(true);
      const copied = channelMemory === "owned" ? inputs[b]![c] : undefined;
      if (copied !== undefined || clearOutputs) expect([...samples]).toEqual([...(copied ?? new Float32Array(128))]);
    }
  }
}

describe("a kernel that grows the memory", () => {
  const heaps: [string, () => { readonly memory: WebAssembly.Memory; malloc(bytes: number): number }][] = [
    ["a memory", () => heap],
    ["a shared memory", () => (shared ??= createHeap({ shared: true, initialPages: 2, maximumPages: 1024 }))],
  ];
  let shared: ReturnType<typeof createHeap> | undefined;

  for (const [kind, heapOf] of heaps) {
    for (const sampleFormat of formats) {
      for (const missingInputs of policies) {
        test(`${kind}, before every call, ${sampleFormat}, ${missingInputs}`, () => {
          const storage = allocate({ heap: heapOf(), sampleFormat, missingInputs, detectConstant: true });
          const host = new InterleavedHost(storage, { channelCount: 2, format: "i16" });
          const addresses = () => [
            storage.inputsAddress,
            storage.outputsAddress,
            storage.inputTableAddress,
            storage.outputTableAddress,
            storage.mainOutput!.tableAddress,
          ];
          const before = addresses();
          const grow = () => void storage.memory.grow(1);
          for (let block = 0; block < 4; block++) {
            const inputs = [[noise(128, block), noise(128, block + 1)], [], [noise(128, block + 2)]];
            const outputs = [filled(2), filled(4)];
            grow();
            expect(storage.collect(inputs, outputs)).toBe(128);
            grow();
            expect([...storage.mainInput!.channel(1)]).toEqual([...inputs[0]![1]!]);
            grow();
            storage.setWindow(64, 64);
            expect(shown(storage)[2]![1]).toBe(storage.mainInput!.pointer(1) + 64 * (sampleFormat === "f64" ? 8 : 4));
            grow();
            storage.mainOutput!.channel(1).set(storage.mainInput!.channel(1));
            grow();
            storage.mainInput!.constantMask = 2;
            grow();
            expect(storage.mainInput!.constantMask).toBe(2);
            grow();
            applyGain(storage, 0.5);
            grow();
            storage.deliver(outputs);
            expect([...outputs[0]![1]!]).toEqual([...inputs[0]![1]!.map((sample) => sample * 0.5)]);
            const frames = Int16Array.from({ length: 256 }, (_, k) => k * 100);
            grow();
            expect(host.collect(frames)).toBe(128);
            grow();
            copyInputsToOutputs(storage);
            grow();
            const back = new Int16Array(256);
            expect(host.deliver(back)).toBe(128);
            expect([...back]).toEqual([...frames]);
            grow();
            storage.clear();
            grow();
            expect(storage.mainInput!.push(storage.inputs[0]!.pointer(0) || storage.maxFrames * 8)).toBe(true);
            grow();
            storage.setFrames(50);
            expect(storage.mainInput!.channel(0)).toHaveLength(50);
          }
          expect(addresses()).toEqual(before);
          host.free();
          storage.free();
          heap.restoreGuards();
        });
      }
    }
  }
});

describe("another thread's observer of a storage that a kernel has written over", () => {
  test.each(seeds)("never throws, and never leaves the memory (seed %i)", (seed) => {
    const roll = randomNumbers(seed);
    const sharedHeap = createHeap({ shared: true, maximumPages: 2 });
    for (const sampleFormat of formats) {
      const storage = allocate({ heap: sharedHeap, sampleFormat });
      const observer = new StorageObserver(storage.location);
      for (let round = 0; round < 300; round++) {
        storage.begin(128);
        const kinds = Object.values(wrongWords);
        scribble(storage, roll, kinds[round % kinds.length]!, round % 2 === 0);
        expect(() => {
          for (const direction of ["input", "output"] as const) {
            for (let bus = -1; bus < 4; bus++) {
              observer.channelCount(direction, bus);
              for (const channel of [0, 1, 31, 2 ** 30, -1, 0.5]) observer.peak(direction, bus, channel);
            }
          }
        }, `seed ${seed}, round ${round}`).not.toThrow();
        expect([observer.frames, observer.blocks]).toEqual([128, round + 1]);
      }
    }
  });
});

test("what a kernel writes where entries lead that have no samples is silence again in the next block", () => {
  const heap = createHeap();
  for (const options of [{ channelMemory: "external" }, { addresses: { inputs: [0] } }] as const) {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [] }, { heap, ...options });
    const entry = () => new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 1)[0]!;
    storage.begin(128);
    const silence = new Float32Array(storage.memory.buffer, entry(), 128);
    silence.fill(9);
    storage.begin(16);
    expect(entry()).toBe(silence.byteOffset);
    expect([...silence]).toEqual(Array(128).fill(0));
  }
});
