// What a kernel is handed in a block of its own where channels, parameters and lengths change in the middle of it.

import { describe, expect, test } from "vitest";
import {
  createHeap,
  FixedBlocks,
  type FixedBlocksOptions,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
} from "wasm-process-buffers";
import { frozenBuses } from "../support/host-channels";
import { valuesOf } from "../support/kernel-parameters";

const heap = createHeap();
const N = 12;
const H = 4;

function fixed(
  inputs: number[],
  outputs: number[],
  missingInputs: MissingInputs = "silence",
  options: FixedBlocksOptions = { hostFrames: H },
) {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { maxFrames: N, missingInputs, heap });
  return { storage, blocks: new FixedBlocks(storage, options) };
}

const of = (value: number, frames = H) => new Float32Array(frames).fill(value);
const out = (channels = 1, frames = H) => [Array.from({ length: channels }, () => new Float32Array(frames))];
const each = (...values: number[]) => values.flatMap((value) => Array(H).fill(value));

describe("channels that come and go in the middle of a kernel's block", () => {
  test("are silent where they were missing, and nowhere else", () => {
    const { storage, blocks } = fixed([3], [1]);
    for (const channels of [[of(1), of(2)], [of(3)], [of(4), of(5), of(6)]]) blocks.collect([channels], out());
    expect(blocks.next()).toBe(true);
    expect([0, 1, 2].map((c) => [...storage.mainInput!.channel(c)])).toEqual([each(1, 3, 4), each(2, 0, 5), each(0, 0, 6)]);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([3, 0]);
    expect(blocks.next()).toBe(false);
  });

  test("are marked as constant only where all of the block is missing", () => {
    const { storage, blocks } = fixed([3], [1]);
    for (const channels of [[], [of(1), of(2)], []]) blocks.collect([channels], out());
    blocks.next();
    expect([0, 1, 2].map((c) => [...storage.mainInput!.channel(c)])).toEqual([each(0, 1, 0), each(0, 2, 0), each(0, 0, 0)]);
    expect(storage.mainInput!.constantMask).toBe(0b100);
    blocks.deliver(out());
    for (let block = 0; block < 3; block++) blocks.collect([], out());
    blocks.next();
    expect(storage.mainInput!.constantMask).toBe(0b111);
    expect(storage.mainInput!.connectedLength).toBe(0);
    expect([...storage.mainInput!.channel(1)]).toEqual(each(0, 0, 0));
  });

  test('make a bus as long as the most that was there, with "drop"', () => {
    const { storage, blocks } = fixed([3], [1], "drop");
    for (const channels of [[of(1)], [of(2), of(3)], [of(4)]]) blocks.collect([channels], out());
    blocks.next();
    expect(storage.mainInput!.length).toBe(2);
    expect([...storage.mainInput!.channel(1)]).toEqual(each(0, 3, 0));
    for (let block = 0; block < 3; block++) blocks.collect([[of(5)]], out());
    blocks.next();
    expect(storage.mainInput!.length).toBe(1);
  });

  test('are repeated where one alone was there in all of the block, with "repeat-mono"', () => {
    const { storage, blocks } = fixed([2], [1], "repeat-mono");
    for (let block = 0; block < 3; block++) blocks.collect([[of(block)]], out());
    blocks.next();
    expect([...storage.mainInput!.channel(1)]).toEqual(each(0, 1, 2));
  });

  test("in a host's block of several of the kernel's, each has its own", () => {
    const { storage, blocks } = fixed([2], [1], "drop", { hostFrames: 30 });
    // 3 frames in stereo, 30 in mono: 0 … 11 had both, 12 … 23 one, and the rest waits.
    blocks.collect([[of(1, 3), of(2, 3)]], out(1, 3));
    blocks.collect([[of(3, 30)]], out(1, 30));
    const lengths: number[] = [];
    while (blocks.next()) lengths.push(storage.mainInput!.length);
    expect(lengths).toEqual([2, 1]);
    blocks.deliver(out(1, 33));
    blocks.collect([[]], out(1, 3));
    blocks.next();
    expect([storage.mainInput!.length, [...storage.mainInput!.channel(0)].indexOf(0)]).toEqual([1, 9]);
  });

  test("of a sidechain do not touch those of the main bus", () => {
    const { storage, blocks } = fixed([1, 1], [1]);
    blocks.collect([[of(1)], [of(9)]], out());
    blocks.collect([[of(2)]], out());
    blocks.collect([[], [of(8)]], out());
    blocks.next();
    expect([...storage.mainInput!.channel(0)]).toEqual(each(1, 2, 0));
    expect([...storage.sidechain!.channel(0)]).toEqual(each(9, 0, 8));
  });
});

test("channels that are declared nowhere or cannot be used count in each block of the host's", () => {
  const { storage, blocks } = fixed([1], [2]);
  blocks.collect([[of(1), of(2)], [of(3)]], out());
  expect(storage.diagnostics.droppedChannels).toBe(2);
  blocks.collect([[7 as never]], out());
  expect(storage.diagnostics.droppedChannels).toBe(3);
  // The host has no place for the second one.
  blocks.deliver(out());
  expect(storage.diagnostics.droppedChannels).toBe(4);
});

test("a bus of outputs tells how many channels the host takes", () => {
  const { storage, blocks } = fixed([1], [2]);
  for (let block = 0; block < 3; block++) blocks.collect([[of(1)]], out(1));
  blocks.next();
  expect([storage.mainOutput!.length, storage.mainOutput!.connectedLength]).toEqual([2, 1]);
});

test("host channels that the storage does not have stay untouched", () => {
  const { blocks } = fixed([1], [1]);
  const outputs = [[of(7), of(7)], [of(7)]];
  blocks.collect([[of(1)]], outputs);
  blocks.deliver(outputs);
  expect(outputs.flat().map((samples) => samples[0])).toEqual([0, 7, 7]);
});

test("an output that the host has only later is heard from its first frame", () => {
  const { storage, blocks } = fixed([2], [2]);
  const heard: number[] = [];
  for (let block = 0; block < 6; block++) {
    const outputs = out(block < 3 ? 1 : 2);
    blocks.collect([[of(block + 1), of(-block - 1)]], outputs);
    while (blocks.next()) for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
    blocks.deliver(outputs);
    heard.push(outputs[0]![1]?.[0] ?? Number.NaN);
  }
  expect(heard).toEqual([Number.NaN, Number.NaN, Number.NaN, -2, -3, -4]);
});

test("a processor without outputs, and one that is not connected at all, go on by the announced length", () => {
  const { storage, blocks } = fixed([1], []);
  const starts: number[] = [];
  for (let block = 0; block < 9; block++) {
    blocks.collect(block === 4 ? [[]] : [[of(block)]], []);
    while (blocks.next()) starts.push(blocks.blockStart);
    blocks.deliver([]);
  }
  expect(starts).toEqual([0, 12, 24]);
  expect(storage.diagnostics.underrunFrames).toBe(0);
});

describe('of "any" length, a block without channels or without an array', () => {
  const options = { hostFrames: "any", maxHostFrames: 256 } as const;
  type Blocks = FixedBlocks<"f32">;
  type Host = InterleavedHost<"f32">;

  test.each<[string, number, (blocks: Blocks, host: Host) => void]>([
    ["is as long as a render quantum where it is the first", 128, (blocks) => blocks.collect([], [])],
    ["of an interleaved host is so, too", 128, (blocks, host) => blocks.collectFrom(host, undefined as never)],
    [
      "is as long as the one before",
      40 + 40,
      (blocks) => {
        blocks.collect([[of(0.5, 40)]], []);
        blocks.collect([], []);
      },
    ],
    [
      "of an interleaved host is as long as the one before",
      9 + 9,
      (blocks, host) => {
        blocks.collectFrom(host, of(0.5, 9));
        blocks.collectFrom(host, undefined as never);
      },
    ],
  ])("%s", (_, frames, collect) => {
    const { storage, blocks } = fixed([1], [1], "silence", options);
    const host = new InterleavedHost(storage, { channelCount: 1, format: "f32" });
    collect(blocks, host);
    // Where another kind of host went before, silence stands in place of its frames.
    blocks.collect([[of(1, 2 * N)]], []);
    const heard: number[] = [];
    while (blocks.next()) heard.push(...storage.mainInput!.channel(0));
    expect(heard.indexOf(1)).toBe(frames);
    host.free();
    storage.free();
  });
});

describe("parameters", () => {
  // What a storage that knows parameters is handed.
  function watched(parameters: object[]) {
    const config = { inputs: [1], outputs: [1], parameters: parameters as never };
    const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: N, heap });
    const handed: Record<string, number[] | undefined>[] = [];
    const { collect } = storage;
    Object.assign(storage, {
      collect(inputs: never, outputs: never, values: Record<string, Float32Array>) {
        handed.push(Object.fromEntries(Object.entries(values).map(([name, array]) => [name, array && [...array]])));
        return collect.call(storage, inputs, outputs, values);
      },
    });
    return { handed, blocks: new FixedBlocks(storage, { hostFrames: H }) };
  }

  test("with a value a frame are gathered; one that stays the same is one value", () => {
    const { handed, blocks } = watched([{ name: "gain", defaultValue: 0.5 }]);
    const values = [{ gain: Float32Array.of(1, 2, 3, 4) }, { gain: Float32Array.of(6) }, {}, { gain: Float32Array.of(6) }, undefined, {}];
    for (const given of values) {
      blocks.collect([[of(1)]], out(), given as never);
      while (blocks.next());
      blocks.deliver(out());
    }
    expect(handed).toEqual([{ gain: [1, 2, 3, 4, ...each(6, 6)] }, { gain: [6] }]);
  });

  test("with the value that it has already, in the midst of a kernel's block, stay one value", () => {
    const { handed, blocks } = watched([{ name: "gain", defaultValue: 0.7 }]);
    const third = { gain: Float32Array.of(1 / 3) };
    for (const given of [{}, {}, { gain: Float32Array.of(0.7) }, third, {}, third, third, undefined, third]) {
      blocks.collect([[of(1)]], out(), given as never);
      while (blocks.next());
      blocks.deliver(out());
    }
    expect(handed).toEqual([{ gain: [Math.fround(0.7)] }, { gain: [Math.fround(1 / 3)] }, { gain: [Math.fround(1 / 3)] }]);
  });

  test("of k-rate are what they were at the block's first frame", () => {
    const { handed, blocks } = watched([{ name: "rate", defaultValue: 3, automationRate: "k-rate" }]);
    for (const value of [undefined, 5, 6, 7, 8, 9]) {
      blocks.collect([[of(1)]], out(), value === undefined ? undefined : { rate: of(value) });
      while (blocks.next());
      blocks.deliver(out());
    }
    expect(handed).toEqual([{ rate: [3] }, { rate: [7] }]);
  });

  test("that are missing in a block of one frame have the value before, and no older one", () => {
    const parameters = [{ name: "gain", defaultValue: 0, maxValue: 100 }];
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { maxFrames: 4, heap });
    const blocks = new FixedBlocks(storage, { hostFrames: 1 });
    const seen: number[][] = [];
    for (const value of [1, 2, 3, 4, 8, undefined, 9, undefined]) {
      blocks.collect([[new Float32Array(1)]], [[new Float32Array(1)]], value === undefined ? {} : { gain: Float32Array.of(value) });
      if (!blocks.next()) continue;
      const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
      seen.push([...new Float32Array(storage.memory.buffer, address, 4)]);
    }
    expect(seen).toEqual([
      [1, 2, 3, 4],
      [8, 8, 9, 9],
    ]);
  });

  /** What the host hands over in each of three blocks, and what a kernel reads in a block that is as long as they are together. */
  function played(given: unknown[], parameter: object = {}) {
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [1], outputs: [1], parameters: [{ name: "gain", defaultValue: 2, maxValue: 100, ...parameter }] },
      { maxFrames: N, heap },
    );
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    for (const values of given) blocks.collect([[of(1)]], out(), values as never);
    blocks.next();
    const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
    const seen = [...new Float32Array(storage.memory.buffer, address, N)];
    const counted = storage.diagnostics.invalidParameters;
    storage.free();
    return { seen, counted };
  }

  const thrower = new Proxy(
    {},
    {
      get: () => {
        throw new Error("the host");
      },
    },
  );
  test.each([
    ["a single NaN", { gain: of(Number.NaN, 1) }],
    ["a number", { gain: 7 }],
    ["an array without values", { gain: of(1, 0) }],
    ["an array of another type", { gain: Float64Array.of(5) }],
    ["something that throws", thrower],
    ["what is no object", 7],
  ])("%s counts, and the last value stays", (_, given) => {
    expect(played([{ gain: of(3, 1) }, given, undefined])).toEqual({ seen: each(3, 3, 3), counted: 1 });
  });

  test.each(["gain", "toString"])("none counts for nothing, and the last value stays; one of the name %s too", (name) => {
    expect(played([{ [name]: of(3, 1) }, {}, undefined], { name })).toEqual({ seen: each(3, 3, 3), counted: 0 });
  });

  test("in an array that is shorter than the block repeat the last one; what is longer is left out", () => {
    const longer = Float32Array.of(6, 7, 8, 9, 10);
    const shorter = Float32Array.of(4, 5);
    expect(played([{ gain: shorter }, {}, { gain: longer }])).toEqual({ seen: [4, 5, 5, 5, 5, 5, 5, 5, 6, 7, 8, 9], counted: 0 });
  });

  test("with a NaN among several count in that block of the kernel's; what comes after is the last good one", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [1], outputs: [1], parameters: [{ name: "gain", defaultValue: 2, maxValue: 100 }] },
      { maxFrames: H, heap },
    );
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const seen: number[] = [];
    for (const gain of [of(3), Float32Array.of(3, 3, 3, Number.NaN), undefined, undefined]) {
      blocks.collect([[of(1)]], out(), gain && { gain });
      blocks.next();
      const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
      seen.push(...new Float32Array(storage.memory.buffer, address, H));
    }
    expect(seen).toEqual(each(3, 3, 3, 3));
    expect(storage.diagnostics.invalidParameters).toBe(1);
    storage.free();
  });
});

test("a parameter that the host hands over in no block is what setParameter and reconfigure left", () => {
  const config = { inputs: [1], outputs: [1], parameters: [{ name: "gain", defaultValue: 0.5 }] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: H, heap });
  const valueIn = (blocks: FixedBlocks, given?: object) => {
    blocks.collect([[of(1)]], out(), given as never);
    blocks.next();
    blocks.deliver(out());
    const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
    return new Float32Array(storage.memory.buffer, address, H)[H - 1];
  };
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  storage.setParameter(0, 0.25);
  expect([valueIn(blocks), valueIn(blocks, {})]).toEqual([0.25, 0.25]);
  expect(valueIn(blocks, { gain: of(0.75, 1) })).toBe(0.75);
  storage.setParameter(0, 0.125);
  expect(valueIn(blocks)).toBe(0.125);
  const bad = of(9);
  bad[1] = Number.NaN;
  expect([valueIn(blocks, { gain: bad }), valueIn(blocks)]).toEqual([0.125, 0.125]);
  storage.reconfigure(config);
  expect(valueIn(new FixedBlocks(storage, { hostFrames: H }))).toBe(0.125);
  storage.free();
});

test("a value that came before a reset is not lost with its frames", () => {
  const config = { inputs: [1], outputs: [1], parameters: [{ name: "gain", defaultValue: 0.5 }] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: N, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  blocks.collect([[of(1)]], out(), { gain: of(0.75) });
  blocks.reset();
  for (let block = 0; block < N / H; block++) blocks.collect([[of(1)]], out());
  expect(blocks.next()).toBe(true);
  const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
  expect([...new Float32Array(storage.memory.buffer, address, N)]).toEqual(each(0.75, 0.75, 0.75));
  storage.free();
});

test("a value that comes in the midst of a kernel's block has the storage's last one before it, also after another host", () => {
  const config = { inputs: [1], outputs: [1], parameters: [{ name: "gain", defaultValue: 0.5 }] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: N, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const host = new InterleavedHost(storage, { channelCount: 1, format: "f32" });
  blocks.collect([[of(1)]], out());
  blocks.collectFrom(host, of(1));
  storage.setParameter(0, 0.25);
  blocks.collect([[of(1)]], out(), { gain: of(0.75) });
  expect(blocks.next()).toBe(true);
  const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
  expect([...new Float32Array(storage.memory.buffer, address, N)]).toEqual(each(0.25, 0.25, 0.75));
  host.free();
  storage.free();
});

describe("of a host's channels", () => {
  const both = (inputs: number[], options: object, host: unknown[]) => {
    const heard = [false, true].map((isFixed) => {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs, outputs: [1] }, { maxFrames: H, heap, ...options });
      const blocks = new FixedBlocks(storage, { hostFrames: H });
      if (isFixed) {
        blocks.collect([host] as never, out());
        blocks.next();
      } else {
        storage.collect([host] as never, out());
      }
      const channels = Array.from({ length: storage.mainInput!.length }, (_, c) => [...storage.mainInput!.channel(c)]);
      const { droppedChannels } = storage.diagnostics;
      storage.free();
      return { channels, droppedChannels };
    });
    expect(heard[1]).toEqual(heard[0]);
    return heard[0]!;
  };

  test.each([3, 5, 7, 8])("%i are no speakers, and those beyond the bus are dropped, as in the storage", (count) => {
    for (const capacity of [1, 2]) {
      const host = Array.from({ length: count }, (_, c) => of(10 ** c));
      const { channels, droppedChannels } = both([capacity], { channelInterpretation: "speakers" }, host);
      expect([channels.map(([first]) => first), droppedChannels]).toEqual([[1, 10].slice(0, capacity), count - capacity]);
    }
  });

  test("one that cannot be used is silence in its own place, and is neither mixed nor repeated into", () => {
    for (const options of [{ channelInterpretation: "speakers" }, { missingInputs: "repeat-mono" }, {}, { missingInputs: "drop" }]) {
      const { channels, droppedChannels } = both([2], options, [of(1), null]);
      expect([channels[0], droppedChannels]).toEqual([each(1), 1]);
      expect(channels[1] ?? each(0)).toEqual(each(0));
    }
  });
});

test("frames that another kind of host took the place of are silence, whatever stood there before", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames: N, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: "any", maxHostFrames: 4 * N });
  const host = new InterleavedHost(storage, { channelCount: 2, format: "f32" });
  const planar = (value: number, frames: number) => blocks.collect([[of(value, frames), of(value, frames)]], out(2, frames));
  planar(1, 2 * N + 1);
  blocks.collectFrom(host, new Float32Array(2));
  planar(3, N);
  const heard: number[] = [];
  while (blocks.next()) heard.push(...storage.mainInput!.channel(0));
  expect(heard).toEqual([...Array<number>(2 * N).fill(0), 0, 0, ...Array<number>(N - 2).fill(3)]);
  // What the planar host lost the first time, and the interleaved one's frame. Silence in place of it is not lost once more.
  expect(storage.diagnostics.skippedFrames).toBe(2 * N + 2);
  host.free();
  storage.free();
});

test("a host that is freed while its block stands in the storage makes silence of it, and not an older block once more", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { maxFrames: H, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const host = new InterleavedHost(storage, { channelCount: 1, format: "f32" });
  const pcm = of(0.5);
  for (let block = 0; block < 2; block++) {
    blocks.collectFrom(host, of(0.5));
    expect(blocks.next()).toBe(true);
    storage.mainOutput!.channel(0).fill(block + 1);
    if (block === 0) blocks.deliverTo(host, pcm);
  }
  expect([...pcm]).toEqual(each(1));
  host.free();
  blocks.deliverTo(host, pcm);
  expect([...pcm]).toEqual(each(0));
  storage.free();
});

describe("an interleaved host", () => {
  const pcm = (...samples: number[]) => Int16Array.from(samples);

  function interleaved(channelCount = 2) {
    const made = fixed([2], [2]);
    return { ...made, host: new InterleavedHost(made.storage, { channelCount, format: "i16" }) };
  }

  function render({ storage, blocks, host }: ReturnType<typeof interleaved>, samples: ArrayBufferView) {
    blocks.collectFrom(host, samples);
    while (blocks.next()) for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
    blocks.deliverTo(host, samples);
  }

  test("without an array in all of the block has no channels; in a part of it they are silent there", () => {
    const made = interleaved();
    const { storage, blocks, host } = made;
    for (let block = 0; block < 3; block++) blocks.collectFrom(host, undefined as never);
    blocks.next();
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask, storage.diagnostics.droppedChannels]).toEqual([0, 3, 6]);
    blocks.deliverTo(host, pcm(...Array(2 * H).fill(0)));
    for (const samples of [pcm(...Array(2 * H).fill(16384)), undefined, undefined]) blocks.collectFrom(host, samples as never);
    blocks.next();
    expect([storage.mainInput!.connectedLength, [...storage.mainInput!.channel(1)]]).toEqual([2, each(0.5, 0, 0)]);
  });

  test("has no channels in a block that has none since a reset, whatever came before", () => {
    const { storage, blocks, host } = interleaved();
    blocks.collectFrom(host, pcm(...Array(2 * H).fill(16384)));
    blocks.reset();
    for (let block = 0; block < 3; block++) blocks.collectFrom(host, undefined as never);
    expect(blocks.next()).toBe(true);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([0, 3]);
  });

  test("may hand over the bytes of its samples, unaligned, and get them back", () => {
    const bytesOf = (samples: Int16Array) => {
      const bytes = new Uint8Array(samples.byteLength + 1).subarray(1);
      bytes.set(new Uint8Array(samples.buffer));
      return bytes;
    };
    const kinds = [
      (samples: Int16Array) => samples.slice(),
      bytesOf,
      (samples: Int16Array) => {
        const { buffer, byteOffset, byteLength } = bytesOf(samples);
        return new DataView(buffer, byteOffset, byteLength);
      },
    ];
    const heard = kinds.map((make) => {
      const made = interleaved();
      const all: number[] = [];
      for (let block = 0; block < 9; block++) {
        const given = make(Int16Array.from({ length: 2 * H }, (_, k) => 1000 * block + k - 4000));
        render(made, given);
        all.push(...new Uint8Array(given.buffer.slice(given.byteOffset, given.byteOffset + given.byteLength)));
      }
      expect(made.storage.diagnostics).toMatchObject({ droppedChannels: 0, underrunFrames: 0, latencyChanges: 0 });
      return all;
    });
    expect(heard[0]!.some((byte) => byte !== 0)).toBe(true);
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[2]).toEqual(heard[0]);
  });

  test("counts a last frame that is not whole, whose missing samples are zero", () => {
    const made = interleaved();
    for (const _ of [1, 2, 3]) made.blocks.collectFrom(made.host, pcm(...Array(2 * H - 1).fill(16384)));
    expect(made.blocks.next()).toBe(true);
    const { mainInput } = made.storage;
    expect([...mainInput!.channel(1)]).toEqual([0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0]);
    expect(made.storage.diagnostics.latencyChanges).toBe(0);
  });

  test("is silent for an array that cannot be read after all, and its channels count", () => {
    const { storage, blocks, host } = interleaved();
    // It has the length of its own class, and that class's elements are no numbers.
    const samples = Object.setPrototypeOf(new BigInt64Array(2 * H), Int16Array.prototype);
    const full = pcm(...Array(2 * H).fill(16384));
    for (const [block, given] of [full, full, full, full, samples, full].entries()) {
      blocks.collectFrom(host, given);
      if (block === 2) expect(blocks.next()).toBe(true);
    }
    expect(blocks.next()).toBe(true);
    expect([...storage.mainInput!.channel(1)]).toEqual(each(0.5, 0, 0.5));
    expect(storage.diagnostics.droppedChannels).toBe(2);
    for (let block = 0; block < 3; block++) blocks.collectFrom(host, samples);
    expect(blocks.next()).toBe(true);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([0, 3]);
  });
});

test("a channel is silent where frames of another kind of host were lost, also in the first block", () => {
  const { storage, blocks } = fixed([1], [1], "silence", { hostFrames: "any" });
  const host = new InterleavedHost(storage, { channelCount: 1 });
  blocks.collect([[of(1, 5)]], []);
  blocks.collectFrom(host, of(2, 1));
  blocks.collect([[of(3, 6)]], []);
  expect(blocks.next()).toBe(true);
  expect([...storage.mainInput!.channel(0)]).toEqual([...Array(6).fill(0), ...Array(6).fill(3)]);
});

test("buses without channels, before, between and behind others, take and give nothing", () => {
  const { storage, blocks } = fixed([0, 1, 0], [0, 1, 0]);
  const host = new InterleavedHost(storage, { channelCount: 1 });
  for (const isPlanar of [true, false]) {
    const heard: number[] = [];
    for (let block = 0; block < 6; block++) {
      const outputs = [[], ...out(), []];
      const samples = of(block + 1);
      if (isPlanar) blocks.collect([[], [samples], []], outputs);
      else blocks.collectFrom(host, samples);
      while (blocks.next()) storage.outputs[1]!.channel(0).set(storage.inputs[1]!.channel(0));
      if (isPlanar) blocks.deliver(outputs);
      else blocks.deliverTo(host, samples);
      heard.push(...(isPlanar ? outputs[1]![0]! : samples));
    }
    expect(heard).toEqual(each(0, 0, 1, 2, 3, 4));
    expect(storage.diagnostics.droppedChannels).toBe(0);
    blocks.reset();
  }
});

test("blocks of 131072 frames, under a host of as many, need no more room than they are long", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { maxFrames: 2 ** 17, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: 2 ** 17, maxHostFrames: 2 ** 17 });
  blocks.collect([[of(0.5, 2 ** 17)]], []);
  expect(blocks.next()).toBe(true);
  expect(storage.mainInput!.channel(0).every((sample) => sample === 0.5)).toBe(true);
  storage.free();
});

test("a host of more channels than a bus of outputs has takes all of them", () => {
  const { storage, blocks } = fixed([1], [2, 1]);
  for (let block = 0; block < 3; block++) blocks.collect([[of(1)]], [...out(3), ...out(2)]);
  expect(blocks.next()).toBe(true);
  expect(storage.outputs.map(({ length, connectedLength }) => [length, connectedLength])).toEqual([
    [2, 2],
    [1, 1],
  ]);
});

test("a lone channel that cannot be used is a missing one", () => {
  const { storage, blocks } = fixed([2], [1]);
  for (let block = 0; block < 3; block++) blocks.collect([[null as never]], out());
  expect(blocks.next()).toBe(true);
  expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([0, 0b11]);
});

test("channels of a block without frames are not those of the kernel's block", () => {
  const { storage, blocks } = fixed([2], [1], "silence", { hostFrames: "any" });
  const seen = () => [blocks.next(), storage.mainInput!.connectedLength, storage.mainInput!.constantMask];
  for (const first of [0, 4]) {
    blocks.collect([[of(1, first)]], out(1, first));
    blocks.collect([[of(1, 0), of(2, 0)]], out(1, 0));
    blocks.collect([[of(1, N - first)]], out(1, N - first));
    expect(seen()).toEqual([true, 1, 0b10]);
    blocks.deliver(out(1, N));
  }
});

test("an interleaved array without frames brings no channels to a block of which nothing else came", () => {
  for (const first of [0, 1]) {
    const { storage, blocks } = fixed([2], [1]);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    for (let block = 0; block < N / H; block++) {
      if (block === first) blocks.collectFrom(host, new Float32Array(0));
      blocks.collectFrom(host, undefined as never);
    }
    expect(blocks.next()).toBe(true);
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([0, 0b11]);
  }
});

test("an input channel that is shorter than the block is silent from its end on, and a longer one is cut", () => {
  const { storage, blocks } = fixed([3], [1]);
  for (let block = 0; block < 3; block++) blocks.collect([[of(9), of(9), of(9)]], out());
  expect(blocks.next()).toBe(true);
  for (let block = 1; block < 4; block++)
    blocks.collect([[of(block, block === 2 ? 1 : H), of(block), of(block, block === 1 ? H : 7)]], out());
  expect(blocks.next()).toBe(true);
  expect([0, 1, 2].map((c) => [...storage.mainInput!.channel(c)])).toEqual([
    [1, 1, 1, 1, 2, 0, 0, 0, 3, 3, 3, 3],
    each(1, 2, 3),
    each(1, 2, 3),
  ]);
  expect(storage.diagnostics.droppedChannels).toBe(0);
});

describe.each([
  ["frozen lists", true, H],
  ["lists that can change", false, H],
  ["lists of channels that differ in length", false, H - 1],
])("%s", (_, areFrozen, lastFrames) => {
  test("with channels and buses too many and too few count in each block, and those that are declared nowhere stay untouched", () => {
    const { storage, blocks } = fixed([1, 3], [1, 3]);
    const kindOf = (buses: Float32Array[][]) => (areFrozen ? frozenBuses(buses) : buses);
    // Beyond: a channel of the first bus, and a bus. The second bus lacks one in and two out.
    const inputs = kindOf([
      [of(1), of(2)],
      [of(3), of(4, lastFrames)],
      [of(5), of(6)],
    ]);
    const outputs = kindOf([[of(7), of(7)], [of(7, lastFrames)], [of(7)]]);
    for (let block = 1; block <= 9; block++) {
      blocks.collect(inputs, outputs);
      while (blocks.next()) for (const bus of storage.outputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(c + 1);
      expect(storage.diagnostics.droppedChannels).toBe(3 * block + 2 * (block - 1));
      blocks.deliver(outputs);
      expect(storage.diagnostics.droppedChannels).toBe(5 * block);
      const heard = block < 3 ? 0 : 1;
      expect(outputs.map((channels) => channels.map((samples) => samples[0]))).toEqual([[heard, 7], [heard], [7]]);
    }
  });
});

test("frozen lists of which the only output is detached are a block without frames", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { maxFrames: H, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const inputs = frozenBuses([[of(1)]]);
  const output = of(0);
  const outputs = frozenBuses([[output]]);
  for (let block = 0; block < 6; block++) {
    blocks.collect(inputs, outputs);
    expect(blocks.next()).toBe(true);
    blocks.deliver(outputs);
  }
  structuredClone(output.buffer, { transfer: [output.buffer] });
  blocks.collect(inputs, outputs);
  expect(blocks.next()).toBe(false);
  expect(storage.diagnostics).toMatchObject({ latencyChanges: 0, underrunFrames: 0 });
  storage.free();
});

test.each([1, H])("frozen lists of %i frames, after another host's were delivered to, are written as far as they can be", (frames) => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [3] }, { maxFrames: frames, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: frames });
  const channels = [of(7, frames), of(7, frames), of(7, frames)];
  const [inputs, outputs] = [frozenBuses([]), frozenBuses([channels])];
  const collect = () => {
    blocks.collect(inputs, outputs);
    while (blocks.next()) for (const c of [0, 1, 2]) storage.mainOutput!.channel(c).fill(c + 1);
  };
  for (let block = 0; block < 6; block++) {
    collect();
    blocks.deliver(block === 5 ? out(1, frames) : outputs);
  }
  expect(storage.diagnostics.droppedChannels).toBe(2);
  collect();
  for (const samples of channels) samples.fill(7);
  structuredClone(channels[1]!.buffer, { transfer: [channels[1]!.buffer] });
  blocks.deliver(outputs);
  expect([0, 2].map((c) => [...channels[c]!])).toEqual([Array(frames).fill(1), Array(frames).fill(3)]);
  expect(storage.diagnostics.droppedChannels).toBe(3);
  storage.free();
});

test("frozen lists that came before do not tell how much another host takes", () => {
  const { storage, blocks } = fixed([], [1], "silence", { hostFrames: "any" });
  const [inputs, outputs] = [frozenBuses([]), frozenBuses(out())];
  for (let block = 0; block < 6; block++) {
    blocks.collect(inputs, outputs);
    while (blocks.next()) storage.mainOutput!.channel(0).fill(block);
    blocks.deliver(outputs);
  }
  const others = out(1, 9);
  blocks.deliver(others);
  // Of the 11 frames that wait all but two; they are of the kernel's last block.
  expect([...others[0]![0]!]).toEqual(Array(9).fill(5));
  expect(storage.diagnostics.underrunFrames).toBe(0);
  blocks.deliver(others);
  expect([...others[0]![0]!]).toEqual([5, 5, ...Array(7).fill(0)]);
});

test("an array of BigInts with the prototype of samples is silence, in and out, and counts", () => {
  const { storage, blocks } = fixed([2], [2]);
  const forged = () => Object.setPrototypeOf(new BigInt64Array(H), Float32Array.prototype);
  for (let block = 0; block < 3; block++) blocks.collect([[of(9), of(9)]], out(2));
  expect(blocks.next()).toBe(true);
  for (let block = 1; block < 4; block++) {
    blocks.collect([[forged(), of(1)]], out(2));
    expect(storage.diagnostics.droppedChannels).toBe(block);
  }
  expect(blocks.next()).toBe(true);
  expect([0, 1].map((c) => [...storage.mainInput!.channel(c)])).toEqual([each(0, 0, 0), each(1, 1, 1)]);
  expect(storage.mainInput!.connectedLength).toBe(2);
  const outputs = [[forged(), of(7)]];
  blocks.deliver(outputs);
  expect(storage.diagnostics.droppedChannels).toBe(4);
  expect([...outputs[0]![1]!]).toEqual(each(0));
});

describe("a parameter, gathered frame by frame,", () => {
  /** A storage with parameters, and what its host hands over for the first one in a block of so many frames. */
  function withGain(maxFrames = N) {
    const parameters = [
      { name: "gain", defaultValue: 0.5, maxValue: 100 },
      { name: "pan", defaultValue: 0.5 },
    ];
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { maxFrames, heap });
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    return {
      storage,
      blocks,
      give: (frames: number, ...gain: number[]) =>
        blocks.collect([[of(1, frames)]], out(1, frames), gain.length > 0 ? { gain: Float32Array.from(gain) } : {}),
      /** What the kernel reads in its next block. */
      next: () => {
        expect(blocks.next()).toBe(true);
        return valuesOf(storage, 0);
      },
      /** The kernel does not take the block that is there. */
      skip: () => blocks.deliver(out(1, 1)),
    };
  }
  const all = (value: number, frames = N) => Array(frames).fill(value);
  /** `from`, `from` + 1 and so on; NaN at that index. */
  const rising = (from: number, length: number, nan = -1) => Array.from({ length }, (_, k) => (k === nan ? Number.NaN : from + k));

  const ofBits = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer);
  test.each([0x7fc00000, 0x7fc00001, 0x7f800001, 0x7f810000, 0x7fc10000, 0xff810000, 0xffffffff])(
    "of the bits %i is NaN: it counts, and the last value stays",
    (bits) => {
      const { storage, blocks, give, next } = withGain();
      give(4, 3);
      blocks.collect([[of(1)]], out(), { gain: ofBits(bits) });
      give(4);
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(3), 1]);
    },
  );

  test.each([0x7f800000, 0xff800000, 0x7f7fffff, 0x00000001, 0x3f800001])("of the bits %i is a number, and heard", (bits) => {
    const { storage, blocks, give, next } = withGain();
    give(8, 3);
    blocks.collect([[of(1)]], out(), { gain: ofBits(bits) });
    expect([next(), storage.diagnostics.invalidParameters]).toEqual([[...each(3, 3), ...all(ofBits(bits)[0]!, 4)], 0]);
  });

  test.each([0, 1, 2, 3])("with NaN as value %i of four is refused in all of the kernel's block; what comes after it stays", (nan) => {
    for (const before of [0, 4]) {
      const { storage, give, next } = withGain();
      give(before, 5);
      give(4, ...rising(6, 4, nan));
      give(8 - before, 7);
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(0.5), 1]);
      give(12);
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(7), 1]);
    }
  });

  test.each([0, 5, 11])("with NaN as value %i of those for a whole block of the kernel's keeps what it was, for good", (nan) => {
    const { storage, give, next } = withGain();
    give(12, ...rising(1, 12, nan));
    for (let block = 0; block < 2; block++) {
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(0.5), 1]);
      give(12);
    }
  });

  test.each([12, 16, 20, 23])(
    "of an array with NaN at frame %i has the values of the kernel's block before it, and none after it",
    (nan) => {
      const { storage, give, next } = withGain();
      give(24, ...rising(1, 24, nan));
      expect(next()).toEqual(rising(1, 12));
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(12), 1]);
      give(12);
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(12), 1]);
    },
  );

  test.each([4, 6, 7])(
    "of an array over two of the kernel's blocks, with NaN as value %i in the second one, has those of the first",
    (nan) => {
      const { give, next } = withGain();
      give(8);
      give(8, ...rising(1, 8, nan));
      expect(next()).toEqual([...all(0.5, 8), 1, 2, 3, 4]);
      give(8);
      expect(next()).toEqual(all(4));
      give(12);
      expect(next()).toEqual(all(4));
    },
  );

  test("of an array that ends with NaN has the value before it, whatever was handed over before", () => {
    for (const before of [0, 8]) {
      const { storage, give, next } = withGain();
      give(before, 5);
      give(20 - before, ...all(3, 19 - before), Number.NaN);
      expect(next()).toEqual([...all(5, before), ...all(3, 12 - before)]);
      // Three of the kernel's blocks, of which the first one has the NaN.
      give(28);
      for (let block = 0; block < 3; block++) expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(3), 1]);
    }
  });

  test("of an array of nothing but NaN keeps its last value, and counts once", () => {
    const { storage, give, next } = withGain();
    give(4, 5);
    give(20, ...all(Number.NaN, 20));
    for (let block = 0; block < 3; block++) {
      expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(5), 1]);
      give(12);
    }
  });

  test("of which a block of one frame is handed NaN, and more behind it, keeps its last value", () => {
    const { storage, give, next } = withGain(3);
    give(1, 1);
    give(1, Number.NaN, 5);
    give(1);
    expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(1, 3), 1]);
  });

  test("is not changed by a block without frames, whose values are not looked at", () => {
    const { storage, give, next } = withGain();
    give(4, 3);
    give(0, 9);
    give(0, Number.NaN);
    give(8);
    expect([next(), storage.diagnostics.invalidParameters]).toEqual([all(3), 0]);
  });

  test("is what setParameter says from the block on that comes then, though the host hands over the same value later", () => {
    const { storage, give, next } = withGain();
    give(4);
    storage.setParameter(0, 0.25);
    give(4);
    give(4, 0.25);
    expect(next()).toEqual(each(0.5, 0.25, 0.25));
  });

  test("is what setParameter says in a block for which the host hands over nothing, though it does for the next one", () => {
    const { storage, give, next } = withGain();
    give(12);
    give(4, 0.75);
    storage.setParameter(0, 0.25);
    expect(next()).toEqual(all(0.25));
    give(8);
    expect(next()).toEqual(all(0.75));
  });

  test.each([12, 16])(
    "that comes at frame %i, and is what it was, stays, though setParameter was called and its block is skipped",
    (at) => {
      const { storage, give, next, skip } = withGain();
      give(at);
      give(4, 0.5);
      storage.setParameter(0, 0.25);
      expect(next()).toEqual(all(0.25));
      skip();
      give(20 - at);
      skip();
      give(12);
      expect(next()).toEqual(all(0.5));
    },
  );

  test("that comes with the first frame of a block that is skipped stays", () => {
    const { give, next, skip } = withGain();
    give(12, 3);
    give(4, 9);
    expect(next()).toEqual(all(3));
    skip();
    give(8);
    skip();
    give(12);
    expect(next()).toEqual(all(9));
  });

  test("is heard where another one beside it is refused, and is then what setParameter says", () => {
    const { storage, blocks, give, next } = withGain();
    const pan = Float32Array.from(rising(1, 12, 5));
    blocks.collect([[of(1, 12)]], out(1, 12), { gain: Float32Array.from(rising(1, 12)), pan });
    expect([next(), storage.diagnostics.invalidParameters]).toEqual([rising(1, 12), 1]);
    storage.setParameter(0, 0.25);
    give(12);
    expect(next()).toEqual(all(0.25));
  });

  test("that nobody has handed over is after a reset what setParameter says", () => {
    const { storage, blocks, give, next } = withGain();
    give(4);
    blocks.reset();
    give(12);
    expect(next()).toEqual(all(0.5));
    blocks.reset();
    storage.setParameter(0, 0.25);
    give(12);
    expect(next()).toEqual(all(0.25));
  });

  test.each<[string, number, number[][], number]>([
    ["a block of one frame", 1, [[1, 0.75]], 0.75],
    ["the first block", N, [[4, 0.75]], 0.75],
    ["the second block", N, [[16], [4, 0.75]], 0.75],
    ["the second block, as the last of many values", N, [[20, ...rising(1, 20)]], 20],
  ])("that came before a reset, in %s, is handed over after it, and not once more", (_, maxFrames, given, last) => {
    const { storage, blocks, give, next } = withGain(maxFrames);
    for (const [frames, ...values] of given) give(frames!, ...values);
    blocks.reset();
    give(maxFrames);
    expect(next()).toEqual(all(last, maxFrames));
    storage.setParameter(0, 0.25);
    give(maxFrames);
    expect(next()).toEqual(all(0.25, maxFrames));
  });
});
