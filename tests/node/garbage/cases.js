// What a host can do with a storage in one block, each way under a name of its own. Plain JS, because it runs
// in a worklet; the test reads the names. No case makes an object in its block.

import { createHeap, EmscriptenCallback, EventQueue, FixedBlocks, InterleavedHost, ProcessBufferStorage } from "../../../dist/index.js";
import { kernelProcessor } from "../../support/kernel-processor.js";

/** @typedef {(inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]) => void} Render */

/** Short blocks, because garbage is a matter of calls and channels, not of samples. */
const FRAMES = 16;
/** No two alike, one after the other. */
const SIZES = [16, 12, 15, 9];
const SIDECHAIN = { inputs: [2, 1], outputs: [2] };

/** A way to render a block, made anew for each worklet: what it is handed are the engine's own lists. @type {Record<string, () => Render>} */
export const cases = { "nothing at all": () => () => {} };

/** Blocks that do leave something, and must be caught. @type {Record<string, () => Render>} */
export const litter = {
  "one small object in 16 blocks": () => {
    const kept = [];
    let block = 0;
    return () => {
      if ((block++ & 15) === 0) kept[0] = { block };
    };
  },
  "one view in 64 blocks": () => {
    const kept = [];
    const whole = samples(FRAMES);
    let block = 0;
    return () => {
      if ((block++ & 63) === 0) kept[0] = whole.subarray(block & 1);
    };
  },
};

const samples = (frames) => Float32Array.from({ length: frames }, (_, frame) => (frame % 7) / 8);
const bus = (channels, frames) => Array.from({ length: channels }, () => samples(frames));

const kinds = {
  frozen: (channels) => Object.freeze(channels.map(Object.freeze)),
  plain: (channels) => channels,
};

/** Lists for one block of a host. */
function host(kind, inputs, outputs, frames = FRAMES) {
  const lists = (counts) => kinds[kind](counts.map((channels) => bus(channels, frames)));
  return { inputs: lists(inputs), outputs: lists(outputs) };
}

/** Other lists of the same channels. */
const anew = (kind, { inputs, outputs }) => ({
  inputs: kinds[kind](inputs.map((channels) => [...channels])),
  outputs: kinds[kind](outputs.map((channels) => [...channels])),
});

/** In, views of every channel, two windows, out. */
function renderPlanar(storage, inputs, outputs) {
  storage.collect(inputs, outputs);
  look(storage, storage.inputs);
  storage.setWindow(0, 6);
  storage.setWindow(6, storage.frames - 6);
  look(storage, storage.outputs);
  storage.deliver(outputs);
}

function look(storage, buses) {
  for (let b = 0; b < buses.length; b++) {
    const bus = buses[b];
    for (let c = 0; c < bus.length; c++) if (bus.channel(c).length !== storage.frames) throw new Error("no view of the block");
  }
}

/** Blocks of these hosts in turn. @returns {Render} */
function inTurn(hosts, options, config = SIDECHAIN) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES, ...options });
  let turn = 0;
  return () => {
    const { inputs, outputs } = hosts[turn];
    turn = turn + 1 === hosts.length ? 0 : turn + 1;
    renderPlanar(storage, inputs, outputs);
  };
}

for (const [sampleFormat, kind] of [
  ["f32", "frozen"],
  ["f32", "plain"],
  ["f64", "plain"],
]) {
  const named = `${sampleFormat}, ${kind} lists`;

  cases[`${named}, the same ones`] = () => inTurn([host(kind, [2, 1], [2])], { sampleFormat });

  // So many that none is known any more when its turn comes again, and so few that the worklet's heap stays small.
  cases[`${named}, other ones in each block`] = () => {
    const first = host(kind, [2, 1], [2]);
    const others = Array.from({ length: 12 }, () => anew(kind, first));
    return inTurn(others, { sampleFormat });
  };

  cases[`${named}, block sizes that change`] = () => {
    const hosts = SIZES.map((frames) => host(kind, [2, 1], [2], frames));
    return inTurn(hosts, { sampleFormat });
  };

  cases[`${named}, channels longer than maxFrames`] = () => inTurn([host(kind, [2, 1], [2], FRAMES + 5)], { sampleFormat });

  cases[`${named}, channels of different lengths`] = () => {
    const even = host(kind, [2, 1], [2]);
    const inputs = kinds[kind]([[samples(FRAMES), samples(11)], even.inputs[1]]);
    const outputs = kinds[kind]([[samples(8), samples(FRAMES)]]);
    return inTurn([{ inputs, outputs }, even], { sampleFormat });
  };
}

for (const sampleFormat of ["f32", "f64"]) {
  cases[`${sampleFormat}, the engine's own lists`] = () => {
    const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, { sampleFormat });
    return (inputs, outputs) => renderPlanar(storage, inputs, outputs);
  };

  cases[`${sampleFormat}, pointers that are pushed anew in each block`] = () => {
    const heap = createHeap();
    const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, {
      sampleFormat,
      heap,
      maxFrames: FRAMES,
      channelMemory: "external",
    });
    const pointers = [1, 2, 3, 4].map(() => heap.malloc(FRAMES * 8));
    const { inputs, outputs } = host("frozen", [2, 1], [2]);
    let block = 0;
    return () => {
      block = (block + 1) & 3;
      storage.clear();
      storage.collect(inputs, outputs);
      for (let c = 0; c < 3; c++) storage.mainInput.push(pointers[(block + c) & 3]);
      for (let c = 0; c < 2; c++) storage.mainOutput.push(pointers[(block + c) & 3]);
      look(storage, storage.inputs);
      storage.deliver(outputs);
    };
  };

  for (const format of ["f32", "i16"]) {
    cases[`${sampleFormat}, interleaved ${format}`] = () => interleaved(sampleFormat, format, [FRAMES]);
    cases[`${sampleFormat}, interleaved ${format}, block sizes that change`] = () => interleaved(sampleFormat, format, SIZES);
  }
}

for (const [sampleFormat, missingInputs] of [
  ["f32", "silence"],
  ["f32", "repeat-mono"],
  ["f32", "drop"],
  ["f64", "repeat-mono"],
]) {
  cases[`${sampleFormat}, channels that are missing or too many: ${missingInputs}`] = () => {
    const hosts = [
      host("frozen", [2, 1], [2]),
      host("plain", [1, 0], [1]),
      host("frozen", [], [2]),
      host("frozen", [4, 3, 1], [3]),
      host("plain", [0, 1], []),
    ];
    return inTurn(hosts, { sampleFormat, missingInputs });
  };
}

cases["constant channels looked for"] = () => inTurn([host("frozen", [2, 1], [2]), host("plain", [1], [2])], { detectConstant: true });

cases["shared memory"] = () => inTurn([host("frozen", [2, 1], [2])], { heap: createHeap({ shared: true, maximumPages: 4 }) });

cases["begin, connect, masks, windows, lengths and clear"] = () => {
  const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, { maxFrames: FRAMES });
  return () => {
    storage.begin(FRAMES);
    const { mainInput, mainOutput, sidechain } = storage;
    mainInput.connect();
    sidechain.connect(1);
    mainOutput.constantMask = sidechain.constantMask | mainInput.connectedLength;
    look(storage, storage.inputs);
    storage.setWindow(0, 5);
    storage.setWindow(5, 11);
    storage.setFrames(8);
    storage.setFrames(FRAMES);
    storage.clear();
    storage.setFrames(8);
  };
};

for (const sampleFormat of ["f32", "f64", "i16"]) {
  for (const layout of ["planar", "contiguous", "interleaved"]) {
    cases[`buses that are ${layout} ${sampleFormat}, scaled, channels missing, block sizes that change`] = () => {
      const form = { layout, sampleFormat, scale: 0.3 };
      const config = { inputs: [{ channelCount: 2, ...form }], outputs: [{ channelCount: 2, ...form }] };
      return formed(config, [host("frozen", [2], [2]), host("plain", [1], [1], 12), host("frozen", [2], [2], 9)], {});
    };
  }
}

cases["the kernel's own buffers, other ones in each block"] = () => {
  const heap = createHeap();
  const places = [1, 2, 3, 4].map(() => heap.malloc(FRAMES * 8));
  const addresses = { inputs: [[places[0], places[1]]], outputs: [places[2]] };
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { heap, addresses, maxFrames: FRAMES });
  const { inputs, outputs } = host("frozen", [2], [2]);
  const lists = [
    [places[0], places[1]],
    [places[1], places[0]],
  ];
  let block = 0;
  return () => {
    block = (block + 1) & 3;
    if ((block & 1) === 0) storage.mainInput.moveTo(lists[block >> 1]);
    storage.collect(inputs, outputs);
    look(storage, storage.inputs);
    storage.mainOutput.moveTo(places[2 + (block & 1)]);
    storage.deliver(outputs);
  };
};

for (const sampleFormat of ["f32", "i16"]) {
  cases[`speakers that are mixed, up and down, ${sampleFormat}`] = () =>
    formed(
      { inputs: [2, 1], outputs: [{ channelCount: 2, sampleFormat }] },
      [host("frozen", [1, 2], [1]), host("plain", [6, 4], [6]), host("frozen", [1, 2], [4]), host("plain", [2, 1], [2])],
      { channelInterpretation: "speakers" },
    );
}

for (const format of ["f64", "u8", "i24", "i32"]) {
  for (const kind of ["bytes", "data view", "typed"]) {
    if (format === "i24" && kind === "typed") continue;
    cases[`interleaved ${format}, as ${kind}, block sizes that change`] = () => {
      const sampleBytes = { f64: 8, u8: 1, i24: 3, i32: 4 }[format];
      const Typed = { f64: Float64Array, u8: Uint8Array, i32: Int32Array }[format];
      const blocks = SIZES.map((size) => {
        const bytes = new Uint8Array(3 + 2 * size * sampleBytes);
        if (kind === "data view") return new DataView(bytes.buffer, 3);
        return kind === "typed" ? new Typed(2 * size) : bytes.subarray(3);
      });
      const form = { layout: "interleaved", sampleFormat: "i16" };
      const config = { inputs: [{ channelCount: 1, ...form }, 1], outputs: [{ channelCount: 2, ...form }] };
      const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES });
      const interleavedHost = new InterleavedHost(storage, { channelCount: 2, format });
      let turn = 0;
      return () => {
        const block = blocks[turn];
        turn = turn + 1 === blocks.length ? 0 : turn + 1;
        interleavedHost.collect(block);
        interleavedHost.deliver(block);
      };
    };
  }
}

for (const sampleFormat of ["f32", "f64"]) {
  for (const kind of Object.keys(kinds)) {
    cases[`${sampleFormat}, parameters of ${kind} objects`] = () => {
      const parameters = [
        { name: "one" },
        { name: "many" },
        { name: "rate", automationRate: "k-rate" },
        { name: "missing" },
        { name: "none" },
      ];
      const storage = ProcessBufferStorage.allocateFromConfig(
        { inputs: [1], outputs: [1], parameters },
        { sampleFormat, maxFrames: FRAMES },
      );
      const { inputs, outputs } = host("frozen", [1], [1]);
      const freeze = kind === "frozen" ? Object.freeze : (values) => values;
      const values = () => freeze({ one: samples(1), many: samples(FRAMES), rate: samples(FRAMES), none: samples(2).fill(Number.NaN) });
      const hosts = [values(), values()];
      let block = 0;
      return () => {
        block = (block + 1) & 15;
        storage.collect(inputs, outputs, hosts[block < 12 ? 0 : 1]);
        storage.setWindow(0, 6);
        storage.setWindow(6, FRAMES - 6);
        storage.setParameter(3, block);
        storage.begin(9);
        storage.setFrames(FRAMES);
        storage.deliver(outputs);
      };
    };
  }
}

cases["a callback of Emscripten's, block sizes that change"] = () => {
  const run = (channelCount) => ({ channelCount, layout: "contiguous" });
  const config = { inputs: [run(2), run(1)], outputs: [run(2)], parameters: [{ name: "gain" }] };
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES, missingInputs: "drop" });
  let last = 0;
  const callback = new EmscriptenCallback(storage, (inputs, _, outputs, address, parameters) => {
    last = address;
    return inputs + outputs + parameters;
  });
  const hosts = [host("frozen", [2, 1], [2]), host("plain", [1], [2], 12)];
  let turn = 0;
  return () => {
    turn = 1 - turn;
    const { inputs, outputs } = hosts[turn];
    storage.collect(inputs, outputs);
    if (!callback.call() || last !== callback.outputsAddress) throw new Error("not called");
    storage.deliver(outputs);
  };
};

cases["events, in order and not, and windows from one to the next"] = () => {
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [], outputs: [1] }, { maxFrames: FRAMES });
  const events = new EventQueue(storage, { capacity: 4 });
  let start = 0;
  return () => {
    for (let i = 0; i < 6; i++) events.push(start + ((i * 7) & 31), i, i, 0.5);
    storage.begin(FRAMES);
    events.collect(start);
    while (events.nextWindow()) if (events.windowFrames === 0 || events.windowEvents.count > 4) throw new Error("no window");
    start = start === 65536 ? 0 : start + FRAMES;
  };
};

/** Blocks of these hosts in turn, in buses of whatever form. @returns {Render} */
function formed(config, hosts, options) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES, ...options });
  const { mainInput, mainOutput } = storage;
  let turn = 0;
  return () => {
    const { inputs, outputs } = hosts[turn];
    turn = turn + 1 === hosts.length ? 0 : turn + 1;
    storage.collect(inputs, outputs);
    if (mainInput.samples.length + mainInput.channel(0).length === 0) throw new Error("no samples of the block");
    storage.setFrames(8);
    storage.setWindow(2, 3);
    storage.setFrames(FRAMES);
    storage.deliver(outputs);
    if (mainOutput.channelAddress(0) === 0) throw new Error("no address");
  };
}

/** Blocks of these sizes in turn, in one interleaved array each. @returns {Render} */
function interleaved(sampleFormat, format, sizes) {
  const Samples = format === "f32" ? Float32Array : Int16Array;
  const blocks = sizes.map((size) => new Samples(2 * size).fill(1));
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { sampleFormat, maxFrames: FRAMES });
  const host = new InterleavedHost(storage, { channelCount: 2, format });
  let turn = 0;
  return () => {
    const block = blocks[turn];
    turn = turn + 1 === blocks.length ? 0 : turn + 1;
    host.collect(block);
    look(storage, storage.inputs);
    host.deliver(block);
  };
}

/** A kernel's block of another length: in, every whole block, out; all of that in one turn. */
function renderBlocks(blocks, storage, inputs, outputs) {
  blocks.collect(inputs, outputs);
  while (blocks.next()) look(storage, storage.inputs);
  blocks.deliver(outputs);
  if (blocks.blockStart < 0) throw new Error("no start");
}

for (const [named, maxFrames, hostFrames, sizes] of [
  ["480 under 128", 480, 128, [128]],
  ["12 under 32", 12, 32, [32]],
  ["480 under any length", 480, "any", SIZES],
  ["480 under 128, block sizes that change", 480, 128, [128, ...SIZES]],
]) {
  for (const kind of ["frozen", "plain"]) {
    cases[`blocks of ${named}, ${kind} lists`] = () => {
      const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, { maxFrames });
      const blocks = new FixedBlocks(storage, { hostFrames });
      const hosts = sizes.map((frames) => host(kind, [2, 1], [2], frames));
      let turn = 0;
      return () => {
        const { inputs, outputs } = hosts[turn];
        turn = turn + 1 === hosts.length ? 0 : turn + 1;
        renderBlocks(blocks, storage, inputs, outputs);
      };
    };
  }

  for (const format of ["f32", "i16"]) {
    cases[`blocks of ${named}, interleaved ${format}`] = () => {
      const Samples = format === "i16" ? Int16Array : Float32Array;
      const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, { maxFrames });
      const adapter = new InterleavedHost(storage, { channelCount: 3, format });
      const blocks = new FixedBlocks(storage, { hostFrames });
      blocks.prepare(adapter);
      const arrays = sizes.map((frames) => new Samples(3 * frames).fill(1));
      let turn = 0;
      return () => {
        const array = arrays[turn];
        turn = turn + 1 === arrays.length ? 0 : turn + 1;
        blocks.collectFrom(adapter, array);
        while (blocks.next()) look(storage, storage.inputs);
        blocks.deliverTo(adapter, array);
      };
    };
  }
}

cases["blocks of 480 under 128, the engine's own lists"] = () => {
  const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, { maxFrames: 480 });
  const blocks = new FixedBlocks(storage);
  return (inputs, outputs) => renderBlocks(blocks, storage, inputs, outputs);
};

cases["blocks of 480 under 128, all that can go wrong"] = () => {
  const storage = ProcessBufferStorage.allocateFromConfig(SIDECHAIN, { maxFrames: 480 });
  const blocks = new FixedBlocks(storage, { hostFrames: 128, maxHostFrames: 256 });
  const hosts = [
    host("frozen", [2, 1], [2], 128),
    host("plain", [1, 0], [1], 128),
    host("plain", [4, 2], [3], 128),
    host("frozen", [2, 1], [2], 300),
    { inputs: [[null, samples(128)], 7], outputs: [[samples(128), null]] },
    { inputs: [], outputs: [] },
  ];
  let turn = 0;
  return () => {
    const { inputs, outputs } = hosts[turn];
    turn = turn + 1 === hosts.length ? 0 : turn + 1;
    blocks.collect(inputs, outputs);
    // Sometimes not taken, made in two pieces, or forgotten.
    if (turn !== 2 && blocks.next()) {
      blocks.produced(100);
      blocks.produced(480);
    }
    blocks.deliver(outputs);
    if (turn === 3) blocks.deliver(outputs);
    if (turn === 4) blocks.reset();
  };
};

const AUTOMATED = { ...SIDECHAIN, parameters: [{ name: "gain" }, { name: "mode", automationRate: "k-rate" }] };
const VALUES = { gain: samples(128), mode: new Float32Array(1) };

cases["a kernel's node, the engine's own lists"] = () => {
  const processor = kernelProcessor(AUTOMATED, { tail: 1 });
  return (inputs, outputs) => processor.process(inputs, outputs, VALUES);
};

cases["a kernel's node with blocks of its own, and a meter in shared memory"] = () => {
  const meters = [{ meter: 1, interval: 0, words: new Int32Array(new SharedArrayBuffer(4 * 64)) }];
  // Few samples: before a meter's loop is optimised each one is an object, for which Firefox enlarges its nursery.
  const processor = kernelProcessor({ ...AUTOMATED, inputs: [1], outputs: [1], blockFrames: 6 }, { meters });
  const { inputs, outputs } = host("plain", [1], [1], 4);
  return () => processor.process(inputs, outputs, VALUES);
};
