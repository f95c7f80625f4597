// Processors of every kind that registerKernelProcessor makes, for the tests of nodes.

import { registerKernelProcessor } from "wasm-process-buffers";
import * as configs from "./kernel-node-configs.js";

const imports = {
  node: {
    fail() {
      throw new RangeError("the import failed", { cause: { reason: "on purpose" } });
    },
  },
};

registerKernelProcessor("effect", { ...configs.effect, imports });
registerKernelProcessor("instrument", { ...configs.instrument, imports });
registerKernelProcessor("fixed", { ...configs.effect, imports, blockFrames: 480 });
registerKernelProcessor("without-import", configs.effect);
registerKernelProcessor("wrong-entry", { ...configs.effect, imports, blockFrame: 480 });
registerKernelProcessor("wrong-block", { ...configs.effect, imports, blockFrames: 0.5 });
registerKernelProcessor("wrong-config", { inputs: [1, 99], outputs: [1], imports });
registerKernelProcessor("at-48-kHz", { ...configs.effect, imports, sampleRate: 48_000 });
registerKernelProcessor("at-44-kHz", { ...configs.effect, imports, sampleRate: 44_100 });
registerKernelProcessor("without-heap", { ...configs.effect, instantiate: () => ({ exports: {}, heap: undefined }) });

registerKernelProcessor("throws-at-start", {
  ...configs.effect,
  imports,
  start() {
    const error = new RangeError("the start failed", { cause: new TypeError("for a reason", { cause: { detail: 7 } }) });
    throw Object.assign(error, { code: "start-failed" });
  },
});
registerKernelProcessor("throws-a-word", {
  ...configs.effect,
  imports,
  start() {
    throw "a word";
  },
});
registerKernelProcessor("returns-nothing", { ...configs.effect, imports, start() {} });

/** How many of these play, and what is left of those that were. */
const living = { playing: 0, kernels: 0, storages: 0 };
const registry = new FinalizationRegistry((kind) => living[kind]--);

/** Plays nothing, and says what it has and what it gets. */
registerKernelProcessor("talking", {
  ...configs.effect,
  imports,
  start({ kernel, storage, events, sampleRate, currentFrame, data, post }) {
    living.playing++;
    living.kernels++;
    living.storages++;
    registry.register(kernel.heap.memory, "kernels");
    registry.register(storage, "storages");
    post({ early: true, data, sampleRate, currentFrame, maxFrames: storage.maxFrames, capacity: events.capacity });
    return {
      process() {},
      message(received) {
        // Chromium collects when it is told to, the others by the garbage of the slow processor.
        if (received === "living") globalThis.gc?.();
        if (received === "throw") throw new RangeError("the message failed");
        if (received === "living") post({ ...living });
        else if (received instanceof ArrayBuffer) post({ bytes: received.byteLength, back: received }, [received]);
        else post({ received });
      },
      dispose() {
        living.playing--;
        if (data === "fails at its end") throw new RangeError("the end failed");
      },
      latency: 3,
    };
  },
});

/** As kernels are made whose own loader takes its time. */
registerKernelProcessor("loaded-later", {
  ...configs.effect,
  async instantiate(module) {
    await undefined;
    const { exports } = await WebAssembly.instantiate(module, { node: { fail() {} } });
    return { exports, heap: exports };
  },
});
/** Fails in its first block. Each further instance waits until an opener is told to let it be made. */
let made = 0;
let letItBeMade;
registerKernelProcessor("made-anew-later", {
  ...configs.effect,
  async instantiate(module) {
    if (made++ > 0) await new Promise((resolve) => (letItBeMade = resolve));
    const { exports } = await WebAssembly.instantiate(module, { node: { fail() {} } });
    return { exports, heap: exports };
  },
  start: ({ post }) => ({
    process() {
      if (made === 1) throw new RangeError("the first block failed");
    },
    message: (received) => post({ received }),
  }),
});
class Opener extends AudioWorkletProcessor {
  constructor() {
    super();
    this.port.onmessage = () => letItBeMade();
  }

  process() {
    return true;
  }
}
registerProcessor("opener", Opener);

/** Has the latency that it is handed, then the one that is posted to it. */
registerKernelProcessor("late", {
  ...configs.effect,
  imports,
  start: ({ data }) => ({
    process() {},
    message(latency) {
      this.latency = latency;
    },
    latency: data.latency,
  }),
});

registerKernelProcessor("never-loaded", { ...configs.effect, instantiate: () => new Promise(() => {}) });
registerKernelProcessor("fails-later", { ...configs.effect, instantiate: () => Promise.reject(new SyntaxError("no kernel came")) });

/** Which frames it was asked for, and when it was made. */
registerKernelProcessor("telling-frames", {
  ...configs.effect,
  imports,
  blockFrames: 192,
  start(context) {
    const seen = [];
    return {
      process(frames) {
        const { currentFrame, events } = context;
        const words = new Uint32Array(context.storage.memory.buffer, events.address, 4 * events.count);
        for (let e = 0; e < events.count; e++) seen.push(currentFrame + words[4 * e]);
        if (currentFrame >= 192 * 8) context.post({ seen: seen.splice(0), frames, currentFrame });
      },
    };
  },
});

/** What it hears, and 1. */
registerKernelProcessor("offset", {
  ...configs.effect,
  imports,
  start: ({ storage: { mainInput, mainOutput } }) => ({
    process(frames) {
      for (let c = 0; c < 2; c++) for (let k = 0; k < frames; k++) mainOutput.channel(c)[k] = mainInput.channel(c)[k] + 1;
    },
  }),
});

/** Its channels are written over as a kernel's may be. */
registerKernelProcessor("memory", {
  ...configs.effect,
  imports,
  storage: ({ heap }) => ({ addresses: { outputs: [heap.malloc(2 * 128 * 4)] } }),
  start: ({ storage }) => ({
    process: () => storage.mainOutput.channel(1).fill(0.25),
  }),
});

/** Takes its time for each block and leaves garbage, so that a page has time to make nodes and engines collect what is dropped. */
class Slow extends AudioWorkletProcessor {
  constructor({ processorOptions: { milliseconds } }) {
    super();
    this.milliseconds = milliseconds;
    this.isOver = false;
    this.port.onmessage = () => {
      this.isOver = true;
    };
  }

  process() {
    if (this.isOver) return false;
    const end = Date.now() + this.milliseconds;
    do this.garbage = new ArrayBuffer(1 << 16);
    while (Date.now() < end);
    return true;
  }
}
registerProcessor("slow", Slow);
