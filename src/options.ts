import { MEMORY_BYTES } from "./memory/address";
import { checkHeap, nameOfClass, type WasmHeap } from "./memory/heap";
import { defaultHeap } from "./memory/own-heaps";
import { checkNames, described, unlike } from "./messages";
import { SAMPLE_FORMATS, type SampleFormat } from "./sample-format";

/** What a kernel finds in an input channel that the host did not deliver. See `StorageOptions.missingInputs`. */
export type MissingInputs = "silence" | "repeat-mono" | "drop";

/**
 * Address of a bus whose samples the kernel has in its own buffers. A number is the address of the whole bus: its channels
 * lie as `layout` says, planar ones `maxFrames` samples apart. A list, for a planar bus alone, has one address for each
 * channel. 0 means that the address is not known yet: until `Bus.moveTo` the bus has no channels, and its table entries lead
 * to silence. `undefined` means that the storage has the samples.
 */
export type KernelAddress = number | readonly number[] | undefined;

/** Addresses of kernel-owned buses, by the index of the bus. */
export interface KernelAddresses {
  /** One address for each input bus. The storage has the samples of buses that are left out. */
  readonly inputs?: readonly KernelAddress[];
  /** The same for output buses. */
  readonly outputs?: readonly KernelAddress[];
}

/** Options of a storage. Each has a default. An option of an unknown name is a RangeError. */
export interface StorageOptions<F extends SampleFormat = "f32"> {
  /**
   * Most frames in one block, a whole number from 1 on. Default: the context's render quantum size, or 128 where that is not
   * known.
   */
  readonly maxFrames?: number;
  /**
   * Format of the kernel's samples, for buses that declare none. Planar hosts always hand over floats ("f32"), which are
   * converted on the way in and out. Default "f32".
   */
  readonly sampleFormat?: F;
  /**
   * The memory and allocator that the storage uses. Default: one heap that all storages of this realm share. They share it
   * because engines reserve gigabytes of address space for each memory, so that a process can have only a limited number of
   * them.
   */
  readonly heap?: WasmHeap;
  /**
   * "owned" (default): the storage has sample memory for every declared channel, into which `collect` copies.
   * "external": the storage has only tables, and the caller pushes every pointer. An instrument (no main input channel, at
   * least one main output channel) still gets sample memory for its main output.
   */
  readonly channelMemory?: "owned" | "external";
  /**
   * What a kernel finds in a declared input channel that the host did not deliver in this block. The channel keeps its own
   * samples in all three cases: no two channels share theirs. With external channel memory this option is a RangeError,
   * because there the caller pushes every channel.
   * "silence" (default): zeros, and the channel's constant-mask bit is set. The bus keeps its declared number of channels.
   * "repeat-mono": like "silence", but a lone channel is copied into every channel of its bus.
   * "drop": the bus is only as long as the host's. The samples of the other channels are zeros.
   */
  readonly missingInputs?: MissingInputs;
  /**
   * Whether output channels are zeroed in every block before the kernel runs, in the kernel's own buffers too. Without it, a
   * kernel that writes nothing outputs the block before. Default true.
   */
  readonly clearOutputs?: boolean;
  /**
   * Whether every collected channel is checked for a constant value. If it holds one value throughout the block, its
   * constant-mask bit is set. Default false: only missing channels get their bit.
   */
  readonly detectConstant?: boolean;
  /**
   * Addresses of buses that the kernel has in its own buffers. They are checked like pushed pointers. The storage allocates
   * no samples for these buses; `collect` and `deliver` serve them like any other bus.
   */
  readonly addresses?: KernelAddresses;
  /**
   * What happens where the host has another number of channels than a bus. The words are Web Audio's.
   * "discrete" (default): channel c goes to channel c. A channel for which the other side has no place counts in
   * `diagnostics.droppedChannels`.
   * "speakers": mono, stereo, quad and 5.1 are mixed into each other as the Web Audio API says, for inputs and outputs. Other
   * numbers of channels are discrete. `missingInputs` then applies to buses that cannot be mixed, and to buses without any
   * channel.
   */
  readonly channelInterpretation?: "discrete" | "speakers";
  /**
   * The compiled core.wasm, or core-shared.wasm for a shared memory, for hosts that compile once and pass the module to many
   * scopes. Default: the core that is inlined in the script.
   */
  readonly core?: WebAssembly.Module;
}

/** The options, with defaults filled in. */
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
 * [setup] Checks the options and fills in the defaults.
 * @throws RangeError naming the option, what came and what is allowed. TypeError when `heap` is not a heap.
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

/**
 * Options that a reconfiguration may change. `maxFrames` stays as it was where it is left out. `addresses` do not stay: list
 * those of the new buses again.
 */
export type ChangedOptions = Pick<StorageOptions, "maxFrames" | "addresses">;

/** [setup] The settings after a reconfiguration. @throws RangeError as {@link settingsFrom} does. */
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

/**
 * The render quantum of this scope's context, or 128. Only a worklet's scope can have `renderQuantumSize`, and not every
 * engine has it.
 */
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
