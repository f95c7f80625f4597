import { MEMORY_BYTES } from "./memory/address";
import { checkHeap, nameOfClass, type WasmHeap } from "./memory/heap";
import { defaultHeap } from "./memory/own-heaps";
import { checkNames, described, unlike } from "./messages";
import { SAMPLE_FORMATS, type SampleFormat } from "./sample-format";

/** What a kernel finds in an input channel that the host did not deliver. */
export type MissingInputs = "silence" | "repeat-mono" | "drop";

/**
 * Where a kernel keeps a bus's samples: the address of the whole, in the bus's layout, with planar channels `maxFrames` samples
 * apart; for a planar bus also a list of one address a channel. 0 where it is not known yet: the bus is silent until
 * `Bus.moveTo`. `undefined` where the storage has the samples.
 */
export type KernelAddress = number | readonly number[] | undefined;

/** Of each bus, by its index. */
export interface KernelAddresses {
  /** One a bus. What is left out is the storage's own. */
  readonly inputs?: readonly KernelAddress[];
  /** The same of outputs. */
  readonly outputs?: readonly KernelAddress[];
}

/** How a storage is made, beside its buses. Everything has a default. An option of another name is a RangeError. */
export interface StorageOptions<F extends SampleFormat = "f32"> {
  /** Most frames in one block. Default: the context's render quantum size, else 128. */
  readonly maxFrames?: number;
  /** What the kernel reads and writes, where a bus says nothing else. Planar hosts always hand over f32; others are converted on the way in and out. Default "f32". */
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
   * What a kernel finds in a configured input channel that the host did not deliver in this block. Whatever it is
   * stands in the channel's own samples: no two channels ever share theirs.
   * "silence" (default): zeros, its constant-mask bit set; the bus keeps its configured count.
   * "repeat-mono": like "silence", but a lone channel is copied into every channel of its bus.
   * "drop": the bus is only as long as what the host delivered; the samples of the others are zeros.
   * With external channel memory a RangeError, because there the caller brings every channel.
   */
  readonly missingInputs?: MissingInputs;
  /** Zero the owned output channels of every block before the kernel runs, so that one that writes nothing is silent, not stale. Default true. */
  readonly clearOutputs?: boolean;
  /** Look at every collected channel and set its constant-mask bit where the block holds one value. Default false: only missing channels are marked. */
  readonly detectConstant?: boolean;
  /**
   * Buses that the kernel keeps in buffers of its own, checked like pushed pointers. Their samples are not allocated here;
   * `collect` and `deliver` treat them like any other bus.
   */
  readonly addresses?: KernelAddresses;
  /**
   * Web Audio's word for what happens where the host has another number of channels than a bus.
   * "discrete" (default): channel to channel; what has no place is counted.
   * "speakers": mono, stereo, quad and 5.1 are mixed up and down as the Web Audio API says, in and out; other counts are
   * discrete. Mixing comes first; `missingInputs` is for what cannot be mixed, and for no channels at all.
   */
  readonly channelInterpretation?: "discrete" | "speakers";
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
  readonly addresses: KernelAddresses | undefined;
  readonly channelInterpretation: "discrete" | "speakers";
  readonly core: WebAssembly.Module | undefined;
}

/**
 * [setup] Judges the options and fills in what they leave open.
 * @throws RangeError naming the option, what came and what is allowed.
 */
export function settingsFrom<F extends SampleFormat>(options: StorageOptions<F>): Settings {
  checkNames(options, NAMES);
  const { heap = defaultHeap(), core } = options;
  const sampleFormat = oneOf("sampleFormat", options.sampleFormat, ["f32", "f64", "i16"] as const);
  const settings = {
    maxFrames: checkedMaxFrames(options.maxFrames === undefined ? renderQuantumFrames() : options.maxFrames, sampleFormat),
    sampleFormat,
    heap,
    channelMemory: oneOf("channelMemory", options.channelMemory, ["owned", "external"] as const),
    missingInputs: oneOf("missingInputs", options.missingInputs, ["silence", "repeat-mono", "drop"] as const),
    detectConstant: oneOf("detectConstant", options.detectConstant, [false, true] as const),
    clearOutputs: oneOf("clearOutputs", options.clearOutputs, [true, false] as const),
    addresses: options.addresses,
    channelInterpretation: oneOf("channelInterpretation", options.channelInterpretation, ["discrete", "speakers"] as const),
    core,
  };
  if (settings.channelMemory === "external" && options.missingInputs !== undefined) {
    throw new RangeError(
      'option missingInputs is for owned channel memory; with channelMemory "external" every channel is pushed by the caller',
    );
  }
  checkHeap(heap);
  if (core !== undefined && nameOfClass(core) !== "[object WebAssembly.Module]") {
    throw unlike(RangeError, "option core is a WebAssembly.Module", core);
  }
  return settings;
}

/** What a reconfiguration can change beside the buses. */
export type ChangedOptions = Pick<StorageOptions, "maxFrames" | "addresses">;

/** [setup] The settings for a reconfiguration. @throws RangeError as {@link settingsFrom} does. */
export function changedSettings(settings: Settings, options: ChangedOptions): Settings {
  checkNames(options, ["maxFrames", "addresses"]);
  const { maxFrames = settings.maxFrames, addresses } = options;
  return { ...settings, maxFrames: checkedMaxFrames(maxFrames, settings.sampleFormat), addresses };
}

const NAMES: readonly (keyof StorageOptions)[] = [
  "maxFrames",
  "sampleFormat",
  "heap",
  "channelMemory",
  "missingInputs",
  "clearOutputs",
  "detectConstant",
  "addresses",
  "channelInterpretation",
  "core",
];

/** @throws RangeError when no memory could hold one channel of `maxFrames` frames. */
function checkedMaxFrames(maxFrames: number, sampleFormat: SampleFormat): number {
  const most = MEMORY_BYTES / SAMPLE_FORMATS[sampleFormat].bytes;
  if (!Number.isInteger(maxFrames) || maxFrames < 1 || maxFrames > most) {
    throw unlike(RangeError, `option maxFrames is a whole number of frames, 1 to ${most}`, maxFrames);
  }
  return maxFrames;
}

const DEFAULT_RENDER_QUANTUM = 128;

/** Only a worklet's scope knows the size of its context's blocks, and not every engine tells. */
export function renderQuantumFrames(): number {
  const size = (globalThis as { renderQuantumSize?: unknown }).renderQuantumSize;
  return typeof size === "number" ? size : DEFAULT_RENDER_QUANTUM;
}

/** The first of `allowed` is the default. */
function oneOf<T>(name: string, value: unknown, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const found = allowed.find((word) => word === value);
  if (found === undefined) {
    throw unlike(RangeError, `option ${name} is ${allowed.map(described).join(" or ")}`, value);
  }
  return found;
}
