// One allocation and the block that is in it: all that a reconfiguration replaces.

import { BEGUN, Block, CLEARED, type Opening, wholeWithin } from "./block";
import { Bus, type BusParts } from "./bus";
import type { BusConfig } from "./config";
import { conversionsCoreOver } from "./core/conversions";
import { type EverydayCore, everydayCoreOver } from "./core/everyday";
import { parametersCoreOver } from "./core/parameters";
import type { Diagnostics } from "./diagnostics";
import { type Layout, layoutFor } from "./layout";
import { MEMORY_BYTES } from "./memory/address";
import { isShared } from "./memory/heap";
import { type Reservation, reserve } from "./memory/reservation";
import { ViewCache, type ViewConstructor } from "./memory/views";
import type { Settings } from "./options";
import { Parameters } from "./parameters";
import { SAMPLE_FORMATS, type Samples } from "./sample-format";
import { SHOWN_STATE_BYTES, ShownState } from "./shown-state";
import { Tables } from "./tables";

/** The buses of a storage, and what is done to all of them at once. Host adapters work on this. */
export class Buffers {
  readonly layout: Layout;
  readonly block: Block;
  readonly tables: Tables;
  /** Not frozen: V8 reads elements of frozen arrays through a slow path, and these are read in each block. */
  readonly inputs: Bus[] = [];
  readonly outputs: Bus[] = [];
  readonly auxInputs: Bus[];
  readonly auxOutputs: Bus[];
  /** Address of the first descriptor. */
  readonly address: number;
  /** `undefined` where none is declared. */
  readonly parameters: Parameters | undefined;
  /** What other threads see; `undefined` where the memory is not shared. */
  readonly shownState: ShownState | undefined;
  private readonly core: EverydayCore;
  readonly reservation: Reservation;
  /** Outputs that a block starts with zeroed. */
  private readonly zeroedOutputs: number;

  /**
   * [setup] Allocates what `config`, which was judged, needs.
   * @throws RangeError when no memory could hold it; Error when the heap does not, or the engine lacks something. Then nothing stays allocated.
   */
  constructor(
    readonly config: BusConfig,
    readonly settings: Settings,
    readonly diagnostics: Diagnostics,
  ) {
    const { heap, maxFrames, sampleFormat, detectConstant } = settings;
    const { memory } = heap;
    const isDouble = sampleFormat === "f64";
    const shared = isShared(memory);
    const core = everydayCoreOver(memory, settings.core);
    const conversions = isDouble || detectConstant ? conversionsCoreOver(memory, settings.core) : undefined;
    const layout = layoutFor(config, settings, shared ? SHOWN_STATE_BYTES : 0);
    const parametersCore = layout.parameters === undefined ? undefined : parametersCoreOver(memory, settings.core);
    const block = new Block();
    this.core = core;
    this.layout = layout;
    this.block = block;
    this.zeroedOutputs = settings.clearOutputs ? layout.ownedOutputs : 0;
    // Whoever works with these buffers has the block, so the bytes are nobody else's as long as one of them lives.
    this.reservation = reserve(heap, layout.totalBytes, block, shared ? layout.shownState : undefined);
    try {
      const { address } = this.reservation;
      this.address = address;
      if (layout.totalBytes > 0) core.zeroChannels(address, layout.totalBytes, 1, layout.totalBytes);
      const tables = new Tables(core, memory, address, layout);
      const shownState = shared ? new ShownState(memory, address + layout.shownState, block, diagnostics, tables) : undefined;
      this.tables = tables;
      this.shownState = shownState;
      this.parameters =
        layout.parameters === undefined
          ? undefined
          : new Parameters(config.parameters!, parametersCore!, memory, address, layout.parameters, maxFrames, sampleFormat, diagnostics);
      const views = new ViewCache<Samples>(SAMPLE_FORMATS[sampleFormat].View as ViewConstructor<Samples>, memory, diagnostics);
      if (layout.silenceBytes > 0) views.prepare(address + layout.silence, maxFrames);
      const parts: BusParts = { address, layout, settings, diagnostics, block, tables, shownState, core, conversions, views };
      for (const declared of config.inputs) this.inputs.push(new Bus(parts, this.inputs.length, declared));
      for (const declared of config.outputs) this.outputs.push(new Bus(parts, this.inputs.length + this.outputs.length, declared));
      this.auxInputs = this.inputs.slice(1);
      this.auxOutputs = this.outputs.slice(1);
    } catch (error) {
      this.reservation.release();
      throw error;
    }
  }

  /**
   * [render] The next block, as long as `block.frames` says: every bus has all of its own channels, for the kernel
   * too, and outputs are zeroed. An adapter copies the host's samples in before, because these may be views of the
   * outputs, and settles the inputs that differ after it. All of that it does between `beginChange` and `endChange`
   * of the shown state.
   */
  open(opening: Opening): void {
    const { block, layout } = this;
    block.open(opening);
    this.tables.open(this.zeroedOutputs, block.frames * layout.sampleBytes);
    this.parameters?.open(block.frames);
    if (layout.silenceBytes > 0) this.cleanSilence(0);
  }

  /** [render] A block without a host: every input is missing. Returns its frames. */
  begin(frames: number): number {
    const { block, inputs, shownState } = this;
    if (!block.isLive) return 0;
    shownState?.beginChange();
    block.frames = this.clampedFrames(frames);
    this.open(BEGUN);
    for (let b = 0; b < inputs.length; b++) inputs[b]!.receive(0, 0, false);
    shownState?.endChange();
    return block.frames;
  }

  /** [render] The next block, of the same length, with every bus empty. */
  clear(): void {
    if (!this.block.isLive) return;
    this.shownState?.beginChange();
    this.block.open(CLEARED);
    this.tables.clear();
    this.parameters?.open(this.block.frames);
    this.shownState?.endChange();
  }

  /** [render] The block becomes `frames` frames long. What it grows by is silence. Returns its frames. */
  resize(frames: number): number {
    const { block, inputs, outputs, tables, shownState } = this;
    if (!block.isLive) return 0;
    shownState?.beginChange();
    const before = block.frames;
    tables.closeWindow();
    block.frames = this.clampedFrames(frames);
    if (block.frames > before) {
      for (let b = 0; b < inputs.length; b++) inputs[b]!.silenceFrom(before);
      for (let b = 0; this.settings.clearOutputs && b < outputs.length; b++) outputs[b]!.silenceFrom(before);
      if (this.layout.silenceBytes > 0) this.cleanSilence(before);
    }
    this.parameters?.resize(block.frames);
    shownState?.endChange();
    return block.frames;
  }

  /** [render] The kernel finds every channel at `offset` frames into the block. Returns how many of `frames` the block has from there on. */
  openWindow(offset: number, frames: number): number {
    const { block, layout, tables, shownState } = this;
    if (!block.isLive) return 0;
    const start = wholeWithin(offset, block.frames);
    const length = wholeWithin(frames, block.frames - start);
    shownState?.beginChange();
    tables.openWindow(start * layout.sampleBytes);
    this.parameters?.openWindow(start, length);
    shownState?.endChange();
    return length;
  }

  /** [render] Parameter `index` is `value` in this block and from here on. False for what is none. */
  writeParameter(index: number, value: number): boolean {
    const { block, parameters, shownState } = this;
    if (!block.isLive || parameters === undefined) return false;
    shownState?.beginChange();
    const isWritten = parameters.write(index, value);
    shownState?.endChange();
    return isWritten;
  }

  /** [render] `frames` as a length that a block can have. Counts what is cut off. */
  clampedFrames(frames: number): number {
    const { maxFrames } = this.settings;
    const wanted = wholeWithin(frames, MEMORY_BYTES);
    if (wanted > maxFrames) this.diagnostics.truncatedFrames += wanted - maxFrames;
    return Math.min(wanted, maxFrames);
  }

  /** Zeroes the block's frames of the silence from `start` on: a kernel may have written there. */
  private cleanSilence(start: number): void {
    const { sampleBytes, silence } = this.layout;
    this.core.zeroChannels(this.address + silence + start * sampleBytes, 0, 1, (this.block.frames - start) * sampleBytes);
  }

  /** [setup] Gives the memory back. Every bus is empty from here on. */
  release(): void {
    if (!this.block.isLive) return;
    this.block.end();
    this.reservation.release();
  }
}
