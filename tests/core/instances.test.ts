// How often a core is compiled and instantiated: once for all memories, and once for all storages in one memory.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHeap, InterleavedHost, ProcessBufferStorage, type SampleFormat, type StorageOptions } from "wasm-process-buffers";
import { loadModule } from "../support/wasm-modules";

const stereo = { inputs: [2], outputs: [2] };
const { Module, Instance } = WebAssembly;
const made = { modules: 0, instances: 0 };

beforeEach(() => {
  Object.assign(made, { modules: 0, instances: 0 });
  const counted = <T extends object>(of: T, name: keyof typeof made) =>
    new Proxy(of, {
      construct(target, args, newTarget) {
        made[name]++;
        return Reflect.construct(target as new () => object, args, newTarget);
      },
    });
  WebAssembly.Module = counted(Module, "modules");
  WebAssembly.Instance = counted(Instance, "instances");
});
afterEach(() => {
  WebAssembly.Module = Module;
  WebAssembly.Instance = Instance;
});

/** Few, because engines cap the number of memories in a process. */
const MEMORIES = 3;

/** Five storages in each of some memories. */
function allocate(options: StorageOptions<SampleFormat>, shared: boolean): void {
  for (let memory = 0; memory < MEMORIES; memory++) {
    const heap = createHeap({ shared });
    for (let i = 0; i < 5; i++) ProcessBufferStorage.allocateFromConfig(stereo, { ...options, heap });
  }
}

// The inlined cores: a second one has what not every storage needs, and each has a form for shared memory.
const inlined: [string, StorageOptions<SampleFormat>, number][] = [
  ["floats", {}, 1],
  ["doubles", { sampleFormat: "f64" }, 2],
  ["constant channels", { detectConstant: true }, 2],
];

describe.each([false, true])("in memory that is shared: %s", (shared) => {
  test.each(inlined)("%s: at most one compilation a core, one instance a memory, and nothing where all is there", (_, options, cores) => {
    allocate(options, shared);
    expect(made.modules).toBeLessThanOrEqual(cores);
    expect(made.instances).toBe(MEMORIES * cores);
    allocate(options, shared);
    expect(made.modules).toBeLessThanOrEqual(cores);
    expect(made.instances).toBe(2 * MEMORIES * cores);
  });

  test("a core that was compiled elsewhere is one instance a memory, whatever is needed of it, and nothing is compiled", async () => {
    const core = await loadModule(shared ? "dist/core-shared.wasm" : "dist/core.wasm");
    allocate({ core, sampleFormat: "f64", detectConstant: true }, shared);
    expect(made).toEqual({ modules: 0, instances: MEMORIES });
  });
});

test("a reconfiguration, and a second interleaved host, make nothing", () => {
  const storage = ProcessBufferStorage.allocateFromConfig(stereo, { heap: createHeap() });
  new InterleavedHost(storage, { channelCount: 2 });
  const before = { ...made };
  storage.reconfigure({ inputs: [6], outputs: [6] });
  new InterleavedHost(storage, { channelCount: 2, format: "i16" });
  expect(made).toEqual(before);
});
