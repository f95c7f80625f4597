import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHeap, EventQueue, ProcessBufferStorage, type SampleFormat } from "wasm-process-buffers";
import { badHostValues } from "../support/bad-host-values.js";
import { countingHeap } from "../support/counting-heap";
import { filled } from "../support/host-channels";

const heap = createHeap();
const stereo = { inputs: [1], outputs: [1] };
const allocate = (options = {}) => ProcessBufferStorage.allocateFromConfig(stereo, { heap, ...options });

interface SeenEvent {
  readonly frame: number;
  readonly type: number;
  readonly a: number;
  readonly b: number;
}

/** The block's events as a kernel reads them. */
function listOf(events: EventQueue, { memory }: { memory: WebAssembly.Memory }): SeenEvent[] {
  const view = new DataView(memory.buffer, events.address, events.count * 16);
  return Array.from({ length: events.count }, (_, i) => ({
    frame: view.getUint32(i * 16, true),
    type: view.getUint32(i * 16 + 4, true),
    a: view.getUint32(i * 16 + 8, true),
    b: view.getFloat32(i * 16 + 12, true),
  }));
}

const framesOf = (list: readonly SeenEvent[]) => list.map(({ frame }) => frame);
const typesOf = (list: readonly SeenEvent[]) => list.map(({ type }) => type);

describe("the list of a block", () => {
  test("has its events in order of time, those of one time in the order in which they were pushed", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    for (const [type, time] of [1300, 1000, 1100, 1000, 1127, 1128, 1000.9, 1100].entries()) {
      expect(events.push(time, type, type + 10, type / 2)).toBe(true);
    }
    storage.begin(128);
    expect(events.collect(1000)).toBe(6);
    expect(listOf(events, storage)).toEqual(
      [
        [0, 1],
        [0, 3],
        [0, 6],
        [100, 2],
        [100, 7],
        [127, 4],
      ].map(([frame, type]) => ({ frame, type, a: type! + 10, b: type! / 2 })),
    );
  });

  test("leaves those of later blocks in the queue, and brings late ones at frame 0", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    for (const time of [-5, 0, 127, 128, 500]) events.push(time, time + 5, 0, 0);
    const seen: [number, number][][] = [];
    for (let block = 0; block < 5; block++) {
      storage.collect([filled(1)], [filled(1)]);
      events.collect(block * 128);
      seen.push(listOf(events, storage).map(({ frame, type }) => [frame, type]));
    }
    expect(seen).toEqual([
      [
        [0, 0],
        [0, 5],
        [127, 132],
      ],
      [[0, 133]],
      [],
      [[116, 505]],
      [],
    ]);
    events.push(3, 7, 0, 0);
    storage.begin(128);
    events.collect(640);
    expect(listOf(events, storage)).toEqual([{ frame: 0, type: 7, a: 0, b: 0 }]);
  });

  test("stands from collect on until the next block is started", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(3, 1, 2, 0.5);
    expect(events.count).toBe(0);
    storage.begin(128);
    expect(events.count).toBe(0);
    events.collect(0);
    expect(events.count).toBe(1);
    storage.begin(128);
    expect([events.count, events.nextWindow()]).toEqual([0, false]);
  });

  test("is empty in an empty block, whose events wait for the next one", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(5, 1, 0, 0);
    storage.begin(0);
    expect([events.collect(10), events.nextWindow()]).toEqual([0, false]);
    storage.begin(16);
    expect(events.collect(10)).toBe(1);
  });

  test("has whole numbers of 32 bits, and floats", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(0, 2 ** 32 - 1, 0x80000000, 1 / 3);
    storage.begin(1);
    events.collect(0);
    expect(listOf(events, storage)).toEqual([{ frame: 0, type: 2 ** 32 - 1, a: 0x80000000, b: Math.fround(1 / 3) }]);
    expect(events.address % 16).toBe(0);
  });

  test("is right again in the next block after a kernel has written over it, and after the memory has grown", () => {
    const own = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: own });
    const events = new EventQueue(storage, { capacity: 4 });
    for (let block = 0; block < 4; block++) {
      for (let i = 0; i < 4; i++) events.push(block * 128 + i, i, block, 0.25);
      storage.begin(128);
      if (block === 2) own.memory.grow(1);
      expect(events.collect(block * 128)).toBe(4);
      expect(listOf(events, storage)).toEqual([0, 1, 2, 3].map((i) => ({ frame: i, type: i, a: block, b: 0.25 })));
      new Uint8Array(own.memory.buffer, events.address, 64).fill(0xff);
      expect([0, 1, 2].map(() => [events.nextWindow(), events.windowStart])).toEqual([
        [true, 0],
        [true, 1],
        [true, 2],
      ]);
    }
  });
});

describe("what is refused counts", () => {
  test("an event for which there is no room, until some have been taken", () => {
    const storage = allocate();
    const events = new EventQueue(storage, { capacity: 3 });
    const push = (time: number) => events.push(time, 0, 0, 0);
    expect([5, 200, 6, 7].map(push)).toEqual([true, true, true, false]);
    expect(storage.diagnostics.refusedEvents).toBe(1);
    storage.begin(128);
    events.collect(0);
    expect(framesOf(listOf(events, storage))).toEqual([5, 6]);
    expect([7, 8, 9].map(push)).toEqual([true, true, false]);
    expect(storage.diagnostics.refusedEvents).toBe(2);
  });

  test("what is no finite number, at every place", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    const bad = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      ...badHostValues.filter(([name]) => name !== "a number").map(([, make]) => make()),
    ];
    for (const value of bad) {
      for (let place = 0; place < 4; place++) {
        const event = [1, 2, 3, 4] as [number, number, number, number];
        event[place] = value as number;
        expect(events.push(...event)).toBe(false);
      }
      storage.begin(16);
      expect(events.collect(value as number)).toBe(0);
    }
    expect(storage.diagnostics.refusedEvents).toBe(4 * bad.length);
    events.push(1, 2, 3, 4);
    expect(events.collect(0)).toBe(1);
  });
});

describe("windows", () => {
  const windowsOf = (events: EventQueue) => {
    const windows: [start: number, frames: number, index: number, count: number][] = [];
    while (events.nextWindow()) {
      windows.push([events.windowStart, events.windowFrames, events.windowEvents.index, events.windowEvents.count]);
    }
    return windows;
  };

  test.each([
    ["no event", [], [[0, 128, 0, 0]]],
    ["one at the start", [0], [[0, 128, 0, 1]]],
    [
      "one within",
      [40],
      [
        [0, 40, 0, 0],
        [40, 88, 0, 1],
      ],
    ],
    [
      "one at the end",
      [127],
      [
        [0, 127, 0, 0],
        [127, 1, 0, 1],
      ],
    ],
    [
      "several at a time",
      [0, 0, 9, 9, 9, 10],
      [
        [0, 9, 0, 2],
        [9, 1, 2, 3],
        [10, 118, 5, 1],
      ],
    ],
    [
      "one that is late",
      [-3, 5],
      [
        [0, 5, 0, 1],
        [5, 123, 1, 1],
      ],
    ],
  ])("of a block with %s", (_, times, windows) => {
    const storage = allocate();
    const events = new EventQueue(storage);
    for (const time of times) events.push(time, 0, 0, 0);
    storage.begin(128);
    events.collect(0);
    expect(windowsOf(events)).toEqual(windows);
    expect([events.nextWindow(), events.windowFrames]).toEqual([false, 0]);
  });

  test("show the kernel their part of the block, and the whole of it afterwards", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(40, 0, 0, 0);
    storage.begin(128);
    events.collect(0);
    const pointer = () => new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 1)[0]! - storage.mainInput!.samplesAddress;
    const seen = [];
    while (events.nextWindow()) seen.push(pointer());
    expect([...seen, pointer()]).toEqual([0, 160, 0]);
  });

  test("show the whole of the block after a last one of a single frame, too", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(127, 0, 0, 0);
    storage.begin(128);
    events.collect(0);
    expect(windowsOf(events)).toHaveLength(2);
    expect(new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 1)[0]).toBe(storage.mainInput!.samplesAddress);
  });

  test("are left alone after the last one: a window that the caller has set stays", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    storage.begin(128);
    events.collect(0);
    windowsOf(events);
    storage.setWindow(32, 8);
    expect(events.nextWindow()).toBe(false);
    expect(new Uint32Array(storage.memory.buffer, storage.inputTableAddress, 1)[0]).toBe(storage.mainInput!.samplesAddress + 32 * 4);
  });

  test("are refused for contiguous buses, and count; in a block without frames there is none to refuse", () => {
    const contiguous = { channelCount: 1, layout: "contiguous" as const };
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [contiguous], outputs: [1] }, { heap });
    const events = new EventQueue(storage);
    for (const [frames, refused] of [
      [0, 0],
      [128, 1],
    ] as const) {
      storage.begin(frames);
      events.collect(0);
      expect([events.nextWindow(), events.windowFrames, storage.diagnostics.refusedWindows]).toEqual([false, 0, refused]);
    }
  });

  test("are none where the block's start is no number, or its queue was freed: whatever was collected before", () => {
    for (const close of [(events: EventQueue) => events.collect(Number.NaN), (events: EventQueue) => events.free()]) {
      const storage = allocate();
      const events = new EventQueue(storage);
      events.push(40, 0, 0, 0);
      storage.begin(128);
      events.collect(0);
      for (let window = 0; window < 2; window++) expect(events.nextWindow()).toBe(true);
      close(events);
      expect([events.count, events.windowStart, events.windowFrames, events.nextWindow()]).toEqual([0, 0, 0, false]);
    }
  });

  test("end with the block, if it has become shorter since", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    for (const time of [10, 20, 100]) events.push(time, 0, 0, 0);
    storage.begin(128);
    events.collect(0);
    storage.setFrames(15);
    expect(windowsOf(events)).toEqual([
      [0, 10, 0, 0],
      [10, 5, 0, 1],
    ]);
  });
});

describe.each(["f32", "f64"] as const)("%s: equal to rendering one frame at a time", (sampleFormat: SampleFormat) => {
  const event = fc.record({
    time: fc.double({ min: -20, max: 400, noNaN: true }),
    type: fc.nat(3),
    a: fc.nat(100),
    b: fc.integer({ min: -8, max: 8 }).map((b) => b / 8),
  });

  test("over random lists of events and lengths of blocks", () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (list, lengths, early) => {
          const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap, sampleFormat, maxFrames: 90 });
          const events = new EventQueue(storage, { capacity: 64 });
          const total = lengths.reduce((sum, length) => sum + length, 0);

          // One frame at a time. An event that is pushed after its time takes effect at the start of the next block.
          const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
          const pushedAt = (i: number) => (early ? 0 : starts[i % starts.length]!);
          const taken = list
            .map(({ time, ...rest }, i) => ({
              ...rest,
              due: Math.floor(time),
              at: Math.max(Math.floor(time), pushedAt(i)),
              pushed: pushedAt(i),
              i,
            }))
            .sort((one, other) => one.at - other.at || one.due - other.due || one.pushed - other.pushed || one.i - other.i);
          const expected: number[] = [];
          const voice = { level: 0, step: 0 };
          const apply = ({ type, a, b }: { type: number; a: number; b: number }) => {
            if (type === 0) voice.level = b;
            else if (type === 1) voice.step = b / 64;
            else if (type === 2) voice.level += a;
            else voice.step = -voice.step;
          };
          for (let frame = 0, next = 0; frame < total; frame++) {
            for (; next < taken.length && taken[next]!.at <= frame; next++) apply(taken[next]!);
            expected.push(Math.fround(voice.level));
            voice.level = Math.fround(voice.level + voice.step);
          }

          Object.assign(voice, { level: 0, step: 0 });
          const rendered: number[] = [];
          for (const [b, length] of lengths.entries()) {
            for (const [i, { time, type, a, b: value }] of list.entries()) {
              if (early ? b === 0 : i % starts.length === b) events.push(time, type, a, value);
            }
            const outputs = [filled(1, 0, length)];
            storage.collect([filled(1, 0, length)], outputs);
            events.collect(starts[b]!);
            while (events.nextWindow()) {
              const { index, count } = events.windowEvents;
              for (const each of listOf(events, storage).slice(index, index + count)) apply(each);
              // What a kernel does that knows the table alone.
              const View = sampleFormat === "f64" ? Float64Array : Float32Array;
              const [pointer] = new Uint32Array(storage.memory.buffer, storage.outputTableAddress, 1);
              const samples = new View(storage.memory.buffer, pointer!, events.windowFrames);
              for (let k = 0; k < samples.length; k++) {
                samples[k] = voice.level;
                voice.level = Math.fround(voice.level + voice.step);
              }
            }
            storage.deliver(outputs);
            rendered.push(...outputs[0]![0]!);
          }
          expect(rendered).toEqual(expected);
          events.free();
          storage.free();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("its room", () => {
  test("of each of some queues is given back with the storage, and once for those that were freed before", () => {
    const counting = countingHeap(heap);
    const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: counting });
    const queues = [1, 2, 3, 4].map((capacity) => new EventQueue(storage, { capacity }));
    queues[1]!.free();
    storage.free();
    expect(counting.held.size).toBe(0);
  });

  test("is the storage's heap's, and given back once: by free, or with the storage", () => {
    for (const first of ["queue", "storage"]) {
      const counting = countingHeap(heap);
      const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: counting });
      const before = counting.held.size;
      const events = new EventQueue(storage, { capacity: 10 });
      expect(counting.held.size).toBe(before + 1);
      if (first === "queue") events.free();
      storage.free();
      events.free();
      expect(counting.held.size).toBe(0);
      expect([events.address, events.count, events.push(0, 0, 0, 0), events.collect(0), events.nextWindow()]).toEqual([
        0,
        0,
        false,
        0,
        false,
      ]);
      events.clear();
    }
  });

  test("outlasts a reconfiguration of the storage, and so do the events that wait", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(200, 1, 2, 3);
    storage.reconfigure({ inputs: [], outputs: [2] }, { maxFrames: 256 });
    storage.begin(256);
    expect(events.collect(0)).toBe(1);
    expect(framesOf(listOf(events, storage))).toEqual([200]);
    expect(events.nextWindow() && events.windowFrames).toBe(200);
  });

  test("clear in the midst of a block leaves the rest of it as one window, without events", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    for (const time of [40, 80]) events.push(time, 1, 0, 0);
    storage.begin(128);
    events.collect(0);
    const windows: number[][] = [];
    while (events.nextWindow()) {
      windows.push([events.windowStart, events.windowFrames, events.windowEvents.count]);
      if (windows.length === 2) events.clear();
    }
    expect(windows).toEqual([
      [0, 40, 0],
      [40, 40, 1],
      [80, 48, 0],
    ]);
    expect(new Uint32Array(storage.memory.buffer, storage.mainOutput!.tableAddress, 1)[0]).toBe(storage.mainOutput!.pointer(0));
  });

  test("a reconfigured storage's block is none of which events were collected", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    events.push(5, 1, 2, 3);
    storage.begin(128);
    events.collect(0);
    storage.reconfigure(storage.config);
    storage.begin(128);
    expect([events.count, events.nextWindow()]).toEqual([0, false]);
  });

  test("of a single event is used again and again", () => {
    const storage = allocate();
    const events = new EventQueue(storage, { capacity: 1 });
    for (let block = 0; block < 3; block++) {
      expect([events.push(block * 128 + 7, block, 0, 0), events.push(0, 0, 0, 0)]).toEqual([true, false]);
      storage.begin(128);
      expect(events.collect(block * 128)).toBe(1);
      expect(listOf(events, storage)).toEqual([{ frame: 7, type: block, a: 0, b: 0 }]);
    }
  });

  test("is for 256 events where nothing else is said, and for 65536 at most", () => {
    const storage = allocate();
    const events = new EventQueue(storage);
    expect(events.capacity).toBe(256);
    expect(Array.from({ length: 257 }, (_, time) => events.push(time, 0, 0, 0)).indexOf(false)).toBe(256);
    const most = new EventQueue(storage, { capacity: 65536 });
    expect(most.capacity).toBe(65536);
    most.free();
    expect(() => new EventQueue(storage, { capacity: 65537 })).toThrow("1 to 65536; 65537 came");
  });

  test("has two views, which are made again when the memory has grown, and not once it is given back", () => {
    const own = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [] }, { heap: own });
    const events = new EventQueue(storage);
    const made = () => {
      own.memory.grow(1);
      storage.begin(128);
      const before = storage.diagnostics.viewRebuilds;
      events.collect(0);
      return storage.diagnostics.viewRebuilds - before;
    };
    expect(made()).toBe(2);
    events.free();
    expect(made()).toBe(0);
  });

  test("clear forgets what waits, and the list", () => {
    const storage = allocate();
    const events = new EventQueue(storage, { capacity: 2 });
    events.push(0, 1, 0, 0);
    events.push(500, 2, 0, 0);
    storage.begin(128);
    events.collect(0);
    expect([events.nextWindow(), events.windowEvents]).toEqual([true, { index: 0, count: 1 }]);
    events.clear();
    expect(events.windowEvents).toEqual({ index: 0, count: 0 });
    events.collect(0);
    expect([events.count, events.nextWindow(), events.windowFrames]).toEqual([0, true, 128]);
    events.push(130, 3, 0, 0);
    events.push(129, 4, 0, 0);
    storage.begin(128);
    events.collect(128);
    expect(typesOf(listOf(events, storage))).toEqual([4, 3]);
  });
});

describe("typed errors at set-up", () => {
  test("what is no storage, an option of another name, a capacity that cannot be, a storage that is freed, a heap without room", () => {
    const storage = allocate();
    expect(() => new EventQueue({} as never)).toThrow(new TypeError("an EventQueue is for a ProcessBufferStorage; an object came"));
    expect(() => new EventQueue(storage, { size: 3 } as never)).toThrow(RangeError);
    for (const capacity of [0, -1, 1.5, 65537, "8", null, Number.NaN]) {
      expect(() => new EventQueue(storage, { capacity: capacity as number })).toThrow(RangeError);
    }
    const full = { memory: heap.memory, malloc: (bytes: number) => (bytes === 16 * 8 + 8 ? 0 : heap.malloc(bytes)) };
    expect(() => new EventQueue(ProcessBufferStorage.allocateFromConfig(stereo, { heap: full }), { capacity: 8 })).toThrow("no room");
    storage.free();
    expect(() => new EventQueue(storage)).toThrow("the storage is freed");
  });
});
