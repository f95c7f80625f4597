// What is done to one bus: a descriptor, and the table of channel pointers that it names.
//
// Every count, capacity and address comes from the caller and is never read back from memory: the
// kernel writes to the same memory, and nothing that it leaves there may steer a loop or a store.

import { BusDescriptor } from "./layout";

/**
 * Describes a bus that starts each block with `length` channels. Entry c of its table points `stride`
 * bytes behind entry c - 1, and the first one at `first`; so with a stride of 0 all are the same.
 */
export function initialiseBus(descriptor: usize, table: usize, capacity: u32, length: u32, first: usize, stride: u32, sampleBytes: u32): void {
  const bus = changetype<BusDescriptor>(descriptor);
  bus.data32 = sampleBytes == 4 ? table : 0;
  bus.data64 = sampleBytes == 8 ? table : 0;
  bus.channelCount = length;
  bus.latency = 0;
  bus.constantMask = 0;
  for (let channel: u32 = 0; channel < capacity; channel++) {
    setPointer(table, channel, first);
    first += stride;
  }
}

/**
 * Pushes one channel behind the `length` channels that the bus has. Refuses, and changes nothing,
 * when the bus is full or `pointer` is null, misaligned, or has no `maxFrames` samples before the
 * end of the memory.
 */
export function pushChannel(descriptor: usize, table: usize, length: u32, capacity: u32, pointer: usize, maxFrames: u32, sampleBytes: u32): bool {
  const end = <u64>pointer + <u64>maxFrames * sampleBytes;
  if (length >= capacity || pointer == 0 || (pointer & (sampleBytes - 1)) != 0) return false;
  // The very end of 4 GiB is out of bounds too: a loop's end would wrap to 0 there.
  if (end > <u64>memory.size() << 16 || end > <u64>u32.MAX_VALUE) return false;
  setPointer(table, length, pointer);
  changetype<BusDescriptor>(descriptor).channelCount = length + 1;
  return true;
}

/** Points the channels from `from` up to and without `to` at the silence, and marks them constant. */
export function silenceChannels(descriptor: usize, table: usize, from: u32, to: u32, silence: usize): void {
  repeatChannel(table, from, to, silence);
  const bus = changetype<BusDescriptor>(descriptor);
  bus.constantMask |= ((<u64>1 << to) - 1) & ~((<u64>1 << from) - 1);
}

/** Points the channels from `from` up to and without `to` at the same samples. */
export function repeatChannel(table: usize, from: u32, to: u32, pointer: usize): void {
  for (let channel = from; channel < to; channel++) setPointer(table, channel, pointer);
}

function setPointer(table: usize, channel: u32, pointer: usize): void {
  store<usize>(table + (<usize>channel << alignof<usize>()), pointer);
}
