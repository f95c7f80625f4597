// Many storages in one memory, which are freed, allocated and reconfigured in random order. Every sample of
// a storage holds a value that no other storage has, so that it shows when one writes into another. Plain
// JS, because it runs in worklets too.

import { createHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { randomNumbers } from "./random-numbers.js";

const CONFIGS = [
  { inputs: [1], outputs: [1] },
  { inputs: [2], outputs: [2] },
  { inputs: [2, 1], outputs: [2] },
  { inputs: [], outputs: [2] },
  { inputs: [6], outputs: [6, 2] },
  { inputs: [0, 2], outputs: [] },
];

/**
 * Keeps `count` storages, and frees and reallocates or reconfigures one of them `steps` times.
 *
 * @typedef {object} Report
 * @property {number} spoiled how often a storage did not hold its mark any more
 * @property {number} overlaps how many blocks of the heap overlap with the next one
 * @property {number} heldAtEnd how many blocks were never given back
 * @property {number} givenBackTwice how often something was given back that was not held
 * @property {number} bytesTold the bytes that the storages say they take
 * @property {number} bytesHeld the bytes that they have taken from the heap
 * @property {boolean} grewLate whether the memory still grew after the first fifth of the steps
 * @property {boolean} wholeAgain whether, in the end, one block can take nearly all of the memory
 *
 * @returns {Report}
 */
export function replaceAtRandom(count, steps) {
  const roll = randomNumbers(4711);
  const inner = createHeap();
  const held = new Map();
  let givenBackTwice = 0;
  const heap = {
    memory: inner.memory,
    malloc(bytes) {
      const address = inner.malloc(bytes);
      if (address !== 0) held.set(address, bytes);
      return address;
    },
    free(address) {
      if (!held.delete(address)) givenBackTwice++;
      inner.free(address);
    },
  };
  const frames = () => 16 + roll(4) * 8;
  const allocate = () =>
    ProcessBufferStorage.allocateFromConfig(CONFIGS[roll(CONFIGS.length)], { heap, maxFrames: frames(), clearOutputs: false });

  const slots = Array.from({ length: count }, (_, value) => {
    const storage = allocate();
    writeMark(storage, value);
    return { storage, value };
  });
  let spoiled = 0;
  let settled = 0;
  for (let step = 0; step < steps; step++) {
    const slot = slots[roll(count)];
    if (!holdsMark(slot.storage, slot.value)) spoiled++;
    if (roll(3) === 0) {
      slot.storage.reconfigure(CONFIGS[roll(CONFIGS.length)], { maxFrames: frames() });
    } else {
      slot.storage.free();
      slot.storage = allocate();
    }
    slot.value = count + step;
    writeMark(slot.storage, slot.value);
    if (step === Math.floor(steps / 5)) settled = heap.memory.buffer.byteLength;
  }
  for (const { storage, value } of slots) if (!holdsMark(storage, value)) spoiled++;

  const blocks = [...held].sort(([a], [b]) => a - b);
  const overlaps = blocks.filter(([address, bytes], i) => i + 1 < blocks.length && address + bytes > blocks[i + 1][0]).length;
  const bytesHeld = blocks.reduce((sum, [, bytes]) => sum + bytes, 0);
  const bytesTold = slots.reduce((sum, { storage }) => sum + storage.usage.totalBytes, 0);
  const grewLate = heap.memory.buffer.byteLength !== settled;
  for (const { storage } of slots) storage.free();
  const wholeAgain = inner.malloc(Math.floor(settled * 0.9)) !== 0 && heap.memory.buffer.byteLength === settled;
  return { spoiled, overlaps, heldAtEnd: held.size, givenBackTwice, bytesTold, bytesHeld, grewLate, wholeAgain };
}

/** Writes `value` to every sample of the storage; to its outputs the value and the channel's index. */
export function writeMark(storage, value) {
  storage.begin(storage.maxFrames);
  for (const bus of storage.outputs) for (let c = 0; c < bus.length; c++) bus.channel(c).fill(value + c);
  const inputs = storage.inputs.map((bus) => Array.from({ length: bus.capacity }, () => new Float32Array(storage.maxFrames).fill(value)));
  storage.collect(inputs, []);
}

/** Whether every sample still is as `writeMark` left it. */
export function holdsMark(storage, value) {
  const whole = (samples, expected) => samples.length === storage.maxFrames && samples.every((sample) => sample === expected);
  const every = (bus, expected) =>
    bus.length === bus.capacity && Array.from({ length: bus.length }, (_, c) => whole(bus.channel(c), expected(c))).every(Boolean);
  return storage.inputs.every((bus) => every(bus, () => value)) && storage.outputs.every((bus) => every(bus, (c) => value + c));
}
