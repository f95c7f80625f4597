// A kernel for Emscripten's Wasm Audio Worklets is a callback. For each bus it gets an AudioSampleFrame, a struct of three words:
// the number of channels, the number of samples in each channel, and the address of the first sample. The channels are
// contiguous.
//
// The structs are written before each call, because the kernel can overwrite them, and because the buses' channels and the
// block's length may change.

import type { Buffers } from "../buffers";
import type { Bus } from "../bus";
import { storages } from "../identity";
import { detachFrom, freeWith } from "../memory/dependents";
import { orRelease, type Reservation, reserve } from "../memory/reservation";
import { checkNames, described } from "../messages";
import type { SampleFormat } from "../sample-format";
import type { ProcessBufferStorage } from "../storage";

/**
 * The callback, as JS calls it:
 * `bool (int, const AudioSampleFrame *, int, AudioSampleFrame *, int, const AudioParamFrame *, void *)`.
 */
export type AudioWorkletCallback = (
  numInputs: number,
  inputs: number,
  numOutputs: number,
  outputs: number,
  numParams: number,
  params: number,
  userData: number,
) => number | boolean;

/** How an {@link EmscriptenCallback} is made. An option of an unknown name is a RangeError. */
export interface EmscriptenCallbackOptions {
  /** The callback's last argument: an address, or any other whole number. Default 0. */
  readonly userData?: number;
}

/**
 * Calls a kernel that is an `EmscriptenWorkletNodeProcessCallback`, as `emscripten/webaudio.h` declares it, without
 * SharedArrayBuffer and without Emscripten's own worklet. All buses of the storage have `layout: "contiguous"` and floats as
 * samples. The kernel gets one `AudioSampleFrame { int numberOfChannels; int samplesPerChannel; float *data; }` for each bus, and
 * the storage's parameters.
 *
 * It is made for the storage's current configuration: make a new one after `reconfigure`. The structs lie in the storage's heap,
 * until {@link free}, until the storage is freed, or until this object is collected.
 *
 * @example
 * ```ts
 * const { exports, heap } = instantiateKernel(module);
 * const bus = { channelCount: 2, layout: "contiguous" };
 * const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [bus], outputs: [bus] }, { heap, missingInputs: "drop" });
 * const callback = new EmscriptenCallback(storage, exports.process);
 *
 * process(inputs, outputs, parameters) {
 *   storage.collect(inputs, outputs, parameters);
 *   if (!callback.call()) return false;
 *   storage.deliver(outputs);
 *   return true;
 * }
 * ```
 */
export class EmscriptenCallback<F extends SampleFormat = "f32"> {
  private readonly storage: ProcessBufferStorage<F>;
  private readonly callback: AudioWorkletCallback;
  private readonly userData: number;
  /** The storage's buffers when this was made. After `reconfigure` the storage has others. */
  private readonly buffers: Buffers;
  private readonly memory: WebAssembly.Memory;
  private readonly room: Reservation;
  /** The structs as 32-bit words. Growth of the memory detaches this view: its length is 0 then. */
  private words: Int32Array;
  private isLive = true;

  /**
   * [setup] Allocates the structs.
   *
   * @param storage All of its buses are contiguous floats. They may be scaled, and may be kernel-owned.
   * @param callback The kernel's function. Either an export, or, if the kernel tells its callback as a number, that entry of the
   *   exported table: `exports.__indirect_function_table.get(number)`.
   * @throws TypeError when `storage` is no storage or `callback` no function; RangeError for the options, for a bus of another
   *   layout or format, and for parameters in doubles; Error when the storage is freed, or its heap has no room.
   */
  constructor(storage: ProcessBufferStorage<F>, callback: AudioWorkletCallback, options: EmscriptenCallbackOptions = {}) {
    if (!storages.has(storage)) throw new TypeError(`an EmscriptenCallback is for a ProcessBufferStorage; ${described(storage)} came`);
    if (typeof callback !== "function") {
      throw new TypeError(
        `the callback is a function, such as an export of the kernel, or exports.__indirect_function_table.get(number); ${described(callback)} came`,
      );
    }
    checkNames(options, ["userData"]);
    const { userData = 0 } = options;
    if (!Number.isInteger(userData)) throw new RangeError(`option userData is an address or a number; ${described(userData)} came`);
    const { buffers } = storage;
    const { block, settings, inputs, outputs, parameters } = buffers;
    if (!block.isLive) throw new Error("the storage is freed, so its buses cannot be handed to a callback");
    for (const [index, bus] of inputs.entries()) checkForm(bus, "input", index);
    for (const [index, bus] of outputs.entries()) checkForm(bus, "output", index);
    if (parameters !== undefined && settings.sampleFormat === "f64") {
      throw new RangeError('an AudioParamFrame has floats, but with the storage\'s sampleFormat "f64" parameters are doubles');
    }
    this.storage = storage;
    this.callback = callback;
    this.userData = userData;
    this.buffers = buffers;
    this.memory = settings.heap.memory;
    this.words = NO_WORDS;
    this.room = reserve(settings.heap, (inputs.length + outputs.length) * FRAME_BYTES, this);
    orRelease(this.room, () => this.makeView());
    freeWith(storage, this);
  }

  /** Address of one `AudioSampleFrame` (12 bytes) for each input bus; 0 without an input bus, and once freed. */
  get inputsAddress(): number {
    return this.isLive && this.buffers.inputs.length > 0 ? this.room.address : 0;
  }

  /** The same for the output buses. */
  get outputsAddress(): number {
    const { inputs, outputs } = this.buffers;
    return this.isLive && outputs.length > 0 ? this.room.address + inputs.length * FRAME_BYTES : 0;
  }

  /**
   * [render] Lets the kernel render the storage's current block. Call it after `collect` or `begin`, or after `next` of a
   * `FixedBlocks`. Throws what the kernel throws.
   *
   * @returns What the kernel returned. False: the kernel has finished, and its outputs are not to be heard. Emscripten then ends
   *   the processor. Also false, without a call of the kernel, once this is freed, or the storage is freed or reconfigured.
   */
  call(): boolean {
    const { storage, buffers, callback } = this;
    if (!this.isLive || storage.buffers !== buffers || !buffers.block.isLive) return false;
    const { inputs, outputs, parameters } = buffers;
    if (this.words.length === 0 && inputs.length + outputs.length > 0) {
      buffers.diagnostics.viewRebuilds++;
      this.makeView();
    }
    const behindInputs = this.write(inputs, 0);
    this.write(outputs, behindInputs);
    const numParams = parameters === undefined ? 0 : parameters.declared.length;
    const alive = callback(
      inputs.length,
      this.inputsAddress,
      outputs.length,
      this.outputsAddress,
      numParams,
      storage.parametersAddress,
      this.userData,
    );
    return alive === true || (alive !== false && alive !== 0);
  }

  /** [setup] Gives the structs' memory back. Idempotent. Afterwards {@link call} does not call the kernel. */
  free(): void {
    if (!this.isLive) return;
    this.isLive = false;
    detachFrom(this.storage, this);
    this.room.release();
  }

  /** Writes the structs of these buses, the first one to word `at`. Returns the word after the last one. */
  private write(buses: readonly Bus[], at: number): number {
    const { words, buffers } = this;
    const { frames } = buffers.block;
    for (let b = 0; b < buses.length; b++, at += FRAME_WORDS) {
      const bus = buses[b]!;
      words[at] = bus.length;
      words[at + 1] = frames;
      words[at + 2] = bus.samplesAddress;
    }
    return at;
  }

  private makeView(): void {
    const { address } = this.room;
    const { inputs, outputs } = this.buffers;
    this.words = new Int32Array(this.memory.buffer, address, (inputs.length + outputs.length) * FRAME_WORDS);
  }
}

function checkForm({ place }: Bus, direction: string, index: number): void {
  const { layout, sampleFormat } = place;
  if (layout === "contiguous" && sampleFormat === "f32") return;
  throw new RangeError(
    `${direction} bus ${index} is ${layout}, in ${sampleFormat}; an AudioSampleFrame leads to one run of floats, so every bus has ` +
      'layout: "contiguous" and sampleFormat: "f32"',
  );
}

const FRAME_WORDS = 3;
const FRAME_BYTES = FRAME_WORDS * Int32Array.BYTES_PER_ELEMENT;
const NO_WORDS = /* @__PURE__ */ new Int32Array(0);
