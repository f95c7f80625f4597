// A host that frees the storage while it is read: by a getter, a proxy, or the prototype of an array. The memory belongs to
// somebody else from then on. Nothing of it may change, and nothing of it may be heard.

import { describe, expect, test } from "vitest";
import { createHeap, InterleavedHost, ProcessBufferStorage, type SampleFormat, type StorageOptions } from "wasm-process-buffers";
import { filled, frozenBuses } from "../support/host-channels";

type Storage = ProcessBufferStorage<SampleFormat>;

const heap = createHeap();
const config = { inputs: [2, 1], outputs: [2], parameters: [{ name: "first" }, { name: "second", automationRate: "k-rate" as const }] };
const MARK = 0x55;

/** Frees a storage, once, and lets somebody else have its bytes. */
function thief(storage: Storage) {
  const address = storage.inputsAddress;
  const bytes = storage.usage.totalBytes;
  let theirs: number | undefined;
  const marked = () => new Uint8Array(storage.memory.buffer, address, bytes);
  return {
    steal() {
      if (theirs !== undefined) return;
      storage.free();
      theirs = heap.malloc(bytes, 16);
      if (theirs === address) marked().fill(MARK);
    },
    check() {
      expect([theirs, storage.frames]).toEqual([address, 0]);
      expect(marked().every((byte) => byte === MARK)).toBe(true);
      heap.free!(address, bytes, 16);
    },
  };
}

const variants: [string, StorageOptions<SampleFormat>][] = [
  ["floats", {}],
  ["doubles", { sampleFormat: "f64" }],
  ["16-bit samples", { sampleFormat: "i16" }],
  ["mixed speakers", { channelInterpretation: "speakers" }],
  ["constant channels looked for", { detectConstant: true }],
];

/** Host lists that run `act` when an entry of them is read for the `nth` time; as the host's buses, or as the channels of one. */
const lists: [string, (act: () => void) => unknown][] = [
  ["a list of buses", (act) => watched([filled(2, 0.5), filled(1, 0.5)], act)],
  ["a bus", (act) => [watched(filled(2, 0.5), act), filled(1, 0.5)]],
  ["a bus of another width", (act) => [watched(filled(1, 0.5), act), filled(2, 0.5)]],
  ["the last bus", (act) => [filled(2, 0.5), watched(filled(1, 0.5), act)]],
];

function watched<T extends object>(list: T, act: () => void): T {
  return new Proxy(list, {
    get: (target, key) => {
      act();
      return Reflect.get(target, key);
    },
  });
}

/** Runs `act` at the call of that number. */
function at(call: number, act: () => void): () => void {
  let left = call;
  return () => {
    if (left-- === 0) act();
  };
}

describe.each(variants)("%s", (_, options) => {
  const allocate = () => ProcessBufferStorage.allocateFromConfig(config, { heap, ...options }) as Storage;

  describe.each(lists)("%s that frees the storage", (_, list) => {
    test("as input, as output, and where it is delivered to", () => {
      const calls: ((storage: Storage, given: never) => void)[] = [
        (storage, given) => void storage.collect(given, [filled(2)]),
        (storage, given) => void storage.collect([filled(2), filled(1)], given),
        (storage, given) => storage.deliver(given),
      ];
      for (const call of calls) {
        let wasRead = true;
        for (let nth = 0; wasRead; nth++) {
          const storage = allocate();
          const { steal, check } = thief(storage);
          wasRead = false;
          storage.begin(128);
          const act = at(nth, () => {
            wasRead = true;
            steal();
          });
          call(storage, list(act) as never);
          steal();
          check();
        }
      }
    });
  });

  test("lists that came before, and have got a getter since", () => {
    for (const side of ["inputs", "outputs"] as const) {
      for (const round of [1, 8]) {
        const storage = allocate();
        const { steal, check } = thief(storage);
        const buses = { inputs: [filled(2, 0.5), filled(1, 0.5)], outputs: [filled(2, 9)] };
        for (let block = 0; block < round; block++) {
          storage.collect(buses.inputs, buses.outputs);
          storage.deliver(buses.outputs);
        }
        const [channel] = buses[side][0]!;
        const getter = () => {
          steal();
          return channel;
        };
        if (side === "outputs") storage.collect(buses.inputs, buses.outputs);
        Object.defineProperty(buses[side][0]!, 0, { get: getter });
        if (side === "inputs") storage.collect(buses.inputs, buses.outputs);
        else storage.deliver(buses.outputs);
        check();
        if (side === "outputs") expect(buses.outputs.flat().every((samples) => samples.every((sample) => sample === 0))).toBe(true);
      }
    }
  });

  test("a parameter", () => {
    for (const name of ["first", "second"]) {
      for (const value of [Float32Array.of(3), new Float32Array(128), undefined, 7]) {
        const storage = allocate();
        const { steal, check } = thief(storage);
        const values = Object.defineProperty({ first: Float32Array.of(1), second: Float32Array.of(2) }, name, {
          get: () => {
            steal();
            return value;
          },
        });
        expect(storage.collect(frozenBuses([filled(2), filled(1)]), frozenBuses([filled(2)]), values)).toBe(0);
        check();
      }
    }
  });

  test("a list, where the parameters are no object", () => {
    for (const values of [5, null, "x"]) {
      const storage = allocate();
      const { steal, check } = thief(storage);
      const inputs = [watched(filled(2, 0.5), steal), filled(1, 0.5)];
      expect(storage.collect(inputs, [filled(2)], values as never)).toBe(0);
      check();
    }
  });

  test("the length of a parameter's array that was known, and has got a getter since", () => {
    for (const name of ["first", "second"]) {
      const storage = allocate();
      const { steal, check } = thief(storage);
      const values = Object.freeze({ first: Float32Array.of(1), second: Float32Array.of(2) });
      const inputs = frozenBuses([filled(2), filled(1)]);
      const outputs = frozenBuses([filled(2)]);
      for (let block = 0; block < 8; block++) storage.collect(inputs, outputs, values);
      Object.defineProperty(values[name as "first"], "length", {
        get: () => {
          steal();
          return 1;
        },
      });
      storage.collect(inputs, outputs, values);
      steal();
      check();
    }
  });

  test("an interleaved host's array, by its prototype", () => {
    for (const format of ["f32", "i16"] as const) {
      for (const way of ["collect", "deliver"] as const) {
        for (let nth = 0; nth < 4; nth++) {
          const storage = allocate();
          const { steal, check } = thief(storage);
          const host = new InterleavedHost(storage, { channelCount: 2, format });
          const View = format === "f32" ? Float32Array : Int16Array;
          const samples = new View(256).fill(1);
          const act = at(nth, steal);
          const prototype = new Proxy(View.prototype, {
            getPrototypeOf: (target) => {
              act();
              return Reflect.getPrototypeOf(target);
            },
          });
          Object.setPrototypeOf(samples, prototype);
          storage.begin(128);
          host[way](samples);
          steal();
          check();
          host.free();
        }
      }
    }
  });
});

test("the addresses of a freed storage's buses are 0", () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [1] }, { heap });
  const [input] = storage.inputs;
  expect([input!.samplesAddress, input!.channelAddress(1), input!.tableAddress].every((address) => address > 0)).toBe(true);
  storage.free();
  expect([input!.samplesAddress, input!.channelAddress(1), input!.tableAddress, input!.pointer(0)]).toEqual([0, 0, 0, 0]);
});
