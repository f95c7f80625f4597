// The everyday core: what every storage needs in each block. It imports a memory, keeps no state, and works
// on the addresses that it is given, so one instance serves every storage of a memory.
//
// Every count, capacity and address comes from the caller. None is read back from memory, because the kernel
// writes to the same memory: nothing that it leaves there may steer a loop or a store.
//
// It uses no SIMD, so that it runs where an engine has none.
Object.defineProperty(exports, "__esModule", { value: true });
exports.openBlock = openBlock;
exports.pushChannel = pushChannel;
exports.zeroChannels = zeroChannels;
const layout_1 = require("./layout");
/**
 * Opens a block: describes all buses, points each entry of the tables at its channel's own samples, and zeroes
 * the first `zeroedBytes` of the last `zeroedChannels` channels, which are the outputs.
 *
 * `descriptor` is the first descriptor; they end where the tables begin. `capacities` has `CAPACITY_BITS` a
 * bus, the first bus lowest. The channels' samples lie `stride` bytes apart, the first one at `samples`.
 */
function openBlock(descriptor, tables, capacities, samples, stride, sampleBytes, zeroedChannels, zeroedBytes) {
  let table = tables;
  for (; descriptor < tables; descriptor += layout_1.DESCRIPTOR_BYTES) {
    const capacity = capacities & ((1 << layout_1.CAPACITY_BITS) - 1);
    const bus = changetype(descriptor);
    bus.data32 = sampleBytes == 4 ? table : 0;
    bus.data64 = sampleBytes == 8 ? table : 0;
    bus.channelCount = capacity;
    bus.latency = 0;
    bus.constantMask = 0;
    for (let channel = capacity; channel > 0; channel--) {
      store(table, samples);
      table += sizeof();
      samples += stride;
    }
    capacities >>= layout_1.CAPACITY_BITS;
  }
  if (zeroedChannels > 0) zeroChannels(samples - zeroedChannels * stride, stride, zeroedChannels, zeroedBytes);
}
/**
 * Pushes one channel behind the `length` channels that the bus has. Refuses, and changes nothing, when the bus
 * is full or `pointer` is null, misaligned, or has no `channelBytes` before the end of the memory.
 */
function pushChannel(descriptor, table, length, capacity, pointer, channelBytes, sampleBytes) {
  const end = pointer + channelBytes;
  if (length >= capacity || pointer == 0 || (pointer & (sampleBytes - 1)) != 0) return false;
  // The very end of 4 GiB is out of bounds too: a loop's end would wrap to 0 there.
  if (end > memory.size() << 16 || end > u32.MAX_VALUE) return false;
  store(table + (length << alignof()), pointer);
  changetype(descriptor).channelCount = length + 1;
  return true;
}
/** Zeroes the first `byteLength` bytes of `channels` channels that lie `stride` bytes apart. */
function zeroChannels(samples, stride, channels, byteLength) {
  if (byteLength == stride) {
    memory.fill(samples, 0, stride * channels);
    return;
  }
  for (; channels > 0; channels--) {
    memory.fill(samples, 0, byteLength);
    samples += stride;
  }
}
