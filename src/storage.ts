import { clampedFrames, clearBlock, setBlockFrames, setBlockWindow, startBlock, zeroOutputs } from "./block";
import { type Bus, missFrom, settle } from "./bus";
import { type BusConfig, frozenBusConfig } from "./bus-config";
import { type Diagnostics, noDiagnostics } from "./diagnostics";
import type { HostBuses } from "./host";
import { collectInterleavedBus, deliverInterleavedBus, type InterleavedSamples } from "./interleaved";
import { DESCRIPTOR_BYTES } from "./layout";
import type { StorageLocation } from "./observer";
import { checkedMaxFrames, checkOptions, type StorageOptions, settingsFrom } from "./options";
import { collectPlanar, deliverPlanar } from "./planar";
import { allocateRegion, type Region, releaseRegion } from "./region";
import type { SampleFormat } from "./sample-format";
import { type MemoryUsage, usageOf } from "./usage";

/**
 * The tables of channel pointers, and the samples behind them, that a wasm kernel is handed for one
 * block of audio: allocated once from a bus configuration, filled block by block.
 *
 * Every member says when it may be called: [setup] may allocate and may throw, so never from a
 * render callback; [render] allocates nothing, never throws whatever it is handed, and does nothing
 * once the storage is freed. A property without a word of it may be read at any time. One storage
 * belongs to one thread.
 *
 * @example One block in an AudioWorkletProcessor
 * ```ts
 * process(inputs, outputs) {
 *   const frames = storage.collect(inputs, outputs);
 *   kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
 *   storage.deliver(outputs);
 *   return true;
 * }
 * ```
 */
export class ProcessBufferStorage<F extends SampleFormat = "f32"> {
  /**
   * [setup] Validates, allocates once, exactly what `config` needs.
   *
   * @throws {@link BusConfigError} for the configuration, RangeError for the options, Error when the
   * heap has no room or is none; then nothing stays allocated.
   * @example
   * ```ts
   * const heap = kernel.exports as unknown as WasmHeap;
   * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap });
   * ```
   */
  static allocateFromConfig<F extends SampleFormat = "f32">(config: BusConfig, options: StorageOptions<F> = {}): ProcessBufferStorage<F> {
    return new ProcessBufferStorage(frozenBusConfig(config), options);
  }

  /** Running counts of what was clamped or refused while rendering, from allocation on. Always the same object. */
  readonly diagnostics: Readonly<Diagnostics>;

  private region: Region<F>;

  private constructor(config: BusConfig, options: StorageOptions<F>) {
    const diagnostics = noDiagnostics();
    this.diagnostics = diagnostics;
    this.region = allocateRegion<F>(config, settingsFrom(options), diagnostics);
  }

  /** The configuration as it was declared; frozen. */
  get config(): BusConfig {
    return this.region.config;
  }

  /** Most frames in one block. */
  get maxFrames(): number {
    return this.region.settings.maxFrames;
  }

  /** What the kernel reads and writes. */
  get sampleFormat(): F {
    return this.region.settings.sampleFormat as F;
  }

  /** The memory in which the storage lives. */
  get memory(): WebAssembly.Memory {
    return this.region.settings.heap.memory;
  }

  /** All input buses, main first. The array and its buses stay the same until {@link reconfigure}. */
  get inputs(): readonly Bus<F>[] {
    return this.region.inputs;
  }

  /** All output buses, main first. The array and its buses stay the same until {@link reconfigure}. */
  get outputs(): readonly Bus<F>[] {
    return this.region.outputs;
  }

  /** Input bus 0, if it is declared. */
  get mainInput(): Bus<F> | undefined {
    return this.region.inputs[0];
  }

  /** Output bus 0, if it is declared. */
  get mainOutput(): Bus<F> | undefined {
    return this.region.outputs[0];
  }

  /** Input buses 1 and up. */
  get auxInputs(): readonly Bus<F>[] {
    return this.region.auxInputs;
  }

  /** Output buses 1 and up. */
  get auxOutputs(): readonly Bus<F>[] {
    return this.region.auxOutputs;
  }

  /** The first auxiliary input bus, if one is declared. */
  get sidechain(): Bus<F> | undefined {
    return this.region.auxInputs[0];
  }

  /** Address of `clap_audio_buffer_t[inputs.length]` (24 bytes each), 0 with no input bus. Constant until {@link reconfigure} or {@link free}. */
  get inputsAddress(): number {
    return this.addressOf(this.region.inputs.length, 0);
  }

  /** Address of `clap_audio_buffer_t[outputs.length]` (24 bytes each), 0 with no output bus. Constant until {@link reconfigure} or {@link free}. */
  get outputsAddress(): number {
    const { inputs, outputs } = this.region;
    return this.addressOf(outputs.length, inputs.length * DESCRIPTOR_BYTES);
  }

  /**
   * Address of one flat `float**` (or `double**`) over all input channels, bus after bus; 0 with
   * none. An entry past a bus's length still points at valid memory.
   */
  get inputTableAddress(): number {
    const { plan } = this.region;
    return this.addressOf(plan.inputChannels, plan.tables);
  }

  /** The same over all output channels. */
  get outputTableAddress(): number {
    const { plan } = this.region;
    return this.addressOf(plan.channels - plan.inputChannels, plan.outputTables);
  }

  /** [setup] Bytes of each part, exact; all 0 once freed. */
  get usage(): MemoryUsage {
    return (this.region.usage ??= usageOf(this.region));
  }

  /**
   * [setup] Where another thread finds this storage: plain data for a {@link StorageObserver} there.
   *
   * @throws Error when the storage's memory is not shared, or the storage is freed.
   */
  get location(): StorageLocation {
    const { live, base, plan, inputs, outputs } = this.region;
    if (!live) throw new Error("a freed storage is nowhere");
    if (plan.countersBytes === 0) throw new Error("only a storage in shared memory can be found by another thread");
    return {
      memory: this.memory,
      sampleFormat: this.sampleFormat,
      inputsAddress: this.inputsAddress,
      inputBuses: inputs.length,
      outputsAddress: this.outputsAddress,
      outputBuses: outputs.length,
      countersAddress: base + plan.counters,
    };
  }

  /** Frames of the current block, 0 … {@link maxFrames}. */
  get frames(): number {
    return this.region.frames;
  }

  /**
   * [render] Sets the block's length, clamped to 0 … {@link maxFrames}; returns what was set. What a block
   * grows by is silence, in inputs and in outputs (there only while `clearOutputs` is true).
   */
  setFrames(frames: number): number {
    if (!this.region.live) return 0;
    setBlockFrames(this.region, frames);
    return this.region.frames;
  }

  /**
   * [render] Resets every bus's length and masks; capacities, pointers' memory and samples stay. Cost
   * does not depend on channels or frames, so table entries past a bus's length stay as they are, too:
   * should a kernel have spoiled them, {@link begin} and {@link collect} put them right.
   */
  clear(): void {
    if (this.region.live) clearBlock(this.region);
  }

  /**
   * [render] Starts a block without host arrays: every configured input channel missing, owned
   * output channels pushed and zeroed. Returns the block's frames (0 when freed). Inputs that the caller
   * writes itself are connected then, by `Bus.connect`.
   *
   * @param frames Length of the block, clamped to 0 … {@link maxFrames}.
   */
  begin(frames: number): number {
    const { region } = this;
    const { inputs } = region;
    if (!region.live) return 0;
    region.block++;
    region.hostOutputs = undefined;
    startBlock(region, clampedFrames(region, frames));
    for (let b = 0; b < inputs.length; b++) {
      const { own } = inputs[b]!;
      if (own.length === 0) continue;
      settle(inputs[b]!, own.length, 0);
      missFrom(inputs[b]!, 0);
    }
    if (region.settings.clearOutputs) zeroOutputs(region);
    return region.frames;
  }

  /**
   * [render] One block in: {@link clear}, copy `inputs[bus][channel]` into owned channels and push
   * them, push owned output channels (zeroed, unless `clearOutputs` is false). Returns the block's
   * frames (0 when freed): as many as the host's longest output channel has; without outputs its longest
   * input channel; without any channel {@link maxFrames}. A host's channels are all of one length. One
   * that turns to channels of different lengths is found out as the block is delivered; until then the
   * first channel counts.
   *
   * Too few, too many or no buses and channels, changing from block to block, frozen or not, are
   * all normal. A missing input channel is silence in its own place, its constant-mask bit set; one
   * that is declared nowhere counts in `diagnostics.droppedChannels`; frames beyond
   * {@link maxFrames} count in `diagnostics.truncatedFrames`.
   *
   * With external channel memory nothing is copied: the lists are cleared, the block's length is
   * set, an instrument's internal output buffers are pushed, and the caller pushes the rest.
   *
   * @param inputs An AudioWorkletProcessor's first argument, as it comes.
   * @param outputs Its second argument, as it comes. Read for its shape alone.
   */
  collect(inputs: HostBuses, outputs: HostBuses): number {
    if (this.region.live) collectPlanar(this.region, inputs, outputs);
    return this.region.frames;
  }

  /**
   * [render] One block out: copies the pushed output channels to `outputs`. A declared channel that
   * was not pushed is silence, and so are frames that the block does not have; host channels that
   * the storage does not have stay untouched.
   *
   * @param outputs An AudioWorkletProcessor's second argument, as it comes.
   */
  deliver(outputs: HostBuses): void {
    if (this.region.live) deliverPlanar(this.region, outputs);
  }

  /**
   * [render] For engines that pass interleaved frames, `frames * channelCount` samples in one array,
   * after {@link begin}: fills one input bus of the block. Too short an array is silence from its end
   * on; channels that are missing or too many are treated as in {@link collect}. Returns the channels
   * taken: 0, and nothing changed, for what is no such array or none of this storage's input buses,
   * where the bus has no samples of its own, or the block no frames.
   *
   * @param samples Floats, or 16-bit samples, which are scaled by 1/32768.
   * @param channelCount Samples in each frame, 1 and up.
   * @example
   * ```ts
   * storage.begin(frames);
   * storage.collectInterleaved(storage.mainInput!, pcm, 2);
   * kernel.process(storage.inputsAddress, storage.outputsAddress, frames);
   * storage.deliverInterleaved(storage.mainOutput!, pcm, 2);
   * ```
   */
  collectInterleaved(bus: Bus<F>, samples: InterleavedSamples, channelCount: number): number {
    const { region } = this;
    return region.live && region.inputs.includes(bus) ? collectInterleavedBus(region, bus, samples, channelCount) : 0;
  }

  /**
   * [render] Writes one output bus of the block; host channels that the bus does not have, and frames
   * that the block does not have, get zeros. 16-bit samples are scaled by 32768, rounded to the
   * nearest (halves up) and clamped; NaN becomes 0. Returns the channels given: 0 for what is no such
   * array or none of this storage's output buses.
   *
   * @param samples Where the frames go.
   * @param channelCount Samples in each frame, 1 and up.
   */
  deliverInterleaved(bus: Bus<F>, samples: InterleavedSamples, channelCount: number): number {
    const { region } = this;
    return region.live && region.outputs.includes(bus) ? deliverInterleavedBus(region, bus, samples, channelCount) : 0;
  }

  /**
   * [render] Points every pushed channel at `offset` frames into the block, for sample-accurate
   * events: the kernel runs once per window. `setWindow(0, frames)` is the whole block, and so is
   * every new block. Only what the kernel is handed moves: `Bus.channel` still shows the whole block.
   * What changes the block shows the kernel the whole of it again: {@link setFrames}, {@link collectInterleaved},
   * `Bus.connect` and `Bus.push`. So windows come last.
   *
   * @param offset First frame of the window, clamped to the block.
   * @param frames Length of the window, clamped to what the block has from `offset` on.
   * @returns The frames set, for the kernel to render.
   * @example An event at frame 40
   * ```ts
   * render(storage.setWindow(0, 40));
   * applyEvent();
   * render(storage.setWindow(40, storage.frames - 40));
   * ```
   */
  setWindow(offset: number, frames: number): number {
    return this.region.live ? setBlockWindow(this.region, offset, frames) : 0;
  }

  /**
   * [setup] A new configuration, all or nothing: when it throws, the old one still works. Bus
   * objects and addresses are new, diagnostics run on.
   *
   * @throws What {@link allocateFromConfig} throws; Error when the storage is freed.
   * @example
   * ```ts
   * storage.reconfigure({ inputs: [6], outputs: [2] }, { maxFrames: 512 });
   * ```
   */
  reconfigure(config: BusConfig, options: Pick<StorageOptions, "maxFrames"> = {}): void {
    const frozen = frozenBusConfig(config);
    checkOptions(options);
    const replaced = this.region;
    const { maxFrames = replaced.settings.maxFrames } = options;
    if (!replaced.live) throw new Error("a freed storage cannot be reconfigured");
    const settings = { ...replaced.settings, maxFrames: checkedMaxFrames(maxFrames, this.sampleFormat) };
    this.region = allocateRegion<F>(frozen, settings, replaced.diagnostics);
    releaseRegion(replaced);
  }

  /** [setup] Gives the memory back. Idempotent; afterwards every [render] call does nothing. */
  free(): void {
    releaseRegion(this.region);
  }

  /** Of a part that `count` buses or channels have; 0 without any of them. */
  private addressOf(count: number, place: number): number {
    const { live, base } = this.region;
    return live && count > 0 ? base + place : 0;
  }
}
