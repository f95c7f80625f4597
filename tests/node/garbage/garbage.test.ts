// A block makes no garbage: under one byte of JS heap a block, by V8's own accounting. Next to each case
// stands the same block with one small object more, which must be caught.

import { describe, expect, test } from "vitest";
import {
  applyGain,
  average,
  type Bus,
  clearOutputs,
  copyInputsToOutputs,
  createHeap,
  FixedBlocks,
  InterleavedHost,
  type MissingInputs,
  ProcessBufferStorage,
  pairedChannels,
  peak,
  rms,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { bytesPerCall } from "../../../examples/ducker/garbage.mjs";
import { frozenBuses, ramps } from "../../support/host-channels";

type Buses = readonly (readonly Float32Array[])[];
type Storage = ProcessBufferStorage<SampleFormat>;
/** One block of audio, and how many channels it moves. */
interface Block {
  render(): void;
  readonly channels: number;
}

const shapes: Record<string, { inputs: number[]; outputs: number[] }> = {
  mono: { inputs: [1], outputs: [1] },
  stereo: { inputs: [2], outputs: [2] },
  sidechain: { inputs: [2, 1], outputs: [2] },
  "5.1": { inputs: [6], outputs: [6] },
  "16 x 2": { inputs: Array(16).fill(2), outputs: Array(16).fill(2) },
  "16 x 32": { inputs: Array(16).fill(32), outputs: Array(16).fill(32) },
};
const arrays: Record<string, (buses: Float32Array[][]) => Buses> = { frozen: frozenBuses, plain: (buses) => buses };
const formats: readonly SampleFormat[] = ["f32", "f64"];
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];

const allocate = (config: { inputs: number[]; outputs: number[] }, options: StorageOptions<SampleFormat> = {}): Storage =>
  ProcessBufferStorage.allocateFromConfig(config, options);

/** Short blocks, because garbage is a matter of calls and channels, not of samples. */
const FRAMES = 32;

const hostOf = (counts: readonly number[], wrap: (buses: Float32Array[][]) => Buses, frames = FRAMES) =>
  wrap(counts.map((channels, bus) => ramps(channels, bus + 1, frames)));

const channelsOf = ({ inputs, outputs }: Storage) => [...inputs, ...outputs].reduce((sum, { capacity }) => sum + capacity, 0);

/** Whatever a kernel may be handed. */
function handOver({ inputsAddress, outputsAddress, inputTableAddress, outputTableAddress }: Storage): void {
  if (inputsAddress + outputsAddress + inputTableAddress + outputTableAddress < 0) throw new Error("no addresses");
}

/** What a host can do with a storage in one block: in, views of every channel, two windows, out. */
function blockOf(storage: Storage, hosts: readonly (readonly [inputs: Buses, outputs: Buses])[]): Block {
  let turn = -1;
  const lookAt = (buses: readonly Bus<SampleFormat>[]) => {
    for (let b = 0; b < buses.length; b++) {
      const bus = buses[b]!;
      for (let c = 0; c < bus.length; c++) if (bus.channel(c).length !== storage.frames) throw new Error("no view of the block");
    }
  };
  return {
    channels: channelsOf(storage),
    render() {
      turn = (turn + 1) % hosts.length;
      // Not taken apart as a list: engines make an iterator for that, unless they optimise it away.
      const inputs = hosts[turn]![0];
      const outputs = hosts[turn]![1];
      storage.collect(inputs, outputs);
      handOver(storage);
      lookAt(storage.inputs);
      storage.setWindow(0, 10);
      storage.setWindow(10, 22);
      lookAt(storage.outputs);
      storage.deliver(outputs);
    },
  };
}

/** The same block with one object more. */
function littering({ render, channels }: Block): Block {
  const kept: object[] = [];
  return {
    channels,
    render() {
      render();
      kept[0] = { channels };
    },
  };
}

/** So many blocks that a byte in each would be told from the measurement's own, and no more time than that takes. */
const blocksFor = (channels: number) => Math.max(1000, Math.floor(10_000 / Math.max(1, channels / 4)));

const bytesPerBlock = ({ render, channels }: Block, blocks = blocksFor(channels)) => bytesPerCall(render, blocks);

function makesNoGarbage(name: string, make: () => Block): void {
  describe(name, () => {
    test("makes no garbage", () => expect(bytesPerBlock(make())).toBeLessThan(1));
    test("would be caught if it made one small object", () => expect(bytesPerBlock(littering(make()), 500)).toBeGreaterThan(8));
  });
}

for (const [shape, config] of Object.entries(shapes)) {
  for (const sampleFormat of formats) {
    for (const missingInputs of policies) {
      for (const [kind, wrap] of Object.entries(arrays)) {
        const of = (change: (count: number) => number) =>
          [hostOf(config.inputs.map(change), wrap), hostOf(config.outputs.map(change), wrap)] as const;
        const storage = () => allocate(config, { sampleFormat, missingInputs, maxFrames: FRAMES });
        makesNoGarbage(`${shape}, ${sampleFormat}, ${missingInputs}, ${kind} host arrays`, () =>
          blockOf(storage(), [of((count) => count)]),
        );
        makesNoGarbage(`${shape}, ${sampleFormat}, ${missingInputs}, ${kind} host arrays with channel counts that change`, () =>
          blockOf(storage(), [
            of((count) => count),
            of((count) => count >> 1),
            of(() => 0),
            of((count) => Math.min(32, count + 3)),
            of(() => 1),
          ]),
        );
      }
    }
  }
}

makesNoGarbage("no bus at all", () => {
  const storage = allocate({ inputs: [], outputs: [] });
  const host = hostOf([2], frozenBuses);
  return {
    channels: 1,
    render() {
      storage.collect(host, host);
      storage.deliver(host);
      storage.begin(128);
      storage.clear();
    },
  };
});

for (const sampleFormat of formats) {
  for (const [kind, wrap] of Object.entries(arrays)) {
    const of = (frames: number) => [hostOf([2, 1], wrap, frames), hostOf([2], wrap, frames)] as const;
    const block = (frames: number[], options: StorageOptions<SampleFormat> = {}) =>
      blockOf(allocate(shapes.sidechain!, { sampleFormat, ...options }), frames.map(of));

    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, block sizes that change`, () => block([128, 64, 100, 17]));
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, blocks longer than maxFrames`, () => block([300]));
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, constant channels detected`, () =>
      block([128], { detectConstant: true, missingInputs: "repeat-mono" }),
    );
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, outputs not cleared`, () => block([128], { clearOutputs: false }));
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, shared memory`, () =>
      block([128], { heap: createHeap({ shared: true, maximumPages: 4 }) }),
    );
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, after the memory has grown`, () => {
      const heap = createHeap();
      const grown = block([128], { heap });
      grown.render();
      heap.memory.grow(1);
      return grown;
    });
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays, channels of different lengths`, () => {
      const ragged = [wrap([[...ramps(1, 1, 128), ...ramps(1, 1, 77)], ramps(1)]), wrap([[...ramps(1, 1, 64), ...ramps(1)]])] as const;
      return blockOf(allocate(shapes.sidechain!, { sampleFormat }), [ragged]);
    });
    makesNoGarbage(`${sampleFormat}, ${kind} host arrays with what is no channel among them`, () => {
      const holes = [
        wrap([[null, ...ramps(1)] as Float32Array[], [7] as unknown as Float32Array[]]),
        wrap([[undefined, ...ramps(1)] as Float32Array[]]),
      ] as const;
      return blockOf(allocate(shapes.sidechain!, { sampleFormat }), [holes]);
    });
  }

  makesNoGarbage(`${sampleFormat}, begin, pointers, masks, lengths and operations on whole blocks`, () => {
    const storage = allocate(shapes.sidechain!, { sampleFormat });
    const gather = { sum: 0 };
    return {
      channels: channelsOf(storage),
      render() {
        storage.begin(128);
        const { mainInput, mainOutput, sidechain } = storage;
        sidechain!.connect();
        mainOutput!.constantMask = sidechain!.constantMask | mainInput!.pointer(1);
        copyInputsToOutputs(storage);
        applyGain(storage, 0.5);
        gather.sum = mainInput!.connectedLength + pairedChannels(mainInput, mainOutput) + storage.diagnostics.refusedPushes;
        gather.sum = peak(mainInput!, 0) + rms(mainInput!, 1) + average(mainOutput!, 0);
        clearOutputs(storage);
        storage.setWindow(40, 88);
        storage.setFrames(64);
        storage.setFrames(128);
        storage.clear();
        storage.setFrames(64);
      },
    };
  });

  makesNoGarbage(`${sampleFormat}, external pointers that change from block to block`, () => {
    const heap = createHeap();
    const storage = allocate({ inputs: [2, 1], outputs: [2] }, { sampleFormat, heap, channelMemory: "external" });
    const pointers = [1, 2, 3, 4].map(() => heap.malloc(1024));
    const [inputs, outputs] = [hostOf([2, 1], frozenBuses), hostOf([2], frozenBuses)];
    let block = 0;
    return {
      channels: channelsOf(storage),
      render() {
        block = (block + 1) & 3;
        storage.collect(inputs, outputs);
        for (let c = 0; c < 3; c++) storage.mainInput!.push(pointers[(block + c) & 3]!);
        for (let c = 0; c < 2; c++) storage.mainOutput!.push(pointers[(block + c) & 3]!);
        storage.mainInput!.channel(0);
        storage.mainInput!.constantMask = block;
        storage.deliver(outputs);
      },
    };
  });

  for (const format of ["f32", "i16"] as const) {
    const Samples = format === "f32" ? Float32Array : Int16Array;
    /** Hosts of one, two and three channels in turn, each with an array of that many samples. */
    const interleaved = (samples: (channelCount: number) => number, options: StorageOptions<SampleFormat>): Block => {
      const storage = allocate(shapes.sidechain!, { sampleFormat, ...options });
      const hosts = [1, 2, 3].map((channelCount) => new InterleavedHost(storage, { channelCount, format }));
      const blocks = [1, 2, 3].map((channelCount) => new Samples(samples(channelCount)).fill(1));
      let turn = 0;
      return {
        channels: channelsOf(storage),
        render() {
          turn = (turn + 1) % 3;
          hosts[turn]!.collect(blocks[turn]!);
          for (let c = 0; c < storage.mainInput!.length; c++) storage.mainInput!.channel(c);
          hosts[turn]!.deliver(blocks[turn]!);
        },
      };
    };

    for (const missingInputs of policies) {
      makesNoGarbage(`interleaved ${format} for ${sampleFormat}, ${missingInputs}`, () =>
        interleaved((channelCount) => channelCount * 128, { missingInputs }),
      );
    }
    makesNoGarbage(`interleaved ${format} for ${sampleFormat}, a last frame that is not whole`, () =>
      interleaved((channelCount) => channelCount * 100 - 1, {}),
    );
    makesNoGarbage(`interleaved ${format} for ${sampleFormat}, more frames than maxFrames`, () =>
      interleaved((channelCount) => channelCount * 300, {}),
    );
    makesNoGarbage(`interleaved ${format} for ${sampleFormat}, pushed outputs and what is no array of the format`, () => {
      const storage = allocate({ inputs: [2], outputs: [2] }, { sampleFormat });
      const host = new InterleavedHost(storage, { channelCount: 2, format });
      const [block, other] = [new Samples(256), new Uint8Array(256) as unknown as Float32Array];
      return {
        channels: channelsOf(storage),
        render() {
          host.collect(other);
          host.deliver(other);
          host.collect(block);
          storage.clear();
          storage.mainOutput!.push(storage.mainInput!.samplesAddress);
          host.deliver(block);
        },
      };
    });
  }
}

for (const [name, maxFrames, hostFrames, lengths] of [
  ["480 under 128", 480, 128, [128]],
  ["12 under 32", 12, 32, [32]],
  ["480 under any length", 480, "any", [128, 17, 100, 3]],
  ["480 under 128, lengths that were not announced", 480, 128, [128, 17, 100, 3]],
] as const) {
  for (const [kind, wrap] of Object.entries(arrays)) {
    makesNoGarbage(`blocks of ${name}, ${kind} host arrays`, () => {
      const storage = allocate(shapes.sidechain!, { maxFrames });
      const blocks = new FixedBlocks(storage, { hostFrames });
      const hosts = lengths.map((frames) => [hostOf([2, 1], wrap, frames), hostOf([2], wrap, frames)] as const);
      let turn = 0;
      return {
        channels: channelsOf(storage),
        render() {
          turn = (turn + 1) % hosts.length;
          const inputs = hosts[turn]![0];
          const outputs = hosts[turn]![1];
          blocks.collect(inputs, outputs);
          while (blocks.next()) if (storage.mainInput!.channel(1).length !== maxFrames) throw new Error("no view of the block");
          blocks.deliver(outputs);
        },
      };
    });
  }

  for (const format of ["f32", "i16"] as const) {
    makesNoGarbage(`blocks of ${name}, interleaved ${format}`, () => {
      const Samples = format === "f32" ? Float32Array : Int16Array;
      const storage = allocate(shapes.sidechain!, { maxFrames });
      const host = new InterleavedHost(storage, { channelCount: 3, format });
      const blocks = new FixedBlocks(storage, { hostFrames });
      blocks.prepare(host);
      const samples = lengths.map((frames) => new Samples(3 * frames).fill(1));
      let turn = 0;
      return {
        channels: channelsOf(storage),
        render() {
          turn = (turn + 1) % samples.length;
          blocks.collectFrom(host, samples[turn]!);
          while (blocks.next()) if (storage.mainInput!.channel(1).length !== maxFrames) throw new Error("no view of the block");
          blocks.deliverTo(host, samples[turn]!);
        },
      };
    });
  }
}

describe("the measurement", () => {
  test("catches one view a block", () => {
    const samples = new Float32Array(256);
    const target = new Float32Array(128);
    expect(bytesPerCall(() => target.set(samples.subarray(0, 128)))).toBeGreaterThan(50);
  });

  test("catches one small object in eight blocks", () => {
    let block = 0;
    const kept: object[] = [];
    expect(
      bytesPerCall(() => {
        if ((block++ & 7) === 0) kept[0] = { block };
      }),
    ).toBeGreaterThan(1);
  });

  test("catches one small object in eight of as few blocks as are ever measured", () => {
    let block = 0;
    const kept: object[] = [];
    expect(
      bytesPerCall(() => {
        if ((block++ & 7) === 0) kept[0] = { block };
      }, blocksFor(Number.POSITIVE_INFINITY)),
    ).toBeGreaterThan(1);
  });
});
