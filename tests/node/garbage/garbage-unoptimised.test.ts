// Before an engine has optimised the code, too: a number that is no small integer is an object then, and
// the first seconds of a stream are no time for a collection.

import v8 from "node:v8";
import { describe, expect, test } from "vitest";
import {
  type BusConfig,
  createHeap,
  EventQueue,
  FixedBlocks,
  InterleavedHost,
  type MissingInputs,
  type PcmFormat,
  ProcessBufferStorage,
  type SampleFormat,
  type StorageOptions,
} from "wasm-process-buffers";
import { bytesPerCall } from "../../../examples/ducker/garbage.mjs";
import { frozenBuses, ramps } from "../../support/host-channels";

// A file of tests has a process of its own.
for (const flag of ["--no-opt", "--no-maglev", "--no-sparkplug"]) v8.setFlagsFromString(flag);

const formats: readonly SampleFormat[] = ["f32", "f64"];
const policies: readonly MissingInputs[] = ["silence", "repeat-mono", "drop"];

for (const sampleFormat of formats) {
  for (const missingInputs of policies) {
    for (const delivered of [31, 1, 0]) {
      test(`${sampleFormat}, ${missingInputs}, ${delivered} of 31 channels delivered`, () => {
        const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [31, 2], outputs: [2] }, { sampleFormat, missingInputs });
        const inputs = frozenBuses([ramps(delivered), ramps(Math.min(delivered, 2))]);
        const outputs = frozenBuses([ramps(2)]);
        expect(
          bytesPerCall(() => {
            storage.collect(inputs, outputs);
            for (let c = 0; c < storage.inputs[1]!.length; c++) storage.inputs[1]!.channel(c);
            storage.setWindow(5, 10);
            storage.deliver(outputs);
            storage.begin(128);
            storage.inputs[0]!.connect(delivered);
          }, 1000),
        ).toBeLessThan(1);
      });
    }
  }
}

for (const hostFrames of [128, "any"] as const) {
  test(`blocks of 480 under ${hostFrames}, planar`, () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { maxFrames: 480 });
    const blocks = new FixedBlocks(storage, { hostFrames });
    const [inputs, outputs] = [frozenBuses([ramps(2), ramps(1)]), frozenBuses([ramps(2)])];
    expect(
      bytesPerCall(() => {
        blocks.collect(inputs, outputs);
        while (blocks.next()) if (blocks.blockStart < 0) throw new Error("no start");
        blocks.deliver(outputs);
      }, 1000),
    ).toBeLessThan(1);
  });

  for (const format of ["f32", "i16"] as const) {
    test(`blocks of 480 under ${hostFrames}, interleaved ${format}`, () => {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { maxFrames: 480 });
      const blocks = new FixedBlocks(storage, { hostFrames });
      const host = new InterleavedHost(storage, { channelCount: 3, format });
      blocks.prepare(host);
      const samples = format === "f32" ? new Float32Array(384).fill(1) : new Int16Array(384).fill(1);
      expect(
        bytesPerCall(() => {
          blocks.collectFrom(host, samples);
          while (blocks.next());
          blocks.deliverTo(host, samples);
        }, 1000),
      ).toBeLessThan(1);
    });
  }
}

const cases: [name: string, config: BusConfig, options: () => StorageOptions<SampleFormat>][] = [
  ["32 channels", { inputs: [32], outputs: [32] }, () => ({})],
  ["constant channels being looked for", { inputs: [2], outputs: [2] }, () => ({ detectConstant: true })],
  ["external channel memory", { inputs: [2], outputs: [2] }, () => ({ channelMemory: "external" })],
  ["shared memory", { inputs: [2], outputs: [2] }, () => ({ heap: createHeap({ shared: true, maximumPages: 16 }) })],
  ["16 buses of 2", { inputs: Array(16).fill(2), outputs: Array(16).fill(2) }, () => ({})],
];

for (const sampleFormat of formats) {
  test.each(cases)(`${sampleFormat}, %s`, (_, config, options) => {
    const storage = ProcessBufferStorage.allocateFromConfig(config, { sampleFormat, ...options() });
    const inputs = frozenBuses(storage.inputs.map(({ capacity }) => ramps(capacity)));
    const outputs = frozenBuses(storage.outputs.map(({ capacity }) => ramps(capacity)));
    expect(
      bytesPerCall(() => {
        storage.collect(inputs, outputs);
        storage.deliver(outputs);
      }, 1000),
    ).toBeLessThan(1);
  });
}

for (const sampleFormat of formats) {
  for (const format of ["f32", "i16"] as const) {
    for (const channelCount of [1, 2, 3, 8]) {
      const interleaved = (samples: number) => {
        const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2, 1] }, { sampleFormat });
        const host = new InterleavedHost(storage, { channelCount, format });
        const block = (format === "f32" ? new Float32Array(samples) : new Int16Array(samples)).fill(1);
        return { collect: () => host.collect(block), deliver: () => host.deliver(block) };
      };

      test(`${sampleFormat}, interleaved ${format} of ${channelCount} channels in`, () => {
        const { collect } = interleaved(channelCount * 128);
        expect(bytesPerCall(collect, 1000)).toBeLessThan(1);
      });

      // Doubles become 16-bit samples one by one, see below.
      if (sampleFormat === "f64" && format === "i16") continue;
      test(`${sampleFormat}, interleaved ${format} of ${channelCount} channels out`, () => {
        const { collect, deliver } = interleaved(channelCount * 128);
        collect();
        expect(bytesPerCall(deliver, 1000)).toBeLessThan(1);
      });
    }
  }
}

/** Reading it from `Number` makes an object. */
const noNumber = Number.NaN;

/** Parameters of both rates, by number: one value, a value for each frame, none, NaN, and 128 of a k-rate one. */
const manyParameters = Array.from({ length: 20 }, (_, p) => ({
  name: `p${p}`,
  automationRate: p % 2 ? ("k-rate" as const) : ("a-rate" as const),
}));
const valuesFrom = (seed: number) =>
  Object.fromEntries(
    manyParameters.map(({ name }, p) => {
      const ramp = Float32Array.from({ length: 128 }, (_, k) => seed + p + k / 256 + 0.1);
      return [name, [ramp.slice(0, 1), ramp, undefined, Float32Array.of(Number.NaN), ramp, ramp.fill(p)][p % 6]];
    }),
  ) as Record<string, Float32Array>;

for (const sampleFormat of formats) {
  for (const freeze of [Object.freeze, <T>(values: T) => values]) {
    test(`${sampleFormat}, parameters of ${freeze === Object.freeze ? "frozen" : "plain"} objects, the same one and others`, () => {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters: manyParameters }, { sampleFormat });
      const [inputs, outputs] = [frozenBuses([ramps(1)]), frozenBuses([ramps(1)])];
      const hosts = [freeze(valuesFrom(0.3)), freeze(valuesFrom(5.7))];
      const turns = [0, 0, 0, 0, 1, 1, 1, 0, 1];
      let turn = 0;
      expect(
        bytesPerCall(() => {
          turn = turn + 1 === turns.length ? 0 : turn + 1;
          storage.collect(inputs, outputs, hosts[turns[turn]!]);
          storage.setWindow(5, 10);
          storage.setParameter(0, 0.75);
          storage.setParameter(3, noNumber);
          storage.begin(64);
          storage.setFrames(100);
        }, 1000),
      ).toBeLessThan(1);
    });
  }

  test(`${sampleFormat}, parameters in blocks of the kernel's own length`, () => {
    const parameters = manyParameters;
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { sampleFormat, maxFrames: 480 });
    const blocks = new FixedBlocks(storage);
    const [inputs, outputs] = [frozenBuses([ramps(1)]), frozenBuses([ramps(1)])];
    const hosts = [valuesFrom(0.3), valuesFrom(5.7), {}];
    let turn = 0;
    expect(
      bytesPerCall(() => {
        turn = turn === 2 ? 0 : turn + 1;
        blocks.collect(inputs, outputs, hosts[turn]);
        while (blocks.next());
        blocks.deliver(outputs);
      }, 1000),
    ).toBeLessThan(1);
  });

  test(`${sampleFormat}, events pushed in and out of order, late, refused and in windows`, () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { sampleFormat });
    const events = new EventQueue(storage, { capacity: 8 });
    let at = 0;
    expect(
      bytesPerCall(() => {
        for (let i = 0; i < 10; i++) events.push(at + ((i * 37) & 127), i, 0x90, 0.5);
        events.push(noNumber, 1, 2, 0.5);
        storage.begin(64);
        events.collect(at);
        while (events.nextWindow())
          if (events.windowFrames + events.windowStart + events.windowEvents.index < 0) throw new Error("no window");
        at += 64;
      }, 1000),
    ).toBeLessThan(1);
  });
}

describe("what passes sample by sample does make garbage, as docs/security.md says:", () => {
  const config = { inputs: [2], outputs: [2] };
  const bytesOf = (sampleFormat: SampleFormat, format: PcmFormat, samples: number) => {
    const storage = ProcessBufferStorage.allocateFromConfig(config, { sampleFormat });
    const host = new InterleavedHost(storage, { channelCount: 2, format });
    const block = format === "f32" ? new Float32Array(samples).fill(0.3) : new Int16Array(samples).fill(3);
    return bytesPerCall(() => {
      host.collect(block);
      host.deliver(block);
    }, 500);
  };

  test("an interleaved array of more than maxFrames frames", () => {
    expect(bytesOf("f32", "f32", 300)).toBeGreaterThan(1000);
  });

  test("a planar host's channels that are longer than the block", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(config);
    const [inputs, outputs] = [frozenBuses([ramps(2, 1, 300)]), frozenBuses([ramps(2, 1, 300)])];
    const bytes = bytesPerCall(() => {
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
    }, 500);
    expect(bytes).toBeGreaterThan(1000);
  });
});

test("the check itself: the code runs unoptimised, where a number that is no small integer is an object", () => {
  const kept = { value: 0.5 };
  let count = 0;
  const numbers = [0.5, 1.5];
  expect(
    bytesPerCall(() => {
      kept.value = numbers[count++ & 1]! * 2 ** 40;
    }),
  ).toBeGreaterThan(8);
});
