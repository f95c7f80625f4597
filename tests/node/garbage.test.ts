// A block makes no garbage: under one byte of JS heap a block, where the least garbage that can be
// made (one small object in each of 8 blocks) would show.

import { describe, expect, test } from "vitest";
import { type Bus, createHeap, ProcessBufferStorage, type SampleFormat, type StorageOptions } from "wasm-process-buffers";
import { bytesPerCall } from "../../examples/ducker/garbage.mjs";
import { filled, frozen, ramps } from "../setup/host";

const configs: [string, { inputs: number[]; outputs: number[] }][] = [
  ["mono", { inputs: [1], outputs: [1] }],
  ["stereo", { inputs: [2], outputs: [2] }],
  ["stereo with a mono sidechain", { inputs: [2, 1], outputs: [2] }],
  ["5.1", { inputs: [6], outputs: [6] }],
  ["16 x 2", { inputs: Array(16).fill(2), outputs: Array(16).fill(2) }],
];

const hostOf = (buses: readonly number[], wrap: (buses: Float32Array[][]) => readonly (readonly Float32Array[])[], frames = 128) =>
  wrap(buses.map((channels) => ramps(channels, 1, frames)));

describe("collect, channel views and deliver make no garbage", () => {
  for (const [name, config] of configs) {
    for (const [kind, wrap] of [["frozen", frozen], ["plain", (buses: Float32Array[][]) => buses]] as const) {
      test(`${name}, ${kind} host arrays`, () => {
        const storage = ProcessBufferStorage.allocateFromConfig(config);
        const inputs = hostOf(config.inputs, wrap);
        const outputs = hostOf(config.outputs, wrap);
        expect(bytesPerCall(() => {
          storage.collect(inputs, outputs);
          for (let b = 0; b < storage.inputs.length; b++) {
            const bus = storage.inputs[b]!;
            for (let c = 0; c < bus.length; c++) bus.channel(c);
          }
          storage.deliver(outputs);
        }, 20_000)).toBeLessThan(1);
      });
    }
  }

  test("channel counts that change from block to block", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] });
    const hosts = [0, 1, 2, 6].map((count) => frozen([ramps(count), ramps(count >> 1)]));
    const outputs = frozen([filled(2)]);
    let block = 0;
    expect(bytesPerCall(() => {
      storage.collect(hosts[block++ & 3]!, outputs);
      storage.mainInput!.channel(1);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  test("doubles, in whole blocks and in changing ones", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { sampleFormat: "f64" });
    const hosts = [128, 128, 64, 33].map((frames) => [hostOf([2], frozen, frames), hostOf([2], frozen, frames)] as const);
    let block = 0;
    expect(bytesPerCall(() => {
      const [inputs, outputs] = hosts[block++ & 3]!;
      storage.collect(inputs, outputs);
      storage.mainInput!.channel(1);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  test("shared memory", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: createHeap({ shared: true }) });
    const inputs = hostOf([2], frozen);
    const outputs = hostOf([2], frozen);
    expect(bytesPerCall(() => {
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  test("after the memory has grown", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap });
    const inputs = hostOf([2], frozen);
    const outputs = hostOf([2], frozen);
    storage.collect(inputs, outputs);
    heap.memory.grow(1);
    expect(bytesPerCall(() => {
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  test("block sizes that change from block to block", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    const hosts = [128, 64, 100, 17].map((frames) => [hostOf([2], frozen, frames), hostOf([2], frozen, frames)] as const);
    let block = 0;
    expect(bytesPerCall(() => {
      const [inputs, outputs] = hosts[block++ & 3]!;
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  test("blocks longer than maxFrames", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    const inputs = hostOf([2], frozen, 300);
    const outputs = hostOf([2], frozen, 300);
    expect(bytesPerCall(() => {
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
    }, 10_000)).toBeLessThan(1);
  });
});

describe("what a block may be asked for makes no garbage", () => {
  const stereo = { inputs: [2, 1], outputs: [2] };
  const inputs = hostOf([2], frozen);
  const mono = hostOf([1], frozen);
  const outputs = hostOf([2], frozen);

  test.each<StorageOptions<SampleFormat>>([
    { missingInputs: "repeat-mono" },
    { missingInputs: "drop" },
    { missingInputs: "repeat-mono", sampleFormat: "f64", detectConstant: true },
    { detectConstant: true },
  ])("%j", (options) => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, options);
    let block = 0;
    expect(bytesPerCall(() => {
      storage.collect((block++ & 1) === 0 ? inputs : mono, outputs);
      storage.mainInput!.channel(1);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  test.each<SampleFormat>(["f32", "f64"])("windows of a %s block", (sampleFormat) => {
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { sampleFormat });
    expect(bytesPerCall(() => {
      storage.collect(inputs, outputs);
      for (let offset = 0; offset < 128; offset += 50) storage.setWindow(offset, 50);
      storage.deliver(outputs);
    })).toBeLessThan(1);
  });

  for (const interleavedChannels of [0, 2]) {
    for (const sampleFormat of ["f32", "f64"] as const) {
      for (const samples of [new Float32Array(256), new Int16Array(256)]) {
        test(`interleaved ${samples.constructor.name} for ${sampleFormat}, with room for ${interleavedChannels} channels`, () => {
          const storage = ProcessBufferStorage.allocateFromConfig(stereo, { sampleFormat, interleavedChannels });
          expect(bytesPerCall(() => {
            storage.begin(128);
            storage.collectInterleaved(storage.mainInput as Bus<SampleFormat>, samples, 2);
            storage.deliverInterleaved(storage.mainOutput as Bus<SampleFormat>, samples, 2);
          }, 20_000)).toBeLessThan(1);
        });
      }
    }
  }
});

describe("pushes and masks make no garbage", () => {
  const push = (options: StorageOptions, check: (storage: ProcessBufferStorage, pointers: number[]) => () => void) => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap, ...options });
    return bytesPerCall(check(storage, [1, 2, 3, 4].map(() => heap.malloc(512))));
  };

  test("external pointers that change from block to block", () => {
    expect(push({ channelMemory: "external" }, (storage, pointers) => {
      let block = 0;
      return () => {
        storage.clear();
        storage.setFrames(128);
        for (let c = 0; c < 3; c++) storage.mainInput!.push(pointers[(block + c) & 3]!);
        block++;
        storage.mainInput!.channel(0);
        storage.mainInput!.constantMask = block & 3;
      };
    })).toBeLessThan(1);
  });

  test("begin", () => {
    expect(push({}, (storage) => () => storage.begin(128))).toBeLessThan(1);
  });
});

describe("the measurement", () => {
  test("catches one view a block", () => {
    const samples = new Float32Array(256);
    const target = new Float32Array(128);
    expect(bytesPerCall(() => target.set(samples.subarray(0, 128)))).toBeGreaterThan(50);
  });

  test("catches one small object in eight blocks", () => {
    let block = 0;
    const kept: object[] = [];
    expect(bytesPerCall(() => {
      if ((block++ & 7) === 0) kept[0] = { block };
    })).toBeGreaterThan(1);
  });
});
