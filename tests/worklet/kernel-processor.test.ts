// A kernel's processor without an engine: hosts that no engine is, and what stays when the kernel is made anew.

import { describe, expect, test } from "vitest";
import { createHeap, type Kernel, type KernelContext, type KernelDefinition, StorageObserver } from "wasm-process-buffers";
import { badHostValues } from "../support/bad-host-values.js";
import { filled, ramps } from "../support/host-channels";
import { kernelProcessor } from "../support/kernel-processor.js";
import { wasmModule } from "../support/wasm-builder";

const config = { inputs: [2, 1], outputs: [2], parameters: [{ name: "gain", defaultValue: 0.25 }] };

interface Told {
  readonly kind: string;
  readonly error: Error;
  readonly outcome?: string;
  readonly meter?: number;
}

interface Posted {
  readonly "wasm-process-buffers"?: Told;
}

/** Messages of a processor to its node, in the order in which they were sent. */
const toldBy = ({ posted }: { posted: readonly Posted[] }) => posted.flatMap((message) => message["wasm-process-buffers"] ?? []);
const errorsOf = (processor: { posted: readonly Posted[] }) => toldBy(processor).filter(({ kind }) => kind === "error");
const portOf = (processor: object) => (processor as { port: MessagePort }).port;

/** Calls `action` while the worklet's clock shows this frame. */
function atFrame<T>(frame: number, action: () => T): T {
  const scope = globalThis as { currentFrame?: number };
  const before = scope.currentFrame ?? 0;
  scope.currentFrame = frame;
  try {
    return action();
  } finally {
    scope.currentFrame = before;
  }
}

test.each([1e6, Number.POSITIVE_INFINITY])(
  "process does not throw, and takes no host for a kernel's fault, whatever it is handed, with a tail of %f s",
  (tail) => {
    for (const [, make] of badHostValues) {
      const value = make();
      for (const lists of [value, [value], [[value]], [[new Float32Array(128), value]]]) {
        const meters = [{ meter: 1, interval: 0, words: undefined }];
        const processor = kernelProcessor(config as KernelDefinition, { tail, meters });
        for (let block = 0; block < 3; block++) {
          processor.process(lists as never, lists as never, value as never);
          processor.process([ramps(2)], lists as never, {});
          processor.process(lists as never, [filled(2)], {});
        }
        expect(errorsOf(processor)).toEqual([]);
      }
    }
  },
);

test("a kernel that fails is silent even where it had rendered, and lists of its host that cannot be written do not matter", () => {
  for (const [, make] of badHostValues) {
    const value = make();
    const render = () => {
      throw new RangeError("on purpose");
    };
    const processor = kernelProcessor(config as KernelDefinition, { render });
    const outputs = [filled(2, 9), value];
    expect(processor.process([], outputs as never, {})).toBe(false);
    expect(outputs[0]).toEqual(filled(2, 0));
    expect(errorsOf(processor).map(({ error, outcome }) => [error.message, outcome])).toEqual([["on purpose", "silence"]]);
    expect(processor.process([], outputs as never, {})).toBe(false);
  }
});

test("what throws when it is read is told of, too, and process does not throw", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const getter = {
    get: () => {
      throw new Error("in a getter");
    },
  };
  for (const thrown of [
    proxy,
    Object.defineProperty(new Error("x"), "message", getter),
    Object.defineProperty(new Error("x"), "code", { ...getter, enumerable: true }),
  ]) {
    const render = () => {
      throw thrown;
    };
    const processor = kernelProcessor(config as KernelDefinition, { render });
    expect(processor.process([], [filled(2, 9)], {})).toBe(false);
    expect(errorsOf(processor)).toHaveLength(1);
    expect(processor.posted.at(-1)).toEqual({ "wasm-process-buffers": { kind: "ended" } });
  }
});

test("a start that returns something unusable is ended, if it can be", () => {
  let disposed = 0;
  const run = { process: 5, dispose: () => disposed++ };
  const { posted } = kernelProcessor({ ...config, start: () => run as never });
  expect([disposed, posted.map((message) => message["wasm-process-buffers"].kind)]).toEqual([1, ["failed"]]);
});

test("a meter shows that a channel is not a number", () => {
  for (const nan of [Number.NaN, -Number.NaN]) {
    const processor = kernelProcessor(config as KernelDefinition, { meters: [{ meter: 1, interval: 0 }] });
    for (let block = 0; block < 2; block++) processor.process([filled(2, nan), filled(1, 0.5)], [filled(2)], {});
    const { inputs } = processor.posted.find((message) => message["wasm-process-buffers"].kind === "levels")["wasm-process-buffers"].levels;
    expect(inputs).toEqual([
      { connected: 2, peaks: [Number.NaN, Number.NaN] },
      { connected: 1, peaks: [0.5] },
    ]);
  }
});

test("a kernel that is made anew has the last parameters, and its counts go on", async () => {
  const lives: KernelContext[] = [];
  let fails = false;
  const definition: KernelDefinition = {
    ...config,
    start(context) {
      lives.push(context);
      return {
        process() {
          if (fails) throw new RangeError("on purpose");
        },
      };
    },
  };
  const processor = kernelProcessor(definition, { onTrap: "restart" });
  const outputs = [filled(2)];
  processor.process([ramps(3)], outputs, { gain: Float32Array.of(0.75) });
  fails = true;
  processor.process([], outputs, {});
  fails = false;
  await undefined;
  processor.process([ramps(3)], outputs, {});
  expect(lives).toHaveLength(2);
  const { storage } = lives[1]!;
  const [, data] = new Uint32Array(storage.memory.buffer, storage.parametersAddress, 2);
  expect(new Float32Array(storage.memory.buffer, data, 1)[0]).toBe(0.75);
  // Three channels into two are not mixed: one of them is dropped, in the first block and in the last.
  expect(lives[0]!.storage.diagnostics.droppedChannels).toBe(1);
  expect(storage.diagnostics.droppedChannels).toBe(2);
});

test("a kernel that is made anew has the events that waited, and its latency is told if it is another", async () => {
  const lives: KernelContext[] = [];
  const definition: KernelDefinition = {
    ...config,
    start(context) {
      lives.push(context);
      return {
        latency: lives.length === 1 ? 512 : 64,
        process() {
          if (lives.length === 1) throw new RangeError("on purpose");
        },
      };
    },
  };
  const processor = kernelProcessor(definition, { onTrap: "restart" });
  for (const time of [2, 1]) processor.receive({ kind: "event", time, type: 7, a: 60 + time, b: 0.5 });
  processor.process([], [filled(2)], {});
  await undefined;
  processor.process([], [filled(2)], {});
  const { events, storage } = lives[1]!;
  storage.begin(128);
  expect(events.collect(2 * 48_000 - 1)).toBe(2);
  const words = new Uint32Array(storage.memory.buffer, events.address, 8);
  expect([...words.subarray(0, 3), ...words.subarray(4, 7)]).toEqual([0, 7, 61, 1, 7, 62]);
  const told = processor.posted.map((message) => message["wasm-process-buffers"]);
  expect(told.map(({ kind, latency }) => [kind, latency])).toEqual([
    ["ready", 512],
    ["error", undefined],
    ["latency", 64],
  ]);
});

test("the counts of a meter are right beyond 2^31", () => {
  const beyond = 2 ** 31 + 200;
  const definition: KernelDefinition = {
    ...config,
    start: ({ storage }) => {
      storage.setFrames(beyond);
      return { process() {} };
    },
  };
  const processor = kernelProcessor(definition, { meters: [{ meter: 1, interval: 0 }] });
  processor.process([ramps(2)], [filled(2)], {});
  const { levels } = processor.posted.at(-1)["wasm-process-buffers"];
  expect(levels.diagnostics.truncatedFrames).toBe(beyond - 128);
});

test("the definition is `this` in all of its functions", () => {
  const seen: unknown[] = [];
  const definition = {
    ...config,
    instantiate() {
      seen.push(this);
      return { exports: {}, heap: createHeap() };
    },
    storage() {
      seen.push(this);
      return {};
    },
    start() {
      seen.push(this);
      return { process() {} };
    },
  };
  kernelProcessor(definition);
  expect(seen.slice(-3)).toHaveLength(3);
  for (const one of seen) expect(one).toMatchObject({ instantiate: definition.instantiate });
});

test("a shared instance is made once, another one for those to come when it has failed, and it is forgotten when nobody plays on it", async () => {
  const kernels: Kernel[] = [];
  let failing: Kernel | undefined;
  const heap = createHeap();
  const played: Kernel[] = [];
  const definition: KernelDefinition = {
    ...config,
    instantiate() {
      kernels.push({ exports: {}, heap });
      return kernels.at(-1)!;
    },
    start: ({ kernel }) => ({
      process() {
        played.push(kernel);
        if (kernel === failing) throw new RangeError("on purpose");
      },
    }),
  };
  const shared = () => kernelProcessor(definition, { instance: "shared", onTrap: "restart" });
  const [one, other] = [shared(), shared()];
  expect(kernels).toHaveLength(1);
  failing = kernels[0];
  one.process([], [filled(2)], {});
  failing = undefined;
  await undefined;
  expect(kernels).toHaveLength(2);
  const third = shared();
  expect(kernels).toHaveLength(2);
  played.length = 0;
  for (const processor of [one, other, third]) processor.process([], [filled(2)], {});
  expect(played.map((kernel) => kernels.indexOf(kernel))).toEqual([1, 0, 1]);
  for (const processor of [one, other, third]) processor.receive({ kind: "dispose" });
  shared().receive({ kind: "dispose" });
  expect(kernels).toHaveLength(3);
});

test("a kernel knows the context's frame when it starts, and when a message comes before its first block", () => {
  const seen: number[] = [];
  atFrame(480_000, () => {
    const processor = kernelProcessor({
      ...config,
      start(context) {
        seen.push(context.currentFrame);
        return { process() {}, message: () => seen.push(context.currentFrame) };
      },
    });
    portOf(processor).onmessage!({ data: "hello" } as MessageEvent);
  });
  expect(seen).toEqual([480_000, 480_000]);
});

test("an option of storage() that is undefined is one that is left out; a promise is refused", () => {
  const lives: KernelContext[] = [];
  const definition: KernelDefinition = {
    ...config,
    blockFrames: 256,
    storage: () => ({ maxFrames: undefined, heap: undefined, channelInterpretation: undefined }) as never,
    start(context) {
      lives.push(context);
      return { process() {} };
    },
  };
  kernelProcessor(definition);
  const [{ storage, kernel }] = lives as [KernelContext];
  expect([storage.maxFrames, storage.memory]).toEqual([256, kernel.heap.memory]);
  const { posted } = kernelProcessor({ ...definition, storage: (async () => ({})) as never });
  expect(posted[0]["wasm-process-buffers"].error.message).toMatch(/storage\(\) returns options of the storage, not a promise/);
});

test("a latency that is no number counts as 0, and one that throws ends what had begun", () => {
  for (const latency of ["5", 5n, {}, Number.NaN]) {
    const run = { process() {}, latency: 0 };
    const processor = kernelProcessor({ ...config, start: () => run });
    run.latency = latency as never;
    expect(processor.process([], [filled(2)], {})).toBe(true);
    expect(errorsOf(processor)).toEqual([]);
  }
  let disposed = 0;
  let asked = 0;
  const run = {
    process() {},
    get latency(): number {
      if (asked++ > 0) throw new Error("on purpose");
      return 0;
    },
    dispose: () => disposed++,
  };
  const { posted } = kernelProcessor({ ...config, start: () => run });
  expect([posted.at(-1)["wasm-process-buffers"].kind, disposed]).toEqual(["failed", 1]);
});

test("a kernel that is to be replaced is ended once, with its node, whether or not the other one comes", async () => {
  for (const comes of [false, true]) {
    let disposed = 0;
    let instances = 0;
    let arrive: (kernel: Kernel) => void = () => {};
    const heap = createHeap();
    const late = new Promise<Kernel>((resolve) => {
      arrive = resolve;
    });
    const processor = kernelProcessor(
      {
        ...config,
        instantiate: () => (instances++ === 0 ? { exports: {}, heap } : late),
        start: () => ({
          process() {
            throw new RangeError("on purpose");
          },
          dispose: () => disposed++,
        }),
      },
      { onTrap: "restart" },
    );
    processor.process([], [filled(2)], {});
    await undefined;
    expect([instances, disposed]).toEqual([2, 1]);
    processor.receive({ kind: "dispose" });
    if (comes) arrive({ exports: {}, heap });
    await new Promise((resolve) => setTimeout(resolve));
    expect([disposed, processor.posted.at(-1)["wasm-process-buffers"].kind]).toEqual([1, "ended"]);
  }
});

test("levels are posted only when a block of the kernel's was measured", () => {
  const processor = kernelProcessor({ ...config, blockFrames: 512 }, { meters: [{ meter: 1, interval: 0 }] });
  for (let block = 0; block < 3; block++) processor.process([filled(2, 0.5)], [filled(2)], {});
  const levels = () => processor.posted.filter((message) => message["wasm-process-buffers"].kind === "levels");
  expect(levels()).toEqual([]);
  for (let block = 0; block < 3; block++) processor.process([filled(2, 0.5)], [filled(2)], {});
  expect(levels()).toHaveLength(1);
});

test("a WebAssembly exception is told of as what it is", () => {
  const { Tag, Exception } = WebAssembly as unknown as {
    Tag?: new (type: { parameters: string[] }) => object;
    Exception: new (tag: object, payload: unknown[]) => object;
  };
  if (Tag === undefined) return;
  const render = () => {
    throw new Exception(new Tag({ parameters: ["i32"] }), [7]);
  };
  const processor = kernelProcessor(config as KernelDefinition, { render });
  processor.process([], [filled(2)], {});
  expect(errorsOf(processor).map(({ error }) => error.message)).toEqual([
    "a WebAssembly.Exception was thrown, as C++ code that is built with -fwasm-exceptions does; only the kernel knows what it carries",
  ]);
});

test("a node goes on while its kernel is awaited; one that was disposed of meanwhile starts nothing", async () => {
  for (const isDisposedOf of [false, true]) {
    let arrive: (kernel: Kernel) => void = () => {};
    const awaited = new Promise<Kernel>((resolve) => {
      arrive = resolve;
    });
    let starts = 0;
    const processor = kernelProcessor({
      ...config,
      instantiate: () => awaited,
      start() {
        starts++;
        return { process() {} };
      },
    });
    const outputs = [filled(2, 0)];
    expect(processor.process([ramps(2)], outputs, {})).toBe(true);
    if (isDisposedOf) processor.receive({ kind: "dispose" });
    expect(processor.process([ramps(2)], outputs, {})).toBe(!isDisposedOf);
    arrive({ exports: {}, heap: createHeap() });
    await awaited;
    await undefined;
    expect([starts, toldBy(processor).map(({ kind }) => kind)]).toEqual(isDisposedOf ? [0, ["ended"]] : [1, ["ready"]]);
    expect(processor.process([ramps(2)], outputs, {})).toBe(!isDisposedOf);
  }
});

test("a node whose kernel cannot start is over: at once, and when its kernel came late", async () => {
  const fails = () => {
    throw new Error("on purpose");
  };
  for (const instantiate of [fails, async () => fails()]) {
    const processor = kernelProcessor({ ...config, instantiate });
    await new Promise((resolve) => setTimeout(resolve));
    expect(toldBy(processor).map(({ kind }) => kind)).toEqual(["failed"]);
    expect(processor.process([], [filled(2)], {})).toBe(false);
  }
});

test("a node that has ended or failed lets go of its port, which the engine keeps as long as somebody listens", () => {
  const living = kernelProcessor(config as KernelDefinition);
  expect(portOf(living).onmessage).toBeTypeOf("function");
  living.receive({ kind: "dispose" });
  expect(portOf(living).onmessage).toBeNull();
  const failed = kernelProcessor({ ...config, start: () => undefined as never });
  expect(portOf(failed).onmessage).toBeNull();
});

test("an instance that is shared is forgotten, too, when the only node on it could not start", () => {
  let instances = 0;
  const heap = createHeap();
  const definition: KernelDefinition = {
    ...config,
    instantiate() {
      instances++;
      return { exports: {}, heap };
    },
    start() {
      throw new Error("on purpose");
    },
  };
  for (let node = 0; node < 2; node++) kernelProcessor(definition, { instance: "shared" });
  expect(instances).toBe(2);
});

test("a kernel is made anew three times in a minute of the context's clock, and again when the first of them is a minute ago", async () => {
  const render = () => {
    throw new RangeError("on purpose");
  };
  const outcomesAt = async (seconds: readonly number[]) => {
    const processor = kernelProcessor(config as KernelDefinition, { onTrap: "restart", render });
    for (const second of seconds) {
      atFrame(second * 48_000, () => processor.process([], [filled(2)], {}));
      await undefined;
    }
    return toldBy(processor).flatMap(({ outcome }) => outcome ?? []);
  };
  expect(await outcomesAt([100, 120, 159, 159.5])).toEqual(["restart", "restart", "restart", "silence"]);
  expect(await outcomesAt([100, 120, 159, 160, 179, 180])).toEqual(["restart", "restart", "restart", "restart", "silence"]);
  expect(await outcomesAt([100, 120, 159, 160, 180, 219])).toEqual(Array(6).fill("restart"));
});

test("a meter's end, and a look at it, are of that meter alone; those of none change nothing", () => {
  const meters = [1, 2, 3].map((meter) => ({ meter, interval: 0, words: undefined }));
  const processor = kernelProcessor(config as KernelDefinition, { meters });
  const shownBy = () => {
    processor.posted.length = 0;
    processor.process([filled(2, 0.5)], [filled(2)], {});
    return toldBy(processor).map(({ meter }) => meter);
  };
  expect(shownBy()).toEqual([1, 2, 3]);
  // None was looked at.
  expect(shownBy()).toEqual([]);
  for (const meter of [9, 2]) processor.receive({ kind: "seen", meter });
  expect(shownBy()).toEqual([2]);
  for (const meter of [9, 1]) processor.receive({ kind: "unmeter", meter });
  for (const meter of [1, 2, 3]) processor.receive({ kind: "seen", meter });
  expect(shownBy()).toEqual([2, 3]);
});

test("a meter shows nothing while the kernel's buses are others than the page knows", () => {
  const lives: KernelContext[] = [];
  const processor = kernelProcessor(
    {
      ...config,
      start(context) {
        lives.push(context);
        return { process() {} };
      },
    },
    { meters: [{ meter: 1, interval: 0 }] },
  );
  const isShown = () => {
    processor.posted.length = 0;
    processor.receive({ kind: "seen", meter: 1 });
    processor.process([filled(2, 0.5)], [filled(2)], {});
    return processor.posted.length > 0;
  };
  expect(isShown()).toBe(true);
  for (const [inputs, outputs] of [
    [[2], [2]],
    [[2], [1, 2]],
    [[2, 1, 2], []],
    [[2, 2], [2]],
    [[2, 1], [1]],
    [[2, 1, 1], [2]],
  ]) {
    lives[0]!.storage.reconfigure({ inputs: inputs!, outputs: outputs!, parameters: config.parameters });
    expect([inputs, outputs, isShown()]).toEqual([inputs, outputs, false]);
    lives[0]!.storage.reconfigure(config);
    expect(isShown()).toBe(true);
  }
});

describe("a memory among the imports of a definition", () => {
  const effectIn = () =>
    wasmModule({
      imports: [{ module: "env", name: "memory", kind: "memory", pages: 1 }],
      globals: [{ value: 4096, names: ["__heap_base"], fixed: true }],
      functions: [{ names: ["process"], takes: ["i32", "i32", "i32"], code: [] }],
    });
  const definitionWith = (memory: WebAssembly.Memory, more: object = {}): KernelDefinition => ({
    ...config,
    imports: { env: { memory } },
    instantiate: undefined as never,
    ...more,
  });
  const memoryOf = (pages: number) => new WebAssembly.Memory({ initial: pages });
  const answerOf = ({ posted }: ReturnType<typeof kernelProcessor>) => posted[0]["wasm-process-buffers"];

  test("is one instance's, until its node has ended: another one would have its data at the same addresses", () => {
    const definition = definitionWith(memoryOf(4));
    const module = effectIn();
    const one = kernelProcessor(definition, { module });
    expect(answerOf(one).kind).toBe("ready");
    expect(answerOf(kernelProcessor(definition, { module })).error.message).toMatch(/an instance of this module plays in the memory/);
    one.receive({ kind: "dispose" });
    expect(answerOf(kernelProcessor(definition, { module })).kind).toBe("ready");
  });

  test("is that of all nodes which share the instance", () => {
    const definition = definitionWith(memoryOf(4));
    const module = effectIn();
    const processors = [1, 2].map(() => kernelProcessor(definition, { module, instance: "shared" }));
    expect(processors.map((processor) => answerOf(processor).kind)).toEqual(["ready", "ready"]);
    processors[0]!.receive({ kind: "dispose" });
    expect(answerOf(kernelProcessor(definition, { module })).kind).toBe("failed");
    processors[1]!.receive({ kind: "dispose" });
    expect(answerOf(kernelProcessor(definition, { module })).kind).toBe("ready");
  });

  test("is not looked at where the module has a memory of its own", () => {
    const module = wasmModule({
      memory: { pages: 4, names: ["memory"] },
      globals: [{ value: 4096, names: ["__heap_base"], fixed: true }],
      functions: [{ names: ["process"], takes: ["i32", "i32", "i32"], code: [] }],
    });
    const definition = definitionWith(memoryOf(1));
    expect([1, 2].map(() => answerOf(kernelProcessor(definition, { module })).kind)).toEqual(["ready", "ready"]);
  });

  test.each(["own", "shared"] as const)("is that of the kernel which replaces a failed one (%s instances)", async (instance) => {
    let blocks = 0;
    const definition = definitionWith(memoryOf(4), {
      start: () => ({
        process() {
          if (++blocks % 2 === 1) throw new RangeError("on purpose");
        },
      }),
    });
    const processor = kernelProcessor(definition, { module: effectIn(), onTrap: "restart", instance });
    for (let block = 0; block < 4; block++) {
      expect(processor.process([], [filled(2)], {})).toBe(true);
      await undefined;
    }
    expect(blocks).toBe(4);
    const kinds = processor.posted.map((message) => message["wasm-process-buffers"]?.kind);
    expect(kinds).toEqual(["ready", "error", "error"]);
    processor.receive({ kind: "dispose" });
  });

  test("stays that of an instance on which other nodes play, when one of them fails and cannot be replaced", async () => {
    let fails = false;
    const definition = definitionWith(memoryOf(4), {
      start: () => ({
        process() {
          if (fails) throw new RangeError("on purpose");
        },
      }),
    });
    const module = effectIn();
    const [failing, other] = [1, 2].map(() => kernelProcessor(definition, { module, onTrap: "restart", instance: "shared" }));
    fails = true;
    failing!.process([], [filled(2)], {});
    fails = false;
    await undefined;
    const messages = failing!.posted.map((message) => message["wasm-process-buffers"]);
    expect(messages.map(({ kind, outcome }) => outcome ?? kind)).toEqual(["ready", "restart", "silence", "ended"]);
    expect(messages[2].error.message).toMatch(/another instance of this module plays in the memory .* until its last node has ended/);
    expect(other!.process([], [filled(2)], {})).toBe(true);
    expect(other!.posted.length).toBe(1);
  });

  test("holds the failed kernel no more when the one that replaces it begins", async () => {
    const steps: string[] = [];
    let lives = 0;
    const definition = definitionWith(memoryOf(4), {
      start() {
        const life = ++lives;
        steps.push(`start ${life}`);
        return {
          process() {
            if (life === 1) throw new RangeError("on purpose");
          },
          dispose: () => steps.push(`dispose ${life}`),
        };
      },
    });
    const processor = kernelProcessor(definition, { module: effectIn(), onTrap: "restart" });
    processor.process([], [filled(2)], {});
    await undefined;
    expect(steps).toEqual(["start 1", "dispose 1", "start 2"]);
  });

  test("shows an observer the storage that replaces a failed kernel's, at the same address", async () => {
    if (typeof SharedArrayBuffer === "undefined") return;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
    const module = wasmModule({
      imports: [{ module: "env", name: "memory", kind: "memory", pages: 1, maximum: 4, shared: true }],
      functions: [{ names: ["process"], takes: ["i32", "i32", "i32"], code: [] }],
    });
    const observers: StorageObserver[] = [];
    const definition = definitionWith(memory, {
      heapBase: 1024,
      start({ storage }: KernelContext) {
        observers.push(new StorageObserver(storage.location));
        const life = observers.length;
        return {
          process() {
            if (life === 1) throw new RangeError("on purpose");
          },
        };
      },
    });
    const processor = kernelProcessor(definition, { module, onTrap: "restart" });
    processor.process([], [filled(2)], {});
    await undefined;
    processor.process([], [filled(2)], {});
    expect(observers.map(({ isGone, blocks }) => [isGone, blocks])).toEqual([
      [true, undefined],
      [false, 1],
    ]);
  });

  test("is what an error about it is about, not the engine's cap", () => {
    const module = wasmModule({
      imports: [{ module: "env", name: "memory", kind: "memory", pages: 1 }],
      functions: [{ names: ["process"], takes: ["i32", "i32", "i32"], code: [] }],
    });
    const { message } = answerOf(kernelProcessor(definitionWith(memoryOf(1), { heapBase: 70_000 }), { module })).error;
    expect(message).toMatch(/make it larger$/);
  });
});
