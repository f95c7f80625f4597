import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { filled } from "../support/host-channels";
import { descriptorAt, pointersAt } from "../support/memory-contents";

const storageOf = (inputs: number[], outputs: number[], options = {}) =>
  ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, options);

const external = (config = { inputs: [2, 1, 4], outputs: [2, 6] }, options = {}) =>
  ProcessBufferStorage.allocateFromConfig(config, { channelMemory: "external", heap: createHeap({ maximumPages: 64 }), ...options });

describe("push", () => {
  test("appends pointers, told apart from what is configured", () => {
    const storage = external();
    storage.clear();
    const bus = storage.auxInputs[1]!;
    expect([bus.length, bus.capacity]).toEqual([0, 4]);
    expect(bus.push(1024)).toBe(true);
    expect(bus.push(2048)).toBe(true);
    expect([bus.length, bus.capacity]).toEqual([2, 4]);
    expect([bus.pointer(0), bus.pointer(1), bus.pointer(2)]).toEqual([1024, 2048, 0]);
    expect(storage.inputs.map((one) => one.length)).toEqual([0, 0, 2]);
  });

  test("shows the kernel each pointer and the count at once", () => {
    const storage = external();
    storage.clear();
    const bus = storage.sidechain!;
    bus.push(4096);
    expect(descriptorAt(storage.memory, storage.inputsAddress, 1)).toMatchObject({ data32: bus.tableAddress, channelCount: 1 });
    expect(pointersAt(storage.memory, bus.tableAddress, 1)).toEqual([4096]);
  });

  test("refuses one more than the capacity, and changes nothing", () => {
    const storage = external();
    storage.clear();
    const bus = storage.mainInput!;
    const neighbour = pointersAt(storage.memory, storage.sidechain!.tableAddress, 1);
    expect([bus.push(1024), bus.push(2048), bus.push(3072)]).toEqual([true, true, false]);
    expect(bus.length).toBe(2);
    expect(pointersAt(storage.memory, bus.tableAddress, 2)).toEqual([1024, 2048]);
    expect(pointersAt(storage.memory, storage.sidechain!.tableAddress, 1)).toEqual(neighbour);
    expect(descriptorAt(storage.memory, storage.inputsAddress).channelCount).toBe(2);
    expect(storage.diagnostics.refusedPushes).toBe(1);
  });

  test.each<[string, unknown]>([
    ["null", 0],
    ["minus zero", -0],
    ["one byte off", 1025],
    ["two bytes off", 1026],
    ["a fraction", 1024.5],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["beyond 32 bits", 2 ** 32 + 1024],
    ["below -2^31", -(2 ** 31) - 4],
    ["a string", "1024"],
    ["null for a number", null],
    ["undefined", undefined],
    ["a bigint", 1024n],
    ["a symbol", Symbol("pointer")],
    [
      "an object that throws when it is made a number",
      {
        valueOf: () => {
          throw new Error("inner");
        },
      },
    ],
  ])("refuses %s", (_, pointer) => {
    const storage = external();
    storage.clear();
    const before = pointersAt(storage.memory, storage.inputTableAddress, 7);
    expect(storage.mainInput!.push(pointer as number)).toBe(false);
    expect(storage.mainInput!.length).toBe(0);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 7)).toEqual(before);
    expect(storage.diagnostics.refusedPushes).toBe(1);
  });

  test("refuses a pointer whose maxFrames samples would leave the memory, and takes the last that fits", () => {
    const storage = external({ inputs: [2], outputs: [] }, { maxFrames: 100 });
    storage.clear();
    const end = storage.memory.buffer.byteLength;
    expect(storage.mainInput!.push(end)).toBe(false);
    expect(storage.mainInput!.push(end - 400 + 4)).toBe(false);
    expect(storage.mainInput!.push(-4)).toBe(false);
    expect(storage.mainInput!.push(end - 400)).toBe(true);
  });

  test("takes a pointer that only became valid because the memory grew", () => {
    const storage = external();
    storage.clear();
    const pointer = storage.memory.buffer.byteLength;
    expect(storage.mainInput!.push(pointer)).toBe(false);
    storage.memory.grow(1);
    expect(storage.mainInput!.push(pointer)).toBe(true);
    expect(storage.mainInput!.channel(0).length).toBe(0);
    storage.setFrames(128);
    expect(storage.mainInput!.channel(0).length).toBe(128);
  });

  test("takes a signed address above 2 GiB as wasm hands it out", { timeout: 60_000 }, () => {
    let heap: ReturnType<typeof createHeap>;
    try {
      heap = createHeap({ initialPages: 32768 + 2 });
    } catch {
      // An engine without that much address space has no such address either.
      return;
    }
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [] }, { heap, channelMemory: "external" });
    storage.clear();
    storage.setFrames(128);
    const pointer = 2 ** 31 + 1024;
    expect(storage.mainInput!.push(pointer | 0)).toBe(true);
    expect(storage.mainInput!.pointer(0)).toBe(pointer);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 1)).toEqual([pointer]);
    expect(storage.mainInput!.channel(0).byteOffset).toBe(pointer);
  });

  test("works on an owned storage as well", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
    storage.collect([], []);
    expect(storage.mainInput!.push(1024)).toBe(false);
    storage.clear();
    expect(storage.mainInput!.push(1024)).toBe(true);
    expect([storage.mainInput!.length, storage.mainInput!.pointer(0)]).toEqual([1, 1024]);
    storage.collect([[new Float32Array(128).fill(3)]], []);
    expect(storage.mainInput!.length).toBe(2);
    expect(storage.mainInput!.channel(0)[0]).toBe(3);
    expect(storage.mainInput!.pointer(0)).not.toBe(1024);
  });
});

test("a pushed pointer is gone from an owned bus with the next block, whatever was there before", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
  const inputs = [[new Float32Array(128).fill(3), new Float32Array(128).fill(4)]];
  storage.collect(inputs, []);
  const own = [0, 1].map((channel) => storage.mainInput!.pointer(channel));
  storage.clear();
  storage.mainInput!.push(1024);
  storage.collect(inputs, []);
  expect([0, 1].map((channel) => storage.mainInput!.pointer(channel))).toEqual(own);
  expect([0, 1].map((channel) => storage.mainInput!.channel(channel)[127])).toEqual([3, 4]);
});

describe("clear", () => {
  test("resets lengths and masks; capacities, bus counts and samples stay", () => {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2, 6] });
    storage.collect([[new Float32Array(128).fill(5), new Float32Array(128).fill(6)]], []);
    for (const bus of [...storage.inputs, ...storage.outputs]) bus.constantMask = 0xffffffff;
    const pointers = [storage.mainInput!.pointer(0), storage.mainInput!.pointer(1)];
    storage.clear();
    expect([...storage.inputs, ...storage.outputs].map((bus) => [bus.length, bus.connectedLength, bus.capacity, bus.constantMask])).toEqual(
      [
        [0, 0, 2, 0],
        [0, 0, 1, 0],
        [0, 0, 2, 0],
        [0, 0, 6, 0],
      ],
    );
    for (let bus = 0; bus < 2; bus++) {
      expect(descriptorAt(storage.memory, storage.inputsAddress, bus)).toMatchObject({ channelCount: 0, constantMask: 0n });
      expect(descriptorAt(storage.memory, storage.outputsAddress, bus)).toMatchObject({ channelCount: 0, constantMask: 0n });
    }
    expect(pointers.map((pointer) => new Float32Array(storage.memory.buffer, pointer, 1)[0])).toEqual([5, 6]);
  });

  test("leaves the block's length alone", () => {
    const storage = external();
    storage.setFrames(77);
    storage.clear();
    expect(storage.frames).toBe(77);
  });

  test("empties auxiliary buses that were filled, again and again", () => {
    const storage = external();
    for (let block = 0; block < 5; block++) {
      storage.clear();
      for (const bus of [...storage.inputs, ...storage.outputs]) {
        for (let channel = 0; channel < bus.capacity; channel++) expect(bus.push(1024 * (channel + 1))).toBe(true);
        expect(bus.length).toBe(bus.capacity);
      }
    }
    expect(storage.diagnostics.refusedPushes).toBe(0);
  });
});

describe("asking for what is not there", () => {
  test("a bus that does not exist is undefined", () => {
    const storage = external({ inputs: [2], outputs: [] });
    expect(storage.inputs[1]).toBeUndefined();
    expect(storage.inputs[storage.inputs.length]).toBeUndefined();
    expect(storage.mainOutput).toBeUndefined();
    expect(storage.sidechain).toBeUndefined();
  });

  test.each<[unknown]>([[2], [-1], [0.5], [Number.NaN], ["0"], [null], [undefined], [Symbol("0")], [0n]])(
    "channel %s is pointer 0 and an empty array",
    (channel) => {
      const storage = external();
      storage.clear();
      storage.setFrames(128);
      storage.mainInput!.push(1024);
      storage.mainInput!.push(2048);
      expect(storage.mainInput!.pointer(channel as number)).toBe(0);
      expect(storage.mainInput!.channel(channel as number)).toHaveLength(0);
    },
  );
});

describe("setFrames", () => {
  test.each<[unknown, number]>([
    [0, 0],
    [1, 1],
    [128, 128],
    [129, 128],
    [1e9, 128],
    [-1, 0],
    [12.9, 12],
    [0.5, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 128],
    ["64", 0],
    [null, 0],
    [undefined, 0],
    [64n, 0],
    [Symbol("64"), 0],
  ])("%s becomes %i", (frames, set) => {
    const storage = external();
    expect(storage.setFrames(frames as number)).toBe(set);
    expect(storage.frames).toBe(set);
  });

  test("counts what it cut off", () => {
    const storage = external();
    storage.setFrames(130);
    storage.begin(138);
    expect(storage.diagnostics.truncatedFrames).toBe(12);
  });

  test("counts frames without end as all that a memory can hold, in setFrames and in begin", () => {
    const storage = external();
    const most = 2 ** 32 - 2 ** 16;
    expect([storage.setFrames(Number.POSITIVE_INFINITY), storage.begin(Number.POSITIVE_INFINITY), storage.begin(1e308)]).toEqual([
      128, 128, 128,
    ]);
    expect(storage.diagnostics.truncatedFrames).toBe(3 * (most - 128));
  });
});

describe("constantMask", () => {
  test("is an unsigned 32-bit number that either side writes", () => {
    const storage = external();
    storage.clear();
    const bus = storage.mainInput!;
    bus.constantMask = 0x80000001;
    expect(bus.constantMask).toBe(0x80000001);
    expect(descriptorAt(storage.memory, storage.inputsAddress).constantMask).toBe(0x80000001n);
    new DataView(storage.memory.buffer).setUint32(storage.inputsAddress + 16, 2, true);
    expect(bus.constantMask).toBe(2);
  });

  test("survives the memory's growth and ignores what is no number", () => {
    const storage = external();
    storage.clear();
    storage.mainInput!.constantMask = 3;
    storage.memory.grow(1);
    expect(storage.mainInput!.constantMask).toBe(3);
    for (const mask of [null, "1", 1n, Symbol("1"), {}]) storage.mainInput!.constantMask = mask as unknown as number;
    expect(storage.mainInput!.constantMask).toBe(3);
  });
});

describe("external channel memory", () => {
  test("auxiliary views show the samples that were written at the pushed pointers", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 2], outputs: [2] }, { heap, channelMemory: "external" });
    const [left, right] = [heap.malloc(512), heap.malloc(512)];
    new Float32Array(heap.memory.buffer, left, 128).fill(0.25);
    new Float32Array(heap.memory.buffer, right, 128).fill(-0.5);
    storage.clear();
    storage.setFrames(128);
    storage.sidechain!.push(left);
    storage.sidechain!.push(right);
    expect([...storage.sidechain!.channel(0)]).toEqual(Array(128).fill(0.25));
    expect([...storage.sidechain!.channel(1)]).toEqual(Array(128).fill(-0.5));
    expect(storage.mainInput!.length).toBe(0);
  });

  test("collect copies nothing: it clears, sets the block's length and tells what the host has", () => {
    const storage = external({ inputs: [2, 1], outputs: [2] });
    storage.mainInput!.push(1024);
    const frames = storage.collect([[new Float32Array(64), new Float32Array(64), new Float32Array(64)], []], [[new Float32Array(64)]]);
    expect([frames, storage.frames]).toEqual([64, 64]);
    expect([...storage.inputs, ...storage.outputs].map((bus) => [bus.length, bus.connectedLength])).toEqual([
      [0, 2],
      [0, 0],
      [0, 1],
    ]);
  });

  test("deliver copies from the pushed pointers, and is silent where none was pushed", () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [2] }, { heap, channelMemory: "external" });
    const samples = heap.malloc(512);
    new Float32Array(heap.memory.buffer, samples, 128).fill(0.75);
    const outputs = [[new Float32Array(128).fill(9), new Float32Array(128).fill(9)]];
    storage.collect([], outputs);
    storage.mainOutput!.push(samples);
    storage.deliver(outputs);
    expect(outputs.map((bus) => bus.map((channel) => channel[127]))).toEqual([[0.75, 0]]);
  });

  test("a table's entries point at valid memory again after a kernel spoiled them", () => {
    const storage = external();
    const pointers = pointersAt(storage.memory, storage.inputTableAddress, 7);
    new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 7).fill(0xdeadbeef);
    storage.begin(128);
    expect(pointersAt(storage.memory, storage.inputTableAddress, 7)).toEqual(pointers);
  });
});

describe("silence is silent", () => {
  test("after clear, too", () => {
    const storage = storageOf([2], []);
    storage.begin(128);
    storage.mainInput!.channel(1).fill(7);
    storage.clear();
    storage.setFrames(128);
    storage.mainInput!.connect(1);
    expect([...storage.mainInput!.channel(1)]).toEqual(Array(128).fill(0));
  });

  test("in what a block grows by, and so are its outputs", () => {
    const storage = storageOf([2], [2]);
    storage.begin(128);
    storage.mainInput!.channel(0).fill(7);
    for (const channel of [0, 1]) storage.mainOutput!.channel(channel).fill(9);
    storage.begin(10);
    storage.mainOutput!.channel(0).fill(0.5);
    storage.setFrames(128);
    expect([...storage.mainInput!.channel(0)]).toEqual(Array(128).fill(0));
    expect([...storage.mainOutput!.channel(0)]).toEqual([...Array(10).fill(0.5), ...Array(118).fill(0)]);
    expect([...storage.mainOutput!.channel(1)]).toEqual(Array(128).fill(0));
  });
});

test("what a bus has stored for a block is not that of the block which has the same number, 2^30 blocks later", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [] }, { missingInputs: "drop" });
  const { block } = (storage as unknown as { buffers: { block: { number: number } } }).buffers;
  const collect = (channels: number) => {
    storage.collect([Array.from({ length: channels }, () => new Float32Array(128))], []);
    const { length, connectedLength } = storage.mainInput!;
    return [block.number, length, connectedLength];
  };
  expect(collect(1)).toEqual([2, 1, 1]);
  block.number = 2 ** 30 - 2;
  expect([2, 2, 2].map(collect)).toEqual([
    [2 ** 30 - 1, 2, 2],
    [1, 2, 2],
    [2, 2, 2],
  ]);
});

describe("a bus's connectedLength", () => {
  const pushAll = (storage: ProcessBufferStorage) => {
    for (const bus of [...storage.inputs, ...storage.outputs]) {
      for (let channel = 0; channel < bus.capacity; channel++) expect(bus.push(1024)).toBe(true);
      expect(bus.length).toBe(bus.capacity);
    }
  };
  const connected = (storage: ProcessBufferStorage) => [...storage.inputs, ...storage.outputs].map((bus) => bus.connectedLength);

  test("is the host's own count after collect, however much is pushed", () => {
    const storage = external({ inputs: [2, 4], outputs: [2, 6] });
    storage.collect([filled(1), filled(3)], [filled(1)]);
    expect(connected(storage)).toEqual([1, 3, 1, 0]);
    pushAll(storage);
    expect(connected(storage)).toEqual([1, 3, 1, 0]);
  });

  test("counts what is pushed after clear, in both directions, because then the caller is the host", () => {
    const storage = external({ inputs: [2, 4], outputs: [2, 6] });
    storage.clear();
    expect(connected(storage)).toEqual([0, 0, 0, 0]);
    pushAll(storage);
    expect(connected(storage)).toEqual([2, 4, 2, 6]);
  });

  test("counts the inputs that are pushed after begin; outputs go wherever they are declared", () => {
    const storage = external({ inputs: [2, 4], outputs: [2, 6] });
    storage.begin(128);
    expect(connected(storage)).toEqual([0, 0, 2, 6]);
    pushAll(storage);
    expect(connected(storage)).toEqual([2, 4, 2, 6]);
  });
});
