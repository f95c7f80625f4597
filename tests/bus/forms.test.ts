// Every form that a bus can have, in and out, owned by the storage and kept by the kernel.

import { describe, expect, test } from "vitest";
import {
  applyGain,
  average,
  BusConfigError,
  type BusInfo,
  clearOutputs,
  copyInputsToOutputs,
  createHeap,
  InterleavedHost,
  ProcessBufferStorage,
  peak,
  rms,
  StorageObserver,
  type StorageOptions,
} from "wasm-process-buffers";
import { asHost, asKernel, formsOf, kernelSample, nameOfForm } from "../support/forms";
import { filled, noise, ramp } from "../support/host-channels";
import { forms, hostInForm, takenForms } from "../support/host-forms";
import { floatsAt } from "../support/memory-contents";

const SPECIAL = [0, -0, 1, -1, 0.5, 1 / 32768, 1.5 / 32768, -0.5 / 32768, 2, -3, Number.NaN, Number.POSITIVE_INFINITY, 1e-42];

/** A channel of noise that begins with values that are easily got wrong. */
const signal = (frames: number, seed: number) => {
  const samples = noise(frames, seed);
  SPECIAL.slice(0, frames).forEach((value, k) => void (samples[k] = value));
  return samples;
};

const MAX_FRAMES = 20;
const of = (value: number) => new Float32Array(16).fill(value);

/** One for all tests: engines cap the number of memories. */
const HEAP = createHeap();

test("16-bit samples two bytes apart have views of their own", () => {
  const samples = HEAP.malloc(64, 16);
  const config = {
    inputs: [],
    outputs: [
      { channelCount: 1, sampleFormat: "i16" as const },
      { channelCount: 2, sampleFormat: "i16" as const, layout: "contiguous" as const },
    ],
  };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap: HEAP, addresses: { outputs: [samples] }, maxFrames: 4 });
  storage.begin(1);
  new Int16Array(HEAP.memory.buffer, samples, 8).set([1, 2, 3, 4, 5, 6, 7, 8]);
  const [moved, contiguous] = storage.outputs;
  expect(moved!.channel(0)[0]).toBe(1);
  moved!.moveTo(samples + 2);
  expect(moved!.channel(0)[0]).toBe(2);
  contiguous!.samples.set([10, 20]);
  expect([contiguous!.channel(0)[0], contiguous!.channel(1)[0]]).toEqual([10, 20]);
  storage.free();
  HEAP.free(samples, 64, 16);
});

/** A storage with one bus each way in this form; where `isKept`, in memory of the kernel's. */
function storageOf(info: BusInfo, isKept: boolean, options: StorageOptions = {}) {
  const heap = HEAP;
  const bytes = info.channelCount * MAX_FRAMES * 8;
  const addresses = isKept ? { inputs: [heap.malloc(bytes)], outputs: [heap.malloc(bytes)] } : {};
  return ProcessBufferStorage.allocateFromConfig(
    { inputs: [info], outputs: [info] },
    { maxFrames: MAX_FRAMES, heap, addresses, ...options },
  );
}

/** Bytes from planar channel to planar channel. */
function strideOf({ sampleFormat = "f32" }: BusInfo, isKept: boolean): number {
  const bytes = MAX_FRAMES * { f32: 4, f64: 8, i16: 2 }[sampleFormat];
  return isKept ? bytes : Math.ceil(bytes / 16) * 16;
}

/** Zeros of both signs are silence: a negative scale turns the sign. */
function expectSame(actual: number, expected: number, said: string): void {
  const isSame = expected === 0 ? actual === 0 : Object.is(actual, expected);
  if (!isSame) expect(actual, said).toBe(expected);
}

test.each(formsOf(2).map((info) => [nameOfForm(info), info] as const))(
  "%s: the only bus of a storage is filled and emptied, too",
  (_, info) => {
    const channels = [signal(16, 1), signal(16, 2)];
    const stride = strideOf(info, false);
    const alone = (config: { inputs: BusInfo[]; outputs: BusInfo[] }) =>
      ProcessBufferStorage.allocateFromConfig(config, { maxFrames: MAX_FRAMES, heap: HEAP });
    const input = alone({ inputs: [info], outputs: [] });
    input.collect([channels], []);
    const output = alone({ inputs: [], outputs: [info] });
    const heard = [filled(2, 9, 16)];
    output.collect([], heard);
    for (let c = 0; c < 2; c++) {
      for (let k = 0; k < 16; k++) {
        const read = kernelSample(HEAP.memory, info, input.mainInput!.samplesAddress, stride, 16, c, k);
        expectSame(read.samples[read.at]!, asKernel(info, channels[c]![k]!), `input ${c}, frame ${k}`);
        const written = kernelSample(HEAP.memory, info, output.mainOutput!.samplesAddress, stride, 16, c, k);
        written.samples[written.at] = read.samples[read.at]!;
      }
    }
    output.deliver(heard);
    for (let c = 0; c < 2; c++) {
      for (let k = 0; k < 16; k++) expectSame(heard[0]![c]![k]!, asHost(info, asKernel(info, channels[c]![k]!)), `output ${c}, frame ${k}`);
    }
    input.free();
    output.free();
  },
);

for (const isKept of [false, true]) {
  describe(isKept ? "a bus that the kernel keeps itself" : "a bus of the storage's own", () => {
    test.each(formsOf(2).map((info) => [nameOfForm(info), info] as const))(
      "%s: every sample arrives where the kernel reads it, and goes back",
      (_, info) => {
        const storage = storageOf(info, isKept);
        const { memory } = storage;
        const [input, output] = [storage.mainInput!, storage.mainOutput!];
        const stride = strideOf(info, isKept);
        for (const frames of [MAX_FRAMES, 1, 7, 16, MAX_FRAMES]) {
          for (let block = 0; block < 3; block++) {
            const inputs = [[signal(frames, block), signal(frames, block + 9)]];
            const outputs = [filled(2, 9, frames)];
            if (block === 2) memory.grow(1);
            expect(storage.collect(inputs, outputs)).toBe(frames);
            for (let c = 0; c < 2; c++) {
              for (let k = 0; k < frames; k++) {
                const { samples, at } = kernelSample(memory, info, input.samplesAddress, stride, frames, c, k);
                expectSame(samples[at]!, asKernel(info, inputs[0]![c]![k]!), `input ${c}, frame ${k} of ${frames}`);
                const out = kernelSample(memory, info, output.samplesAddress, stride, frames, c, k);
                expectSame(out.samples[out.at]!, 0, "an output is zeroed");
                out.samples[out.at] = samples[at]!;
              }
            }
            storage.deliver(outputs);
            for (let c = 0; c < 2; c++) {
              for (let k = 0; k < frames; k++) {
                expectSame(outputs[0]![c]![k]!, asHost(info, asKernel(info, inputs[0]![c]![k]!)), `output ${c}, frame ${k} of ${frames}`);
              }
            }
          }
        }
      },
    );

    test.each(formsOf(3).map((info) => [nameOfForm(info), info] as const))(
      "%s: what is missing is what the policy says, and nothing is left of the block before",
      (_, info) => {
        for (const missingInputs of ["silence", "repeat-mono", "drop"] as const) {
          const storage = storageOf(info, isKept, { missingInputs });
          const input = storage.mainInput!;
          for (const count of [3, 1, 0, 2, 3, 0, 1]) {
            const channels = Array.from({ length: count }, (_, c) => signal(16, c + count));
            storage.collect([channels], [filled(3, 0, 16)]);
            const repeats = missingInputs === "repeat-mono" && count === 1;
            expect(input.connectedLength).toBe(count);
            expect(input.length).toBe(missingInputs === "drop" ? count : 3);
            if (count < 3 && !repeats && missingInputs === "silence") expect(input.constantMask).toBe((0b111 << count) & 0b111);
            for (let c = 0; c < 3; c++) {
              const source = repeats ? channels[0] : channels[c];
              for (let k = 0; k < 16; k++) {
                const { samples, at } = kernelSample(storage.memory, info, input.samplesAddress, strideOf(info, isKept), 16, c, k);
                expectSame(
                  samples[at]!,
                  source === undefined ? 0 : asKernel(info, source[k]!),
                  `${missingInputs}, ${count}: channel ${c}, frame ${k}`,
                );
                samples[at] = 5;
              }
            }
          }
        }
      },
    );

    test.each(formsOf(2).map((info) => [nameOfForm(info), info] as const))(
      "%s: begin is silence, connect too, and setFrames keeps what is there and adds silence",
      (_, info) => {
        const storage = storageOf(info, isKept);
        const { memory } = storage;
        const stride = strideOf(info, isKept);
        const each = (
          bus: { samplesAddress: number },
          frames: number,
          visit: (samples: { [at: number]: number }, at: number, c: number, k: number) => void,
        ) => {
          for (let c = 0; c < 2; c++) {
            for (let k = 0; k < frames; k++) {
              const { samples, at } = kernelSample(memory, info, bus.samplesAddress, stride, frames, c, k);
              visit(samples, at, c, k);
            }
          }
        };
        const buses = [storage.mainInput!, storage.mainOutput!];
        storage.begin(MAX_FRAMES);
        for (const bus of buses) each(bus, MAX_FRAMES, (samples, at) => void (samples[at] = 7));
        storage.begin(8);
        for (const bus of buses) each(bus, 8, (samples, at) => expectSame(samples[at]!, 0, "silence"));
        expect(storage.mainInput!.connect()).toBe(2);
        for (const bus of buses) each(bus, 8, (samples, at, c, k) => void (samples[at] = c * 100 + k));
        storage.setFrames(13);
        for (const bus of buses)
          each(bus, 13, (samples, at, c, k) => expectSame(samples[at]!, k < 8 ? c * 100 + k : 0, `channel ${c}, frame ${k}`));
        storage.setFrames(5);
        for (const bus of buses) each(bus, 5, (samples, at, c, k) => expect(samples[at]).toBe(c * 100 + k));
      },
    );
  });
}

test("buses of all forms stand in one storage, and tables, descriptors and addresses are right for all of them", () => {
  const infos = formsOf(2);
  for (let first = 0; first < infos.length; first += 8) {
    const some = infos.slice(first, first + 8);
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: some, outputs: some }, { maxFrames: MAX_FRAMES });
    for (const frames of [MAX_FRAMES, 6, 6, MAX_FRAMES]) {
      storage.collect(
        some.map(() => [ramp(1, frames), ramp(2, frames)]),
        some.map(() => filled(2, 0, frames)),
      );
      const words = new Uint32Array(storage.memory.buffer);
      for (const [side, descriptors] of [
        [storage.inputs, storage.inputsAddress],
        [storage.outputs, storage.outputsAddress],
      ] as const) {
        for (const [b, bus] of side.entries()) {
          const { layout, sampleFormat } = some[b]!;
          const bytes = { f32: 4, f64: 8, i16: 2 }[sampleFormat!];
          const descriptor = descriptors / 4 + b * 6;
          expect([words[descriptor], words[descriptor + 1], words[descriptor + 2]]).toEqual([
            sampleFormat === "f32" ? bus.tableAddress : 0,
            sampleFormat === "f64" ? bus.tableAddress : 0,
            2,
          ]);
          expect(bus.samplesAddress % 16).toBe(0);
          for (let c = 0; c < 2; c++) {
            const expected =
              layout === "interleaved" ? c * bytes : layout === "contiguous" ? c * frames * bytes : c * strideOf(some[b]!, false);
            expect(words[bus.tableAddress / 4 + c]).toBe(bus.samplesAddress + expected);
            expect([bus.pointer(c), bus.channelAddress(c)]).toEqual([bus.samplesAddress + expected, bus.samplesAddress + expected]);
            expect(bus.channel(c).length).toBe(layout === "interleaved" ? 0 : frames);
          }
          expect(bus.samples.length).toBe(layout === "planar" ? 0 : 2 * frames);
          if (layout !== "planar") expect(bus.samples.byteOffset).toBe(bus.samplesAddress);
          expect(bus.push(bus.samplesAddress)).toBe(false);
        }
      }
    }
  }
});

test("contiguous channels follow one another at once in blocks of every length, the first of which may have no frame", () => {
  const storage = storageOf({ channelCount: 3, layout: "contiguous" }, false, {});
  const bus = storage.mainInput!;
  for (const frames of [0, 4, 0, 16]) {
    storage.begin(frames);
    expect([0, 1, 2].map((c) => bus.channelAddress(c) - bus.samplesAddress)).toEqual([0, 4 * frames, 8 * frames]);
  }
});

test("constant channels are found in every form, in what the host delivers", () => {
  for (const info of formsOf(3)) {
    const storage = storageOf(info, false, { detectConstant: true });
    const varying = ramp(1, 16);
    for (const [channels, mask] of [
      [[of(0.25), varying, of(0.5)], 0b101],
      [[varying, of(0.25), varying], 0b010],
      [[of(0.25), varying], 0b101],
    ] as const) {
      for (let block = 0; block < 4; block++) {
        storage.collect([channels], [filled(3, 0, 16)]);
        expect(storage.mainInput!.constantMask, nameOfForm(info)).toBe(mask);
      }
    }
  }
});

test("constant channels are found in every form, in what an interleaved host delivers, and in blocks of one frame", () => {
  for (const info of formsOf(3)) {
    const storage = storageOf(info, false, { detectConstant: true });
    const host = new InterleavedHost(storage, { channelCount: 3 });
    // The second one changes in its last frame.
    const samples = (frames: number) =>
      Float32Array.from({ length: 3 * frames }, (_, i) => [0.25, i === 3 * frames - 2 ? 0.5 : 0, -0.5][i % 3]!);
    for (const [frames, mask] of [
      [16, 0b101],
      [2, 0b101],
      [1, 0b111],
    ] as const) {
      host.collect(samples(frames));
      expect(storage.mainInput!.constantMask, `${nameOfForm(info)}, ${frames} frames`).toBe(mask);
    }
    host.free();
    storage.free();
  }
});

test("levels, block operations and observers see every form in the host's units", () => {
  const heap = createHeap({ shared: true });
  // 16 bits scaled by 32768 hold nothing but their ends.
  for (const info of formsOf(2).filter(({ sampleFormat, scale }) => sampleFormat !== "i16" || scale !== 32768)) {
    for (const other of [info, { channelCount: 2 }]) {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [info], outputs: [other] }, { maxFrames: 16, heap });
      const observer = new StorageObserver(storage.location);
      const outputs = [filled(2, 0, 16)];
      const signals = [of(0.25), Float32Array.from({ length: 16 }, (_, k) => (k % 2 === 0 ? 0.5 : -0.125))];
      const near = (actual: number | undefined, expected: number) =>
        expect(Math.abs(actual! - expected), nameOfForm(info)).toBeLessThan(1e-3);
      storage.collect([signals], outputs);
      const input = storage.mainInput as never;
      near(peak(input, 1), 0.5);
      near(observer.peak("input", 0, 0), 0.25);
      near(observer.peak("input", 0, 1), 0.5);
      near(average(input, 1), 0.3125);
      near(rms(input, 1), Math.sqrt((0.25 + 0.015625) / 2));
      copyInputsToOutputs(storage as never);
      applyGain(storage as never, 0.5);
      storage.deliver(outputs);
      for (const c of [0, 1]) for (let k = 0; k < 16; k++) near(outputs[0]![c]![k], signals[c]![k]! / 2);
      near(observer.peak("output", 0, 1), 0.25);
      clearOutputs(storage as never);
      near(peak(storage.mainOutput as never, 0), 0);
      storage.free();
    }
  }
});

test("windows are refused and counted where a bus is contiguous, and move every other form", () => {
  const contiguous = ProcessBufferStorage.allocateFromConfig({ inputs: [{ channelCount: 2, layout: "contiguous" }], outputs: [2] });
  contiguous.begin(128);
  expect(contiguous.setWindow(40, 8)).toBe(0);
  expect(contiguous.diagnostics.refusedWindows).toBe(1);
  const others = ProcessBufferStorage.allocateFromConfig({
    inputs: [{ channelCount: 2, layout: "interleaved", sampleFormat: "i16" }],
    outputs: [2],
  });
  others.begin(128);
  expect(others.setWindow(40, 8)).toBe(8);
  const words = new Uint32Array(others.memory.buffer);
  const input = others.mainInput!;
  expect([words[input.tableAddress / 4], words[input.tableAddress / 4 + 1]]).toEqual([
    input.samplesAddress + 160,
    input.samplesAddress + 162,
  ]);
});

describe("the kernel's own buffers", () => {
  const kept = (options: StorageOptions = {}) => {
    const heap = HEAP;
    const places = Array.from({ length: 4 }, () => heap.malloc(128 * 4));
    return {
      heap,
      places,
      storage: (addresses: StorageOptions["addresses"]) =>
        ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap, addresses, ...options }),
    };
  };

  test("one address a channel: samples come and go there, and no bytes are taken for them", () => {
    const { places, storage: make } = kept();
    const storage = make({ inputs: [[places[3]!, places[0]!]], outputs: [[places[1]!, places[2]!]] });
    expect(storage.usage.sampleBytes).toBe(0);
    const channelCountAt = (descriptor: number) => new Uint32Array(storage.memory.buffer, descriptor, 3)[2];
    const outputs = [filled(2)];
    for (let block = 0; block < 5; block++) {
      storage.collect([[ramp(1), ramp(2)]], outputs);
      expect(new Float32Array(storage.memory.buffer, places[3], 128)).toEqual(ramp(1));
      expect(new Float32Array(storage.memory.buffer, places[0], 128)).toEqual(ramp(2));
      expect([channelCountAt(storage.inputsAddress), channelCountAt(storage.outputsAddress)]).toEqual([2, 2]);
      new Float32Array(storage.memory.buffer, places[2], 128).set(ramp(5));
      storage.deliver(outputs);
      expect([...outputs[0]![0]!]).toEqual(Array(128).fill(0));
      expect(outputs[0]![1]).toEqual(ramp(5));
    }
    expect([storage.mainInput!.samplesAddress, storage.mainInput!.channelAddress(1)]).toEqual([places[3], places[0]]);
  });

  test("inputs of its own, outputs of the kernel's", () => {
    const { places, storage: make } = kept();
    const storage = make({ outputs: [places[0]!] });
    storage.collect([[ramp(1), ramp(2)]], [filled(2)]);
    expect(storage.mainInput!.channel(1)).toEqual(ramp(2));
    expect(storage.mainOutput!.channelAddress(1)).toBe(places[0]! + 512);
    expect(storage.usage.sampleBytes).toBe(1024);
  });

  test("moveTo in each block: collected into and delivered from where the kernel says, without garbage views", () => {
    const { places, heap } = kept();
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [1], outputs: [1] },
      { heap, addresses: { inputs: [0], outputs: [0] } },
    );
    const host = { inputs: [[ramp(3)]], outputs: [filled(1)] };
    expect(storage.collect(host.inputs, host.outputs)).toBe(128);
    expect([storage.mainInput!.length, storage.mainInput!.samplesAddress, storage.mainOutput!.length]).toEqual([0, 0, 0]);
    storage.deliver(host.outputs);
    expect([...host.outputs[0]![0]!]).toEqual(Array(128).fill(0));
    let rebuilds = 0;
    for (let block = 0; block < 40; block++) {
      if (block === 8) rebuilds = storage.diagnostics.viewRebuilds;
      const [into, from] = [places[block % 2]!, places[2 + (block % 2)]!];
      expect(storage.mainInput!.moveTo(into)).toBe(true);
      storage.collect(host.inputs, host.outputs);
      expect(new Uint32Array(storage.memory.buffer, storage.inputsAddress, 3)[2]).toBe(1);
      expect(new Float32Array(storage.memory.buffer, into, 128)).toEqual(ramp(3));
      new Float32Array(storage.memory.buffer, from, 128).set(ramp(block));
      expect(storage.mainOutput!.moveTo(from)).toBe(true);
      const [data32, , channelCount] = new Uint32Array(storage.memory.buffer, storage.outputsAddress, 3);
      expect([channelCount, new Uint32Array(storage.memory.buffer, data32, 1)[0]]).toEqual([1, from]);
      storage.deliver(host.outputs);
      expect(host.outputs[0]![0]).toEqual(ramp(block));
    }
    expect(storage.diagnostics.viewRebuilds).toBe(rebuilds);
  });

  test("a list of addresses of which one is not known is no place for samples", () => {
    const { places, heap } = kept();
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [2], outputs: [] },
      { heap, addresses: { inputs: [[places[0]!, 0]] } },
    );
    expect([storage.collect([[ramp(1), ramp(2)]], []), storage.mainInput!.length, storage.mainInput!.samplesAddress]).toEqual([128, 0, 0]);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["0", 0],
    ["misaligned", 1026],
    ["outside of the memory", 2 ** 31],
    ["so near its end that a block would leave it", "the end"],
    ["a list of another length", [1024]],
    ["a list with a hole", [1024, 0]],
    ["a string", "1024"],
    [
      "a list that throws",
      new Proxy([1024, 2048], {
        get: () => {
          throw new Error("no");
        },
      }),
    ],
  ])("moveTo %s is refused, and changes nothing", (_, address) => {
    const { places, storage: make } = kept();
    const storage = make({ inputs: [places[0]!], outputs: [places[2]!] });
    storage.collect([[ramp(1), ramp(2)]], [filled(2)]);
    const given = address === "the end" ? storage.memory.buffer.byteLength - 4 : address;
    expect(storage.mainInput!.moveTo(given as number)).toBe(false);
    expect(storage.mainInput!.samplesAddress).toBe(places[0]);
    expect(storage.mainInput!.channel(0)).toEqual(ramp(1));
  });

  test("moveTo 0 is refused where a bus has no channels, too; another address is taken", () => {
    const { places, heap } = kept();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [0], outputs: [1] }, { heap, addresses: { inputs: [places[0]!] } });
    expect([storage.mainInput!.moveTo(0), storage.mainInput!.moveTo(places[1]!)]).toEqual([false, true]);
  });

  test.each(["contiguous", "interleaved"] as const)(
    "while the address of a %s bus is not known, all that its pointers lead to is silence, whatever the other buses hold",
    (layout) => {
      const { heap } = kept();
      const storage = ProcessBufferStorage.allocateFromConfig(
        { inputs: [{ channelCount: 4, layout }, 2], outputs: [] },
        { heap, addresses: { inputs: [0] } },
      );
      storage.collect([[], [ramp(1), ramp(2)]], []);
      const [first] = new Uint32Array(storage.memory.buffer, storage.mainInput!.tableAddress, 4);
      expect([...new Float32Array(storage.memory.buffer, first, 4 * 128)]).toEqual(Array(4 * 128).fill(0));
    },
  );

  test("moveTo goes as far as a longest block of the whole bus, or of each channel, lies in the memory, and no sample farther", () => {
    const { places, storage: make } = kept();
    const [one, two] = [make({ inputs: [places[0]!] }), make({ inputs: [[places[0]!, places[1]!]] })];
    const end = one.memory.buffer.byteLength;
    const channel = one.maxFrames * 4;
    for (const beyond of [4, 0]) {
      expect(one.mainInput!.moveTo(end - 2 * channel + beyond)).toBe(beyond === 0);
      expect(two.mainInput!.moveTo([places[1]!, end - channel + beyond])).toBe(beyond === 0);
      expect(two.mainInput!.moveTo([end - channel + beyond, places[1]!])).toBe(beyond === 0);
    }
    expect([one.mainInput!.samplesAddress, two.mainInput!.channelAddress(0)]).toEqual([end - 2 * channel, end - channel]);
  });

  test.each(forms.filter((form) => form === "known" || form === "compared"))(
    "a host that is %s is collected into where the kernel has moved, and delivered from there, at once",
    (form) => {
      const { places, storage: make } = kept();
      const storage = make({ inputs: [[places[0]!, places[1]!]], outputs: [[places[2]!, places[3]!]] });
      const host = hostInForm(form, [[ramp(1), ramp(2)]], [filled(2)]);
      for (let block = 0; block < 4; block++) storage.collect(host.inputs, host.outputs);
      expect(takenForms(storage).collectedBy).toBe(form);
      expect(storage.mainInput!.moveTo([places[1]!, places[0]!])).toBe(true);
      storage.collect(host.inputs, host.outputs);
      expect(floatsAt(storage.memory, places[1]!, 128)).toEqual([...ramp(1)]);
      expect(floatsAt(storage.memory, places[0]!, 128)).toEqual([...ramp(2)]);
      for (let block = 0; block < 4; block++) storage.collect(host.inputs, host.outputs);
      expect(takenForms(storage).collectedBy).toBe(form);
      new Float32Array(storage.memory.buffer, places[2], 128).set(ramp(7));
      expect(storage.mainOutput!.moveTo([places[3]!, places[2]!])).toBe(true);
      storage.deliver(host.outputs);
      expect([host.outputs[0]![0]![5], host.outputs[0]![1]![5]]).toEqual([0, ramp(7)[5]]);
    },
  );

  test("moveTo reads a list once, and asks it nothing else: what it answers later, or throws, changes nothing", () => {
    const { places, storage: make } = kept();
    const storage = make({ inputs: [0] });
    const good = [places[0]!, places[1]!];
    let reads = 0;
    const answersOthersLater = new Proxy(good, { get: (list, key) => (key === "length" ? 2 : reads++ < 2 ? Reflect.get(list, key) : 7) });
    const throwsWhenAsked = Object.assign([...good], {
      includes: () => {
        throw new Error("no");
      },
      [Symbol.iterator]: undefined,
    });
    for (const list of [answersOthersLater, throwsWhenAsked]) {
      expect(storage.mainInput!.moveTo(list)).toBe(true);
      expect([storage.mainInput!.channelAddress(0), storage.mainInput!.channelAddress(1)]).toEqual(good);
      expect(storage.collect([[ramp(1), ramp(2)]], [filled(2)])).toBe(128);
      expect(storage.mainInput!.channel(1)).toEqual(ramp(2));
    }
    good.fill(0);
    storage.collect([[ramp(3), ramp(4)]], [filled(2)]);
    expect(storage.mainInput!.channel(1)).toEqual(ramp(4));
  });

  test("an output that the kernel places while it renders has all of its channels at once, though the host has fewer", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [2] }, { heap, addresses: { outputs: [0] } });
    const outputs = [[new Float32Array(128)]];
    storage.collect([], outputs);
    expect(storage.mainOutput!.length).toBe(0);
    const place = heap.malloc(2 * 512);
    new Float32Array(heap.memory.buffer, place, 256).fill(0.5);
    expect(storage.mainOutput!.moveTo(place)).toBe(true);
    expect([storage.mainOutput!.length, storage.mainOutput!.connectedLength]).toEqual([2, 1]);
    storage.deliver(outputs);
    expect(new Set(outputs[0]![0])).toEqual(new Set([0.5]));
    expect(storage.diagnostics.droppedChannels).toBe(1);
  });

  test("moveTo is refused for a bus of the storage's own, and once it is freed", () => {
    const { places, storage: make } = kept();
    const storage = make({ inputs: [places[0]!] });
    expect(storage.mainOutput!.moveTo(places[2]!)).toBe(false);
    storage.free();
    expect(storage.mainInput!.moveTo(places[2]!)).toBe(false);
  });

  test.each<[string, StorageOptions["addresses"] | unknown, RegExp]>([
    ["misaligned", { inputs: [1026] }, /1026 for input bus 0.*multiple of 4/],
    ["outside", { outputs: [2 ** 31] }, /2147483648 for output bus 0/],
    ["a list of another length", { inputs: [[1024]] }, /list of 1 for input bus 0.*list of 2/],
    ["too many", { outputs: [1024, 2048] }, /outputs a list of at most 1/],
    ["no list", { inputs: 1024 }, /inputs a list.*1024 came/],
    ["another name", { input: [1024] }, /no option input; inputs may be meant/],
    ["a word", { inputs: ["1024"] }, /"1024" for input bus 0/],
  ])("addresses that are %s are a RangeError that names the bus, and nothing is kept", (_, addresses, message) => {
    const taken: number[] = [];
    const heap = HEAP;
    const counting = {
      memory: heap.memory,
      malloc(bytes: number) {
        taken.push(bytes);
        return heap.malloc(bytes);
      },
      free: () => void taken.pop(),
    };
    const make = () =>
      ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap: counting, addresses: addresses as never });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
    expect(taken).toEqual([]);
  });

  test("with external channel memory neither addresses nor other layouts are taken", () => {
    const { places, storage: make } = kept({ channelMemory: "external" });
    expect(() => make({ inputs: [places[0]!] })).toThrow(/input bus 0 is the kernel's; with channelMemory "external"/);
    expect(() =>
      ProcessBufferStorage.allocateFromConfig(
        { inputs: [{ channelCount: 1, layout: "interleaved" }], outputs: [] },
        { channelMemory: "external" },
      ),
    ).toThrow(/input bus 0 is interleaved; with channelMemory "external"/);
  });
});

test.each<[string, object, string, RegExp]>([
  [
    "layout",
    { layout: "packed" },
    "invalid-layout",
    /input bus 1 has "packed" for its layout; "planar" or "contiguous" or "interleaved" is allowed/,
  ],
  ["sample format", { sampleFormat: "i24" }, "invalid-sample-format", /input bus 1 has "i24" for its sampleFormat/],
  ["scale of 0", { scale: 0 }, "invalid-scale", /input bus 1 has 0 for its scale; a finite number that is not 0/],
  ["scale that is not finite", { scale: Number.NaN }, "invalid-scale", /NaN for its scale/],
  ["scale that is no number", { scale: "2" }, "invalid-scale", /"2" for its scale/],
])("another %s is a BusConfigError that names direction and bus", (_, fields, code, message) => {
  const make = () => ProcessBufferStorage.allocateFromConfig({ inputs: [1, { channelCount: 1, ...fields } as BusInfo], outputs: [] });
  expect(make).toThrow(BusConfigError);
  expect(make).toThrow(message);
  try {
    make();
  } catch (error) {
    expect(error).toMatchObject({ code, direction: "input", bus: 1 });
  }
});

test("an interleaved host's 16-bit samples reach a kernel of 16 bits and come back, all 65,536 of them", () => {
  const info: BusInfo = { channelCount: 2, layout: "interleaved", sampleFormat: "i16" };
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [info], outputs: [info] }, { maxFrames: 4096 });
  const host = new InterleavedHost(storage, { channelCount: 2, format: "i16" });
  for (let first = -32768; first < 32768; first += 8192) {
    const pcm = Int16Array.from({ length: 8192 }, (_, k) => first + k);
    expect(host.collect(pcm)).toBe(4096);
    expect(storage.mainInput!.samples).toEqual(pcm);
    storage.mainOutput!.samples.set(storage.mainInput!.samples as Int16Array);
    const out = new Int16Array(8192);
    expect(host.deliver(out)).toBe(4096);
    expect(out).toEqual(pcm);
  }
});

test.each(["contiguous", "interleaved"] as const)("the whole run of a mono bus that is %s is a view of set-up", (layout) => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [{ channelCount: 1, layout }], outputs: [] });
  storage.begin(128);
  expect([storage.mainInput!.samples.length, storage.diagnostics.viewRebuilds]).toEqual([128, 0]);
});
