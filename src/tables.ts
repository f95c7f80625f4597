// What a kernel is handed: bus descriptors, and the tables of channel pointers to which they lead.
//
// The kernel can write to all of the memory. So what lies there is a copy, written anew in each block; what a
// pointer must be is kept here. Only masks are read back, because a mask is a hint and steers nothing.

import { CHANNEL_COUNT_WORD, DATA32_WORD, DATA64_WORD, DESCRIPTOR_BYTES, DESCRIPTOR_WORDS, POINTER_BYTES } from "./abi";
import type { EverydayCore } from "./core/everyday";
import type { BusLayout, Layout, PackedBuses } from "./layout";
import { WORD_BYTES } from "./memory/address";

export class Tables {
  /** What each entry must be, bus after bus; valid below a bus's length. */
  readonly pointers: Uint32Array;
  /** True once a pointer was pushed, until the next block is opened. */
  hasForeignPointers = false;

  /** Frames by which the kernel's entries lie behind the pointers. */
  windowFrames = 0;
  /** The kernel's copy in 32-bit words. Of length 0 when the memory has grown. */
  private words: Uint32Array;
  /** All words as a block is opened with them; and the descriptors of empty buses. */
  private readonly opened: Uint32Array;
  /** The entries among them: where each channel's own samples are. */
  readonly home: Uint32Array;
  private readonly emptied: Uint32Array;
  private readonly packed: PackedBuses | undefined;
  /** Addresses of the first entry, and of the first sample. */
  private readonly entries: number;
  private readonly samples: number;

  /** [setup] Writes the tables of empty buses. */
  constructor(
    private readonly core: EverydayCore,
    private readonly memory: WebAssembly.Memory,
    private readonly address: number,
    private readonly layout: Layout,
  ) {
    const firstEntry = layout.tables / WORD_BYTES;
    this.packed = layout.packed;
    this.entries = address + layout.tables;
    this.samples = address + layout.samples;
    const opened = openedWords(address, layout);
    this.opened = opened;
    this.home = opened.subarray(firstEntry);
    this.pointers = this.home.slice();
    this.emptied = opened.slice(0, firstEntry);
    for (let bus = 0; bus < layout.buses.length; bus++) this.emptied[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = 0;
    // Without a bus there is nothing to look at, nor anything that would die when the memory grows.
    this.words = opened.length === 0 ? opened : new Uint32Array(memory.buffer, address, opened.length);
    this.words.set(opened);
    this.words.set(this.emptied);
  }

  /** [render] Every bus with all of its own channels; zeroes the first `zeroedBytes` of each output channel, where the core can do both at once. */
  open(zeroedBytes: number): void {
    const { packed } = this;
    this.windowFrames = 0;
    if (this.hasForeignPointers) this.forgetForeignPointers();
    if (packed === undefined || packed.capacities < 0) {
      this.openByCopying(zeroedBytes);
      return;
    }
    const { capacities, stride, sampleBytes, outputChannels } = packed;
    const zeroedChannels = zeroedBytes > 0 ? outputChannels : 0;
    this.core.openBlock(this.address, this.entries, capacities, this.samples, stride, sampleBytes, zeroedChannels, zeroedBytes);
  }

  /** [render] From now on a channel's own samples are at `address`. */
  moveHome({ firstChannel }: BusLayout, channel: number, address: number): void {
    this.home[firstChannel + channel] = address;
    this.pointers[firstChannel + channel] = address;
  }

  /** [render] A bus has so many channels in each block from the next one on. */
  openWith(bus: number, channels: number): void {
    this.opened[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = channels;
  }

  /** [render] Every bus empty. Its cost does not depend on channels. */
  clear(): void {
    // Entries past a bus's length stay. Where a window is open they would lead past the end of the samples.
    this.closeWindow();
    this.current().set(this.emptied);
  }

  /** [render] Appends a pointer to a bus of `length` channels. False, and nothing changed, where the bus is full or the pointer is none. */
  push(bus: number, length: number, pointer: number, channelBytes: number): boolean {
    const { address, layout } = this;
    const { firstChannel, capacity, sampleBytes } = layout.buses[bus]!;
    const table = address + layout.tables + firstChannel * POINTER_BYTES;
    if (!this.core.pushChannel(address + bus * DESCRIPTOR_BYTES, table, length, capacity, pointer, channelBytes, sampleBytes)) return false;
    this.pointers[firstChannel + length] = pointer;
    this.hasForeignPointers = true;
    return true;
  }

  /** [render] The entries of one bus lead to its own samples again. */
  pointHome({ firstChannel, capacity }: BusLayout): void {
    for (let entry = firstChannel; entry < firstChannel + capacity; entry++) this.pointers[entry] = this.home[entry]!;
    this.openWindow(0);
  }

  /** [render] A word of a bus's descriptor. */
  read(bus: number, word: number): number {
    return this.current()[bus * DESCRIPTOR_WORDS + word]!;
  }

  /** [render] */
  write(bus: number, word: number, value: number): void {
    this.current()[bus * DESCRIPTOR_WORDS + word] = value;
  }

  /** [render] The kernel finds every pointer `frames` frames further on. */
  openWindow(frames: number): void {
    const { pointers, layout } = this;
    const { buses } = layout;
    const words = this.current();
    const firstEntry = words.length - pointers.length;
    this.windowFrames = frames;
    for (let bus = 0; bus < buses.length; bus++) {
      const { firstChannel, capacity, step } = buses[bus]!;
      const bytes = frames * step;
      for (let entry = firstChannel; entry < firstChannel + capacity; entry++) words[firstEntry + entry] = pointers[entry]! + bytes;
    }
  }

  /** [render] The kernel finds every pointer where it is. */
  closeWindow(): void {
    if (this.windowFrames > 0) this.openWindow(0);
  }

  /** As {@link open}, for what the core cannot describe, and for more buses than it takes in one number: there one copy is faster than several calls. */
  private openByCopying(zeroedBytes: number): void {
    const { packed } = this;
    this.current().set(this.opened);
    if (packed === undefined || zeroedBytes === 0) return;
    this.core.zeroChannels(this.address + packed.outputSamples, packed.stride, packed.outputChannels, zeroedBytes);
  }

  private forgetForeignPointers(): void {
    this.pointers.set(this.home);
    this.hasForeignPointers = false;
  }

  /** The words on the memory as it is now. */
  private current(): Uint32Array {
    const { words, opened } = this;
    return words.length === opened.length ? words : (this.words = new Uint32Array(this.memory.buffer, this.address, opened.length));
  }
}

function openedWords(address: number, { buses, channels, tables }: Layout): Uint32Array {
  const words = new Uint32Array((tables + channels * POINTER_BYTES) / WORD_BYTES);
  buses.forEach(({ capacity, owner, firstChannel, samples, stride, sampleFormat }, bus) => {
    const table = tables + firstChannel * POINTER_BYTES;
    // Kernels know no descriptor with 16-bit samples: those are found by their table alone.
    if (sampleFormat !== "i16") words[bus * DESCRIPTOR_WORDS + (sampleFormat === "f32" ? DATA32_WORD : DATA64_WORD)] = address + table;
    words[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = owner === "storage" ? capacity : 0;
    for (let channel = 0; channel < capacity; channel++) {
      words[table / WORD_BYTES + channel] = address + samples + (owner === "storage" ? channel * stride : 0);
    }
  });
  return words;
}
