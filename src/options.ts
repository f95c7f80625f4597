import { MAX_CHANNELS } from "./bus-config";
import { described } from "./described";
import { defaultHeap, type WasmHeap } from "./heap";
import { checkHeap } from "./reservation";
import { type SampleFormat, sampleBytesOf } from "./sample-format";

/** What a kernel finds in an input channel that the host did not deliver. */
export type MissingInputs = "silence" | "repeat-mono" | "drop";

/** How a storage is made, beside its buses. Everything has a default. */
export interface StorageOptions<F extends SampleFormat = "f32"> {
  /** Most frames in one block. Default: the context's render quantum size, else 128. */
  readonly maxFrames?: number;
  /** What the kernel reads and writes. Hosts always hand over f32; "f64" converts on the way in and out. Default "f32". */
  readonly sampleFormat?: F;
  /** Default: one heap shared by all storages of this realm (engines cap the number of memories in a process). */
  readonly heap?: WasmHeap;
  /**
   * "owned" (default): the storage also holds sample memory for every configured channel, so that
   * host blocks can be collected into it.
   * "external": pointer tables alone; every pointer is pushed by the caller. An instrument (no main
   * input channel, at least one main output channel) still gets internal buffers for its main output.
   */
  readonly channelMemory?: "owned" | "external";
  /**
   * What a kernel finds in a configured input channel that the host did not deliver in this block.
   * "silence" (default): a pointer to shared zeros, its constant-mask bit set; the bus keeps its configured count.
   * "repeat-mono": like "silence", but a lone channel is repeated into every channel of its bus (no copy, the same pointer).
   * "drop": the bus is only as long as what the host delivered.
   */
  readonly missingInputs?: MissingInputs;
  /** Zero the owned output channels of every block before the kernel runs, so that one that writes nothing is silent, not stale. Default true. */
  readonly clearOutputs?: boolean;
  /** Look at every collected channel and set its constant-mask bit where the block holds one value. Default false: only missing channels are marked. */
  readonly detectConstant?: boolean;
  /**
   * Most channels in one interleaved array, 0 … 32. Room for `maxFrames` of them is set aside, through which the core converts with
   * SIMD. Default 0: interleaved arrays are converted sample by sample, and nothing is set aside.
   */
  readonly interleavedChannels?: number;
  /** A precompiled core (`WebAssembly.Module`), for hosts that compile once and hand it to many scopes. Default: the inlined one. */
  readonly core?: WebAssembly.Module;
}

/** The options with every default filled in. */
export interface Settings {
  readonly maxFrames: number;
  readonly sampleFormat: SampleFormat;
  readonly heap: WasmHeap;
  readonly channelMemory: "owned" | "external";
  readonly missingInputs: MissingInputs;
  readonly clearOutputs: boolean;
  readonly detectConstant: boolean;
  readonly interleavedChannels: number;
  readonly core: WebAssembly.Module | undefined;
}

/**
 * [setup] Judges the options and fills in what they leave open.
 * @throws RangeError naming the option, what came and what is allowed.
 */
export function settingsFrom<F extends SampleFormat>(options: StorageOptions<F>): Settings {
  checkOptions(options);
  const sampleFormat = oneOf("sampleFormat", options.sampleFormat, ["f32", "f64"] as const);
  const settings = {
    maxFrames: checkedMaxFrames(options.maxFrames === undefined ? renderQuantumFrames() : options.maxFrames, sampleFormat),
    sampleFormat,
    heap: options.heap === undefined ? defaultHeap() : options.heap,
    channelMemory: oneOf("channelMemory", options.channelMemory, ["owned", "external"] as const),
    missingInputs: oneOf("missingInputs", options.missingInputs, ["silence", "repeat-mono", "drop"] as const),
    detectConstant: oneOf("detectConstant", options.detectConstant, [false, true] as const),
    interleavedChannels: checkedInterleavedChannels(options.interleavedChannels),
    clearOutputs: oneOf("clearOutputs", options.clearOutputs, [true, false] as const),
    core: options.core,
  };
  checkHeap(settings.heap);
  if (settings.core !== undefined && Object.prototype.toString.call(settings.core) !== "[object WebAssembly.Module]") {
    throw new RangeError(`option core is a WebAssembly.Module; ${described(settings.core)} came`);
  }
  return settings;
}

/** @throws RangeError when `options` are no object. */
export function checkOptions(options: object): void {
  if (typeof options !== "object" || options === null) throw new RangeError(`options are an object; ${described(options)} came`);
}

/** @throws RangeError when no memory could hold one channel of `maxFrames` frames. */
export function checkedMaxFrames(maxFrames: number, sampleFormat: SampleFormat): number {
  const most = MEMORY_BYTES / sampleBytesOf(sampleFormat);
  if (!Number.isInteger(maxFrames) || maxFrames < 1 || maxFrames > most) {
    throw new RangeError(`option maxFrames is a whole number of frames, 1 to ${most}; ${described(maxFrames)} came`);
  }
  return maxFrames;
}

function checkedInterleavedChannels(channels: number = 0): number {
  if (!Number.isInteger(channels) || channels < 0 || channels > MAX_CHANNELS) {
    throw new RangeError(`option interleavedChannels is a whole number of channels, 0 to ${MAX_CHANNELS}; ${described(channels)} came`);
  }
  return channels;
}

/** What an address can say: 4 GiB, less the page at 0 that nobody is given. */
export const MEMORY_BYTES = 2 ** 32 - 2 ** 16;

const DEFAULT_RENDER_QUANTUM = 128;

/** Only a worklet's scope knows the size of its context's blocks, and not every engine tells. */
function renderQuantumFrames(): number {
  const size = (globalThis as { renderQuantumSize?: unknown }).renderQuantumSize;
  return typeof size === "number" ? size : DEFAULT_RENDER_QUANTUM;
}

/** The first of `allowed` is the default. */
function oneOf<T>(name: string, value: unknown, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const found = allowed.find((word) => word === value);
  if (found === undefined) {
    throw new RangeError(`option ${name} is ${allowed.map(described).join(" or ")}; ${described(value)} came`);
  }
  return found;
}
