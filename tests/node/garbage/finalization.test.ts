// What nobody has any more is collected, and its bytes go to somebody else: nothing that the library keeps for that
// day keeps it alive.

import v8 from "node:v8";
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { createHeap, heapOf, InterleavedHost, ProcessBufferStorage, StorageObserver, type WasmHeap } from "wasm-process-buffers";
import { countingHeap } from "../../support/counting-heap";
import { equip, patterns } from "../../support/dropped-processors.js";
import { filled } from "../../support/host-channels";
import { bump, op, wasmModule } from "../../support/wasm-builder";

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;
const config = { inputs: [2], outputs: [2] };
const allocate = (heap: WasmHeap) => ProcessBufferStorage.allocateFromConfig(config, { heap });

/** Whether it happens while garbage is collected, again and again. What is never to happen is waited for less long. */
async function comes(until: () => boolean, attempts = 100): Promise<boolean> {
  for (let attempt = 0; attempt < attempts && !until(); attempt++) {
    // First, because whoever asks a WeakRef keeps what it is of until then.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
  }
  return until();
}
const A_WHILE = 20;

const gone = (references: readonly WeakRef<object>[]) => references.filter((one) => one.deref() === undefined).length;

// What is made to be dropped is made in functions of its own, so that no reference is left on the stack.

describe("the bytes of a storage", () => {
  test("are given back where it was dropped, kept where it is held, and given back once where it was freed", async () => {
    const heap = countingHeap(createHeap());
    const kept = allocate(heap);
    (() => {
      for (let i = 0; i < 20; i++) allocate(heap).begin(128);
      allocate(heap).free();
      allocate(heap).reconfigure({ inputs: [6], outputs: [6] });
    })();
    expect(heap.held.size).toBe(22);
    expect(await comes(() => heap.held.size === 1)).toBe(true);
    // Those of the freed one, which are somebody else's by now, are not given back once more.
    const others = [allocate(heap), allocate(heap)];
    expect(await comes(() => heap.held.size < 3, A_WHILE)).toBe(false);
    for (const storage of [kept, ...others]) expect(storage.begin(128)).toBe(128);
  });

  test("are known to be nobody's before they are given back, for whoever looks from another thread", async () => {
    const shared = createHeap({ shared: true });
    const goneAsGivenBack: boolean[] = [];
    const heap = {
      memory: shared.memory,
      malloc: (byteLength: number) => shared.malloc(byteLength),
      free(address: number) {
        goneAsGivenBack.push(observer.isGone);
        shared.free(address);
      },
    };
    const observer = (() => {
      const storage = allocate(heap);
      storage.begin(128);
      return new StorageObserver(storage.location);
    })();
    expect([observer.isGone, observer.frames]).toEqual([false, 128]);
    expect(await comes(() => goneAsGivenBack.length > 0)).toBe(true);
    expect([goneAsGivenBack, observer.isGone, observer.frames]).toEqual([[true], true, undefined]);
  });

  test.each<[string, (heap: WasmHeap) => { free(): void }]>([
    ["a storage", allocate],
    ["an interleaved host", (heap) => new InterleavedHost(allocate(heap), { channelCount: 2 })],
  ])("are given back once where %s is freed twice and dropped", async (_, make) => {
    const heap = countingHeap(createHeap());
    let others: ProcessBufferStorage[] = [];
    (() => {
      const freed = make(heap);
      freed.free();
      // Whatever was given back is somebody else's by now.
      others = [allocate(heap), allocate(heap), allocate(heap)];
      freed.free();
    })();
    expect(await comes(() => heap.held.size < 3, A_WHILE)).toBe(false);
    for (const storage of others) expect(storage.begin(128)).toBe(128);
  });

  test("are kept by a bus", async () => {
    const heap = countingHeap(createHeap());
    const bus = (() => allocate(heap).mainInput!)();
    expect(await comes(() => heap.held.size === 0, A_WHILE)).toBe(false);
    expect(bus.capacity).toBe(2);
  });

  test("are kept by an interleaved host, and its own with them", async () => {
    const heap = countingHeap(createHeap());
    const host = (() => new InterleavedHost(allocate(heap), { channelCount: 2 }))();
    expect(await comes(() => heap.held.size < 2, A_WHILE)).toBe(false);
    expect(host.collect(new Float32Array(8))).toBe(4);
  });

  test("and of its interleaved host go back together", async () => {
    const heap = countingHeap(createHeap());
    (() => {
      const storage = allocate(heap);
      new InterleavedHost(storage, { channelCount: 2 }).free();
      new InterleavedHost(storage, { channelCount: 2 });
    })();
    expect(heap.held.size).toBe(2);
    expect(await comes(() => heap.held.size === 0)).toBe(true);
  });

  test.each<[string, (storage: ProcessBufferStorage) => unknown]>([
    ["its views", (storage) => [storage.mainInput!.channel(0), storage.mainOutput!.channel(1)]],
    ["its addresses", (storage) => [storage.inputsAddress, storage.mainInput!.samplesAddress]],
    ["its location", (storage) => storage.location],
    ["its memory", (storage) => storage.memory],
  ])("go to somebody else where nothing but %s is left of it", async (_, left) => {
    const heap = countingHeap(createHeap({ shared: true }));
    let address = 0;
    const held = (() => {
      const storage = allocate(heap);
      storage.begin(128);
      address = storage.inputsAddress;
      return left(storage);
    })();
    expect(await comes(() => heap.held.size === 0)).toBe(true);
    expect(allocate(heap).inputsAddress).toBe(address);
    expect(held).toBeDefined();
  });
});

describe("a heap that was found", () => {
  const { exports } = new WebAssembly.Instance(
    wasmModule({
      memory: { pages: 4, names: ["memory"] },
      globals: [{ value: 1024 }, { value: 0, names: ["freed"] }],
      functions: [
        { names: ["wasm_malloc"], takes: ["i32"], gives: ["i32"], code: bump(0) },
        { names: ["wasm_free"], takes: ["i32"], code: [...op.get(0), ...op.globalSet(1)] },
      ],
    }),
  );
  const freed = exports.freed as WebAssembly.Global;

  test("takes the bytes of a dropped storage back, though nobody holds it, as long as there is its memory", async () => {
    const address = (() => allocate(heapOf(exports)).inputsAddress)();
    expect(freed.value).toBe(0);
    expect(await comes(() => freed.value === address)).toBe(true);
  });

  test("does not hold the object that it was found in, nor the processor that this leads to", async () => {
    const dropped = (() => {
      const processor = { kernel: {} as object };
      processor.kernel = { exports, processor };
      const storage = allocate(heapOf(processor.kernel));
      return { storage, references: [new WeakRef(processor), new WeakRef(processor.kernel)] };
    })();
    expect(await comes(() => gone(dropped.references) === 2)).toBe(true);
    expect(dropped.storage.begin(128)).toBe(128);
  });
});

describe("300 processors made and dropped", () => {
  const drop = (pattern: string, usesLibrary: boolean, tell: () => void, keep: (memory: WebAssembly.Memory) => void = () => {}) =>
    Array.from({ length: 300 }, () => {
      const processor = {};
      keep(equip(processor, pattern, usesLibrary, tell));
      return new WeakRef(processor);
    });

  test.each(
    Object.keys(patterns).flatMap((pattern) => [
      { pattern, storage: "no storage", usesLibrary: false },
      { pattern, storage: "a storage each", usesLibrary: true },
    ]),
  )("with $storage are all collected where $pattern", async ({ pattern, usesLibrary }) => {
    let freed = 0;
    const processors = drop(pattern, usesLibrary, () => freed++);
    expect(await comes(() => gone(processors) === 300)).toBe(true);
    // Their memories went with them, so there was nothing to give anything back to.
    expect(freed).toBe(0);
  });

  test("are collected where their memories are kept and no heap leads to them; each memory gets its bytes back once", async () => {
    let freed = 0;
    const memories: WebAssembly.Memory[] = [];
    const tell = () => freed++;
    const processors = drop("the heap is the kernel's exports", true, tell, (memory) => memories.push(memory));
    expect(await comes(() => freed === 300)).toBe(true);
    expect(await comes(() => freed > 300, A_WHILE)).toBe(false);
    expect([gone(processors), memories.length]).toEqual([300, 300]);
  });

  test.each(Object.keys(patterns).filter((pattern) => pattern !== "the heap is the kernel's exports"))(
    "live as long as their memories where %s: what gives the bytes back leads to them",
    async (pattern) => {
      const memories: WebAssembly.Memory[] = [];
      const tell = () => {};
      const processors = drop(pattern, true, tell, (memory) => memories.push(memory));
      expect(await comes(() => gone(processors) > 0, A_WHILE)).toBe(false);
      memories.length = 0;
      expect(await comes(() => gone(processors) === 300)).toBe(true);
    },
  );
});

describe("a heap", () => {
  test("that is a literal of loose functions gets its bytes back, though nobody holds it but the memory", async () => {
    const inner = countingHeap(createHeap());
    const { memory, malloc, free } = inner;
    const heaps = (() =>
      Array.from({ length: 20 }, () => {
        const heap = { memory, malloc, free };
        allocate(heap);
        return new WeakRef<object>(heap);
      }))();
    expect(inner.held.size).toBe(20);
    expect(await comes(() => inner.held.size === 0)).toBe(true);
    // With nothing to give back, the memory keeps them no longer.
    expect(await comes(() => gone(heaps) === 20)).toBe(true);
    expect(memory.buffer.byteLength).toBeGreaterThan(0);
  });

  test("that was freed by hand is kept by its memory no longer", async () => {
    const { memory, malloc, free } = createHeap();
    const heap = (() => {
      const heap = { memory, malloc, free };
      allocate(heap).free();
      return new WeakRef<object>(heap);
    })();
    expect(await comes(() => gone([heap]) === 1)).toBe(true);
    expect(memory.buffer.byteLength).toBeGreaterThan(0);
  });

  test("without free is not kept by its memory, because there is nothing to wait for", async () => {
    const { memory, malloc } = createHeap();
    const processors = (() =>
      Array.from({ length: 20 }, () => {
        const processor: { malloc: typeof malloc; storage?: object } = { malloc };
        processor.storage = allocate({ memory, malloc: (bytes) => processor.malloc(bytes) });
        return new WeakRef<object>(processor);
      }))();
    expect(await comes(() => gone(processors) === 20)).toBe(true);
    expect(memory.buffer.byteLength).toBeGreaterThan(0);
  });

  test("of our own is collected with the last storage in it, where nobody holds it", async () => {
    const memories = (() => Array.from({ length: 20 }, () => new WeakRef<object>(allocate(createHeap()).memory)))();
    expect(await comes(() => gone(memories) === 20)).toBe(true);
  });

  test("for all storages is one memory as long as one of them lives, and then another", async () => {
    const plain = () => ProcessBufferStorage.allocateFromConfig(config);
    const memory = await (async () => {
      const first = plain();
      expect(plain().memory).toBe(first.memory);
      await comes(() => false, A_WHILE);
      expect(plain().memory).toBe(first.memory);
      return new WeakRef<object>(first.memory);
    })();
    expect(await comes(() => gone([memory]) === 1)).toBe(true);
    expect(plain().begin(128)).toBe(128);
  });
});

describe("a host's arrays", () => {
  const rendered = () => {
    const storage = ProcessBufferStorage.allocateFromConfig(config);
    const [inputs, outputs] = [[filled(2)], [filled(2)]];
    for (const lists of [inputs, outputs]) for (const list of lists) Object.freeze(list);
    Object.freeze(inputs);
    Object.freeze(outputs);
    // Often enough for the lists to become known.
    for (let block = 0; block < 200; block++) {
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
    }
    expect((storage as unknown as { planar: { collectedBy: string } }).planar.collectedBy).toBe("known");
    const arrays = [inputs, outputs].flatMap((lists) => [lists, ...lists, ...lists.flat()]).map((one) => new WeakRef<object>(one));
    return { storage, arrays };
  };

  test("are kept by a storage that is in use, which knows them again", async () => {
    const { storage, arrays } = rendered();
    expect(await comes(() => gone(arrays) > 0, A_WHILE)).toBe(false);
    expect(storage.frames).toBe(128);
  });

  test.each<[string, (storage: ProcessBufferStorage) => void]>([
    ["freed", (storage) => storage.free()],
    ["reconfigured", (storage) => storage.reconfigure({ inputs: [1], outputs: [1] })],
  ])("are let go by a storage that is %s, and by its buses", async (_, end) => {
    const { storage, arrays } = rendered();
    const buses = [...storage.inputs, ...storage.outputs];
    end(storage);
    expect(await comes(() => gone(arrays) === arrays.length)).toBe(true);
    expect([storage.frames, buses.length]).toEqual([0, 2]);
  });
});
