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

  test("with a NaN behind the kernel's block are refused in the next one, also where the host hands over none any more", () => {
    // Of the second array some values are in the first block of the kernel's; the NaN is among those in the second one.
    const withNaN = each(4, 5);
    withNaN[H + 2] = Number.NaN;
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [1], outputs: [1], parameters: [{ name: "gain", defaultValue: 2, maxValue: 100 }] },
      { maxFrames: N, heap },
    );
    const blocks = new FixedBlocks(storage, { hostFrames: 2 * H });
    const seen: number[] = [];
    const given = [[...each(3, 3)], withNaN, undefined, undefined, undefined];
    for (const gain of given) {
      const values = gain && { gain: Float32Array.from(gain) };
      blocks.collect([[new Float32Array(2 * H)]], [[new Float32Array(2 * H)]], values);
      while (blocks.next()) {
        const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
        seen.push(...new Float32Array(storage.memory.buffer, address, N));
      }
    }
    expect(seen).toEqual([...each(3, 3, 4), ...each(4, 4, 4), ...each(4, 4, 4)]);
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
