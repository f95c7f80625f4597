import { DESCRIPTOR_BYTES, POINTER_BYTES } from "./abi";
import { Buffers } from "./buffers";
import type { Bus } from "./bus";
import { type BusConfig, frozenBusConfig } from "./config";
import { type Diagnostics, noDiagnostics } from "./diagnostics";
import type { HostBuses } from "./hosts/host-lists";
import type { HostParameterValues } from "./hosts/host-parameters";
import { PlanarHost } from "./hosts/planar";
import { storages } from "./identity";
import { freeDependentsOf } from "./memory/dependents";
import { orRelease } from "./memory/reservation";
import { type ChangedOptions, changedSettings, type StorageOptions, settingsFrom } from "./options";
import type { SampleFormat } from "./sample-format";
import type { StorageLocation } from "./shown-state";
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
 * Whoever has the storage or one of its buses holds its memory. A view, an address or a {@link location} does not: a
 * storage of which nothing else is left is collected, and its bytes go to somebody else.
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
    return new ProcessBufferStorage(config, options);
  }

  /** Running counts of what was clamped or refused while rendering, from allocation on. Always the same object. */
  readonly diagnostics: Readonly<Diagnostics>;

  /** @internal What host adapters work on; another one after {@link reconfigure}. */
  buffers: Buffers;
  /** @internal */
  planar: PlanarHost;

  private constructor(config: BusConfig, options: StorageOptions<F> = {}) {
    const judged = frozenBusConfig(config);
    const diagnostics = noDiagnostics();
    this.diagnostics = diagnostics;
    const buffers = new Buffers(judged, settingsFrom(options), diagnostics);
    this.buffers = buffers;
    this.planar = orRelease(buffers, () => new PlanarHost(buffers));
    storages.add(this);
  }

  /** The configuration as it was declared; frozen. */
  get config(): BusConfig {
    return this.buffers.config;
  }

  /** Most frames in one block. */
  get maxFrames(): number {
    return this.buffers.settings.maxFrames;
  }

  /** What the kernel reads and writes. */
  get sampleFormat(): F {
    return this.buffers.settings.sampleFormat as F;
  }

  /** The memory in which the storage lives. */
  get memory(): WebAssembly.Memory {
    return this.buffers.settings.heap.memory;
  }

  /** All input buses, main first. The array and its buses stay the same until {@link reconfigure}. */
  get inputs(): readonly Bus<F>[] {
    return this.buffers.inputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** All output buses, main first. The array and its buses stay the same until {@link reconfigure}. */
  get outputs(): readonly Bus<F>[] {
    return this.buffers.outputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** Input bus 0, if it is declared. */
  get mainInput(): Bus<F> | undefined {
    return this.inputs[0];
  }

  /** Output bus 0, if it is declared. */
  get mainOutput(): Bus<F> | undefined {
    return this.outputs[0];
  }

  /** Input buses 1 and up. */
  get auxInputs(): readonly Bus<F>[] {
    return this.buffers.auxInputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** Output buses 1 and up. */
  get auxOutputs(): readonly Bus<F>[] {
    return this.buffers.auxOutputs as readonly Bus<never>[] as readonly Bus<F>[];
  }

  /** The first auxiliary input bus, if one is declared. */
  get sidechain(): Bus<F> | undefined {
    return this.auxInputs[0];
  }

  /** Address of `clap_audio_buffer_t[inputs.length]` (24 bytes each), 0 with no input bus. Constant until {@link reconfigure} or {@link free}. */
  get inputsAddress(): number {
    return this.addressOf(this.inputs.length, 0);
  }

  /** Address of `clap_audio_buffer_t[outputs.length]` (24 bytes each), 0 with no output bus. Constant until {@link reconfigure} or {@link free}. */
  get outputsAddress(): number {
    return this.addressOf(this.outputs.length, this.inputs.length * DESCRIPTOR_BYTES);
  }

  /**
   * Address of one flat `float**` (or `double**`) over all input channels, bus after bus; 0 with
   * none. An entry past a bus's length still points at valid memory.
   */
  get inputTableAddress(): number {
    const { inputChannels, tables } = this.buffers.layout;
    return this.addressOf(inputChannels, tables);
  }

  /** The same over all output channels. */
  get outputTableAddress(): number {
    const { channels, inputChannels, tables } = this.buffers.layout;
    return this.addressOf(channels - inputChannels, tables + inputChannels * POINTER_BYTES);
  }

  /**
   * Address of one `{ uint32_t length; float *data; }` (8 bytes) for each parameter, in declared order: what Emscripten's
   * `AudioParamFrame` is. 0 without parameters. Constant until {@link reconfigure} or {@link free}.
   *
   * `data` of an "a-rate" parameter always holds as many values as the block has frames, that of a "k-rate" one a single value.
   * `length` is 1 where they are all the same. So a kernel may read `data[i]` of an a-rate one, `data[0]`, or by `length`.
   * A window moves `data` of a-rate ones. With sampleFormat "f64" the values are doubles.
   */
  get parametersAddress(): number {
    const { parameters, block } = this.buffers;
    return parameters !== undefined && block.isLive ? parameters.address : 0;
  }

  /** [setup] Bytes of each part, exact; all 0 once freed. */
  get usage(): MemoryUsage {
    return usageOf(this.buffers);
  }

  /**
   * [setup] Where another thread finds this storage: plain data for a {@link StorageObserver} there. It holds
   * nothing: once the storage is reconfigured, freed or collected, the observer knows that it is gone.
   *
   * @throws Error when the storage's memory is not shared, or the storage is freed.
   */
  get location(): StorageLocation {
    const { block, layout, address, shownState } = this.buffers;
    if (!block.isLive) throw new Error("the storage is freed: there is nothing for another thread to find");
    if (shownState === undefined) throw new Error("another thread finds a storage only in shared memory, which this storage is not in");
    return { memory: this.memory, identity: shownState.identity, address, layout };
  }

  /** Frames of the current block, 0 … {@link maxFrames}. */
  get frames(): number {
    return this.buffers.block.frames;
  }

  /**
   * [render] Sets the block's length, clamped to 0 … {@link maxFrames}; returns what was set. What a block
   * grows by is silence, in inputs and in outputs (there only while `clearOutputs` is true).
   */
  setFrames(frames: number): number {
    return this.buffers.resize(frames);
  }

  /**
   * [render] Resets every bus's length and masks; capacities, pointers' memory and samples stay. Cost
   * does not depend on channels or frames, so table entries past a bus's length stay as they are, too:
   * should a kernel have spoiled them, {@link begin} and {@link collect} put them right.
   */
  clear(): void {
    this.buffers.clear();
  }

  /**
   * [render] Starts a block without host arrays: every configured input channel missing, owned
   * output channels pushed and zeroed. Returns the block's frames (0 when freed). Inputs that the caller
   * writes itself are connected then, by `Bus.connect`.
   *
   * @param frames Length of the block, clamped to 0 … {@link maxFrames}.
   */
  begin(frames: number): number {
    return this.buffers.begin(frames);
  }

  /**
   * [render] One block in: {@link clear}, copy `inputs[bus][channel]` into owned channels and push
   * them, push owned output channels (zeroed, unless `clearOutputs` is false). Returns the block's
   * frames (0 when freed): as many as the host's longest output channel has; without outputs its longest
   * input channel; without any channel {@link maxFrames}.
   *
   * Too few, too many or no buses and channels, changing from block to block, frozen or not, are
   * all normal. A missing input channel is silence in its own place, its constant-mask bit set; one
   * that is declared nowhere counts in `diagnostics.droppedChannels`; frames beyond
   * {@link maxFrames} count in `diagnostics.truncatedFrames`.
   *
   * With external channel memory nothing is copied: the lists are cleared, the block's length is
   * set, an instrument's internal output buffers are pushed, and the caller pushes the rest.
   *
   * A parameter that is missing keeps its last value: at first its default, after a block in which it changed what it was
   * at the end. So does one that is no `Float32Array` with values, or NaN somewhere; that counts in `diagnostics.invalidParameters`.
   * An array shorter than the block is prolonged by its last value, of a longer one the block's frames are taken.
   *
   * @param inputs An AudioWorkletProcessor's first argument, as it comes.
   * @param outputs Its second argument, as it comes. Read for its shape alone.
   * @param parameters Its third argument, as it comes; may be left out.
   */
  collect(inputs: HostBuses, outputs: HostBuses, parameters?: HostParameterValues): number {
    return this.planar.collect(inputs, outputs, parameters);
  }

  /**
   * [render] For hosts without AudioParams: parameter `index`, in declared order, has this value in the block that is open, and
   * in all that follow until it gets another one. Within its range, which clamps it as an AudioParam's does.
   * False, and nothing changed, for an index that is none, and for NaN, which counts in `diagnostics.invalidParameters`.
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
   * [render] One block out: copies the pushed output channels to `outputs`. A declared channel that
   * was not pushed is silence, and so are frames that the block does not have; host channels that
   * the storage does not have stay untouched.
   *
   * @param outputs An AudioWorkletProcessor's second argument, as it comes.
   */
  deliver(outputs: HostBuses): void {
    this.planar.deliver(outputs);
  }

  /**
   * [render] Points every pushed channel at `offset` frames into the block, for sample-accurate
   * events: the kernel runs once per window. `setWindow(0, frames)` is the whole block, and so is
   * every new block. Only what the kernel is handed moves: `Bus.channel` still shows the whole block.
   * What changes the block shows the kernel the whole of it again: {@link setFrames}, `Bus.connect` and
   * `Bus.push`. So windows come last.
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
    return this.buffers.openWindow(offset, frames);
  }

  /**
   * [setup] A new configuration, all or nothing: when it throws, the old one still works. Bus
   * objects and addresses are new, diagnostics run on. A parameter keeps its last value where the new configuration
   * has one of its name, within the new range.
   *
   * @throws What {@link allocateFromConfig} throws; Error when the storage is freed.
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
    const next = new Buffers(judged, settings, buffers.diagnostics);
    this.planar = orRelease(next, () => new PlanarHost(next));
    next.parameters?.takeOver(buffers.parameters);
    this.buffers = next;
    planar.forget();
    buffers.release();
  }

  /** [setup] Gives the memory back, and that of its event queues. Idempotent; afterwards every [render] call does nothing. */
  free(): void {
    freeDependentsOf(this);
    this.planar.forget();
    this.buffers.release();
  }

  /** Of a part that `count` buses or channels have; 0 without any of them. */
  private addressOf(count: number, place: number): number {
    const { block, address } = this.buffers;
    return block.isLive && count > 0 ? address + place : 0;
  }
}
