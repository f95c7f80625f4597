import { describe, expect, test } from "vitest";
import { createHeap, ProcessBufferStorage, type WasmHeap } from "wasm-process-buffers";
import { countingHeap } from "../support/counting-heap";
import { loadModule } from "../support/wasm-modules";

const stereo = { inputs: [2], outputs: [2] };
const stereoBytes = 4 * 512 + 64;

describe("a heap of our own", () => {
  test("hands out blocks that are 16-byte aligned, within the memory and apart", () => {
    const heap = createHeap();
    const blocks = [1, 16, 17, 1000, 70_000].map((bytes) => ({ address: heap.malloc(bytes), bytes }));
    blocks.sort((a, b) => a.address - b.address);
    for (const [i, { address, bytes }] of blocks.entries()) {
      expect(address).toBeGreaterThan(0);
      expect(address % 16).toBe(0);
      expect(address + bytes).toBeLessThanOrEqual(blocks[i + 1]?.address ?? heap.memory.buffer.byteLength);
    }
  });

  test("uses again what was given back", () => {
    const heap = createHeap({ initialPages: 2, maximumPages: 2 });
    for (let round = 0; round < 100; round++) {
      const address = heap.malloc(60_000);
      expect(address).toBeGreaterThan(0);
      heap.free(address);
    }
  });

  test("answers 0 when it is full, works on, and has room again for what is given back", () => {
    const heap = createHeap({ initialPages: 1, maximumPages: 3 });
    const blocks: number[] = [];
    for (let address = heap.malloc(10_000); address !== 0; address = heap.malloc(10_000)) blocks.push(address);
    expect(blocks.length).toBeGreaterThan(12);
    for (const block of [...blocks, ...blocks.reverse()]) {
      expect(heap.malloc(10_000)).toBe(0);
      heap.free(block);
      expect(heap.malloc(10_000)).toBe(block);
    }
  });

  test("answers 0 to what is no size", () => {
    const heap = createHeap();
    for (const bytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, "16", null]) expect(heap.malloc(bytes as number)).toBe(0);
  });

  test("ignores it when something is given back twice, or was never taken", () => {
    const heap = createHeap();
    const [one, other] = [heap.malloc(64), heap.malloc(64)];
    heap.free(one);
    heap.free(one);
    heap.free(other + 4);
    heap.free(0);
    heap.free(Number.NaN);
    const [third, fourth] = [heap.malloc(64), heap.malloc(64)];
    expect(new Set([other, third, fourth]).size).toBe(3);
  });

  test("has as many pages as it is told", () => {
    expect(createHeap({ initialPages: 3 }).memory.buffer.byteLength).toBe(3 * 65536);
    const { memory } = createHeap({ initialPages: 1, maximumPages: 2 });
    memory.grow(1);
    expect(() => memory.grow(1)).toThrow();
  });

  test.each([
    [{ shared: true, initialPages: 1n }, "initialPages is a whole number of 64 KiB pages, 1 to 65536; 1n came"],
    [{ shared: true, initialPages: Symbol("one") }, "Symbol(one) came"],
    [{ initialPages: null }, "null came"],
    [{ maximumPages: null }, "maximumPages is a whole number of 64 KiB pages, 1 to 65536; null came"],
  ])("refuses what is no number of pages (%#)", (options, message) => {
    expect(() => createHeap(options as object)).toThrow(RangeError);
    expect(() => createHeap(options as object)).toThrow(message);
  });

  test("has room for one of any size where one of that size was given back", () => {
    for (let bytes = 1; bytes < 40_000; bytes = Math.ceil(bytes * 1.4)) {
      const heap = createHeap({ initialPages: 1, maximumPages: 2 });
      const blocks: number[] = [];
      for (let address = heap.malloc(bytes); address !== 0; address = heap.malloc(bytes)) blocks.push(address);
      expect(blocks.length).toBeGreaterThan(1);
      for (const block of [blocks[0]!, blocks.at(-1)!, blocks[blocks.length >> 1]!]) {
        heap.free(block);
        expect(heap.malloc(bytes), `${bytes} bytes`).toBe(block);
      }
    }
  });

  test.each([
    ["initialPage", "initialPages"],
    ["initial", "initialPages"],
    ["maximum", "maximumPages"],
    ["maximunPages", "maximumPages"],
    ["Shared", "shared"],
  ])("an option %s is a RangeError that asks whether %s is meant", (name, meant) => {
    expect(() => createHeap({ [name]: 1 })).toThrow(RangeError);
    expect(() => createHeap({ [name]: 1 })).toThrow(`there is no option ${name}; ${meant} may be meant`);
  });

  test.each([
    [{ initialPages: 0 }],
    [{ initialPages: -1 }],
    [{ initialPages: 1.5 }],
    [{ initialPages: 65537 }],
    [{ initialPages: "1" }],
    [{ maximumPages: Number.NaN }],
    [{ maximumPages: 65537 }],
    [{ initialPages: 3, maximumPages: 2 }],
  ])("refuses %j with a RangeError", (options) => {
    expect(() => createHeap(options as object)).toThrow(RangeError);
  });
});

describe("a heap that fails leaves nothing allocated", () => {
  /** A heap whose malloc answers whatever `answer` makes of the address. */
  function lying(answer: (address: number) => unknown) {
    const heap = countingHeap(createHeap());
    const taken: number[] = [];
    const liar = {
      memory: heap.memory,
      malloc(bytes: number) {
        const address = heap.malloc(bytes);
        taken.push(address);
        return answer(address) as number;
      },
      free(address: number, bytes: number) {
        const real = taken.find((one) => answer(one) === address);
        if (real !== undefined) heap.free(real, bytes);
      },
    };
    return { liar, heap };
  }

  test("one without room says how many bytes were wanted", () => {
    const heap = countingHeap(createHeap({ initialPages: 1, maximumPages: 1 }));
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap, maxFrames: 16384 })).toThrow(/no room for 262208 bytes/);
    expect(heap.held.size).toBe(0);
    expect(ProcessBufferStorage.allocateFromConfig(stereo, { heap }).usage.totalBytes).toBe(stereoBytes);
  });

  test("one whose malloc throws says so, and keeps the cause", () => {
    const cause = new Error("inner");
    const heap = {
      ...createHeap(),
      malloc: () => {
        throw cause;
      },
    };
    let error: unknown;
    try {
      ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ message: `the heap's malloc threw when asked for ${stereoBytes} bytes`, cause });
  });

  test.each<[string, (address: number) => unknown, RegExp]>([
    ["NaN", () => Number.NaN, /NaN came/],
    ["undefined", () => undefined, /undefined came/],
    ["a string", (address) => String(address), /came/],
    ["a fraction", (address) => address + 0.5, /came/],
    ["an address beyond the memory", () => 2 ** 31, /its memory ends at/],
    ["an address whose end is beyond the memory", () => 65536 - 16, /its memory ends at/],
    ["a bigint", (address) => BigInt(address), /came/],
  ])("one whose malloc answers %s", (_, answer, message) => {
    const { liar } = lying(answer);
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap: liar })).toThrow(message);
  });

  test.each([
    ["beyond the memory", 2 ** 31],
    ["whose end is beyond the memory", 65536 - 16],
  ])("one whose malloc answers an address %s gets its block back", (_, address) => {
    const { liar, heap } = lying(() => address);
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap: liar })).toThrow(/its memory ends at/);
    expect(heap.held.size).toBe(0);
  });

  test.each([1, 2, 7])("one whose malloc answers %i bytes off a boundary is an error, and gets its block back", (off) => {
    const { liar, heap } = lying((address) => address + off);
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap: liar })).toThrow(/multiple of 4/);
    expect(heap.held.size).toBe(0);
  });

  test.each([4, 8, 12])("one that answers %i bytes off a boundary is asked for the slack, so that samples still lie on 16", (off) => {
    const { liar, heap } = lying((address) => address + off);
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: liar });
    storage.begin(128);
    expect(storage.inputsAddress % 16).toBe(0);
    expect(storage.mainOutput!.pointer(1) % 16).toBe(0);
    expect(heap.held.size).toBe(1);
    storage.free();
    expect(heap.held.size).toBe(0);
  });

  test("a core that is not ours is a clear error", () => {
    const heap = countingHeap(createHeap());
    const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    // The same with one function: (func (export "pushChannel")).
    const partial = new WebAssembly.Module(
      Uint8Array.of(
        ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 15, 1, 11],
        ...new TextEncoder().encode("pushChannel"),
        ...[0, 0, 10, 4, 1, 2, 0, 0x0b],
      ),
    );
    for (const core of [empty, partial]) {
      expect(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap, core })).toThrow(/option core is the compiled core\.wasm/);
    }
    expect(heap.held.size).toBe(0);
  });
});

test("a memory of 64 bits is refused by its name, whatever core is given, and nothing stays allocated; or the engine cannot make one", async () => {
  const descriptor = { address: "i64", initial: 1n, maximum: 2n } as unknown as WebAssembly.MemoryDescriptor;
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory(descriptor);
  } catch (error) {
    // An engine that does not know the word takes the count for a number of 32 bits, which it is not.
    expect(error).toBeInstanceOf(TypeError);
    return;
  }
  const held: number[] = [];
  const heap = { memory, malloc: (bytes: number) => held.push(bytes) * 1024, free: () => void held.pop() };
  const core = await loadModule("dist/core.wasm");
  for (const options of [{ heap }, { heap, core }, { heap, sampleFormat: "f64" as const }]) {
    expect(() => ProcessBufferStorage.allocateFromConfig(stereo, options)).toThrow(
      'a storage lives in a 32-bit memory; one of 64 bits (address: "i64") came',
    );
  }
  expect(held).toEqual([]);
});

describe("a heap that comes from elsewhere", () => {
  test("its functions are called as its methods", () => {
    class Heap implements WasmHeap {
      private readonly inner = createHeap();
      readonly memory = this.inner.memory;
      malloc(bytes: number) {
        return this.inner.malloc(bytes);
      }
      free(address: number) {
        this.inner.free(address);
      }
    }
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: new Heap() });
    storage.free();
  });

  test("without free, a storage is freed all the same, and its usage says that the bytes are lost", () => {
    const { memory, malloc } = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: { memory, malloc } });
    expect(storage.usage.reclaimable).toBe(false);
    storage.free();
    expect(storage.collect([], [])).toBe(0);
    expect(ProcessBufferStorage.allocateFromConfig(stereo).usage.reclaimable).toBe(true);
  });

  test("a free that throws does not keep a storage from being freed", () => {
    const heap = {
      ...createHeap(),
      free: () => {
        throw new Error("inner");
      },
    };
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap });
    expect(() => storage.free()).not.toThrow();
    expect(storage.frames).toBe(0);
  });
});
