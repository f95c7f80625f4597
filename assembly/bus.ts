// What is done to buses: descriptors, and the tables of channel pointers that they name.
//
// Every count, capacity and address comes from the caller and is never read back from memory: the
// kernel writes to the same memory, and nothing that it leaves there may steer a loop or a store.

import { BusDescriptor, CAPACITY_BITS, DESCRIPTOR_BYTES } from "./layout";

/**
 * Describes a run of buses as every block starts with them. `capacities` has `CAPACITY_BITS` a bus, the
 * first one lowest. Entry c of their tables points `stride` bytes behind entry c - 1, the first one at
 * `first`. With a stride of 0 all point at the same samples, and nothing is pushed yet.
 */
export function describeBuses(
  descriptor: usize,
  buses: u32,
  capacities: u32,
  table: usize,
  first: usize,
  stride: u32,
  sampleBytes: u32,
): void {
  for (; buses > 0; buses--) {
    const capacity = capacities & ((1 << CAPACITY_BITS) - 1);
    const bus = changetype<BusDescriptor>(descriptor);
    bus.data32 = sampleBytes == 4 ? table : 0;
    bus.data64 = sampleBytes == 8 ? table : 0;
    bus.channelCount = stride == 0 ? 0 : capacity;
    bus.latency = 0;
    bus.constantMask = 0;
    for (let channel = capacity; channel > 0; channel--) {
      store<usize>(table, first);
      table += sizeof<usize>();
      first += stride;
    }
    descriptor += DESCRIPTOR_BYTES;
    capacities >>= CAPACITY_BITS;
  }
}

/**
 * Pushes one channel behind the `length` channels that the bus has. Refuses, and changes nothing,
 * when the bus is full or `pointer` is null, misaligned, or has no `maxFrames` samples before the
 * end of the memory.
 */
export function pushChannel(
  descriptor: usize,
  table: usize,
  length: u32,
  capacity: u32,
  pointer: usize,
  maxFrames: u32,
  sampleBytes: u32,
): bool {
  const end = <u64>pointer + <u64>maxFrames * sampleBytes;
  if (length >= capacity || pointer == 0 || (pointer & (sampleBytes - 1)) != 0) return false;
  // The very end of 4 GiB is out of bounds too: a loop's end would wrap to 0 there.
  if (end > (<u64>memory.size()) << 16 || end > <u64>u32.MAX_VALUE) return false;
  store<usize>(table + ((<usize>length) << alignof<usize>()), pointer);
  changetype<BusDescriptor>(descriptor).channelCount = length + 1;
  return true;
}
