import { DESCRIPTOR_BYTES, POINTER_BYTES } from "./abi";
import { allocate } from "./allocation";
import type { Buffers } from "./buffers";
import type { Bus } from "./bus";
import { type BusConfig, frozenBusConfig } from "./config";
import { type Diagnostics, noDiagnostics } from "./diagnostics";
import type { HostBuses } from "./hosts/host-lists";
import type { HostParameterValues } from "./hosts/host-parameters";
import type { PlanarHost } from "./hosts/planar";
import { storages } from "./identity";
import { freeDependentsOf } from "./memory/dependents";
import { type ChangedOptions, changedSettings, type StorageOptions, settingsFrom } from "./options";
import type { SampleFormat } from "./sample-format";
import type { StorageLocation } from "./shown-state";
import { type MemoryUsage, usageOf } from "./usage";

/**
 * What a wasm kernel is handed for one block of audio: bus descriptors, tables of channel pointers, samples and parameters.
 * They are allocated once from a bus configuration, and filled block by block.
 *
 * A tag says when a method or property may be used. [setup] may allocate and throw, so do not use it in a render callback.
 * [render] allocates nothing and never throws, whatever its arguments are. Once the storage is freed, it does nothing. A
 * property without a tag may be read at any time. A storage belongs to one thread.
 *
 * The memory stays reserved while the storage or one of its buses is reachable. A view, an address or a {@link location} does
 * not keep it: without anything else the storage is garbage-collected, and its bytes may be used for something else.
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
   * [setup] Checks `config` and `options`, and allocates exactly the bytes that they need, in one allocation.
   *
   * @throws {@link BusConfigError} for the configuration. RangeError for an option, TypeError for a heap that is none. Error
   * when the heap has no space or its `malloc` fails, or when the engine cannot compile the core. Nothing stays allocated
   * then.
   * @example
   * ```ts
   * const heap = kernel.exports as unknown as WasmHeap;
   * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2, 1], outputs: [2] }, { heap });
   * ```
   */
  static allocateFromConfig<F extends SampleFormat = "f32">(config: BusConfig, options: StorageOptions<F> = {}): ProcessBufferStorage<F> {
    return new ProcessBufferStorage(config, options);
  }

  /**
   * Running counts, since allocation, of what was clamped or refused while rendering. Always the same object, which changes
   * in place.
   */
  readonly diagnostics: Readonly<Diagnostics>;

  /** @internal The allocation on which host adapters work. {@link reconfigure} replaces it. */
  buffers: Buffers;
  /** @internal */
  planar: PlanarHost;

  private constructor(config: BusConfig, options: StorageOptions<F> = {}) {
    const judged = frozenBusConfig(config);
    const diagnostics = noDiagnostics();
    this.diagnostics = diagnostics;
    const { buffers, planar } = allocate(judged, settingsFrom(options), diagnostics);
    this.buffers = buffers;
    this.planar = planar;
    storages.add(this);
  }

  /** The configuration in the form in which it was declared: a frozen copy. */
  get config(): BusConfig {
    return this.buffers.config;
  }

  /** Most frames in one block. */
  get maxFrames(): number {
    return this.buffers.settings.maxFrames;
  }

  /** Format of the kernel's samples in buses that declare none. */
  get sampleFormat(): F {
    return this.buffers.settings.sampleFormat as F;
  }

  /** The memory of the storage's heap. */
  get memory(): WebAssembly.Memory {
    return this.buffers.settings.heap.memory;
  }

  /** All input buses, the main bus first. The same array and the same buses until {@link reconfigure}. */
  get inputs(): readonly Bus<F>[] {
    return this.buffers.inputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** All output buses, the main bus first. The same array and the same buses until {@link reconfigure}. */
  get outputs(): readonly Bus<F>[] {
    return this.buffers.outputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** Input bus 0; `undefined` if it is not declared. */
  get mainInput(): Bus<F> | undefined {
    return this.inputs[0];
  }

  /** Output bus 0; `undefined` if it is not declared. */
  get mainOutput(): Bus<F> | undefined {
    return this.outputs[0];
  }

  /** Input buses from bus 1 on. */
  get auxInputs(): readonly Bus<F>[] {
    return this.buffers.auxInputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** Output buses from bus 1 on. */
  get auxOutputs(): readonly Bus<F>[] {
    return this.buffers.auxOutputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** The first auxiliary input bus; `undefined` if it is not declared. */
  get sidechain(): Bus<F> | undefined {
    return this.auxInputs[0];
  }

  /**
   * Address of `clap_audio_buffer_t[inputs.length]`, 24 bytes each. 0 without input buses. Constant until {@link reconfigure}
   * or {@link free}.
   */
  get inputsAddress(): number {
    return this.addressOf(this.inputs.length, 0);
  }

  /**
   * Address of `clap_audio_buffer_t[outputs.length]`, 24 bytes each. 0 without output buses. Constant until
   * {@link reconfigure} or {@link free}.
   */
  get outputsAddress(): number {
    return this.addressOf(this.outputs.length, this.inputs.length * DESCRIPTOR_BYTES);
  }

  /**
   * Address of one flat table of pointers to all declared input channels, bus after bus: `float**`, or `double**` for
   * doubles. 0 without channels. Entries past a bus's length point at valid memory too. Constant until {@link reconfigure} or
   * {@link free}.
   */
  get inputTableAddress(): number {
    const { inputChannels, tables } = this.buffers.layout;
    return this.addressOf(inputChannels, tables);
  }

  /** The same for all declared output channels. */
  get outputTableAddress(): number {
    const { channels, inputChannels, tables } = this.buffers.layout;
    return this.addressOf(channels - inputChannels, tables + inputChannels * POINTER_BYTES);
  }

  /**
   * Address of one `{ uint32_t length; float *data; }` for each parameter, in declared order, 8 bytes each. This is
   * Emscripten's `AudioParamFrame`. 0 without parameters. Constant until {@link reconfigure} or {@link free}.
   *
   * `data` of an "a-rate" parameter holds one value for each frame of the block, `data` of a "k-rate" parameter one value.
   * `length` is 1 where all values are the same, otherwise the block's frames. So for an a-rate parameter a kernel may read
   * `data[i]`, or `data[length > 1 ? i : 0]`. A window moves `data` of a-rate parameters. With `sampleFormat` "f64" the
   * values are doubles.
   */
  get parametersAddress(): number {
    const { parameters, block } = this.buffers;
    return parameters !== undefined && block.isLive ? parameters.address : 0;
  }

  /** [setup] Bytes of each part of the storage. Those that the storage takes are 0 once it is freed. */
  get usage(): MemoryUsage {
    return usageOf(this.buffers);
  }

  /**
   * [setup] Where a {@link StorageObserver} in another thread finds this storage: plain data, which can be posted. It does
   * not keep the storage. Once the storage is reconfigured, freed or garbage-collected, the observer says that it is gone.
   *
   * @throws Error when the storage's memory is not shared, or when the storage is freed.
   */
  get location(): StorageLocation {
    const { block, layout, address, shownState } = this.buffers;
    if (!block.isLive) throw new Error("the storage is freed: there is nothing for another thread to find");
    if (shownState === undefined) throw new Error("another thread finds a storage only in shared memory, which this storage is not in");
    return { memory: this.memory, identity: shownState.identity, address, layout };
  }

  /** Length of the current block in frames, 0 … {@link maxFrames}. */
  get frames(): number {
    return this.buffers.block.frames;
  }

  /**
   * [render] Sets the length of the current block, clamped to 0 … {@link maxFrames}, and returns it. Frames that are added
   * are silence in inputs, and in outputs while `clearOutputs` is true. A-rate parameters get their last value there.
   */
  setFrames(frames: number): number {
    return this.buffers.resize(frames);
  }

  /**
   * [render] Starts the next block with every bus empty: all lengths and constant masks are 0. Samples stay as they are. The
   * cost does not depend on channels, and on frames only for a-rate parameters. So table entries past a bus's length are not
   * written again: if a kernel has overwritten them, or other pointers were pushed, {@link begin} and {@link collect} correct
   * them.
   */
  clear(): void {
    this.buffers.clear();
  }

  /**
   * [render] Starts a block without a host: every declared input channel is missing, and the output channels that the storage
   * or the kernel owns are pushed and zeroed. Returns the block's frames, 0 when freed. To write inputs yourself, call
   * `Bus.connect` after it.
   *
   * @param frames Length of the block, clamped to 0 … {@link maxFrames}.
   */
  begin(frames: number): number {
    return this.buffers.begin(frames);
  }

  /**
   * [render] Starts a block with a host's samples. Copies `inputs[bus][channel]` into the samples of the same bus and
   * channel, pushes all channels that the storage or the kernel owns, and zeroes those of the outputs, unless `clearOutputs`
   * is false. Returns the block's frames, 0 when freed: the length of the host's longest output channel; without output
   * channels that of its longest input channel; without any channel {@link maxFrames}. At most {@link maxFrames}.
   *
   * The host may have too few, too many or no buses and channels, and this may change from block to block. A missing input
   * channel is treated as `missingInputs` says; by default its own samples are zeros, and its constant-mask bit is set. A
   * host's channel that no bus takes counts in `diagnostics.droppedChannels`, frames beyond {@link maxFrames} in
   * `diagnostics.truncatedFrames`.
   *
   * With external channel memory nothing is copied: every bus is empty, but for an instrument's main output, and the caller
   * pushes the pointers.
   *
   * A parameter that is missing keeps its last value, which is its default at first. So does a parameter that is not a
   * `Float32Array` with values, or has a NaN; this counts in `diagnostics.invalidParameters`. Where an array is shorter than
   * the block, its last value is repeated; of a longer array the block's frames are taken.
   *
   * @param inputs An AudioWorkletProcessor's first argument, as it is.
   * @param outputs Its second argument, as it is. Only its shape is read.
   * @param parameters Its third argument, as it is. May be left out.
   */
  collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): number {
    return this.planar.collect(inputs, outputs, parameters);
  }

  /**
   * [render] Sets a parameter, for hosts without AudioParams. The value holds in the current block and in all blocks that
   * follow, until another value comes. It is clamped to the parameter's range, as an AudioParam's is. Returns false and
   * changes nothing for an index without a parameter, and for NaN, which counts in `diagnostics.invalidParameters`.
   *
   * @param index Place of the parameter in the configuration.
   * @param value The value for all frames.
   *
   * @example
   * ```ts
   * storage.begin(128);
   * storage.setParameter(0, 0.5);
   * kernel.process(storage.inputsAddress, storage.outputsAddress, 128, storage.parametersAddress);
   * ```
   */
  setParameter(index: number, value: number): boolean {
    return this.buffers.writeParameter(index, value);
  }

  /**
   * [render] Copies the block's pushed output channels to the host. A declared channel that was not pushed is silence, and so
   * are frames beyond the block. The host's channels that the storage does not declare stay untouched.
   *
   * @param outputs An AudioWorkletProcessor's second argument, as it is.
   */
  deliver(outputs: HostBuses): void {
    this.planar.deliver(outputs);
  }

  /**
   * [render] Points every pushed channel `offset` frames into the block, for sample-accurate events: the kernel runs once for
   * each window. Every new block starts as one window of all its frames, and `setWindow(0, frames)` makes it so again. Only
   * the kernel's pointers move: `Bus.channel` still shows the whole block. {@link setFrames}, `Bus.connect` and `Bus.push`
   * close the window, so call them before. Where a bus is contiguous, the call is refused: it returns 0 and counts in
   * `diagnostics.refusedWindows`.
   *
   * @param offset First frame of the window, clamped to the block.
   * @param frames Length of the window, clamped to the frames from `offset` to the end of the block.
   * @returns The length of the window in frames, for the kernel to render.
   * @example An event at frame 40
   * ```ts
   * render(storage.setWindow(0, 40));
   * applyEvent();
   * render(storage.setWindow(40, storage.frames - 40));
   * ```
   */
  setWindow(offset: number, frames: number): number {
    return this.buffers.openWindow(offset, frames);
  }

  /**
   * [setup] Replaces buses, parameters and `maxFrames`. When it throws, the old configuration still works. Bus objects and
   * addresses are new; diagnostics count on. A parameter keeps its last value where the new configuration has a parameter of
   * the same name, clamped to the new range.
   *
   * @throws What {@link allocateFromConfig} throws. Error when the storage is freed.
   * @example
   * ```ts
   * storage.reconfigure({ inputs: [6], outputs: [2] }, { maxFrames: 512 });
   * ```
   */
  reconfigure(config: BusConfig, options: ChangedOptions = {}): void {
    const judged = frozenBusConfig(config);
    const { buffers, planar } = this;
    const settings = changedSettings(buffers.settings, options);
    if (!buffers.block.isLive) throw new Error("the storage is freed, so it cannot be reconfigured; allocate a new one");
    const next = allocate(judged, settings, buffers.diagnostics);
    // A getter in the options may have freed the storage.
    if (!buffers.block.isLive) {
      next.buffers.release();
      throw new Error("the storage was freed while it was reconfigured");
    }
    next.buffers.parameters?.takeOver(buffers.parameters);
    this.buffers = next.buffers;
    this.planar = next.planar;
    planar.forget();
    buffers.release();
  }

  /**
   * [setup] Gives back the memory of the storage and of its event queues. May be called again. From then on every [render]
   * call does nothing.
   */
  free(): void {
    freeDependentsOf(this);
    this.planar.forget();
    this.buffers.release();
  }

  /** Address of a part of the storage; 0 where it has none of the `count` buses or channels, or is freed. */
  private addressOf(count: number, place: number): number {
    const { block, address } = this.buffers;
    return block.isLive && count > 0 ? address + place : 0;
  }
}
