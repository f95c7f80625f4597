// One allocation and the block that is in it: all that a reconfiguration replaces.

import { BEGUN, Block, CLEARED, type Opening, wholeWithin } from "./block";
import { Bus, type BusParts } from "./bus";
import type { BusConfig } from "./config";
import type { EverydayCore } from "./core/everyday";
import { CONVERSIONS_CORE, EVERYDAY_CORE, FORMS_CORE, PARAMETERS_CORE } from "./core/inlined";
import { coreOver } from "./core/instance";
import type { Diagnostics } from "./diagnostics";
import { keptAddresses } from "./kernel-addresses";
import { type Layout, layoutFor } from "./layout";
import { MEMORY_BYTES } from "./memory/address";
import { isShared } from "./memory/heap";
import { type Reservation, reserve } from "./memory/reservation";
import { ViewCache, type ViewConstructor } from "./memory/views";
import type { Settings } from "./options";
import { parameterFormat } from "./parameter-layout";
import { Parameters } from "./parameters";
import { SAMPLE_FORMATS, type SampleFormat, type Samples } from "./sample-format";
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
  /** Inputs, then outputs. */
  private readonly buses: Bus[] = [];
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
  /** Whether where channels are depends on the block's length. */
  private readonly hasContiguous: boolean;
  /** Whether opening a block takes its tables alone. */
  private readonly isEveryday: boolean;
  /** Bytes of a frame of each output channel that is zeroed together with describing the buses. */
  private readonly zeroedFrameBytes: number;
  /** The block's length by which contiguous buses' channels were placed last. */
  private placedFrames = -1;

  /**
   * [setup] Allocates what `config`, which was judged, needs.
   * @throws RangeError when no memory could hold it; Error when the heap does not, or the engine lacks something. Then nothing stays allocated.
   */
  constructor(
    readonly config: BusConfig,
    readonly settings: Settings,
    readonly diagnostics: Diagnostics,
  ) {
    const { heap, maxFrames, detectConstant, channelInterpretation } = settings;
    const { memory } = heap;
    const shared = isShared(memory);
    const core = coreOver(memory, settings.core, EVERYDAY_CORE);
    const kept = keptAddresses(config, settings);
    const layout = layoutFor(config, settings, kept, shared ? SHOWN_STATE_BYTES : 0);
    const converted = layout.buses.filter(({ hostFloats }) => hostFloats > 0);
    const needsConversions = detectConstant || converted.some(({ isExact }) => isExact);
    const conversions = needsConversions ? coreOver(memory, settings.core, CONVERSIONS_CORE) : undefined;
    const needsForms =
      channelInterpretation === "speakers" ||
      converted.some(({ isInput, isExact, growsInPlace }) => !growsInPlace && (isInput || !isExact));
    const forms = needsForms ? coreOver(memory, settings.core, FORMS_CORE) : undefined;
    const parametersCore = layout.parameters === undefined ? undefined : coreOver(memory, settings.core, PARAMETERS_CORE);
    const block = new Block();
    this.core = core;
    this.layout = layout;
    this.block = block;
    this.hasContiguous = layout.buses.some((bus) => bus.layout === "contiguous");
    this.zeroedFrameBytes = settings.clearOutputs ? (layout.packed?.sampleBytes ?? 0) : 0;
    this.isEveryday = layout.packed !== undefined && layout.parameters === undefined && layout.silenceBytes === 0;
    // Everything that uses these buffers holds the block. So the bytes stay reserved as long as one of them is reachable.
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
          : new Parameters(
              config.parameters!,
              parametersCore!,
              memory,
              address,
              layout.parameters,
              maxFrames,
              parameterFormat(settings.sampleFormat),
              diagnostics,
            );
      const views: Partial<Record<SampleFormat, ViewCache<Samples>>> = {};
      const prepareViews = (format: SampleFormat) => {
        views[format] ??= new ViewCache<Samples>(SAMPLE_FORMATS[format].View as ViewConstructor<Samples>, memory, diagnostics);
      };
      for (const { sampleFormat } of layout.buses) prepareViews(sampleFormat);
      if (converted.length > 0 || channelInterpretation === "speakers") prepareViews("f32");
      const parts: BusParts = { address, layout, settings, diagnostics, block, tables, shownState, core, conversions, forms, views };
      for (const declared of [...config.inputs, ...config.outputs]) {
        const index = this.buses.length;
        const bus = new Bus(parts, index, declared, kept[index]);
        this.buses.push(bus);
        (bus.place.isInput ? this.inputs : this.outputs).push(bus);
        const { owner, samples, sampleFormat } = bus.place;
        if (owner === undefined && bus.capacity > 0) views[sampleFormat]!.prepare(address + samples, maxFrames);
      }
      if (layout.packed === undefined) tables.openWindow(0);
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
    const { block } = this;
    block.open(opening);
    // Engines put the body of a short function where it is called, so what is needed seldom stands in another one.
    if (this.isEveryday) this.tables.open(block.frames * this.zeroedFrameBytes);
    else this.openEverything();
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
    const { block, buses, settings, tables, shownState } = this;
    if (!block.isLive) return 0;
    shownState?.beginChange();
    const before = block.frames;
    tables.closeWindow();
    block.frames = this.clampedFrames(frames);
    if (this.hasContiguous) this.spreadFrom(before);
    if (block.frames > before) {
      for (let b = 0; b < buses.length; b++) if (buses[b]!.place.isInput || settings.clearOutputs) buses[b]!.silenceFrom(before);
      if (this.layout.silenceBytes > 0) this.cleanSilence();
    }
    this.parameters?.resize(block.frames);
    shownState?.endChange();
    return block.frames;
  }

  /** [render] The kernel finds every channel at `offset` frames into the block. Returns how many of `frames` the block has from there on. */
  openWindow(offset: number, frames: number): number {
    const { block, diagnostics, tables, shownState } = this;
    if (!block.isLive) return 0;
    if (this.hasContiguous) {
      diagnostics.refusedWindows++;
      return 0;
    }
    const start = wholeWithin(offset, block.frames);
    const length = wholeWithin(frames, block.frames - start);
    shownState?.beginChange();
    tables.openWindow(start);
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

  /** What {@link open} does, for storages that need more than tables and zeroed outputs. */
  private openEverything(): void {
    const { block, layout, settings, outputs, zeroedFrameBytes } = this;
    if (this.hasContiguous && block.frames !== this.placedFrames) this.placeChannels();
    this.tables.open(block.frames * zeroedFrameBytes);
    this.parameters?.open(block.frames);
    if (layout.packed === undefined && settings.clearOutputs) for (let b = 0; b < outputs.length; b++) outputs[b]!.zero();
    if (layout.silenceBytes > 0) this.cleanSilence();
  }

  /** Zeroes the silence: a kernel may have written there. */
  private cleanSilence(): void {
    const { silence, silenceBytes } = this.layout;
    this.core.zeroChannels(this.address + silence, 0, 1, silenceBytes);
  }

  /** Contiguous buses' channels lie as the block's length says. */
  private placeChannels(): void {
    const { buses } = this;
    this.placedFrames = this.block.frames;
    for (let b = 0; b < buses.length; b++) buses[b]!.placeChannels();
  }

  /** The same for a block whose samples stand in them, and that had `before` frames. */
  private spreadFrom(before: number): void {
    const { buses } = this;
    this.placedFrames = this.block.frames;
    for (let b = 0; b < buses.length; b++) buses[b]!.spreadFrom(before);
  }

  /** [setup] Gives the memory back. Every bus is empty from here on. */
  release(): void {
    if (!this.block.isLive) return;
    this.block.end();
    this.reservation.release();
  }
}
