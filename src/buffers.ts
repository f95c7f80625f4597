// One allocation and its current block. A reconfiguration replaces both.

import { BEGUN, Block, CLEARED, FIRST_BLOCK, type Opening, wholeWithin } from "./block";
import { Bus, type BusParts } from "./bus";
import type { BusConfig } from "./config";
import type { EverydayCore } from "./core/everyday";
import { CONVERSIONS_CORE, EVERYDAY_CORE, FORMS_CORE, PARAMETERS_CORE } from "./core/inlined";
import { coreOver } from "./core/instance";
import type { Diagnostics } from "./diagnostics";
import { kernelOwnedAddresses } from "./kernel-addresses";
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

/** The buses of a storage, and the operations on all of them at once. Host adapters work on this class. */
export class Buffers {
  readonly layout: Layout;
  readonly block: Block;
  readonly tables: Tables;
  /**
   * Inputs and outputs are not frozen: V8 reads elements of a frozen array through a slow path, and these are read in each
   * block.
   */
  readonly inputs: Bus[] = [];
  readonly outputs: Bus[] = [];
  /** Inputs, then outputs. */
  private readonly buses: Bus[] = [];
  readonly auxInputs: Bus[];
  readonly auxOutputs: Bus[];
  /** Address of the first descriptor. */
  readonly address: number;
  /** `undefined` where the configuration declares none. */
  readonly parameters: Parameters | undefined;
  /** What other threads can read. `undefined` where the memory is not shared. */
  readonly shownState: ShownState | undefined;
  private readonly core: EverydayCore;
  readonly reservation: Reservation;
  /** Whether a bus is contiguous. The addresses of its channels then depend on the block's length. */
  private readonly hasContiguous: boolean;
  /** Whether a block is opened by its tables alone: no parameters, no silence, and all buses alike. */
  private readonly isEveryday: boolean;
  /** Bytes of a frame of an output channel, where the core zeroes outputs while it describes the buses; else 0. */
  private readonly zeroedFrameBytes: number;
  /** The block length for which the channels of contiguous buses were placed last. */
  private placedFrames = -1;

  /**
   * [setup] Allocates what `config` needs, which has been validated before.
   * @throws RangeError when no memory could hold it. Error when the heap has no space for it, or when the engine cannot
   * compile the core. Then nothing stays allocated.
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
    const kernelOwned = kernelOwnedAddresses(config, settings);
    const layout = layoutFor(config, settings, kernelOwned, shared ? SHOWN_STATE_BYTES : 0);
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
    const { packed } = layout;
    this.zeroedFrameBytes = packed !== undefined && settings.clearOutputs ? packed.sampleBytes : 0;
    this.isEveryday = packed !== undefined && layout.parameters === undefined && layout.silenceBytes === 0;
    // The block is the owner of the reservation, because everything that uses these buffers refers to the block. So the bytes
    // stay reserved as long as any of it is reachable.
    this.reservation = reserve(heap, layout.totalBytes, block, shared ? layout.shownState : undefined);
    try {
      const { address } = this.reservation;
      this.address = address;
      if (layout.totalBytes > 0) core.zeroChannels(address, layout.totalBytes, 1, layout.totalBytes);
      const tables = new Tables(core, memory, address, layout, diagnostics);
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
      const { parameters } = this;
      const parts: BusParts = {
        address,
        layout,
        settings,
        diagnostics,
        block,
        tables,
        parameters,
        shownState,
        core,
        conversions,
        forms,
        views,
      };
      for (const declared of [...config.inputs, ...config.outputs]) {
        const index = this.buses.length;
        const bus = new Bus(parts, index, declared, kernelOwned[index]);
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
   * [render] Opens the next block, `block.frames` long. Every bus gets all of its own channels, in the kernel's tables too,
   * and outputs are zeroed. A host adapter copies the host's samples in before this call, because the host's arrays may be
   * views of the outputs. After this call it settles the inputs that lack channels. It calls `beginChange` of the shown state
   * before all of that, and `endChange` after it.
   */
  open(opening: Opening): void {
    const { block } = this;
    block.open(opening);
    if (block.number === FIRST_BLOCK) this.forgetBlocks();
    // Engines copy the code of a short function to where it is called. So what few storages need stands in a function of its own.
    if (this.isEveryday) this.tables.open(block.frames * this.zeroedFrameBytes);
    else this.openEverything();
  }

  /** [render] Starts a block without a host: every input is missing. Returns the block's frames. */
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

  /** [render] Starts the next block, as long as the current one, with every bus empty. */
  clear(): void {
    if (!this.block.isLive) return;
    this.shownState?.beginChange();
    this.block.open(CLEARED);
    if (this.block.number === FIRST_BLOCK) this.forgetBlocks();
    this.tables.clear();
    this.parameters?.open(this.block.frames);
    this.shownState?.endChange();
  }

  /** [render] Makes the block `frames` frames long. Frames that are added are silence. Returns the block's frames. */
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

  /**
   * [render] Moves the kernel's pointers of every channel `offset` frames into the block. Returns `frames`, clamped to the
   * frames that follow.
   */
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

  /**
   * [render] Gives parameter `index` this value in the current block and from there on. False where there is no such
   * parameter.
   */
  writeParameter(index: number, value: number): boolean {
    const { block, parameters, shownState } = this;
    if (!block.isLive || parameters === undefined) return false;
    shownState?.beginChange();
    const isWritten = parameters.write(index, value);
    shownState?.endChange();
    return isWritten;
  }

  /** [render] `frames`, clamped to 0 … `maxFrames`. Counts the frames that are cut off. */
  clampedFrames(frames: number): number {
    const { maxFrames } = this.settings;
    const wanted = wholeWithin(frames, MEMORY_BYTES);
    if (wanted > maxFrames) this.diagnostics.truncatedFrames += wanted - maxFrames;
    return Math.min(wanted, maxFrames);
  }

  /** The numbers of blocks begin again. What buses have stored for a block of the same number is of an older one. */
  private forgetBlocks(): void {
    for (let b = 0; b < this.buses.length; b++) this.buses[b]!.forgetBlock();
  }

  /** {@link open} for storages that need more than tables and zeroed outputs. */
  private openEverything(): void {
    const { block, layout, settings, outputs, zeroedFrameBytes } = this;
    if (this.hasContiguous && block.frames !== this.placedFrames) this.placeChannels();
    this.tables.open(block.frames * zeroedFrameBytes);
    this.parameters?.open(block.frames);
    if (layout.packed === undefined && settings.clearOutputs) for (let b = 0; b < outputs.length; b++) outputs[b]!.zero();
    if (layout.silenceBytes > 0) this.cleanSilence();
  }

  /** Zeroes the silence, because a kernel may have written to it. */
  private cleanSilence(): void {
    const { silence, silenceBytes } = this.layout;
    this.core.zeroChannels(this.address + silence, 0, 1, silenceBytes);
  }

  /** Places the channels of contiguous buses for the block's length. */
  private placeChannels(): void {
    const { buses } = this;
    this.placedFrames = this.block.frames;
    for (let b = 0; b < buses.length; b++) buses[b]!.placeChannels();
  }

  /** The same, but also moves their samples, which lie as in a block of `before` frames. */
  private spreadFrom(before: number): void {
    const { buses } = this;
    this.placedFrames = this.block.frames;
    for (let b = 0; b < buses.length; b++) buses[b]!.spreadFrom(before);
  }

  /** [setup] Gives the memory back. From then on every bus is empty. */
  release(): void {
    if (!this.block.isLive) return;
    this.block.end();
    this.reservation.release();
  }
}
