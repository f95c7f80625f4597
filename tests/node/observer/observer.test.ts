// One thread renders as fast as it can, another one looks as often as it can. Whatever it sees is one block's.

import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { createHeap, type SampleFormat, type StorageLocation, StorageObserver } from "wasm-process-buffers";
import { inputLevel, LENGTHS, outputLevel, pushedLevel, STOP, storageLevel } from "./levels.js";

interface Place {
  readonly location: StorageLocation;
  readonly generation: number;
}

interface Counts {
  seen: number;
  unseen: number;
  gone: number;
  /** Blocks or generations in which something was seen. */
  readonly moments: Set<number>;
}

interface Seen {
  readonly observer: StorageObserver;
  readonly generation: number;
  /** Whether it is known to be gone, once there is a later one. */
  judgeEnd(): void;
  /** A look at one channel: what may be there in the block of that number. */
  peak(direction: "input" | "output", bus: number, channel: number, allowed: (block: number) => readonly number[]): void;
  frames(allowed: (block: number) => readonly number[]): void;
}

/** At least so long. */
const LOOKING_MS = 500;
/** On a busy machine the two threads seldom run at once. */
const LONGEST_MS = 30_000;
const stop: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(stop.splice(0).map((end) => end())));

/** Looks on while a thread renders in this way. */
async function lookingOn(way: string, sampleFormat: SampleFormat, isEnough: (counts: Counts) => boolean, look: (seen: Seen) => void) {
  const heap = createHeap({ shared: true });
  const byteLength = 32768;
  const control = new SharedArrayBuffer(4);
  const workerData = { memory: heap.memory, address: heap.malloc(byteLength), byteLength, sampleFormat, way, control };
  const worker = new Worker(new URL("renderer.js", import.meta.url), { workerData });
  const ended = once(worker, "exit");
  const flags = new Int32Array(control);
  stop.push(() => {
    Atomics.store(flags, STOP, 1);
    return ended;
  });

  const places: Place[] = [];
  let newest = 0;
  worker.on("message", (place: Place) => {
    places.push(place);
    newest = place.generation;
  });
  const failed = once(worker, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  const counts: Counts = { seen: 0, unseen: 0, gone: 0, moments: new Set() };
  const wrong: string[] = [];
  const seenBy = ({ location, generation }: Place): Seen => {
    const observer = new StorageObserver(location);
    const judged = (name: string, read: () => number | undefined, allowed: (block: number) => readonly number[]) => {
      const before = observer.blocks;
      const value = read();
      const after = observer.blocks;
      if (value === undefined) {
        if (observer.isGone) counts.gone++;
        else counts.unseen++;
      } else if (before !== undefined && after !== undefined && after - before < 8) {
        counts.seen++;
        if (before === after) counts.moments.add(way === "free" ? generation : before);
        // It is of a block that stood at some time between the looks at the number.
        const right = Array.from({ length: after - before + 1 }, (_, later) => allowed(before + later)).flat();
        if (!right.includes(value) && wrong.length < 5) {
          wrong.push(`${name} of block ${before} to ${after} is ${value}, and not ${right.join(" or ")}`);
        }
      }
    };
    return {
      observer,
      generation,
      judgeEnd: () => {
        if (generation < newest && !observer.isGone)
          wrong.push(`storage ${generation} is not known to be gone, when there is storage ${newest}`);
      },
      peak: (direction, bus, channel, allowed) =>
        judged(`${direction} ${bus}, channel ${channel}`, () => observer.peak(direction, bus, channel), allowed),
      frames: (allowed) => judged("length", () => observer.frames, allowed),
    };
  };

  let watched: Seen[] = [];
  while (places.length === 0) await Promise.race([setImmediate(), failed]);
  const start = performance.now();
  while (performance.now() < start + LOOKING_MS || (!isEnough(counts) && performance.now() < start + LONGEST_MS)) {
    watched = [...watched, ...places.splice(0).slice(-2).map(seenBy)].slice(-4);
    const slice = performance.now() + 2;
    while (performance.now() < slice) for (const seen of watched) for (let i = 0; i < 20; i++) look(seen);
    for (const seen of watched) seen.judgeEnd();
    await Promise.race([setImmediate(), failed]);
  }
  return { ...counts, wrong };
}

describe.each<SampleFormat>(["f32", "f64"])("what an observer sees while another thread renders %s samples", (sampleFormat) => {
  const isMuch = ({ seen }: Counts) => seen > 10_000;
  const ofManyMoments = (counts: Counts) => isMuch(counts) && counts.moments.size > 200;
  const ofComingAndGoing = (counts: Counts) => isMuch(counts) && counts.moments.size > 20 && counts.gone > 1000;
  const lengthOf = (block: number) => LENGTHS[block % LENGTHS.length]!;

  test("is one block's, from a host and a kernel that renders window by window", async () => {
    const { wrong, ...counts } = await lookingOn("collect", sampleFormat, ofManyMoments, (look) => {
      for (const c of [0, 1]) {
        look.peak("input", 0, c, (block) => [block === 0 ? 0 : inputLevel(block, c)]);
        look.peak("output", 0, c, (block) => [block === 0 ? 0 : outputLevel(block, c)]);
      }
      look.peak("input", 1, 0, (block) => [block % 7 === 0 ? 0 : inputLevel(block, 2)]);
      look.frames((block) => [block === 0 ? 0 : lengthOf(block)]);
    });
    expect(wrong).toEqual([]);
    expect(ofManyMoments(counts)).toBe(true);
  });

  test.each([
    ["of the storage's own", "setWindow"],
    ["that were pushed", "setWindowPushed"],
  ])("is silence in a silent channel with a loud neighbour, wherever the window is, of channels %s", async (_, way) => {
    const { wrong, ...counts } = await lookingOn(way, sampleFormat, isMuch, (look) => look.peak("output", 0, 0, () => [0]));
    expect(wrong).toEqual([]);
    expect(isMuch(counts)).toBe(true);
  });

  test("is this block's or silence, where the caller connects and writes, and blocks grow", async () => {
    const { wrong, ...counts } = await lookingOn("connect", sampleFormat, ofManyMoments, (look) => {
      for (const c of [0, 1]) {
        look.peak("input", 0, c, (block) => [0, inputLevel(block, c)]);
        look.peak("output", 0, c, (block) => [0, outputLevel(block, c)]);
      }
      look.frames((block) => (block === 0 ? [0] : [lengthOf(block), lengthOf(block + 1)]));
    });
    expect(wrong).toEqual([]);
    expect(ofManyMoments(counts)).toBe(true);
  });

  test("is what was pushed in this block, or nothing yet", async () => {
    const { wrong, ...counts } = await lookingOn("push", sampleFormat, ofManyMoments, (look) => {
      for (const c of [0, 1]) look.peak("input", 0, c, (block) => [0, pushedLevel(block, c)]);
    });
    expect(wrong).toEqual([]);
    expect(ofManyMoments(counts)).toBe(true);
  });

  test("is of the storage that it is for, or nothing once that one is freed or reconfigured", async () => {
    const { wrong, ...counts } = await lookingOn("free", sampleFormat, ofComingAndGoing, (look) => {
      for (const c of [0, 1]) look.peak("output", 0, c, () => [0, storageLevel(look.generation, c)]);
    });
    expect(wrong).toEqual([]);
    expect(ofComingAndGoing(counts)).toBe(true);
  });
});
