// Hosts that hand over wrong values, in every position of every render call. No call throws, nothing is
// written that should not be, and the next good block is right. The validators for native plug-ins check
// hosts and plug-ins in the same way.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  applyGain,
  average,
  clearOutputs,
  copyInputsToOutputs,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
  pairedChannels,
  peak,
  rms,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { badHostValues, unusableValues, unusualSamples } from "../support/bad-host-values.js";
import { type GuardedSamples, guardedHeap, guardedSamples } from "../support/guarded-memory";
import { noise, ramp, ramps } from "../support/host-channels";
import { firstDifference } from "../support/memory-contents";
import { randomNumbers, seeds } from "../support/random-numbers.js";

type Storage = ProcessBufferStorage<SampleFormat>;

// One heap for all: engines cap the number of memories in a process.
const heap = guardedHeap(96);
beforeEach(() => heap.reset());
afterEach(() => expect(heap.firstChangedGuard()).toBe(-1));

const allocate = (inputs: number[], outputs: number[], options: StorageOptions<SampleFormat> = {}): Storage =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { heap, ...options });

const BLOCK_SIZES = [1, 10, 17, 128, 256, 1024, 1536, 2027, 4096, 16384];
const formats: readonly SampleFormat[] = ["f32", "f64"];
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];

const formatOf = (Samples: typeof Float32Array | typeof Int16Array) => (Samples === Int16Array ? "i16" : "f32");

/** Bit by bit. */
function same(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
  return firstDifference(bytes(a), bytes(b)) === -1;
}

/** What a test hands over, all of it watched. */
class Host {
  readonly inputs: GuardedSamples[][];
  readonly outputs: GuardedSamples[][];
  private readonly original: Float32Array[][];

  constructor(inputs: readonly number[], outputs: readonly number[], frames: number, seed = 1) {
    this.original = inputs.map((channels, bus) =>
      Array.from({ length: channels }, (_, channel) => noise(frames, seed + bus * 32 + channel)),
    );
    this.inputs = this.original.map((channels) => channels.map((samples) => guardedSamples(frames, samples)));
    this.outputs = outputs.map((channels) => Array.from({ length: channels }, () => guardedSamples(frames)));
  }

  get inputArrays(): Float32Array[][] {
    return this.inputs.map((bus) => bus.map(({ samples }) => samples));
  }

  get outputArrays(): Float32Array[][] {
    return this.outputs.map((bus) => bus.map(({ samples }) => samples));
  }

  /** What was written that should not have been. */
  spoiled(): string[] {
    const named = (
      direction: string,
      buses: GuardedSamples[][],
      isSpoiled: (one: GuardedSamples, bus: number, channel: number) => boolean,
    ) =>
      buses.flatMap((channels, bus) =>
        channels.flatMap((one, channel) => (isSpoiled(one, bus, channel) ? [`${direction} ${bus}.${channel}`] : [])),
      );
    return [
      ...named("border of input", this.inputs, (one) => !one.guardsAreIntact()),
      ...named("border of output", this.outputs, (one) => !one.guardsAreIntact()),
      ...named("input", this.inputs, ({ samples }, bus, channel) => !same(samples, this.original[bus]![channel]!)),
    ];
  }

  /** Samples of each output channel that nobody wrote. */
  unwritten(): number[][] {
    return this.outputs.map((bus) => bus.map((one) => one.unwritten()));
  }
}

/** A block whose kernel copies its inputs to its outputs. */
function render(storage: Storage, inputs: unknown, outputs: unknown): number {
  const frames = storage.collect(inputs as Float32Array[][], outputs as Float32Array[][]);
  copyInputsToOutputs(storage);
  storage.deliver(outputs as Float32Array[][]);
  return frames;
}

describe("every sample of a declared output channel is written, no other one, and no input", () => {
  for (const frames of BLOCK_SIZES) {
    for (const sampleFormat of formats) {
      test(`blocks of ${frames} frames, ${sampleFormat}`, () => {
        for (const maxFrames of [...new Set([frames, 128, 2048])]) {
          const storage = allocate([2, 1], [2, 3], { sampleFormat, maxFrames });
          for (const [inputs, outputs] of [
            [
              [2, 1],
              [2, 3],
            ],
            [[1], [1, 1]],
            [
              [3, 2, 1],
              [4, 5, 2],
            ],
            [[], [2]],
            [[2, 0], []],
            [
              [0, 1],
              [0, 3],
            ],
          ] as const) {
            const host = new Host(inputs, outputs, frames);
            expect(render(storage, host.inputArrays, host.outputArrays)).toBe(
              outputs.length + inputs.length === 0 ? maxFrames : Math.min(frames, maxFrames),
            );
            expect(host.spoiled()).toEqual([]);
            // Undeclared channels stay as they were, pattern and all.
            const declared = [2, 3];
            expect(host.unwritten()).toEqual(
              outputs.map((channels, bus) =>
                Array.from({ length: channels }, (_, channel) => (channel < (declared[bus] ?? 0) ? 0 : frames)),
              ),
            );
            const copied = Math.min(frames, maxFrames);
            for (const [bus, channels] of host.outputs.entries()) {
              for (const [channel, { samples }] of channels.slice(0, declared[bus] ?? 0).entries()) {
                const from = channel < (bus === 0 ? 2 : 1) ? host.inputs[bus]?.[channel]?.samples : undefined;
                const expected = Float32Array.from({ length: frames }, (_, k) => (k < copied ? (from?.[k] ?? 0) : 0));
                expect(same(samples, expected), `bus ${bus}, channel ${channel}`).toBe(true);
              }
            }
          }
        }
      });
    }

    const variants: readonly (StorageOptions<SampleFormat> & { instrument?: true })[] = [
      { missingInputs: "repeat-mono" },
      { missingInputs: "drop" },
      { clearOutputs: false },
      { detectConstant: true },
      { instrument: true },
    ];
    test.each(variants)(`blocks of ${frames} frames, %j`, ({ instrument, ...options }) => {
      for (const sampleFormat of formats) {
        for (const maxFrames of [...new Set([frames, 128, 2048])]) {
          const storage = allocate(instrument ? [] : [2, 1], [2, 3], { sampleFormat, maxFrames, ...options });
          const hosts: readonly (readonly [number[], number[]])[] = [
            [
              [2, 1],
              [2, 3],
            ],
            [[1], [1, 1]],
            [[], [4]],
            [
              [0, 1],
              [0, 3],
            ],
          ];
          for (const [inputs, outputs] of hosts) {
            const host = new Host(inputs, outputs, frames);
            expect(render(storage, host.inputArrays, host.outputArrays)).toBe(Math.min(frames, maxFrames));
            expect(host.spoiled()).toEqual([]);
            const unwritten = outputs.map((channels, bus) => Array.from({ length: channels }, (_, c) => (c < [2, 3][bus]! ? 0 : frames)));
            expect(host.unwritten()).toEqual(unwritten);
          }
        }
      }
    });

    for (const Samples of [Float32Array, Int16Array] as const) {
      test(`blocks of ${frames} frames, interleaved ${Samples.name}`, () => {
        // The second one's frames all go sample by sample.
        for (const roomFor of [Math.max(128, frames), 1]) {
          for (const sampleFormat of formats) {
            const storage = allocate([2], [2], { maxFrames: roomFor, sampleFormat });
            const hosts = [1, 2, 3].map((channelCount) => new InterleavedHost(storage, { channelCount, format: formatOf(Samples) }));
            storage.reconfigure({ inputs: [2], outputs: [2] }, { maxFrames: Math.max(128, frames) });
            for (const width of [1, 2, 3]) {
              const host = hosts[width - 1]!;
              const BORDER = 16;
              const bytes = frames * width * Samples.BYTES_PER_ELEMENT;
              const [input, output] = [0, 1].map(() => new Uint8Array(bytes + 2 * BORDER).fill(0x5a)) as [
                Uint8Array<ArrayBuffer>,
                Uint8Array<ArrayBuffer>,
              ];
              const inside = (whole: Uint8Array<ArrayBuffer>) => new Samples(whole.buffer, BORDER, frames * width);
              for (let k = 0; k < frames * width; k++)
                inside(input)[k] = Samples === Int16Array ? (k % 60_000) - 30_000 : ((k % 1000) + 1) / 1024;
              const before = input.slice();
              expect(host.collect(inside(input))).toBe(frames);
              copyInputsToOutputs(storage);
              expect(host.deliver(inside(output))).toBe(frames);
              expect(same(input, before)).toBe(true);
              for (const end of [output.subarray(0, BORDER), output.subarray(BORDER + bytes)])
                expect(end.every((byte) => byte === 0x5a)).toBe(true);
              expect(
                same(
                  inside(output),
                  inside(input).map((sample, k) => (k % width < 2 ? sample : 0)),
                ),
              ).toBe(true);
            }
          }
        }
      });
    }
  }

  test.each(unusualSamples(128))("samples that are %s are taken and given", (_, samples) => {
    for (const sampleFormat of formats) {
      const storage = allocate([1], [1], { sampleFormat });
      samples.set(ramp(3));
      expect(render(storage, [[samples]], [[samples]])).toBe(128);
      expect([...samples]).toEqual([...ramp(3)]);
      expect(storage.mainInput!.connectedLength).toBe(1);
      samples.fill(0);
      storage.deliver([[samples]]);
      expect([...samples]).toEqual([...ramp(3)]);
      const host = new InterleavedHost(storage, { channelCount: 1 });
      expect(host.collect(samples)).toBe(128);
      expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(3)]);
      storage.mainOutput!.channel(0).fill(0.5);
      expect(host.deliver(samples)).toBe(128);
      expect([...samples]).toEqual(Array(128).fill(0.5));
    }
  });
});

describe("where the memory ends, so that a read or write behind it would trap", () => {
  const { memory } = heap;
  const aligned = (bytes: number) => (memory.buffer.byteLength - bytes) & ~15;
  /** A heap whose allocation of that number ends where the memory ends. */
  const ending = (number: number) => {
    let count = 0;
    return { memory, malloc: (bytes: number) => (++count === number ? aligned(bytes) : heap.malloc(bytes, 16)) };
  };
  const buses: readonly { inputs: number[]; outputs: number[] }[] = [
    { inputs: [2], outputs: [2] },
    { inputs: [3], outputs: [] },
    { inputs: [1, 2], outputs: [1, 1] },
  ];

  test("a storage takes and gives every kind of planar block", () => {
    for (const sampleFormat of formats) {
      for (const detectConstant of [false, true]) {
        for (const maxFrames of [4, 7, 16]) {
          for (const counts of buses) {
            const storage: Storage = ProcessBufferStorage.allocateFromConfig(counts, {
              heap: ending(1),
              sampleFormat,
              maxFrames,
              detectConstant,
            });
            expect(storage.inputsAddress + storage.usage.totalBytes).toBeGreaterThan(memory.buffer.byteLength - 16);
            for (let frames = 1; frames <= maxFrames; frames++) {
              const name = `${sampleFormat}, ${detectConstant}, ${frames} of ${maxFrames} frames`;
              // The same all through, so that all of it is looked at where constant channels are looked for.
              const host = counts.inputs.map((count) => Array.from({ length: count }, () => new Float32Array(frames).fill(0.5)));
              const outputs = counts.outputs.map((count) => Array.from({ length: count }, () => new Float32Array(frames)));
              expect(render(storage, host, outputs), name).toBe(frames);
              for (const samples of outputs.flat()) expect([...samples], name).toEqual(Array(frames).fill(0.5));
            }
          }
        }
        heap.reset();
      }
    }
  });

  test.each([
    ["a storage", 1],
    ["an interleaved host's room", 2],
  ])("%s takes and gives every kind of interleaved block", (_, number) => {
    for (const sampleFormat of formats) {
      for (const Samples of [Float32Array, Int16Array]) {
        for (const maxFrames of [4, 7, 16]) {
          for (const counts of buses) {
            for (const width of [1, 2, 3, 4]) {
              const storage: Storage = ProcessBufferStorage.allocateFromConfig(counts, {
                heap: ending(number),
                sampleFormat,
                maxFrames,
                detectConstant: true,
              });
              const host = new InterleavedHost(storage, { channelCount: width, format: formatOf(Samples) });
              const one = Samples === Int16Array ? 1000 : 0.5;
              const given = (config: readonly number[]) =>
                Math.min(
                  width,
                  config.reduce((sum, count) => sum + count, 0),
                );
              for (let frames = 1; frames <= maxFrames; frames++) {
                const name = `${sampleFormat}, ${Samples.name}, ${JSON.stringify(counts)}, ${width} channels, ${frames} of ${maxFrames} frames`;
                expect(host.collect(new Samples(frames * width).fill(one)), name).toBe(frames);
                for (const bus of storage.outputs) {
                  for (let c = 0; c < bus.length; c++) bus.channel(c).set(storage.mainInput!.channel(0) as Float32Array);
                }
                const out = new Samples(frames * width);
                expect(host.deliver(out), name).toBe(frames);
                expect([...out], name).toEqual(Array.from(out, (_sample, k) => (k % width < given(counts.outputs) ? one : 0)));
              }
            }
          }
          heap.reset();
        }
      }
    }
  });
});

/** One block with nothing wrong in it, after whatever came before. */
function isRight(storage: Storage, frames = 128): void {
  const counts = [storage.inputs, storage.outputs].map((buses) => buses.map(({ capacity }) => capacity));
  const host = new Host(counts[0]!, counts[1]!, frames, 99);
  expect(render(storage, host.inputArrays, host.outputArrays)).toBe(frames);
  expect(host.spoiled()).toEqual([]);
  for (const [bus, channels] of host.outputs.entries()) {
    for (const [channel, { samples }] of channels.entries())
      expect(same(samples, host.inputs[bus]?.[channel]?.samples ?? new Float32Array(frames)), `bus ${bus}, channel ${channel}`).toBe(true);
  }
}

/** The next block of a storage without samples of its own shows the channels that are pushed. */
function passesOn(storage: Storage): void {
  const before = allocate([], [2], { sampleFormat: storage.sampleFormat });
  before.begin(128);
  const host = new Host([2, 1], [2, 3], 128);
  expect(storage.collect(host.inputArrays, host.outputArrays)).toBe(128);
  for (const [channel, samples] of ramps(2).entries()) {
    before.mainOutput!.channel(channel).set(samples);
    expect(storage.mainInput!.push(before.mainOutput!.pointer(channel))).toBe(true);
    expect([...storage.mainInput!.channel(channel)]).toEqual([...samples]);
  }
  expect(storage.mainInput!.length).toBe(2);
}

describe("in every position of every render call", () => {
  const variants: readonly StorageOptions<SampleFormat>[] = [
    ...policies.map((missingInputs) => ({ missingInputs })),
    { detectConstant: true },
    { missingInputs: "repeat-mono", detectConstant: true },
    { clearOutputs: false },
    { channelMemory: "external" },
  ];
  /** Every argument that a render call has, with all else as it should be. */
  const positions: [string, (storage: Storage, what: never, host: Host) => void][] = [
    ["collect's inputs", (storage, what, host) => void storage.collect(what, host.outputArrays)],
    ["collect's outputs", (storage, what, host) => void storage.collect(host.inputArrays, what)],
    ["deliver's outputs", (storage, what) => storage.deliver(what)],
    ["an input bus", (storage, what, host) => void render(storage, [what, ...host.inputArrays.slice(1)], host.outputArrays)],
    ["an output bus", (storage, what, host) => void render(storage, host.inputArrays, [what, ...host.outputArrays.slice(1)])],
    ["a last input bus", (storage, what, host) => void render(storage, [host.inputArrays[0], what], host.outputArrays)],
    ["a last output bus", (storage, what, host) => void render(storage, host.inputArrays, [host.outputArrays[0], what])],
    ["a surplus bus", (storage, what, host) => void render(storage, [...host.inputArrays, what], [...host.outputArrays, what])],
    [
      "a first channel",
      (storage, what, host) => void render(storage, [[what, host.inputArrays[0]![1]]], [[what, host.outputArrays[0]![1]]]),
    ],
    [
      "a last channel",
      (storage, what, host) => void render(storage, [[host.inputArrays[0]![0], what]], [[host.outputArrays[0]![0], what]]),
    ],
    [
      "a middle channel",
      (storage, what, host) =>
        void render(storage, host.inputArrays, [host.outputArrays[0], [host.outputArrays[1]![0], what, host.outputArrays[1]![2]]]),
    ],
    [
      "a surplus channel",
      (storage, what, host) => void render(storage, [[...host.inputArrays[0]!, what]], [[...host.outputArrays[0]!, what]]),
    ],
    [
      "every channel",
      (storage, what) =>
        void render(
          storage,
          [[what, what], [what]],
          [
            [what, what],
            [what, what, what],
          ],
        ),
    ],
    ["begin's frames", (storage, what) => void storage.begin(what)],
    ["setFrames' frames", (storage, what) => void storage.setFrames(what)],
    ["setWindow's offset", (storage, what) => void storage.setWindow(what, 10)],
    ["setWindow's frames", (storage, what) => void storage.setWindow(10, what)],
    [
      "an interleaved host's samples in",
      (storage, what) => {
        for (const host of interleavedHosts(storage)) host.collect(what);
      },
    ],
    [
      "an interleaved host's samples out",
      (storage, what) => {
        for (const host of interleavedHosts(storage)) host.deliver(what);
      },
    ],
    ["connect's channels", (storage, what) => void storage.mainInput!.connect(what)],
    ["channelAddress' channel", (storage, what) => void storage.mainInput!.channelAddress(what)],
    [
      "push's pointer",
      (storage, what) => {
        storage.clear();
        storage.mainInput!.push(what);
      },
    ],
    ["pointer's channel", (storage, what) => void storage.mainInput!.pointer(what)],
    ["channel's channel", (storage, what) => void storage.mainInput!.channel(what)],
    [
      "the constant mask",
      (storage, what) => {
        storage.mainInput!.constantMask = what;
      },
    ],
    [
      "a level's channel",
      (storage, what) => {
        for (const level of [peak, rms, average]) level(storage.mainInput!, what);
      },
    ],
    [
      "a gain",
      (storage, what) => {
        applyGain(storage, what);
        clearOutputs(storage);
      },
    ],
  ];

  for (const [position, put] of positions) {
    test(`${position}: nothing throws, nothing else is touched, and the next block is right`, () => {
      for (const sampleFormat of formats) {
        for (const variant of variants) {
          const storage = allocate([2, 1], [2, 3], { sampleFormat, ...variant });
          const freed = allocate([2, 1], [2, 3], { sampleFormat, ...variant });
          interleavedHosts(freed);
          freed.free();
          for (const [name, make] of badHostValues) {
            const host = new Host([2, 1], [2, 3], 128);
            storage.begin(128);
            expect(() => put(storage, make() as never, host), name).not.toThrow();
            expect(() => put(freed, make() as never, host), `${name}, freed`).not.toThrow();
            expect(host.spoiled(), name).toEqual([]);
            for (const count of Object.values(storage.diagnostics)) expect(Number.isSafeInteger(count) && count >= 0, name).toBe(true);
          }
          if (variant.channelMemory === "external") passesOn(storage);
          else isRight(storage);
        }
        expect(heap.firstChangedGuard()).toBe(-1);
        heap.reset();
      }
    });
  }

  test("numbers that are no frames, no channel, no pointer and no mask", () => {
    const numbers = [
      -1,
      -0.5,
      -(2 ** 31),
      2 ** 31,
      2 ** 32,
      2 ** 32 + 4,
      2 ** 53,
      1e300,
      0.5,
      127.5,
      128.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
    ];
    for (const sampleFormat of formats) {
      const storage = allocate([2, 1], [2, 3], { sampleFormat });
      for (const number of numbers) {
        for (const [position, put] of positions) {
          storage.begin(128);
          expect(() => put(storage, number as never, new Host([2, 1], [2, 3], 128)), `${number} for ${position}`).not.toThrow();
          expect(Number.isInteger(storage.frames) && storage.frames >= 0 && storage.frames <= 128, `${number} for ${position}`).toBe(true);
          expect(storage.frames, `${number} for ${position}`).not.toBe(-0);
        }
      }
      isRight(storage);
    }
  });

  test("a bus of another storage, of none, and of before a reconfiguration, for a tool", () => {
    const storage = allocate([1], [1]);
    const other = allocate([1], [1]);
    const old = storage.mainInput!;
    storage.reconfigure({ inputs: [1], outputs: [1] });
    other.begin(128);
    expect([pairedChannels(undefined, storage.mainOutput), pairedChannels(old, storage.mainOutput)]).toEqual([0, 0]);
    expect([peak(Object.create(other.mainInput!), 0), peak(old, 0)]).toEqual([0, 0]);
    isRight(storage);
    isRight(other);
  });
});

const hostsByStorage = new WeakMap<Storage, InterleavedHost<SampleFormat>[]>();
/** A stereo host of each format, the same ones each time. */
function interleavedHosts(storage: Storage): InterleavedHost<SampleFormat>[] {
  const hosts =
    hostsByStorage.get(storage) ?? (["f32", "i16"] as const).map((format) => new InterleavedHost(storage, { channelCount: 2, format }));
  hostsByStorage.set(storage, hosts);
  return hosts;
}

describe("a host that does something else while it is read", () => {
  const doing: [string, (storage: Storage) => void][] = [
    ["grows the memory", (storage) => void storage.memory.grow(1)],
    ["renders another block", (storage) => void render(storage, [[ramp(5, 64)]], [[new Float32Array(64)]])],
    ["empties all buses", (storage) => storage.clear()],
    ["sets another length", (storage) => void storage.setFrames(7)],
    ["pushes a pointer", (storage) => void storage.mainInput!.push(storage.mainOutput!.pointer(0))],
    ["frees the storage", (storage) => storage.free()],
    ["reconfigures the storage", (storage) => storage.reconfigure({ inputs: [1], outputs: [1] })],
  ];
  const lists: [string, (act: () => void) => unknown][] = [
    [
      "a list",
      (act) =>
        new Proxy([[ramp(1), ramp(2)], [ramp(3)]], {
          get: (list, key) => {
            act();
            return Reflect.get(list, key);
          },
        }),
    ],
    [
      "a bus",
      (act) => [
        new Proxy([ramp(1), ramp(2)], {
          get: (list, key) => {
            act();
            return Reflect.get(list, key);
          },
        }),
        [ramp(3)],
      ],
    ],
    [
      "a channel",
      (act) => [
        Object.defineProperty([ramp(1), null], 1, {
          get: () => {
            act();
            return ramp(2);
          },
        }),
        [ramp(3)],
      ],
    ],
    [
      "a channel's length",
      (act) => [
        [
          ramp(1),
          Object.defineProperty(ramp(2), "length", {
            get: () => {
              act();
              return 128;
            },
          }),
        ],
        [ramp(3)],
      ],
    ],
  ];

  for (const [action, act] of doing) {
    test.each(lists)(`${action} from within %s: nothing throws`, (_, list) => {
      for (const sampleFormat of formats) {
        for (const missingInputs of policies) {
          const storage = allocate([2, 1], [2, 1], { sampleFormat, missingInputs });
          const calls = [
            (given: unknown) => storage.collect(given as never, [[ramp(1), ramp(2)]]),
            (given: unknown) => storage.collect([[ramp(1), ramp(2)]], given as never),
            (given: unknown) => storage.deliver(given as never),
          ];
          for (const call of calls) {
            let left = 3;
            const once = () => {
              if (left-- > 0) act(storage);
            };
            storage.begin(128);
            expect(() => call(list(once))).not.toThrow();
          }
          if (action !== "frees the storage") isRight(storage);
        }
      }
      heap.restoreGuards();
    });
  }
});

/** A tree of host arrays, in which nearly anything can be anywhere; `found` is what a kernel must find of it. */
function randomHost(roll: (most: number) => number, config: readonly number[], frames: number) {
  const found: (Float32Array | undefined)[][] = config.map((capacity) => Array(capacity).fill(undefined));
  const anything = () => unusableValues[roll(unusableValues.length)]![1]();
  const buses: unknown[] = [];
  const count = roll(config.length + 3);
  for (let b = 0; b < count; b++) {
    if (roll(6) === 0) {
      buses.push(anything());
      continue;
    }
    const channels: unknown[] = [];
    for (let c = roll((config[b] ?? 2) + 3); c > 0; c--) {
      const good = roll(4) !== 0;
      const samples = good ? noise(frames, roll(1e9)) : anything();
      if (good && b < config.length && channels.length < config[b]!) found[b]![channels.length] = samples as Float32Array;
      channels.push(samples);
    }
    buses.push(roll(2) === 0 ? Object.freeze(channels) : channels);
  }
  return { buses: (roll(2) === 0 ? Object.freeze(buses) : buses) as Float32Array[][], found };
}

test.each(seeds)("a thousand random hosts (seed %i): each good channel is where it belongs, all else is silence", (seed) => {
  const roll = randomNumbers(seed);
  const config = { inputs: [2, 1, 4], outputs: [2, 3] };
  const storages = formats.map((sampleFormat) => allocate(config.inputs, config.outputs, { sampleFormat }));
  for (let round = 0; round < 1000; round++) {
    const storage = storages[roll(2)]!;
    const frames = [1, 10, 17, 64, 128][roll(5)]!;
    const inputs = randomHost(roll, config.inputs, frames);
    const outputs = randomHost(roll, config.outputs, frames);
    // One channel that is there tells the block's length.
    const first = guardedSamples(frames);
    const host = [[first.samples], ...outputs.buses.slice(1)];
    const name = `seed ${seed}, round ${round}`;
    expect(storage.collect(inputs.buses, host), name).toBe(frames);
    for (const [b, channels] of inputs.found.entries()) {
      for (const [c, samples] of channels.entries())
        expect(
          storage.inputs[b]!.channel(c).every((sample, k) => sample === (samples?.[k] ?? 0)),
          `${name}, channel ${b}.${c}`,
        ).toBe(true);
    }
    for (const bus of storage.outputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(c + 1);
    storage.deliver(host);
    expect([first.unwritten(), first.guardsAreIntact(), first.samples[0]], name).toEqual([0, true, 1]);
    for (const [c, samples] of (outputs.found[1] ?? []).entries())
      if (samples !== undefined && host.length > 1)
        expect(
          samples.every((sample) => sample === c + 1),
          name,
        ).toBe(true);
    clearOutputs(storage);
  }
});
