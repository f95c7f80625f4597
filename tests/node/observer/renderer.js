// Renders in a thread of its own until it is told to stop, and posts where to look. What the samples are says which
// block and which channel they are of.

import { parentPort, workerData } from "node:worker_threads";
import { createRegionHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { inputLevel, LENGTHS, NOBODYS_LEVEL, outputLevel, pushedLevel, STOP, storageLevel } from "./levels.js";

const { memory, address, byteLength, sampleFormat, way, control } = workerData;
const flags = new Int32Array(control);
const heap = createRegionHeap(memory, address, byteLength);
const Samples = sampleFormat === "f64" ? Float64Array : Float32Array;
const config = { inputs: [2, 1], outputs: [2] };
const allocate = (options = {}) => ProcessBufferStorage.allocateFromConfig(config, { heap, sampleFormat, ...options });

let storage;
let generation = 0;

function allocated(options) {
  storage = allocate(options);
  tell();
}

function tell() {
  generation++;
  parentPort.postMessage({ location: storage.location, generation });
}

const ways = {
  /** A host whose blocks are of other lengths each time, and a kernel that renders window by window. */
  collect() {
    const hosts = LENGTHS.map((frames) => {
      const channels = (count) => Array.from({ length: count }, () => new Float32Array(frames));
      const lists = [[channels(2), channels(1)], [channels(2)]];
      return { lists, known: lists.map((buses) => Object.freeze(buses.map((bus) => Object.freeze(bus)))) };
    });
    allocated();
    return (block) => {
      const { lists, known } = hosts[block % LENGTHS.length];
      // Lists that are known at times, and plain ones at others.
      const [inputs, outputs] = block % 64 < 32 ? known : lists;
      for (let c = 0; c < 2; c++) inputs[0][c].fill(inputLevel(block, c));
      inputs[1][0].fill(inputLevel(block, 2));
      // Now and then the host has no sidechain.
      const frames = storage.collect(block % 7 === 0 ? [inputs[0]] : inputs, outputs);
      for (let at = 0; at < frames; at += 48) {
        const end = at + storage.setWindow(at, 48);
        for (let c = 0; c < 2; c++) storage.mainOutput.channel(c).fill(outputLevel(block, c), at, end);
      }
      storage.deliver(outputs);
    };
  },

  /** A silent channel and a loud neighbour, in one block, of which the kernel is handed window after window. */
  setWindow() {
    allocated();
    storage.begin(128);
    storage.mainOutput.channel(1).fill(1);
    return (step) => storage.setWindow(step & 127, 1);
  },

  /** A caller that writes the inputs itself, into blocks that grow and shrink. */
  connect() {
    allocated();
    return (block) => {
      storage.begin(LENGTHS[block % LENGTHS.length]);
      storage.mainInput.connect(1 + (block & 1));
      storage.setFrames(LENGTHS[(block + 1) % LENGTHS.length]);
      for (let c = 0; c < 2; c++) {
        storage.mainInput.channel(c).fill(inputLevel(block, c));
        storage.mainOutput.channel(c).fill(outputLevel(block, c));
      }
      storage.setWindow(block & 31, 64);
    };
  },

  /** The same, of pointers that were pushed. */
  setWindowPushed() {
    allocated();
    storage.begin(128);
    storage.mainOutput.channel(1).fill(1);
    storage.clear();
    storage.setFrames(128);
    for (let c = 0; c < 2; c++) storage.mainOutput.push(storage.mainOutput.channelAddress(c));
    return (step) => storage.setWindow(step & 127, 1);
  },

  /** Pointers that are pushed in another order in each block. Between them is what nobody may see. */
  push() {
    const pointers = Array.from({ length: 8 }, (_, channel) => {
      const pointer = heap.malloc(256 * Samples.BYTES_PER_ELEMENT);
      const samples = new Samples(memory.buffer, pointer, 256).fill(NOBODYS_LEVEL);
      samples.fill(pushedLevel(0, channel), 0, 128);
      return pointer;
    });
    allocated({ channelMemory: "external" });
    return (block) => {
      storage.clear();
      storage.setFrames(128);
      for (let c = 0; c < 2; c++) storage.mainInput.push(pointers[(block + c) & 7]);
      storage.setWindow(block & 127, 1);
    };
  },

  /** Storages that come and go. In between somebody else has the memory. */
  free() {
    allocated();
    return (block) => {
      if (block % 20 === 0) {
        const others = byteLength / 2;
        if (block % 40 === 0) {
          storage.reconfigure(config);
          tell();
        } else {
          storage.free();
          const pointer = heap.malloc(others);
          new Samples(memory.buffer, pointer, others / Samples.BYTES_PER_ELEMENT).fill(NOBODYS_LEVEL);
          heap.free(pointer);
          allocated();
        }
      }
      storage.begin(128);
      for (let c = 0; c < 2; c++) storage.mainOutput.channel(c).fill(storageLevel(generation, c));
    };
  },
};

const render = ways[way]();
for (let block = 1; Atomics.load(flags, STOP) === 0; block++) {
  render(block);
  // Audio does not render all the time. Pauses are of any length up to 16 µs, and every other one of none.
  const end = performance.now() + (block & 1) * (block & 15) * 0.001;
  while (performance.now() < end);
}
