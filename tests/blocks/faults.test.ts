// What goes wrong around blocks of the kernel's own length: at set-up it throws and says why; while rendering nothing
// throws, the latency is kept, and all that is lost is counted.

import { describe, expect, test } from "vitest";
import {
  createHeap,
  FixedBlocks,
  type FixedBlocksOptions,
  InterleavedHost,
  ProcessBufferStorage,
  StorageObserver,
  type StorageOptions,
} from "wasm-process-buffers";
import { badHostValues, unusableValues, unusualSamples } from "../support/bad-host-values.js";
import { frozenBuses, noise, ramp, ramps } from "../support/host-channels";

const heap = createHeap();
const N = 12;
const H = 4;

function storageOf(options: StorageOptions = {}, inputs = [1], outputs = [1]) {
  return ProcessBufferStorage.allocateFromConfig({ inputs, outputs }, { maxFrames: N, heap, ...options });
}

/** A mono host that counts frames up from 1, and hears what comes out. */
function player(options: FixedBlocksOptions = { hostFrames: H }) {
  const storage = storageOf();
  const blocks = new FixedBlocks(storage, options);
  const heard: number[] = [];
  let frame = 0;
  const copy = () => storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
  const collect = (frames = H) => blocks.collect([[Float32Array.from({ length: frames }, () => ++frame)]], [[new Float32Array(frames)]]);
  const kernel = () => {
    while (blocks.next()) copy();
  };
  const deliver = (frames = H) => {
    const samples = new Float32Array(frames).fill(Number.NaN);
    blocks.deliver([[samples]]);
    heard.push(...samples);
  };
  const play = (frames = H, count = 1) => {
    for (let block = 0; block < count; block++) {
      collect(frames);
      kernel();
      deliver(frames);
    }
  };
  return { storage, blocks, heard, copy, collect, kernel, deliver, play };
}

/** `from`, `from` + 1 … `to`. */
const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, k) => from + k);
const zeros = (length: number) => Array<number>(length).fill(0);

describe("at set-up", () => {
  test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40, "all", null, {}, 7n] as never[])(
    "%s frames are a RangeError that says what came",
    (frames) => {
      for (const name of ["hostFrames", "maxHostFrames"]) {
        expect(() => new FixedBlocks(storageOf(), { [name]: frames })).toThrow(RangeError);
        expect(() => new FixedBlocks(storageOf(), { [name]: frames })).toThrow(`option ${name} is `);
      }
    },
  );

  test("a longest block that is shorter than the host's is refused", () => {
    expect(() => new FixedBlocks(storageOf(), { hostFrames: 256, maxHostFrames: 255 })).toThrow("256 to");
    expect(new FixedBlocks(storageOf(), { hostFrames: 20_000 }).latency).toBe(8);
  });

  test("the longest block has 16384 frames where nothing else is said", () => {
    const { storage, collect } = player({ hostFrames: "any" });
    collect(16_384);
    expect(storage.diagnostics.truncatedFrames).toBe(0);
    collect(16_385);
    expect(storage.diagnostics.truncatedFrames).toBe(1);
  });

  test("an option of another name is refused, and the one that may be meant is named", () => {
    expect(() => new FixedBlocks(storageOf(), { hostframes: 128 } as object)).toThrow("hostFrames may be meant");
    expect(() => new FixedBlocks(storageOf(), 128 as never)).toThrow(RangeError);
  });

  test("what is no storage, a freed one and one with external channel memory are refused", () => {
    expect(() => new FixedBlocks({} as never)).toThrow(TypeError);
    const freed = storageOf();
    freed.free();
    expect(() => new FixedBlocks(freed)).toThrow("freed");
    expect(() => new FixedBlocks(storageOf({ channelMemory: "external" }))).toThrow('channelMemory "owned"');
  });

  test("a host of another storage, and what is none, are refused", () => {
    const blocks = new FixedBlocks(storageOf());
    for (const host of [new InterleavedHost(storageOf(), { channelCount: 1 }), {}, undefined, 7]) {
      expect(() => blocks.prepare(host as never)).toThrow(TypeError);
    }
  });

  test("blocks that no memory could hold are a RangeError that says what takes less", () => {
    const storage = storageOf({}, [32, 32], [32, 32]);
    expect(() => new FixedBlocks(storage, { maxHostFrames: 2 ** 24 })).toThrow(RangeError);
    expect(() => new FixedBlocks(storage, { maxHostFrames: 2 ** 24 })).toThrow("A smaller maxHostFrames takes less");
    const blocks = new FixedBlocks(storage);
    const host = new InterleavedHost(storage, { channelCount: 64 });
    expect(() => new FixedBlocks(storageOf(), { maxHostFrames: 2 ** 30 })).toThrow(RangeError);
    expect(() => blocks.prepare(host)).not.toThrow();
  });

  /** A memory's 65536 pages, but for the last one. */
  const MOST_BYTES = 2 ** 32 - 2 ** 16;

  test("the error says how many bytes the blocks of a planar host would take, and those of an interleaved one", () => {
    const refusal = (taken: number, given: number, maxHostFrames: number) => {
      const bytes = 4 * (taken * (N + maxHostFrames) + given * (N + maxHostFrames + 3 * N));
      return `blocks of ${N} frames under a host of at most ${maxHostFrames} take ${bytes} bytes; ${MOST_BYTES} is the most`;
    };
    for (const [channelInterpretation, taken, given] of [
      ["discrete", 32 + 2, 32 + 32 + 1],
      // Of a bus that is mixed, as many channels are gathered and given as the host may have: six.
      ["speakers", 32 + 6, 32 + 32 + 6],
    ] as const) {
      const mixing = storageOf({ channelInterpretation }, [32, 2], [32, 32, 1]);
      expect(() => new FixedBlocks(mixing, { maxHostFrames: 2 ** 24 })).toThrow(refusal(taken, given, 2 ** 24));
    }
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: H, maxHostFrames: 2 ** 20 });
    const host = new InterleavedHost(storage, { channelCount: 1024 });
    expect(() => blocks.prepare(host)).toThrow(refusal(1024, 1024, 2 ** 20));
    // While rendering nothing throws, and the channels count.
    blocks.collectFrom(host, new Float32Array(1024));
    expect(storage.diagnostics.droppedChannels).toBe(1);
  });

  test("a block as long as a memory can hold at most is refused for its bytes, and a longer one for its length", () => {
    const make = (options: FixedBlocksOptions) => () => new FixedBlocks(storageOf(), options);
    const most = MOST_BYTES / 4;
    expect(make({ hostFrames: most })).toThrow("A smaller maxHostFrames takes less");
    expect(make({ hostFrames: most + 1 })).toThrow(`option hostFrames is "any" or a whole number of frames, 1 to ${most}`);
    expect(make({ hostFrames: "any", maxHostFrames: 0 })).toThrow(`option maxHostFrames is a whole number of frames, 1 to ${most}`);
  });

  test("hosts that are prepared keep their queues, and have them once; those that are freed do not", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const hosts = [0, 1, 2, 3].map(() => new InterleavedHost(storage, { channelCount: 1 }));
    for (const host of [...hosts, ...hosts]) blocks.prepare(host);
    hosts[1]!.free();
    const last = new InterleavedHost(storage, { channelCount: 1 });
    blocks.prepare(last);
    const kept = (blocks as unknown as { interleaved: { host: object }[] }).interleaved.map(({ host }) => host);
    expect(kept.map((host) => [...hosts, last].indexOf(host as never))).toEqual([0, 2, 3, 4]);
  });
});

describe("a block of another length than announced", () => {
  test.each([1, 3, 5, 8, 11, 12, 100])("of %i frames makes the latency N - 1, once: nothing is lost or doubled", (odd) => {
    const { storage, blocks, heard, play } = player();
    play(H, 5);
    const before = heard.length;
    expect(heard).toEqual([...zeros(8), ...count(1, before - 8)]);
    play(odd);
    expect([blocks.latency, storage.diagnostics.latencyChanges]).toEqual([N - 1, 1]);
    play(7);
    play(H, 40);
    play(odd, 3);
    expect(heard.slice(before)).toEqual([...zeros(3), ...count(before - 7, heard.length - 11)]);
    expect(storage.diagnostics).toMatchObject({ latencyChanges: 1, underrunFrames: 0, refusedFrames: 0, skippedFrames: 0 });
  });

  test("without frames changes nothing", () => {
    const { storage, blocks, heard, play } = player();
    play(H, 4);
    play(0, 3);
    play(H, 4);
    expect(heard).toEqual([...zeros(8), ...count(1, 24)]);
    expect([blocks.latency, storage.diagnostics.latencyChanges]).toEqual([8, 0]);
  });

  test("that needs no more than the latency there is does not count", () => {
    const { storage, blocks, heard, play } = player({ hostFrames: 5 });
    play(3, 10);
    expect([blocks.latency, storage.diagnostics.latencyChanges, heard]).toEqual([11, 0, [...zeros(11), ...count(1, 19)]]);
  });
});

test("frames beyond the longest block are cut off in and out, and counted once", () => {
  const { storage, heard, play } = player({ hostFrames: "any", maxHostFrames: 16 });
  play(20);
  play(16);
  expect(heard).toEqual([...zeros(11), ...count(1, 5), ...zeros(4), ...count(6, 16), ...count(21, 25)]);
  expect(storage.diagnostics).toMatchObject({ truncatedFrames: 4, underrunFrames: 0, skippedFrames: 0 });
});

test("a block of another length makes no room in a full queue: what was made is heard, and the latency is N - 1", () => {
  const { storage, blocks, heard, collect, kernel, deliver } = player({ hostFrames: H, maxHostFrames: 16 });
  for (let block = 0; block < 12; block++) {
    collect();
    kernel();
  }
  // The kernel has made 48 frames, of which 32 have room behind the silence of the latency.
  collect(5);
  expect([blocks.latency, storage.diagnostics.latencyChanges, storage.diagnostics.refusedFrames]).toEqual([N - 1, 1, 16]);
  for (let block = 0; block < 10; block++) deliver();
  expect(heard).toEqual([...zeros(8), ...count(1, 32)]);
  expect(storage.diagnostics.underrunFrames).toBe(0);
});

describe("what a caller forgets", () => {
  test("next: the block is skipped, comes out as silence, and counts; the latency stays", () => {
    const { storage, heard, play, collect, deliver } = player();
    play(H, 5);
    collect();
    deliver();
    play(H, 6);
    expect(heard).toEqual([...zeros(8), ...count(1, 12), ...zeros(12), ...count(25, 40)]);
    expect(storage.diagnostics).toMatchObject({ skippedFrames: 12, underrunFrames: 12, refusedFrames: 0 });
  });

  test("next, again and again: when the kernel is ready at last, it starts with what comes then", () => {
    const { storage, heard, play, collect, deliver } = player();
    for (let block = 0; block < 1001; block++) {
      collect();
      deliver();
    }
    play(H, 9);
    expect(heard.slice(-12)).toEqual(count(1010 * H - 8 - 11, 1010 * H - 8));
    expect(storage.diagnostics).toMatchObject({ skippedFrames: 333 * N, underrunFrames: 333 * N });
  });

  test("to deliver: what was made waits, and what has no room is refused and counted", () => {
    const { storage, heard, deliver, collect, kernel } = player({ hostFrames: H, maxHostFrames: 16 });
    for (let block = 0; block < 30; block++) {
      collect();
      kernel();
    }
    // The queue holds 2 N and the longest block.
    expect(storage.diagnostics.refusedFrames).toBe(8 + 120 - 40);
    for (let block = 0; block < 11; block++) deliver();
    expect(heard).toEqual([...zeros(8), ...count(1, 32), ...zeros(4)]);
    expect(storage.diagnostics.underrunFrames).toBe(4);
  });

  test("to collect, or delivers twice: what there is, then silence, which counts; afterwards the latency is what it was", () => {
    const { storage, heard, play, deliver } = player();
    play(H, 6);
    deliver();
    deliver();
    play(H, 12);
    const frames = heard.filter((sample) => sample !== 0);
    expect(frames).toEqual(count(1, frames.length));
    expect(heard.length - frames.length).toBe(8 + storage.diagnostics.underrunFrames);
    expect(storage.diagnostics.underrunFrames).toBe(8);
    expect(heard.at(-1)).toBe(18 * H - 8);
  });

  test("that a block without output channels was delivered already: its frames are removed once", () => {
    const { blocks, storage, kernel, deliver } = player();
    blocks.collect([[ramp(1, H)]], []);
    kernel();
    blocks.deliver([]);
    blocks.deliver([]);
    deliver();
    expect(storage.diagnostics.underrunFrames).toBe(0);
  });

  test("to collect before all else, for a host without channels: nothing is removed", () => {
    const { blocks, storage, play, heard } = player();
    blocks.deliver([]);
    play(H, 6);
    expect(heard).toEqual([...zeros(8), ...count(1, 16)]);
    expect(storage.diagnostics.underrunFrames).toBe(0);
  });

  test.each(["planar", "interleaved"])("that an array without frames takes none, and not as many as were collected (%s)", (kind) => {
    const { blocks, storage, play, collect, kernel, deliver, heard } = player();
    const host = new InterleavedHost(storage, { channelCount: 1 });
    if (kind === "planar") {
      play(H, 3);
      collect();
      kernel();
      blocks.deliver([[new Float32Array(0)]]);
      deliver();
      expect(heard).toEqual([...zeros(8), ...count(1, 8)]);
    } else {
      blocks.collectFrom(host, ramp(1, H));
      blocks.deliverTo(host, new Float32Array(0));
      blocks.deliverTo(host, new Uint8Array(0));
      for (let block = 0; block < 2; block++) blocks.deliverTo(host, new Float32Array(H));
    }
    expect(storage.diagnostics).toMatchObject({ underrunFrames: 0, droppedChannels: 0 });
  });

  test("to deliver before the next collect: what came first is handed out first", () => {
    const { blocks, collect, kernel, copy, deliver, heard, storage } = player();
    for (let block = 0; block < 7; block++) collect();
    expect(blocks.next()).toBe(true);
    copy();
    for (let block = 0; block < 2; block++) collect();
    kernel();
    for (let block = 0; block < 9; block++) deliver();
    expect(heard).toEqual([...zeros(8), ...count(1, 28)]);
    expect(storage.diagnostics).toMatchObject({ skippedFrames: 0, underrunFrames: 0 });
  });

  test("next and to deliver: what has no room is not gathered, and counts", () => {
    const { storage, collect, kernel, deliver, heard } = player({ hostFrames: H, maxHostFrames: 16 });
    for (let block = 0; block < 20; block++) collect();
    expect(storage.diagnostics.skippedFrames).toBe(80 - 27);
    kernel();
    deliver(16);
    deliver(16);
    expect(heard).toEqual([...zeros(8), ...count(1, 24)]);
  });
});

describe("produced", () => {
  test("takes as many frames as the kernel has made, and more of them by another call", () => {
    const { storage, blocks, heard, collect, deliver } = player();
    const made = [0, 5, 12];
    for (let block = 0; block < 9; block++) {
      collect();
      if (blocks.next()) {
        const frames = made.shift()!;
        storage.mainOutput!.channel(0).fill(100 + frames);
        blocks.produced(frames);
        if (frames === 12) {
          storage.mainOutput!.channel(0).fill(3);
          blocks.produced(7);
        }
      }
      deliver();
    }
    expect(heard).toEqual([...zeros(8 + 12), ...Array(5).fill(105), ...zeros(7), ...Array(4).fill(112)]);
    expect(storage.diagnostics.underrunFrames).toBe(12 + 7);
    deliver(16);
    expect(heard.slice(-16)).toEqual([...Array(8).fill(112), ...Array(7).fill(3), 0]);
  });

  test("clamps what it is told, and takes nothing where no block stands in the storage", () => {
    const { storage, blocks, collect, deliver, heard } = player();
    blocks.produced(12);
    collect(12);
    blocks.next();
    storage.mainOutput!.channel(0).fill(1);
    for (const frames of [Number.NaN, -1, "12", undefined, null, {}]) blocks.produced(frames as never);
    blocks.produced(1000);
    deliver(12);
    blocks.produced(12);
    deliver(12);
    expect(heard).toEqual([...zeros(11), ...Array(12).fill(1), 0]);
  });

  test("refuses and counts what has no room", () => {
    const { storage, blocks, collect } = player({ hostFrames: H, maxHostFrames: 16 });
    collect(12);
    blocks.next();
    for (let call = 0; call < 5; call++) blocks.produced(12);
    // The latency has become 11, and 40 is the most.
    expect(storage.diagnostics.refusedFrames).toBe(11 + 60 - 40);
  });

  test.each([
    [44_100, 48_000],
    [48_000, 44_100],
    [48_000, 96_000],
  ])("from %i to %i Hz and back: once enough is there, nothing is missing, and the sound is the same", (hostRate, kernelRate) => {
    const frames = 480;
    // Two kernels, each resampling linearly; between them the frames of the other rate.
    const make = (from: number, to: number) => {
      const storage = storageOf({ maxFrames: frames });
      const blocks = new FixedBlocks(storage, { hostFrames: "any" });
      let position = 0;
      let last = 0;
      const kernel = () => {
        const given = storage.mainInput!.channel(0);
        const written = storage.mainOutput!.channel(0);
        let made = 0;
        blocks.produced(0);
        for (; position < frames; position += from / to) {
          const k = Math.floor(position);
          const before = k === 0 ? last : given[k - 1]!;
          written[made++] = before + (position - k) * (given[k]! - before);
          if (made < frames) continue;
          blocks.produced(made);
          made = 0;
        }
        position -= frames;
        last = given[frames - 1]!;
        if (made > 0) blocks.produced(made);
      };
      const render = (samples: Float32Array, wanted: number) => {
        const result = new Float32Array(wanted);
        // As long as the inputs, because there are no outputs of that length.
        blocks.collect([[samples]], []);
        while (blocks.next()) kernel();
        blocks.deliver([[result]]);
        return result;
      };
      return { render, diagnostics: storage.diagnostics };
    };
    const there = make(hostRate, kernelRate);
    const back = make(kernelRate, hostRate);
    const omega = (2 * Math.PI * 200) / hostRate;
    const heard: number[] = [];
    let wanted = 0;
    const underruns: number[] = [];
    for (let block = 0; block < 1000; block++) {
      const given = Float32Array.from({ length: 128 }, (_, k) => Math.sin((block * 128 + k) * omega));
      wanted += (128 * kernelRate) / hostRate;
      const other = there.render(given, Math.floor(wanted));
      wanted -= Math.floor(wanted);
      heard.push(...back.render(other, 128));
      underruns.push(there.diagnostics.underrunFrames + back.diagnostics.underrunFrames);
    }
    expect(underruns.at(-1)).toBe(underruns[500]);
    expect([there.diagnostics.refusedFrames, back.diagnostics.refusedFrames]).toEqual([0, 0]);
    // A sine goes on by the same rule everywhere: s(k + 1) = 2 cos(omega) s(k) - s(k - 1). A gap would break it.
    const settled = heard.slice(501 * 128);
    const breaks = settled.slice(2).map((sample, k) => Math.abs(sample - 2 * Math.cos(omega) * settled[k + 1]! + settled[k]!));
    expect(Math.max(...breaks)).toBeLessThan(0.002);
    expect(Math.max(...settled)).toBeGreaterThan(0.99);
  });
});

describe("blockStart and reset", () => {
  test("the first frame of each block is counted from the first frame ever collected", () => {
    const { blocks, collect, deliver } = player({ hostFrames: 30 });
    const starts: number[] = [blocks.blockStart];
    for (let block = 0; block < 3; block++) {
      collect(30);
      while (blocks.next()) starts.push(blocks.blockStart);
      deliver(30);
    }
    expect(starts).toEqual([0, 0, 12, 24, 36, 48, 60, 72]);
  });

  test("counts on over skipped blocks and a reset, after which nothing of before is heard", () => {
    const { storage, blocks, collect, deliver, heard, play, copy } = player();
    play(H, 5);
    collect();
    deliver();
    play(H, 1);
    blocks.reset();
    expect(blocks.next()).toBe(false);
    heard.length = 0;
    const starts: number[] = [];
    for (let block = 0; block < 9; block++) {
      collect();
      while (blocks.next()) {
        starts.push(blocks.blockStart);
        copy();
      }
      deliver();
    }
    expect(heard).toEqual([...zeros(8), ...count(29, 56)]);
    expect(starts).toEqual([28, 40, 52]);
    expect(storage.diagnostics).toMatchObject({ skippedFrames: 12, underrunFrames: 12, refusedFrames: 0 });
  });

  test("reset while a block stands in the storage forgets what the kernel makes of it", () => {
    const { storage, blocks, collect, deliver, heard } = player({ hostFrames: 12 });
    collect(12);
    blocks.next();
    storage.mainOutput!.channel(0).fill(9);
    blocks.reset();
    deliver(12);
    expect(heard).toEqual(zeros(12));
    expect(storage.diagnostics.underrunFrames).toBe(12);
  });

  test("reset leaves nothing to be delivered to a host without channels", () => {
    const { storage, blocks, collect, play, heard } = player();
    collect();
    blocks.reset();
    blocks.deliver([]);
    play(H, 4);
    expect(heard.slice(0, 9)).toEqual([...zeros(8), 5]);
    expect(storage.diagnostics.underrunFrames).toBe(0);
  });

  test("after a reset another host's frames that are lost count, whatever was lost before", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collect([[ramp(1, 7)]], []);
    blocks.collectFrom(host, ramp(1, 1));
    blocks.reset();
    blocks.collectFrom(host, ramp(1, 5));
    blocks.collect([[ramp(1, 1)]], []);
    expect(storage.diagnostics.skippedFrames).toBe(7 + 5);
  });

  test("channels that were there before a reset are missing after it", () => {
    const { storage, blocks } = player();
    blocks.collect([[ramp(1, H)]], [[new Float32Array(H)]]);
    blocks.reset();
    for (let block = 0; block < 3; block++) blocks.collect([[]], [[new Float32Array(H)]]);
    blocks.next();
    expect([storage.mainInput!.connectedLength, storage.mainInput!.constantMask]).toEqual([0, 1]);
  });
});

describe("another life of the storage", () => {
  test("once it is freed, nothing happens", () => {
    const { storage, blocks, collect, deliver, heard } = player();
    collect(12);
    blocks.next();
    storage.free();
    collect(12);
    expect(blocks.next()).toBe(false);
    blocks.produced(3);
    blocks.reset();
    deliver(2);
    expect(heard).toEqual([Number.NaN, Number.NaN]);
  });

  test("once it is reconfigured, what is left is delivered, then silence, which counts; a new one works", () => {
    const { storage, blocks, collect, play, deliver, heard, kernel } = player();
    play(H, 4);
    storage.reconfigure({ inputs: [1], outputs: [1] }, { maxFrames: 6 });
    const before = heard.length;
    collect();
    expect(blocks.next()).toBe(false);
    kernel();
    deliver();
    deliver();
    deliver();
    expect(heard.slice(before)).toEqual([9, 10, 11, 12, ...zeros(8)]);
    expect(storage.diagnostics).toMatchObject({ underrunFrames: 8, skippedFrames: 0 });
    expect(new FixedBlocks(storage, { hostFrames: H }).latency).toBe(4);
  });

  test("growth of its memory in the middle changes nothing", () => {
    const own = createHeap();
    const storage = storageOf({ heap: own }, [2], [2]);
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const sound = ramps(2, 1, 400);
    const heard = [[], []] as number[][];
    for (let block = 0; block < 100; block++) {
      const outputs = frozenBuses([ramps(2, 7, H)]);
      blocks.collect([sound.map((samples) => samples.slice(block * H, block * H + H))], outputs);
      if (block % 10 === 3) own.memory.grow(1);
      while (blocks.next()) {
        if (block % 10 === 8) own.memory.grow(1);
        for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
      }
      blocks.deliver(outputs);
      for (const c of [0, 1]) heard[c]!.push(...outputs[0]![c]!);
    }
    for (const c of [0, 1]) expect(heard[c]).toEqual([...zeros(8), ...sound[c]!.subarray(0, 392)]);
  });

  test("another thread sees what is counted", () => {
    const storage = storageOf({ heap: createHeap({ shared: true }) });
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    blocks.collect([[ramp(1, 30)]], [[new Float32Array(30)]]);
    blocks.deliver([[new Float32Array(30)]]);
    const observer = new StorageObserver(storage.location);
    expect(observer.diagnostics).toEqual(storage.diagnostics);
    expect(observer.diagnostics).toMatchObject({ latencyChanges: 1, skippedFrames: 24, underrunFrames: 24 });
  });
});

test.each([[], [{ name: "gain" }]])("another thread sees as many blocks as the kernel is handed (%#)", (...parameters) => {
  const shared = createHeap({ shared: true });
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { maxFrames: N, heap: shared });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const observer = new StorageObserver(storage.location);
  const before = observer.blocks!;
  let handed = 0;
  for (let block = 0; block < 9; block++) {
    blocks.collect([[ramp(1, H)]], [[new Float32Array(H)]]);
    while (blocks.next()) handed++;
    blocks.deliver([[new Float32Array(H)]]);
  }
  expect([handed, observer.blocks! - before]).toEqual([3, 3]);
});

describe("hosts that hand over anything", () => {
  const places: [name: string, lists: (value: unknown) => [inputs: unknown, outputs: unknown, delivered: unknown]][] = [
    ["inputs", (value) => [value, [[ramp(1)]], [[ramp(1)]]]],
    ["outputs", (value) => [[[ramp(1)]], value, value]],
    ["an input bus", (value) => [[value], [[ramp(1)]], [[ramp(1)]]]],
    ["an output bus", (value) => [[[ramp(1)]], [value], [value]]],
    ["an input channel", (value) => [[[value, ramp(2)]], [[ramp(1)]], [[ramp(1)]]]],
    ["an output channel", (value) => [[[ramp(1)]], [[value, ramp(1)]], [[value, ramp(1)]]]],
    ["outputs that are delivered", (value) => [[[ramp(1)]], [[ramp(1)]], value]],
  ];

  test.each(places)("%s: nothing throws, and good blocks are right again", (_, lists) => {
    for (const hostFrames of [128, "any"] as const) {
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames: 480, heap });
      const blocks = new FixedBlocks(storage, { hostFrames });
      const kernel = () => {
        while (blocks.next()) for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
      };
      for (const [name, make] of badHostValues) {
        expect(() => {
          const [inputs, outputs, delivered] = lists(make());
          for (let block = 0; block < 4; block++) {
            blocks.collect(inputs as never, outputs as never, make() as never);
            kernel();
            blocks.deliver(delivered as never);
          }
        }, name).not.toThrow();
      }
      blocks.reset();
      const sound = [noise(2048, 1), noise(2048, 2)];
      const heard = sound.map(() => [] as number[]);
      for (let block = 0; block < 16; block++) {
        const outputs = [[new Float32Array(128), new Float32Array(128)]];
        blocks.collect([sound.map((samples) => samples.slice(block * 128, block * 128 + 128))], outputs);
        kernel();
        blocks.deliver(outputs);
        for (const c of [0, 1]) heard[c]!.push(...outputs[0]![c]!);
      }
      for (const c of [0, 1]) expect(heard[c]).toEqual([...zeros(blocks.latency), ...sound[c]!.subarray(0, 2048 - blocks.latency)]);
      storage.free();
    }
  });

  test("in place of interleaved samples and of hosts: nothing throws, and channels count as dropped", () => {
    const storage = storageOf({ maxFrames: 480 }, [2], [2]);
    const blocks = new FixedBlocks(storage);
    const host = new InterleavedHost(storage, { channelCount: 2 });
    for (const [name, make] of unusableValues) {
      expect(() => {
        blocks.collectFrom(host, make() as never);
        while (blocks.next());
        blocks.deliverTo(host, make() as never);
        blocks.collectFrom(make() as never, new Float32Array(256));
        blocks.deliverTo(make() as never, new Float32Array(256));
      }, name).not.toThrow();
    }
    const sound = noise(20 * 256, 3);
    const heard: number[] = [];
    blocks.reset();
    const { latency } = blocks;
    for (let block = 0; block < 20; block++) {
      const samples = sound.slice(block * 256, block * 256 + 256);
      blocks.collectFrom(host, samples);
      while (blocks.next()) for (const c of [0, 1]) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
      blocks.deliverTo(host, samples);
      heard.push(...samples);
    }
    expect(heard).toEqual([...zeros(2 * latency), ...sound.subarray(0, sound.length - 2 * latency)]);
    expect(storage.diagnostics.droppedChannels).toBeGreaterThan(2 * unusableValues.length);
  });

  test("each call with what is no host counts one channel, and with what is no array all that it had to take or give", () => {
    const storage = storageOf({}, [1], [3]);
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const host = new InterleavedHost(storage, { channelCount: 2 });
    const { proxy, revoke } = Proxy.revocable(new Float32Array(H), {});
    revoke();
    const counted = (call: () => void) => {
      const before = storage.diagnostics.droppedChannels;
      call();
      return storage.diagnostics.droppedChannels - before;
    };
    for (const none of [{}, undefined, 7]) {
      expect(counted(() => blocks.collectFrom(none as never, new Float32Array(H)))).toBe(1);
      expect(counted(() => blocks.deliverTo(none as never, new Float32Array(H)))).toBe(1);
    }
    for (const none of [undefined, 7, [1], new Int32Array(2 * H), proxy]) {
      expect(counted(() => blocks.collectFrom(host, none as never))).toBe(2);
      expect(counted(() => blocks.deliverTo(host, none as never))).toBe(3);
    }
    expect(counted(() => blocks.collectFrom(host, new Float32Array(2 * H)))).toBe(1);
    expect(counted(() => blocks.deliverTo(host, new Float32Array(2 * H)))).toBe(1);
  });

  test("interleaved samples that cannot even be asked what they are take as long as announced", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    const { proxy, revoke } = Proxy.revocable(new Float32Array(H), {});
    revoke();
    blocks.collectFrom(host, ramp(1, H));
    blocks.collectFrom(host, proxy);
    blocks.collectFrom(host, ramp(1, H));
    expect(blocks.next()).toBe(true);
    expect([...storage.mainInput!.channel(0)]).toEqual([...ramp(1, H), ...zeros(H), ...ramp(1, H)]);
    expect(storage.diagnostics.droppedChannels).toBe(1);
    storage.mainOutput!.channel(0).fill(5);
    blocks.deliverTo(host, proxy);
    // Those of the latency are lost then.
    const samples = new Float32Array(H);
    blocks.deliverTo(host, samples);
    expect([...samples]).toEqual(zeros(H));
    blocks.deliverTo(host, samples);
    expect([...samples]).toEqual(Array(H).fill(5));
  });

  test.each(unusualSamples(H))("samples that are %s are taken", (_, samples) => {
    const { blocks, storage } = player();
    samples.set([1, 2, 3, 4]);
    for (let block = 0; block < 3; block++) blocks.collect([[samples]], [[samples]]);
    blocks.next();
    expect([...storage.mainInput!.channel(0)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    storage.mainOutput!.channel(0).fill(5);
    for (let block = 0; block < 3; block++) blocks.deliver([[samples]]);
    expect([...samples]).toEqual([5, 5, 5, 5]);
  });

  test("a host that frees the storage while its lists are read harms nobody", () => {
    const { blocks, storage } = player();
    const inputs = [[ramp(1, H)]];
    const outputs = new Proxy([[ramp(1, H)]], {
      get(list, key) {
        storage.free();
        return Reflect.get(list, key);
      },
    });
    expect(() => {
      for (let block = 0; block < 4; block++) {
        blocks.collect(inputs, outputs);
        while (blocks.next());
        blocks.deliver(outputs);
      }
    }).not.toThrow();
  });
});

test("a list that answers with another channel the second time brings no samples of an older block", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1] }, { maxFrames: H, heap });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const play = (inputs: unknown) => {
    blocks.collect(inputs as never, [[new Float32Array(H)]]);
    const heard: number[][] = [];
    while (blocks.next()) heard.push([...storage.mainInput!.channel(0)]);
    blocks.deliver([[new Float32Array(H)]]);
    return heard;
  };
  play([[ramp(1, H)]]);
  for (const second of [Float32Array.of(9), Int16Array.of(9, 9, 9, 9)]) {
    let reads = 0;
    const bus = Object.defineProperty([], 0, { enumerable: true, get: () => (reads++ === 0 ? ramp(5, H) : second) });
    const [heard] = play([bus]);
    expect(heard!.filter((sample) => sample !== 0 && sample !== 9)).toEqual([]);
  }
});

test.each(["a-rate", "k-rate"] as const)("a value that comes once (%s) stays, wherever in the kernel's block it came", (automationRate) => {
  const parameters = [{ name: "gain", automationRate, defaultValue: 1 }];
  for (const given of [0, 1, 2, 3, 4, 5]) {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { maxFrames: N, heap });
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const last: number[] = [];
    for (let block = 0; block < 12; block++) {
      const outputs = [[new Float32Array(H)]];
      blocks.collect([[ramp(1, H)]], outputs, block === given ? { gain: Float32Array.of(5) } : {});
      while (blocks.next()) {
        const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
        const frames = automationRate === "a-rate" ? N : 1;
        last.push(new Float32Array(storage.memory.buffer, address, frames)[frames - 1]!);
      }
      blocks.deliver(outputs);
    }
    // A k-rate parameter has the value of the first frame of the kernel's block.
    const first = automationRate === "k-rate" ? Math.ceil((given * H) / N) : Math.floor((given * H) / N);
    expect(last).toEqual([1, 2, 3, 4].map((_, block) => (block < first ? 1 : 5)));
    storage.free();
  }
});

test("a value that comes in a block which the kernel skips, or after one with a NaN, stays", () => {
  const parameters = [{ name: "gain", defaultValue: 1 }];
  const withNaN = new Float32Array(H).fill(2);
  withNaN[1] = Number.NaN;
  for (const values of [[Float32Array.of(5)], [withNaN, Float32Array.of(5)]]) {
    const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [1], outputs: [1], parameters }, { maxFrames: N, heap });
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const isSkipped = values.length === 1;
    let last = 0;
    for (let block = 0; block < 9; block++) {
      const outputs = [[new Float32Array(H)]];
      blocks.collect([[ramp(1, H)]], outputs, block < values.length ? { gain: values[block]! } : {});
      while (!(isSkipped && block < 3) && blocks.next()) {
        const [, address] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
        last = new Float32Array(storage.memory.buffer, address, N)[N - 1]!;
      }
      blocks.deliver(outputs);
    }
    expect(last).toBe(5);
    storage.free();
  }
});

test("what is like a list and is none is a missing channel, which counts", () => {
  const storage = storageOf({ maxFrames: H });
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  blocks.collect({ length: 1, 0: [ramp(1, H)] } as never, [[new Float32Array(H)]]);
  expect([blocks.next(), storage.diagnostics.droppedChannels]).toEqual([true, 1]);
  expect([...storage.mainInput!.channel(0)]).toEqual(zeros(H));
});

test("channels for which a host has no place count, also where its channels differ in length", () => {
  const storage = storageOf({}, [1], [3]);
  const blocks = new FixedBlocks(storage, { hostFrames: H });
  const outputs = [[new Float32Array(H), new Float32Array(H - 1)]];
  blocks.collect([[ramp(1, H)]], outputs);
  blocks.deliver(outputs);
  expect(storage.diagnostics.droppedChannels).toBe(1);
});

describe("the incomplete last frame of an interleaved host's array", () => {
  const heardOf = (maxFrames: number, format: "f32" | "i24", arrays: ArrayBufferView[]) => {
    const storage = storageOf({ maxFrames }, [2], [2]);
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 2, format });
    let heard: number[][] = [];
    for (const samples of arrays) {
      blocks.collectFrom(host, samples);
      while (blocks.next()) heard = [0, 1].map((channel) => [...storage.mainInput!.channel(channel)]);
      blocks.deliverTo(host, samples.constructor === Float32Array ? new Float32Array(4) : new Uint8Array(6));
    }
    return heard;
  };

  test("has silence where it lacks samples, and not those of the block before", () => {
    expect(heardOf(2, "f32", [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7)])).toEqual([
      [5, 7],
      [6, 0],
    ]);
  });

  test("has silence in place of a sample of which only some bytes came", () => {
    expect(heardOf(1, "i24", [Uint8Array.of(0, 0, 0x40, 0x7f)])).toEqual([[0.5], [0]]);
  });
});

describe("another host in the middle", () => {
  test("counts the frames that are lost at the change once, also where the kernel then skips their block", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collect([[ramp(1, 7)]], []);
    blocks.deliver([[new Float32Array(7)]]);
    blocks.collectFrom(host, ramp(1, 5));
    blocks.deliverTo(host, new Float32Array(5));
    expect(storage.diagnostics.skippedFrames).toBe(N);
  });

  test("counts the frames that are lost once, also where they fill several blocks that the kernel skips", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collect([[ramp(1, 2 * N + 6)]], []);
    blocks.collectFrom(host, ramp(1, 6));
    expect(storage.diagnostics.skippedFrames).toBe(2 * N + 6);
    blocks.deliverTo(host, new Float32Array(1));
    expect(storage.diagnostics.skippedFrames).toBe(3 * N);
  });

  test("that is delivered to after the very first block takes the place of the frames that wait, which count", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collect([[ramp(1, N)]], []);
    while (blocks.next()) storage.mainOutput!.channel(0).fill(1);
    blocks.deliver([[new Float32Array(N)]]);
    const samples = ramp(1, N);
    blocks.deliverTo(host, samples);
    expect([...samples]).toEqual(zeros(N));
    // Of the latency and the block, less what was delivered.
    expect(storage.diagnostics).toMatchObject({ refusedFrames: N - 1 + N - N, underrunFrames: 1 });
  });

  test("that is freed has no block for the kernel", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: N });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collectFrom(host, ramp(1, N));
    host.free();
    expect(blocks.next()).toBe(false);
  });

  test("that is freed while frames of its wait gets them, also after yet another one was prepared", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collectFrom(host, ramp(1, N));
    while (blocks.next()) storage.mainOutput!.channel(0).fill(1);
    blocks.deliverTo(host, new Float32Array(1));
    blocks.collect([[ramp(1, 1)]], []);
    host.free();
    blocks.prepare(new InterleavedHost(storage, { channelCount: 1 }));
    const samples = new Float32Array(N - 2 + N);
    blocks.deliverTo(host, samples);
    expect([...samples]).toEqual([...zeros(N - 2), ...Array(N).fill(1)]);
    expect(storage.diagnostics).toMatchObject({ refusedFrames: 0, underrunFrames: 0 });
  });

  test("is forgotten once it is freed", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const references: InterleavedHost<"f32">[] = [];
    for (let made = 0; made < 10; made++) {
      const host = new InterleavedHost(storage, { channelCount: 1 });
      blocks.collectFrom(host, ramp(1, H));
      host.free();
      references.push(host);
    }
    const kept = (blocks as unknown as { interleaved: { host: object }[] }).interleaved.map(({ host }) => host);
    expect(references.filter((host) => kept.includes(host)).length).toBeLessThanOrEqual(3);
  });

  test.each([1, 2, 3])("an interleaved host's surplus channels count for each of its blocks, with `produced` called %i times", (pieces) => {
    const dropped = (isPlanar: boolean) => {
      const storage = storageOf({}, [1], [3]);
      const blocks = new FixedBlocks(storage, { hostFrames: H });
      const host = new InterleavedHost(storage, { channelCount: 2 });
      for (let block = 0; block < 6; block++) {
        const samples = new Float32Array(2 * H);
        const planar = [[ramp(1, H), ramp(2, H)]];
        if (isPlanar) blocks.collect(planar, planar);
        else blocks.collectFrom(host, samples);
        while (blocks.next()) for (let piece = 0; piece < pieces; piece++) blocks.produced(N / pieces);
        if (isPlanar) blocks.deliver(planar);
        else blocks.deliverTo(host, samples);
      }
      storage.free();
      return storage.diagnostics.droppedChannels;
    };
    expect([dropped(false), dropped(true)]).toEqual([12, 12]);
  });

  test("goes on with its own sound; what is under way of the one before is lost, and counts", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const host = new InterleavedHost(storage, { channelCount: 1, format: "i16" });
    const copy = () => {
      while (blocks.next()) storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    };
    for (let block = 0; block < 4; block++) {
      const outputs = [[new Float32Array(H)]];
      blocks.collect([[ramp(1, H)]], outputs);
      copy();
      blocks.deliver(outputs);
    }
    const heard: number[] = [];
    for (let block = 0; block < 9; block++) {
      const samples = Int16Array.of(1, 2, 3, 4);
      blocks.collectFrom(host, samples);
      copy();
      blocks.deliverTo(host, samples);
      heard.push(...samples);
    }
    // 4 frames waited for the kernel's block, and 4 that it had made for the host.
    expect(heard).toEqual([...zeros(8), ...Array(7).fill([1, 2, 3, 4]).flat()]);
    expect(storage.diagnostics).toMatchObject({ skippedFrames: 4, refusedFrames: 4, underrunFrames: 0, latencyChanges: 0 });
  });

  test("that was there before starts with silence where its own sound of then is still in memory", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collectFrom(host, ramp(1, 7));
    blocks.collect([[ramp(1, 1)]], []);
    blocks.collectFrom(host, Float32Array.of(1, 2, 3, 4));
    expect(blocks.next()).toBe(true);
    expect([...storage.mainInput!.channel(0)]).toEqual([...zeros(8), 1, 2, 3, 4]);
    // All of the first host's frames, and the one of the other.
    expect(storage.diagnostics.skippedFrames).toBe(8);
  });

  test("counts the frames of its own that are lost, and not once more those that were before", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: "any" });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    blocks.collect([[ramp(1, 7)]], []);
    blocks.collectFrom(host, ramp(1, 5));
    expect([blocks.next(), storage.diagnostics.skippedFrames]).toEqual([true, 7]);
    blocks.collectFrom(host, ramp(1, 3));
    blocks.collect([[ramp(1, 1)]], []);
    expect(storage.diagnostics.skippedFrames).toBe(7 + 3);
  });

  test("a host that was not prepared is taken all the same", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: 12 });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    const samples = ramp(1, 12);
    blocks.collectFrom(host, samples);
    while (blocks.next()) storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
    samples.fill(0);
    blocks.deliverTo(host, samples);
    expect(samples).toEqual(ramp(1, 12));
  });

  test("planar in and interleaved out works from the first delivered block on", () => {
    const storage = storageOf();
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const host = new InterleavedHost(storage, { channelCount: 1 });
    const heard: number[] = [];
    for (let block = 0; block < 9; block++) {
      const samples = new Float32Array(H);
      blocks.collect([[ramp(block, H)]], []);
      while (blocks.next()) storage.mainOutput!.channel(0).set(storage.mainInput!.channel(0));
      blocks.deliverTo(host, samples);
      heard.push(...samples);
    }
    expect(heard).toEqual([...zeros(8), ...count(0, 6).flatMap((block) => [...ramp(block, H)])]);
    expect(storage.diagnostics).toMatchObject({ refusedFrames: 0, underrunFrames: 0 });
  });
});

describe.each([
  ["frozen lists, which are known when they come again", true, <T extends object>(list: T) => Object.freeze(list)],
  ["lists that can change, which are looked through in each block", false, <T extends object>(list: T) => list],
])("%s", (_, areKnown, kindOf) => {
  const detach = ({ buffer }: Float32Array) => void structuredClone(buffer, { transfer: [buffer] });

  test.each([0, 1, 2])("channel %i is detached: it is silence and counted, and the others play in and out", (detached) => {
    const others = [0, 1, 2].filter((c) => c !== detached);
    const storage = storageOf({ maxFrames: H }, [3], [3]);
    const blocks = new FixedBlocks(storage, { hostFrames: H });
    const three = () => Array.from({ length: 3 }, () => new Float32Array(H));
    const [given, wanted] = [three(), three()];
    const inputs = kindOf([kindOf(given)]);
    const outputs = kindOf([kindOf(wanted)]);
    const heard: number[][] = [[], [], []];
    let block = 0;
    const collect = () => {
      block++;
      for (const [c, samples] of given.entries()) if (samples.length > 0) samples.fill(10 * block + c);
      blocks.collect(inputs, outputs);
      expect(blocks.next()).toBe(true);
      for (let c = 0; c < 3; c++) storage.mainOutput!.channel(c).set(storage.mainInput!.channel(c));
    };
    const deliver = () => {
      for (const samples of wanted) if (samples.length > 0) samples.fill(Number.NaN);
      blocks.deliver(outputs);
      for (const [c, samples] of wanted.entries()) if (samples.length > 0) heard[c]!.push(...samples);
    };
    const played = (from: number, to: number, c: number) =>
      Array.from({ length: H * (to - from + 1) }, (_, k) => 10 * (from + Math.floor(k / H)) + c);
    for (let known = 0; known < 8; known++) {
      collect();
      deliver();
    }
    for (let c = 0; c < 3; c++) expect(heard[c]).toEqual(played(1, 8, c));
    expect((blocks as unknown as { planar: { isKnown: boolean } }).planar.isKnown).toBe(areKnown);
    collect();
    detach(wanted[detached]!);
    deliver();
    expect(storage.diagnostics.droppedChannels).toBe(1);
    for (const c of others) expect(heard[c]).toEqual(played(1, 9, c));
    expect(heard[detached]).toEqual(played(1, 8, detached));
    detach(given[detached]!);
    collect();
    expect([...storage.mainInput!.channel(detached)]).toEqual(zeros(H));
    deliver();
    for (const c of others) expect(heard[c]).toEqual(played(1, 10, c));
    expect(storage.diagnostics.droppedChannels).toBe(3);
    storage.free();
  });
});
