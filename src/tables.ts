// The bus descriptors that a kernel is handed, and the tables of channel pointers to which they lead.
//
// The kernel can write to all of the memory. So the true pointers are stored in JS memory, and the kernel's memory has a
// copy, which is written again in each block. Only constant masks are read back: a mask is a hint, and no loop and no address
// depends on it.

import { CHANNEL_COUNT_WORD, DATA32_WORD, DATA64_WORD, DESCRIPTOR_BYTES, DESCRIPTOR_WORDS, POINTER_BYTES } from "./abi";
import type { EverydayCore } from "./core/everyday";
import type { Diagnostics } from "./diagnostics";
import type { BusLayout, Layout, PackedBuses } from "./layout";
import { WORD_BYTES } from "./memory/address";

export class Tables {
  /** The pointer of each table entry, bus after bus. Entries below a bus's length are valid. */
  readonly pointers: Uint32Array;
  /** True from the first push in a block until the next block is opened. */
  hasForeignPointers = false;

  /** Frames from the true pointers to the kernel's entries. Not 0 while a window is open. */
  windowFrames = 0;
  /** The kernel's copy as 32-bit words. Its length becomes 0 when the memory grows. */
  private words: Uint32Array;
  /** `opened`: all words that are written when a block is opened. `emptied`: the descriptors of empty buses. */
  private readonly opened: Uint32Array;
  /** The table entries in `opened`: the address of each channel's own samples. */
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
    private readonly diagnostics: Diagnostics,
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
    // Without a bus there is nothing to view. This array does not lose its length when the memory grows.
    this.words = opened.length === 0 ? opened : new Uint32Array(memory.buffer, address, opened.length);
    this.words.set(opened);
    this.words.set(this.emptied);
  }

  /**
   * [render] Opens a block: every bus gets all of its own channels. Where the buses are all alike, it also zeroes the first
   * `zeroedBytes` of each output channel, because the core does both in one call.
   */
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

  /** [render] Sets the address of a channel's own samples. */
  moveHome({ firstChannel }: BusLayout, channel: number, address: number): void {
    this.home[firstChannel + channel] = address;
    this.pointers[firstChannel + channel] = address;
  }

  /** [render] Sets the number of channels that a bus has when a block is opened. */
  openWith(bus: number, channels: number): void {
    this.opened[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = channels;
  }

  /** [render] Empties every bus. The cost does not depend on channels. */
  clear(): void {
    // The entries stay, so an open window would leave them pointing past the channels' samples.
    this.closeWindow();
    this.current().set(this.emptied);
  }

  /**
   * [render] Appends a pointer to a bus of `length` channels. False, and nothing changes, where the bus is full or the
   * pointer is not valid.
   */
  push(bus: number, length: number, pointer: number, channelBytes: number): boolean {
    const { address, layout } = this;
    const { firstChannel, capacity, sampleBytes } = layout.buses[bus]!;
    const table = address + layout.tables + firstChannel * POINTER_BYTES;
    if (!this.core.pushChannel(address + bus * DESCRIPTOR_BYTES, table, length, capacity, pointer, channelBytes, sampleBytes)) return false;
    this.pointers[firstChannel + length] = pointer;
    this.hasForeignPointers = true;
    return true;
  }

  /** [render] Points the entries of one bus at its own samples again. */
  pointHome({ firstChannel, capacity }: BusLayout): void {
    for (let entry = firstChannel; entry < firstChannel + capacity; entry++) this.pointers[entry] = this.home[entry]!;
    this.openWindow(0);
  }

  /** [render] Reads a word of a bus's descriptor. */
  read(bus: number, word: number): number {
    return this.current()[bus * DESCRIPTOR_WORDS + word]!;
  }

  /** [render] Writes a word of a bus's descriptor. */
  write(bus: number, word: number, value: number): void {
    this.current()[bus * DESCRIPTOR_WORDS + word] = value;
  }

  /** [render] Points each of the kernel's entries `frames` frames after the true pointer. */
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

  /** [render] Points each of the kernel's entries at the true pointer. */
  closeWindow(): void {
    if (this.windowFrames > 0) this.openWindow(0);
  }

  /**
   * {@link open} for buses that the core cannot describe, and for more buses than it takes in one number. To copy all words is
   * faster than several calls of the core.
   */
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

  /** The kernel's words. Makes a new view where the memory has grown. */
  private current(): Uint32Array {
    const { words, opened } = this;
    if (words.length === opened.length) return words;
    this.diagnostics.viewRebuilds++;
    this.words = new Uint32Array(this.memory.buffer, this.address, opened.length);
    return this.words;
  }
}

function openedWords(address: number, { buses, channels, tables }: Layout): Uint32Array {
  const words = new Uint32Array((tables + channels * POINTER_BYTES) / WORD_BYTES);
  buses.forEach(({ capacity, owner, firstChannel, samples, stride, sampleFormat }, bus) => {
    const table = tables + firstChannel * POINTER_BYTES;
    // CLAP's descriptor has no field for 16-bit samples. Kernels find these by the flat table or by `Bus.samplesAddress`.
    if (sampleFormat !== "i16") words[bus * DESCRIPTOR_WORDS + (sampleFormat === "f32" ? DATA32_WORD : DATA64_WORD)] = address + table;
    words[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = owner === "storage" ? capacity : 0;
    for (let channel = 0; channel < capacity; channel++) {
      words[table / WORD_BYTES + channel] = address + samples + (owner === "storage" ? channel * stride : 0);
    }
  });
  return words;
}
