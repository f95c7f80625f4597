// The everyday core, which every storage calls in each block. It imports a memory, has no state, and works on the addresses
// that it is given, so one instance serves every storage of a memory.
//
// Every count, capacity and address comes from the caller. None is read back from memory, because the kernel writes to the
// same memory, and a number that the kernel has overwritten must not control a loop or a store.
//
// It uses no SIMD, so it runs in engines without SIMD.

import { BusDescriptor, CAPACITY_BITS, DESCRIPTOR_BYTES } from "./layout";

/**
 * Opens a block. It writes all descriptors, points each table entry at its channel's own samples, and zeroes the first
 * `zeroedBytes` of the last `zeroedChannels` channels, which are the outputs.
 *
 * `descriptor` is the address of the first descriptor; the last one ends where `tables` begins. `capacities` has
 * `CAPACITY_BITS` bits for each bus, the first bus in the lowest bits. The channels' samples lie `stride` bytes apart; the
 * first channel's begin at `samples`.
 */
export function openBlock(
  descriptor: usize,
  tables: usize,
  capacities: u32,
  samples: usize,
  stride: u32,
  sampleBytes: u32,
  zeroedChannels: u32,
  zeroedBytes: u32,
): void {
  let table = tables;
  for (; descriptor < tables; descriptor += DESCRIPTOR_BYTES) {
    const capacity = capacities & ((1 << CAPACITY_BITS) - 1);
    const bus = changetype<BusDescriptor>(descriptor);
    bus.data32 = sampleBytes == 4 ? table : 0;
    bus.data64 = sampleBytes == 8 ? table : 0;
    bus.channelCount = capacity;
    bus.latency = 0;
    bus.constantMask = 0;
    for (let channel = capacity; channel > 0; channel--) {
      store<usize>(table, samples);
      table += sizeof<usize>();
      samples += stride;
    }
    capacities >>= CAPACITY_BITS;
  }
  if (zeroedChannels > 0) zeroChannels(samples - zeroedChannels * stride, stride, zeroedChannels, zeroedBytes);
}

/**
 * Appends one channel to a bus of `length` channels. Returns false and changes nothing when the bus is full, or when
 * `pointer` is null, misaligned, or less than `channelBytes` before the end of the memory.
 */
export function pushChannel(
  descriptor: usize,
  table: usize,
  length: u32,
  capacity: u32,
  pointer: usize,
  channelBytes: u32,
  sampleBytes: u32,
): bool {
  const end = <u64>pointer + <u64>channelBytes;
  if (length >= capacity || pointer == 0 || (pointer & (sampleBytes - 1)) != 0) return false;
  // Samples must not reach the end of 4 GiB either: the end address would be 2^32, which is 0 in 32 bits, and a loop up to it
  // would stop at once.
  if (end > (<u64>memory.size()) << 16 || end > <u64>u32.MAX_VALUE) return false;
  store<usize>(table + ((<usize>length) << alignof<usize>()), pointer);
  changetype<BusDescriptor>(descriptor).channelCount = length + 1;
  return true;
}

/** Zeroes the first `byteLength` bytes of `channels` channels that lie `stride` bytes apart. */
export function zeroChannels(samples: usize, stride: u32, channels: u32, byteLength: u32): void {
  if (byteLength == stride) {
    memory.fill(samples, 0, stride * channels);
    return;
  }
  for (; channels > 0; channels--) {
    memory.fill(samples, 0, byteLength);
    samples += stride;
  }
}
