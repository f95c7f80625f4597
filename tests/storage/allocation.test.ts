import { describe, expect, test } from "vitest";
import { type BusConfig, BusConfigError, createHeap, ProcessBufferStorage, type StorageOptions } from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { descriptorAt, floatsAt, pointersAt } from "../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

const capacities = (buses: readonly { capacity: number }[]) => buses.map((bus) => bus.capacity);

describe("exactly what is declared", () => {
  test("stereo has two channels each way and no auxiliary bus", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    expect(storage.mainInput?.capacity).toBe(2);
    expect(storage.mainOutput?.capacity).toBe(2);
    expect(storage.auxInputs).toHaveLength(0);
    expect(storage.auxOutputs).toHaveLength(0);
    expect(storage.sidechain).toBeUndefined();
  });

  test("stereo with auxiliary buses: 2 + 2 in, 6 out", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 2], outputs: [6] });
    expect(capacities(storage.inputs)).toEqual([2, 2]);
    expect(capacities(storage.outputs)).toEqual([6]);
    expect(storage.sidechain).toBe(storage.auxInputs[0]);
  });

  test("mono has one channel each way", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] });
    expect(capacities(storage.inputs)).toEqual([1]);
    expect(capacities(storage.outputs)).toEqual([1]);
  });

  test("inputs and outputs are independent: one in, two out", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [2] });
    expect(storage.usage.pointerBytes).toBe(3 * 4);
    expect(capacities(storage.inputs)).toEqual([1]);
    expect(capacities(storage.outputs)).toEqual([2]);
  });

  test("several auxiliary buses of different sizes: 2, 1, 4 in, 2, 6 out", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1, 4], outputs: [2, 6] });
    expect(capacities(storage.inputs)).toEqual([2, 1, 4]);
    expect(capacities(storage.outputs)).toEqual([2, 6]);
    expect(capacities(storage.auxInputs)).toEqual([1, 4]);
    expect(capacities(storage.auxOutputs)).toEqual([6]);
  });

  test("auxiliary inputs alone take nothing for outputs, and the reverse", () => {
    const inputsAlone = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 2], outputs: [2] });
    expect(inputsAlone.auxInputs).toHaveLength(1);
    expect(inputsAlone.auxOutputs).toHaveLength(0);
    const outputsAlone = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2, 2] });
    expect(outputsAlone.auxInputs).toHaveLength(0);
    expect(outputsAlone.auxOutputs).toHaveLength(1);
  });

  test("a simple plug-in allocates nothing for auxiliary buses", () => {
    const { usage } = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { channelMemory: "external" });
    expect(usage.descriptorBytes).toBe(2 * 24);
    expect(usage.pointerBytes).toBe(4 * 4);
    expect(usage.sampleBytes).toBe(0);
  });

  test("a missing main bus has no channels, and auxiliary buses behind it keep their index", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [0, 2], outputs: [] });
    expect(storage.mainInput?.capacity).toBe(0);
    expect(storage.sidechain?.capacity).toBe(2);
    expect(storage.mainOutput).toBeUndefined();
  });

  test("no bus at all takes no memory, and renders", () => {
    const heap = countingHeap(createHeap());
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [] }, { heap });
    expect(storage.usage.totalBytes).toBe(0);
    expect(heap.held.size).toBe(0);
    expect(storage.collect([], [])).toBe(128);
    storage.deliver([]);
    expect([storage.inputsAddress, storage.outputsAddress, storage.inputTableAddress, storage.outputTableAddress]).toEqual([0, 0, 0, 0]);
  });
});

describe("the table of memory against the worst case", () => {
  test.each([
    ["mono (1 / 1)", { inputs: [1], outputs: [1] }, 8, "32.0"],
    ["stereo (2 / 2)", { inputs: [2], outputs: [2] }, 16, "16.0"],
    ["stereo with sidechain (2 + 2 / 2)", { inputs: [2, 2], outputs: [2] }, 24, "10.7"],
    ["surround 5.1 (6 / 6)", { inputs: [6], outputs: [6] }, 48, "5.3"],
    ["2 + mono sidechain + quad in, none out", { inputs: [2, 1, 4], outputs: [] }, 28, "9.1"],
  ])("%s takes %#", (_, config, bytes, ratio) => {
    const { usage } = ProcessBufferStorage.allocateFromConfig(config);
    expect(usage.pointerBytes).toBe(bytes);
    expect(usage.worstCasePointerBytes).toBe(256);
    expect((usage.worstCasePointerBytes / usage.pointerBytes).toFixed(1)).toBe(ratio);
  });
});

describe("bytes of each part", () => {
  test("they add up to what was asked of the heap", () => {
    const heaps = [createHeap(), createHeap({ shared: true })];
    for (const config of [
      { inputs: [2], outputs: [2] },
      { inputs: [1, 3], outputs: [5] },
      { inputs: [], outputs: [1] },
      { inputs: [0], outputs: [] },
    ]) {
      for (const maxFrames of [1, 100, 128]) {
        for (const channelMemory of ["owned", "external"] as const) {
          for (const sampleFormat of ["f32", "f64"] as const) {
            for (const inner of heaps) {
              const heap = countingHeap(inner);
              const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, maxFrames, channelMemory, sampleFormat });
              const { usage } = storage;
              expect([...heap.held.values()]).toEqual([usage.totalBytes]);
              const { pointerBytes, descriptorBytes, sampleBytes, silenceBytes, stagingBytes, counterBytes, paddingBytes } = usage;
              const parts = [pointerBytes, descriptorBytes, sampleBytes, silenceBytes, stagingBytes, counterBytes, paddingBytes];
              expect(parts.reduce((sum, bytes) => sum + bytes)).toBe(usage.totalBytes);
              expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
              expect(counterBytes).toBe(inner === heaps[1] ? 80 : 0);
              // Floats of outputs on their way to the host, each channel's on a 16-byte boundary.
              const outputs = config.outputs.reduce((sum, count) => sum + count, 0);
              expect(stagingBytes).toBe(sampleFormat === "f64" ? outputs * Math.ceil(maxFrames / 4) * 16 : 0);
              storage.free();
            }
          }
        }
      }
    }
  });

  test("a stereo storage is its samples and 64 bytes", () => {
    const { usage } = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    expect(usage).toMatchObject({ sampleBytes: 4 * 512, silenceBytes: 0, paddingBytes: 0, totalBytes: 4 * 512 + 64 });
  });

  test("only where channels have no samples of their own is there a silence to which their entries lead", () => {
    const silenceOf = (config: BusConfig, options = {}) => ProcessBufferStorage.allocateFromConfig(config, options).usage.silenceBytes;
    expect(silenceOf({ inputs: [32, 2], outputs: [32] })).toBe(0);
    expect(silenceOf({ inputs: [2], outputs: [2] }, { channelMemory: "external" })).toBe(512);
    expect(silenceOf({ inputs: [2], outputs: [2] }, { channelMemory: "external", sampleFormat: "f64" })).toBe(1024);
    // All that this instrument has is its own.
    expect(silenceOf({ inputs: [], outputs: [2] }, { channelMemory: "external" })).toBe(0);
  });

  test.each([
    [{ channelCount: 4 }, 512],
    [{ channelCount: 4, layout: "contiguous" }, 4 * 512],
    [{ channelCount: 3, layout: "interleaved", sampleFormat: "i16" }, 3 * 256],
    [0, 0],
  ] as const)("while the address of the kernel's bus %j is not known, %i bytes of silence are there for it", (bus, silenceBytes) => {
    const { usage } = ProcessBufferStorage.allocateFromConfig({ inputs: [1, bus], outputs: [] }, { addresses: { inputs: [undefined, 0] } });
    expect(usage.silenceBytes).toBe(silenceBytes);
  });

  test("an instrument has internal output buffers of 2 x 512 zeroed samples, even with external channel memory", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [2] }, { channelMemory: "external", maxFrames: 512 });
    expect(storage.usage.sampleBytes).toBe(2 * 512 * 4);
    expect(storage.collect([], [])).toBe(512);
    expect(storage.mainOutput?.length).toBe(2);
    for (const channel of [0, 1]) expect([...(storage.mainOutput?.channel(channel) ?? [])]).toEqual(Array(512).fill(0));
  });

  test("an instrument has them even where it has auxiliary inputs, and for its main output alone", () => {
    const storage = ProcessBufferStorage.allocateFromConfig(
      { inputs: [0, 2], outputs: [2, 4] },
      { channelMemory: "external", maxFrames: 512 },
    );
    expect(storage.usage.sampleBytes).toBe(2 * 512 * 4);
    storage.begin(512);
    expect(storage.outputs.map((bus) => bus.length)).toEqual([2, 0]);
  });

  test("an effect has no internal output buffers", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { channelMemory: "external", maxFrames: 512 });
    expect(storage.usage.sampleBytes).toBe(0);
    storage.begin(512);
    expect(storage.mainOutput?.length).toBe(0);
  });
});

describe("what a kernel finds", () => {
  test("descriptors lead to tables and tables to samples, inputs before outputs, bus after bus, 16-byte aligned", () => {
    const config = { inputs: [2, 1], outputs: [3] };
    const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: 100 });
    const { memory } = storage;
    storage.collect([[new Float32Array(100), new Float32Array(100)], [new Float32Array(100)]], [[]]);
    const [main, side] = storage.inputs;
    expect(storage.outputsAddress).toBe(storage.inputsAddress + 2 * 24);
    expect(storage.inputTableAddress).toBe(storage.outputsAddress + 24);
    expect(storage.outputTableAddress).toBe(storage.inputTableAddress + 3 * 4);
    expect(main?.tableAddress).toBe(storage.inputTableAddress);
    expect(side?.tableAddress).toBe(storage.inputTableAddress + 2 * 4);
    expect(descriptorAt(memory, storage.inputsAddress, 0)).toEqual({
      data32: main?.tableAddress,
      data64: 0,
      channelCount: 2,
      latency: 0,
      constantMask: 0n,
    });
    expect(descriptorAt(memory, storage.inputsAddress, 1)).toEqual({
      data32: side?.tableAddress,
      data64: 0,
      channelCount: 1,
      latency: 0,
      constantMask: 0n,
    });
    expect(descriptorAt(memory, storage.outputsAddress)).toEqual({
      data32: storage.outputTableAddress,
      data64: 0,
      channelCount: 3,
      latency: 0,
      constantMask: 0n,
    });
    const pointers = [...pointersAt(memory, storage.inputTableAddress, 3), ...pointersAt(memory, storage.outputTableAddress, 3)];
    expect(pointers).toEqual([main, main, side, ...Array(3).fill(storage.mainOutput)].map((bus, i) => bus.pointer([0, 1, 0, 0, 1, 2][i])));
    expect(new Set(pointers).size).toBe(6);
    for (const pointer of pointers) expect(pointer % 16).toBe(0);
  });

  test("addresses stay the same from block to block", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] });
    const addresses = () => [
      storage.inputsAddress,
      storage.outputsAddress,
      storage.inputTableAddress,
      storage.outputTableAddress,
      ...storage.inputs.map((bus) => bus.tableAddress),
    ];
    const before = addresses();
    storage.collect([], []);
    storage.clear();
    storage.memory.grow(1);
    storage.begin(7);
    expect(addresses()).toEqual(before);
  });

  test("an entry past a bus's length points at valid, silent memory from the start", () => {
    for (const channelMemory of ["owned", "external"] as const) {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [3], outputs: [2] }, { channelMemory });
      for (const pointer of [
        ...pointersAt(storage.memory, storage.inputTableAddress, 3),
        ...pointersAt(storage.memory, storage.outputTableAddress, 2),
      ]) {
        expect(pointer).toBeGreaterThan(0);
        expect(floatsAt(storage.memory, pointer, 128)).toEqual(Array(128).fill(0));
      }
    }
  });

  test("samples are zero at first on a heap whose memory was used before", () => {
    const heap = createHeap({ initialPages: 4 });
    const address = heap.malloc(100_000);
    new Uint8Array(heap.memory.buffer, address, 100_000).fill(0xff);
    heap.free(address);
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap, clearOutputs: false });
    storage.collect([], []);
    for (const bus of [storage.mainInput, storage.mainOutput]) {
      for (const channel of [0, 1]) expect(bus?.channel(channel).every((sample) => sample === 0)).toBe(true);
    }
  });
});

describe("the configuration that a storage shows", () => {
  test("it is as declared, and cannot be changed", () => {
    const config = { inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2] };
    const storage = ProcessBufferStorage.allocateFromConfig(config);
    expect(storage.config).toEqual({ inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2] });
    config.inputs.pop();
    expect(storage.config.inputs).toHaveLength(2);
    expect(Object.isFrozen(storage.config.inputs)).toBe(true);
    expect(storage.sidechain?.name).toBe("sidechain");
    expect(storage.mainInput?.name).toBeUndefined();
  });

  test("maxFrames is at most what one channel has in 65,535 pages, and takes nothing without channels", () => {
    const config = { inputs: [], outputs: [] };
    const most = (65535 * 65536) / 4;
    expect(ProcessBufferStorage.allocateFromConfig(config, { maxFrames: most }).maxFrames).toBe(most);
    expect(() => ProcessBufferStorage.allocateFromConfig(config, { maxFrames: most + 1 })).toThrow(`1 to ${most}`);
  });

  test("maxFrames is the context's render quantum by default, else 128", () => {
    const scope = globalThis as { renderQuantumSize?: unknown };
    const own = Object.getOwnPropertyDescriptor(scope, "renderQuantumSize");
    try {
      delete scope.renderQuantumSize;
      expect(ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }).maxFrames).toBe(128);
      scope.renderQuantumSize = 256;
      expect(ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }).maxFrames).toBe(256);
    } finally {
      delete scope.renderQuantumSize;
      if (own !== undefined) Object.defineProperty(scope, "renderQuantumSize", own);
    }
  });

  test("all storages share one heap by default", () => {
    const [one, other] = [
      { inputs: [1], outputs: [1] },
      { inputs: [2], outputs: [2] },
    ].map((config) => ProcessBufferStorage.allocateFromConfig(config));
    expect(one?.memory).toBe(other?.memory);
  });
});

describe("bad input at set-up leaves nothing allocated", () => {
  const stereo = { inputs: [2], outputs: [2] };

  test("a configuration that cannot be", () => {
    const heap = countingHeap(createHeap());
    expect(() => ProcessBufferStorage.allocateFromConfig({ inputs: [33], outputs: [2] }, { heap })).toThrow(BusConfigError);
    expect(() => ProcessBufferStorage.allocateFromConfig(undefined as unknown as BusConfig, { heap })).toThrow(BusConfigError);
    expect(heap.held.size).toBe(0);
  });

  test.each([
    ["maxFrames of 0", { maxFrames: 0 }, "option maxFrames is a whole number of frames, 1 to 1073725440; 0 came"],
    ["negative maxFrames", { maxFrames: -128 }, "-128 came"],
    ["fractional maxFrames", { maxFrames: 12.5 }, "12.5 came"],
    ["NaN maxFrames", { maxFrames: Number.NaN }, "NaN came"],
    ["infinite maxFrames", { maxFrames: Number.POSITIVE_INFINITY }, "Infinity came"],
    ["maxFrames as a string", { maxFrames: "128" }, '"128" came'],
    ["maxFrames of null", { maxFrames: null }, "null came"],
    ["more maxFrames than a memory can hold in one channel", { maxFrames: 2 ** 30 }, "1073741824 came"],
    ["more maxFrames than a memory can hold in all channels", { maxFrames: 2 ** 29 }, "a memory holds at most"],
    ["an unknown sample format", { sampleFormat: "f16" }, '"f16" came'],
    ["an unknown channel memory", { channelMemory: "borrowed" }, 'option channelMemory is "owned" or "external"; "borrowed" came'],
    ["an unknown policy", { missingInputs: "noise" }, '"noise" came'],
    ["clearOutputs as a word", { clearOutputs: "yes" }, 'option clearOutputs is true or false; "yes" came'],
    ["a core that is no module", { core: {} }, "option core is a WebAssembly.Module"],
  ])("%s is a RangeError", (_, options, message) => {
    const heap = countingHeap(createHeap());
    const allocate = () => ProcessBufferStorage.allocateFromConfig(stereo, { heap, ...options } as unknown as StorageOptions);
    expect(allocate).toThrow(RangeError);
    expect(allocate).toThrow(message);
    expect(heap.held.size).toBe(0);
  });

  test.each([
    ["maxframes", "maxFrames"],
    ["maxFrame", "maxFrames"],
    ["frames", "maxFrames"],
    ["format", "sampleFormat"],
    ["sampleformat", "sampleFormat"],
    ["memory", "channelMemory"],
    ["missingInput", "missingInputs"],
    ["missing", "missingInputs"],
    ["clearOutput", "clearOutputs"],
    ["detectConstants", "detectConstant"],
    ["Heap", "heap"],
  ])("an option %s is a RangeError that asks whether %s is meant, and names all options", (name, meant) => {
    const heap = countingHeap(createHeap());
    const allocate = () => ProcessBufferStorage.allocateFromConfig(stereo, { heap, [name]: undefined });
    const all =
      "maxFrames, sampleFormat, heap, channelMemory, missingInputs, clearOutputs, detectConstant, addresses, channelInterpretation, core";
    expect(allocate).toThrow(new RangeError(`there is no option ${name}; ${meant} may be meant. The options are ${all}`));
    expect(heap.held.size).toBe(0);
  });

  test("options that are no object are a RangeError", () => {
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, null as unknown as StorageOptions)).toThrow(RangeError);
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, 128 as unknown as StorageOptions)).toThrow(RangeError);
  });

  test("a heap that is none is a clear error", () => {
    const { memory, malloc } = createHeap();
    for (const heap of [null, 7, {}, { memory: {}, malloc }, { memory }, { memory, malloc: 1 }, { memory, malloc, free: 1 }]) {
      expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap } as unknown as StorageOptions)).toThrow(/heap/);
    }
  });
});

test("doubles that a memory could hold, but not with the floats that a host takes of them, are a RangeError", () => {
  expect(() => storageOf([], [1], { maxFrames: 3 * 2 ** 27, sampleFormat: "f64" })).toThrow(RangeError);
});

test("a channel count of -0 is 0", () => {
  expect(Object.is(storageOf([-0], []).mainInput!.capacity, 0)).toBe(true);
});
