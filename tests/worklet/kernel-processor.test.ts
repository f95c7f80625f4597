// A kernel's processor without an engine: hosts that no engine is, and what stays when the kernel is made anew.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createHeap, type Kernel, type KernelContext, type KernelDefinition, StorageObserver } from "wasm-process-buffers";
import { badHostValues } from "../support/bad-host-values.js";
import { countingHeap } from "../support/counting-heap";
import { filled, ramps } from "../support/host-channels";
import { kernelProcessor } from "../support/kernel-processor.js";
import { beforeEachNew } from "../support/refusing-engine";
import { bump, wasmModule } from "../support/wasm-builder";

const config = { inputs: [2, 1], outputs: [2], parameters: [{ name: "gain", defaultValue: 0.25 }] };

interface Told {
  readonly kind: string;
  readonly error: Error & { readonly properties: object; readonly cause?: { readonly error?: Error; readonly value?: unknown } };
  readonly outcome?: string;
  readonly meter?: number;
  readonly block?: number;
  readonly frame?: number;
  readonly latency?: number;
  readonly levels?: { readonly diagnostics: object };
}

interface Posted {
  readonly "wasm-process-buffers"?: Told;
}

/** Messages of a processor to its node, in the order in which they were sent. */
const toldBy = ({ posted }: { posted: readonly Posted[] }) => posted.flatMap((message) => message["wasm-process-buffers"] ?? []);
const errorsOf = (processor: { posted: readonly Posted[] }) => toldBy(processor).filter(({ kind }) => kind === "error");
const kindsOf = (processor: { posted: readonly Posted[] }) => toldBy(processor).map(({ kind }) => kind);
const portOf = (processor: object) => (processor as { port: MessagePort }).port;
const post = (processor: object, data: unknown) => portOf(processor).onmessage!({ data } as MessageEvent);

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
    expect(kernelProcessor(config as KernelDefinition, { render }).process([], value as never, {})).toBe(false);
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

test("an error is of the latest block and its first frame; before the first block, of block 0 and frame 0", () => {
  const processor = kernelProcessor({
    ...config,
    start: () => ({
      process() {},
      message() {
        throw new RangeError("on purpose");
      },
    }),
  });
  atFrame(480, () => post(processor, "hello"));
  for (const frame of [256, 384]) atFrame(frame, () => processor.process([], [filled(2)], {}));
  atFrame(512, () => post(processor, "hello"));
  expect(errorsOf(processor).map(({ block, frame, outcome }) => [block, frame, outcome])).toEqual([
    [0, 0, "continue"],
    [2, 384, "continue"],
  ]);
});

describe("a node with a tail", () => {
  const heard = () => [filled(2, 0.5), filled(1)];
  const unheard = () => [filled(2), filled(1)];
  /** Blocks of silence that the processor renders, up to 9. */
  const silentBlocks = (processor: ReturnType<typeof kernelProcessor>) => {
    let blocks = 0;
    while (blocks < 9 && processor.process(unheard(), [filled(2)], {})) blocks++;
    return blocks;
  };
  const playing = (tailFrames: number, run: { latency?: number } = {}) => {
    const definition: KernelDefinition = { ...config, start: () => Object.assign(run, { process() {} }) };
    return kernelProcessor(definition, { tail: tailFrames / 48_000 });
  };

  test.each([
    [0, 0, 0],
    [128, 0, 1],
    [129, 0, 2],
    [0, 256, 2],
    [256, 128, 3],
  ])("of %i frames and a latency of %i renders %i blocks more, then ends for good", (tail, latency, blocks) => {
    const processor = playing(tail, { latency });
    expect(silentBlocks(processor)).toBe(9);
    processor.process(heard(), [filled(2)], {});
    expect(silentBlocks(processor)).toBe(blocks);
    expect(kindsOf(processor)).toEqual(["ready", "ended"]);
    expect(processor.process(heard(), [filled(2)], {})).toBe(false);
  });

  test("counts from the last block that was heard", () => {
    const processor = playing(256);
    for (let time = 0; time < 3; time++) {
      processor.process(heard(), [filled(2)], {});
      processor.process(unheard(), [filled(2)], {});
    }
    processor.process(heard(), [filled(2)], {});
    expect(silentBlocks(processor)).toBe(2);
  });

  test("counts the latency that the kernel has now", () => {
    const run = { latency: 0 };
    const processor = playing(0, run);
    run.latency = 384;
    processor.process(heard(), [filled(2)], {});
    expect(silentBlocks(processor)).toBe(3);
    expect(toldBy(processor).map(({ kind, latency }) => [kind, latency])).toEqual([
      ["ready", 0],
      ["latency", 384],
      ["ended", undefined],
    ]);
  });

  test.each([
    [0, 0, 0, 1],
    [0, 0, 127, -1e-30],
    [0, 1, 64, 1e-30],
    [1, 0, 0, Number.NaN],
  ])("hears a sample of input %i, channel %i, frame %i, that is %d", (bus, channel, frame, sample) => {
    const processor = playing(0);
    const inputs = unheard();
    inputs[bus]![channel]![frame] = sample;
    expect(processor.process(inputs, [filled(2)], {})).toBe(true);
    expect(processor.process(unheard(), [filled(2)], {})).toBe(false);
  });
});

test("a kernel is not called any more when its node was disposed of, and its storage is given back though its end throws", () => {
  const heap = countingHeap(createHeap());
  let blocks = 0;
  const processor = kernelProcessor({
    ...config,
    instantiate: () => ({ exports: {}, heap }),
    start: () => ({
      process: () => blocks++,
      dispose() {
        throw new Error("on purpose");
      },
    }),
  });
  expect(processor.process([], [filled(2)], {})).toBe(true);
  expect(heap.held.size).toBeGreaterThan(0);
  processor.receive({ kind: "dispose" });
  expect(processor.process([], [filled(2)], {})).toBe(false);
  expect([blocks, heap.held.size, kindsOf(processor)]).toEqual([1, 0, ["ready", "error", "ended"]]);
});

test("a kernel that could not start leaves nothing allocated", () => {
  const heap = countingHeap(createHeap());
  const processor = kernelProcessor({
    ...config,
    instantiate: () => ({ exports: {}, heap }),
    start() {
      throw new Error("on purpose");
    },
  });
  expect([kindsOf(processor), heap.held.size]).toEqual([["failed"], 0]);
});

test.each(["silence", "restart"] as const)(
  "a kernel that has failed (%s) is ended once, where its node is disposed of before it could be made anew, too",
  async (onTrap) => {
    let disposed = 0;
    let instances = 0;
    const heap = createHeap();
    const processor = kernelProcessor(
      {
        ...config,
        instantiate() {
          instances++;
          return { exports: {}, heap };
        },
        start: () => ({
          process() {
            throw new RangeError("on purpose");
          },
          dispose: () => disposed++,
        }),
      },
      { onTrap },
    );
    processor.process([], [filled(2)], {});
    processor.receive({ kind: "dispose" });
    await new Promise((resolve) => setTimeout(resolve));
    expect([instances, disposed, kindsOf(processor)]).toEqual([1, 1, ["ready", "error", "ended"]]);
  },
);

test.each([0, 1])(
  "a node that was disposed of says no more, though the kernel that it awaited fails to come (after %i lives)",
  async (lives) => {
    const heap = createHeap();
    let instances = 0;
    let failToCome: (reason: Error) => void = () => {};
    const late = new Promise<Kernel>((_, reject) => {
      failToCome = reject;
    });
    const render = () => {
      throw new RangeError("on purpose");
    };
    const processor = kernelProcessor(
      { ...config, instantiate: () => (instances++ < lives ? { exports: { process: render }, heap } : late) },
      { onTrap: "restart" },
    );
    processor.process([], [filled(2)], {});
    await undefined;
    processor.receive({ kind: "dispose" });
    failToCome(new Error("too late"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(kindsOf(processor)).toEqual(lives === 0 ? ["ended"] : ["ready", "error", "ended"]);
  },
);

test("another latency of a kernel that is made anew is told before it renders", async () => {
  let lives = 0;
  const definition: KernelDefinition = {
    ...config,
    start: () => ({
      latency: 64 * ++lives,
      process() {
        throw new RangeError("on purpose");
      },
    }),
  };
  const processor = kernelProcessor(definition, { onTrap: "restart" });
  processor.process([], [filled(2)], {});
  await undefined;
  expect(toldBy(processor).map(({ kind, latency }) => [kind, latency])).toEqual([
    ["ready", 64],
    ["error", undefined],
    ["latency", 128],
  ]);
});

test("an event of which rounding has made slightly less than a frame takes effect at that frame; no other is rounded", () => {
  const seen: number[] = [];
  const processor = kernelProcessor({
    ...config,
    start: ({ storage, events }) => ({
      process() {
        const words = new Uint32Array(storage.memory.buffer, events.address, 4 * events.count);
        for (let e = 0; e < events.count; e++) seen.push(words[4 * e]!);
      },
    }),
  });
  // 27 / 48000 * 48000 is less than 27 in doubles.
  for (const frame of [27, 49, 54.998, 60.9995, 98.5]) {
    processor.receive({ kind: "event", time: frame / 48_000, type: 0, a: 0, b: 0 });
  }
  processor.process([], [filled(2)], {});
  expect(seen).toEqual([27, 49, 54, 61, 98]);
});

describe("a definition", () => {
  const refusalOf = (more: object) => toldBy(kernelProcessor({ ...config, ...more } as KernelDefinition))[0]!.error?.message;

  test.each([0, -1, 1.5, Number.NaN, "256"])("with blockFrames %o is refused", (blockFrames) => {
    expect(refusalOf({ blockFrames })).toMatch(/^blockFrames is a whole number of frames, 1 or more; .* came$/);
  });

  test.each(["instantiate", "storage", "start"])("whose %s is no function is refused", (name) => {
    expect(refusalOf({ [name]: 5 })).toBe(`${name} is a function; 5 came`);
  });

  test.each<[object, number[] | RegExp]>([
    [{ blockFrames: 1 }, Array(128).fill(1)],
    [{ blockFrames: 64, storage: () => ({ maxFrames: 64 }) }, [64, 64]],
    [{ storage: () => ({ maxFrames: 256 }) }, [128]],
    [{ blockFrames: 64, storage: () => ({ maxFrames: 128 }) }, /storage\(\) says maxFrames 128. Leave one of them out/],
    [{ storage: () => 5 }, /storage\(\) returns options of the storage, not a promise; 5 came/],
  ])("%o: blocks of these lengths, or a refusal (%#)", (more, expected) => {
    if (expected instanceof RegExp) return expect(refusalOf(more)).toMatch(expected);
    const blocks: number[] = [];
    const processor = kernelProcessor({ ...config, ...more, start: () => ({ process: (frames) => blocks.push(frames) }) });
    processor.process([ramps(2)], [filled(2)], {});
    expect([blocks, toldBy(processor).map(({ latency }) => latency)]).toEqual([expected, [0]]);
  });

  test.each([undefined, null, 5, {}, { exports: null }, { exports: {} }, { exports: {}, heap: null }, { exports: {}, heap: 5 }])(
    "whose loader returns %o is refused",
    (kernel) => {
      expect(refusalOf({ instantiate: () => kernel })).toMatch(/^instantiate\(\) returns a kernel \{ exports, heap \}; .* came$/);
    },
  );

  test("says with how many pages a memory that the kernel imports begins, and from where on it has room", () => {
    const seen: Kernel[] = [];
    const module = wasmModule({
      imports: [{ module: "env", name: "memory", kind: "memory", pages: 1 }],
      functions: [{ names: ["process"], takes: ["i32"], code: [] }],
    });
    const definition: KernelDefinition = {
      ...config,
      pages: 3,
      heapBase: 70_000,
      storage(kernel) {
        seen.push(kernel);
        return {};
      },
    };
    // The helper's own loader would come first.
    const processor = kernelProcessor({ ...definition, instantiate: undefined as never }, { module });
    expect(kindsOf(processor)).toEqual(["ready"]);
    expect([seen[0]!.heap.memory.buffer.byteLength, seen[0]!.heap.malloc(16, 16) >= 70_000]).toEqual([3 * 65_536, true]);
  });

  test("whose loader finds no memory is told how nodes share one; where they do already, and where all else fails, it is not", () => {
    const fails = (error: Error) => ({
      instantiate() {
        throw error;
      },
    });
    const hint = /^out of memory\. Engines cap the memories of a process .*"shared" all nodes of a kernel have one$/;
    const outOfMemory = new RangeError("out of memory");
    expect(refusalOf(fails(outOfMemory))).toMatch(hint);
    const shared = kernelProcessor({ ...config, ...fails(outOfMemory) }, { instance: "shared" });
    expect(toldBy(shared)[0]!.error.message).toBe("out of memory");
    expect(refusalOf(fails(new RangeError("out of range")))).toBe("out of range");
  });
});

test("the library's code is compiled while a processor is registered, once for all definitions of one kind", () => {
  const bus = { channelCount: 1, scale: 3 };
  const compiledBy = (more: object) => {
    let modules = 0;
    beforeEachNew(
      "Module",
      () => modules++,
      () => expect(kindsOf(kernelProcessor({ inputs: [bus], outputs: [1], ...more } as KernelDefinition))).toEqual(["ready"]),
    );
    return modules > 0;
  };
  for (const more of [
    {},
    { parameters: [{ name: "gain" }] },
    { blockFrames: 64 },
    { inputs: [1], outputs: [bus] },
    { inputs: [bus, 1] },
    { outputs: [{ channelCount: 1, scale: 5 }] },
    { outputs: [{ channelCount: 1, layout: "contiguous" }] },
    { outputs: [{ channelCount: 1, sampleFormat: "i16" }] },
  ]) {
    expect([more, compiledBy(more), compiledBy(more)]).toEqual([more, true, false]);
  }
  // More buses of the same forms, in another order.
  expect(compiledBy({ inputs: [1, bus, bus], outputs: [2] })).toBe(false);
});

test("what was found out about a module by trial is known of its clones, too", () => {
  const functions = [
    { names: ["process"], takes: ["i32" as const], code: [] },
    { names: ["m"], takes: ["i32" as const], gives: ["i32" as const], code: bump(0) },
  ];
  const clone = () => wasmModule({ memory: { pages: 4, names: ["memory"] }, globals: [{ value: 4096 }], functions });
  const definition = { ...config, instantiate: undefined as never } as KernelDefinition;
  const instancesFor = (module: WebAssembly.Module) => {
    let instances = 0;
    const count = (from: unknown) => {
      // Others are those that ask for the types of exports.
      if (WebAssembly.Module.exports(from as WebAssembly.Module).some(({ name }) => name === "m")) instances++;
    };
    beforeEachNew("Instance", count, () => expect(kindsOf(kernelProcessor(definition, { module, moduleId: "cloned" }))).toEqual(["ready"]));
    return instances;
  };
  const modules = [clone(), clone()];
  expect(instancesFor(modules[0]!)).toBeGreaterThan(1);
  expect(instancesFor(modules[1]!)).toBe(1);
});

describe("what is thrown is told", () => {
  /** What a kernel's error becomes on a port that can post only what structured clone can copy. */
  const told = (thrown: unknown) => {
    const render = () => {
      throw thrown;
    };
    const processor = kernelProcessor(config as KernelDefinition, { render });
    const { posted } = processor;
    portOf(processor).postMessage = (data: unknown) => void posted.push(structuredClone(data));
    processor.process([], [filled(2)], {});
    expect(errorsOf(processor)).toHaveLength(1);
    return errorsOf(processor)[0]!.error;
  };

  test("with its properties, whole", () => {
    const { message, properties, cause } = told(Object.assign(new Error("x", { cause: { deep: [1] } }), { code: "c", detail: { a: 1 } }));
    expect({ message, properties, cause }).toEqual({
      message: "x",
      properties: { code: "c", detail: { a: 1 } },
      cause: { value: { deep: [1] } },
    });
  });

  test("with objects in words, where one of them cannot be posted", () => {
    const properties = {
      code: "c",
      count: 5,
      nothing: null,
      missing: undefined,
      detail: { a: 1 },
      list: [],
      hook: () => {},
      key: Symbol("k"),
    };
    const error = told(Object.assign(new Error("x", { cause: () => {} }), properties));
    expect(error.properties).toEqual({
      code: "c",
      count: 5,
      nothing: null,
      missing: undefined,
      detail: "an object",
      list: "a list",
      hook: "a function",
      key: "Symbol(k)",
    });
    expect(error.cause).toEqual({ value: "a function" });
    expect(told(() => {}).cause).toEqual({ value: "a function" });
  });

  test("with eight causes, where an error is its own", () => {
    const error = new Error("x");
    error.cause = error;
    let causes = 0;
    for (let at = told(error).cause; at !== undefined; at = (at.error as typeof error & { cause?: typeof at }).cause) causes++;
    expect(causes).toBe(8);
  });

  test("as an error, where only its class or only its tag is one's", () => {
    const named = { name: "OwnError", message: "x" };
    const ofAnotherRealm = { ...named, [Symbol.toStringTag]: "Error" };
    for (const thrown of [Object.assign(Object.create(Error.prototype), named), ofAnotherRealm]) {
      const { name, message } = told(thrown);
      expect([name, message]).toEqual(["OwnError", "x"]);
    }
  });
});

describe("a meter by messages", () => {
  const frames = (count: number) => (count / 48_000) * 1000;
  const metered = (interval: number, definition: object = {}) => {
    const processor = kernelProcessor({ ...config, ...definition } as KernelDefinition, { meters: [{ meter: 1, interval }] });
    /** In which of so many blocks levels are sent, where each is looked at. */
    return (blocks: number) =>
      Array.from({ length: blocks }, (_, block) => {
        processor.posted.length = 0;
        processor.process([filled(2, 0.5)], [filled(2)], {});
        processor.receive({ kind: "seen", meter: 1 });
        return kindsOf(processor).includes("levels") ? [block + 1] : [];
      }).flat();
  };

  test.each([
    [384, [3, 6, 9, 12]],
    [129, [2, 4, 6, 8, 10, 12]],
    [1281, [11]],
  ])("shows its levels whenever %i frames have passed", (count, blocks) => {
    expect(metered(frames(count))(12)).toEqual(blocks);
  });

  test("shows them once for each block of the kernel's", () => {
    expect(metered(0, { blockFrames: 512 })(13)).toEqual([4, 8, 12]);
  });

  test("needs no memory that could be shared, and shows all counts", () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const lives: KernelContext[] = [];
    const definition: KernelDefinition = {
      ...config,
      start(context) {
        lives.push(context);
        return { process() {} };
      },
    };
    const processor = kernelProcessor(definition, { meters: [{ meter: 1, interval: 0 }] });
    const { storage } = lives[0]!;
    const counts = (storage as unknown as { buffers: { diagnostics: Record<string, number> } }).buffers.diagnostics;
    for (const [n, name] of Object.keys(counts).entries()) counts[name] = 100 + n;
    processor.process([filled(2), filled(1)], [filled(2)], {});
    const { levels } = toldBy(processor).at(-1)!;
    expect(levels!.diagnostics).toEqual({ ...storage.diagnostics });
    expect(Object.values(levels!.diagnostics)[0]).toBeGreaterThanOrEqual(100);
  });
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

  test("is not looked at where the definition instantiates the kernel itself", () => {
    const heap = createHeap();
    const definition = definitionWith(memoryOf(4), { instantiate: () => ({ exports: { process() {} }, heap }) });
    const module = effectIn();
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
