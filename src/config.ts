import { MAX_BUSES, MAX_CHANNELS } from "./abi";
import { described } from "./messages";
import { frozenParameters, ParameterFault, type ParameterInfo } from "./parameter-info";
import { SAMPLE_FORMATS, SAMPLE_LAYOUTS, type SampleFormat, type SampleLayout } from "./sample-format";

/** One declared bus. Bus 0 of a direction is the main bus; buses 1 and up are auxiliary (sidechains, sends). */
export interface BusInfo {
  /** 0 … {@link MAX_CHANNELS}. A main bus may have 0 channels, for a processor that has auxiliary buses alone. */
  readonly channelCount: number;
  /** For people. The library does not use it. */
  readonly name?: string;
  /** How the samples lie in memory. Default "planar". */
  readonly layout?: SampleLayout;
  /**
   * What the kernel reads or writes here. Default: the storage's `sampleFormat`. "i16" is scaled by 32768, rounded to the
   * nearest (halves up) and clamped; NaN becomes 0.
   */
  readonly sampleFormat?: SampleFormat;
  /**
   * The host's samples are multiplied by this number for the kernel, and the kernel's are divided by it for the host: 32768
   * for a kernel that wants floats in the range of 16-bit samples. With "i16" it is applied beside the factor 32768. Finite,
   * not 0. Default 1.
   */
  readonly scale?: number;
}

/**
 * All buses and parameters of a processor. A bare number is short for `{ channelCount }`.
 *
 * @example A stereo effect with a mono sidechain
 * ```ts
 * const config: BusConfig = { inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2] };
 * ```
 */
export interface BusConfig {
  /** Input buses, the main bus first. At most {@link MAX_BUSES}; `[]` for none. */
  readonly inputs: readonly (BusInfo | number)[];
  /** Output buses, the main bus first. At most {@link MAX_BUSES}; `[]` for none. */
  readonly outputs: readonly (BusInfo | number)[];
  /**
   * Values that a host may change while audio plays. Each has a name of its own. At most {@link MAX_PARAMETERS}. Default:
   * none.
   */
  readonly parameters?: readonly ParameterInfo[];
}

/** Direction of a bus, seen from the kernel. */
export type BusDirection = "input" | "output";

/** One stereo input bus and one stereo output bus, which suits most processors. */
export const DEFAULT_BUS_CONFIG: BusConfig = /* @__PURE__ */ Object.freeze({
  inputs: /* @__PURE__ */ Object.freeze([2]),
  outputs: /* @__PURE__ */ Object.freeze([2]),
});

/** Kinds of faults in a configuration. */
export type BusConfigErrorCode =
  | "too-many-buses"
  | "too-many-channels"
  | "invalid-channel-count"
  | "invalid-bus-list"
  | "invalid-layout"
  | "invalid-sample-format"
  | "invalid-scale"
  | "too-many-parameters"
  | "invalid-parameter"
  | "different-config";

/**
 * A configuration is not valid. The message names the direction and the bus, or the parameter, and says what came and what is
 * allowed.
 */
export class BusConfigError extends RangeError {
  /** The value of `error.name`. */
  override readonly name = "BusConfigError";

  /** [setup] {@link validateBusConfig} and everything else that takes a configuration throws it. */
  constructor(
    /** The kind of fault. */
    readonly code: BusConfigErrorCode,
    message: string,
    /** Direction of the faulty bus or list; `undefined` when the fault is not in a list of buses. */
    readonly direction?: BusDirection,
    /** Index of the faulty bus in its direction; `undefined` when the fault is not in one bus. */
    readonly bus?: number,
    /** `cause`: the error that was thrown while the configuration was read. */
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * [setup] Checks a configuration. Everything that takes one checks it in the same way.
 *
 * @throws {@link BusConfigError} naming the first fault.
 * @example
 * ```ts
 * validateBusConfig({ inputs: [2, 33], outputs: [2] });
 * // BusConfigError: input bus 1 has 33 channels; at most 32 are allowed
 * ```
 */
export function validateBusConfig(config: BusConfig): void {
  frozenBusConfig(config);
}

/**
 * [setup] The declared bus as an object, or `undefined` where there is no bus of that index.
 *
 * @throws {@link BusConfigError} for the configuration. RangeError for the direction.
 * @example
 * ```ts
 * busInfo({ inputs: [2, 1], outputs: [2] }, "input", 1)?.channelCount; // 1
 * ```
 */
export function busInfo(config: BusConfig, direction: BusDirection, bus: number): BusInfo | undefined {
  const declared = busesOf(config, direction)[bus];
  return declared === undefined ? undefined : infoOf(declared);
}

/**
 * [setup] The sum of the channels of all buses of one direction.
 *
 * @throws {@link BusConfigError} for the configuration. RangeError for the direction.
 * @example
 * ```ts
 * totalChannels({ inputs: [2, 1], outputs: [2] }, "input"); // 3
 * ```
 */
export function totalChannels(config: BusConfig, direction: BusDirection): number {
  return busesOf(config, direction).reduce<number>((total, bus) => total + channelCountOf(bus), 0);
}

/**
 * [setup] Checks a configuration and copies it into frozen objects. A bus that was declared as a number stays a number. Each
 * part of `config` is read only once, so that a getter cannot answer differently after the check.
 * @throws {@link BusConfigError} naming the first fault.
 */
export function frozenBusConfig(config: BusConfig): BusConfig {
  if (typeof config !== "object" || config === null) {
    throw new BusConfigError("invalid-bus-list", `a bus configuration is an object { inputs, outputs }; ${described(config)} came`);
  }
  try {
    const { inputs, outputs, parameters } = config;
    const buses = { inputs: frozenBuses(inputs, "input"), outputs: frozenBuses(outputs, "output") };
    return Object.freeze(parameters === undefined ? buses : { ...buses, parameters: frozenParameters(parameters) });
  } catch (cause) {
    if (cause instanceof BusConfigError) throw cause;
    if (cause instanceof ParameterFault) throw new BusConfigError(cause.code, cause.message);
    const message = "a bus configuration is plain data; one came that throws when it is read";
    throw new BusConfigError("invalid-bus-list", message, undefined, undefined, { cause });
  }
}

export function channelCountOf(bus: BusInfo | number): number {
  return typeof bus === "number" ? bus : bus.channelCount;
}

/** A declared bus as an object. */
export function infoOf(bus: BusInfo | number): BusInfo {
  return typeof bus === "number" ? { channelCount: bus } : bus;
}

function busesOf(config: BusConfig, direction: BusDirection): readonly (BusInfo | number)[] {
  const { inputs, outputs } = frozenBusConfig(config);
  if (direction === "input") return inputs;
  if (direction === "output") return outputs;
  throw new RangeError(`a direction is "input" or "output"; ${described(direction)} came`);
}

function frozenBuses(buses: readonly (BusInfo | number)[], direction: BusDirection): readonly (BusInfo | number)[] {
  if (!Array.isArray(buses)) {
    throw new BusConfigError("invalid-bus-list", `${direction}s is a list of buses, [] for none; ${described(buses)} came`, direction);
  }
  const { length } = buses;
  if (length > MAX_BUSES) {
    throw new BusConfigError("too-many-buses", `${direction}s has ${length} buses; at most ${MAX_BUSES} are allowed`, direction);
  }
  return Object.freeze(Array.from({ length }, (_, bus) => frozenBus(buses[bus], direction, bus)));
}

function frozenBus(declared: unknown, direction: BusDirection, bus: number): BusInfo | number {
  if (typeof declared !== "object" || declared === null) return checkedCount(declared, direction, bus);
  const { channelCount, name, layout, sampleFormat, scale } = declared as BusInfo;
  const checked: Record<string, unknown> = { channelCount: checkedCount(channelCount, direction, bus) };
  if (name !== undefined) checked.name = name;
  const keep = (code: BusConfigErrorCode, key: string, value: unknown, isGood: boolean, allowed: string) => {
    if (value === undefined) return;
    const message = `${direction} bus ${bus} has ${described(value)} for its ${key}; ${allowed} is allowed`;
    if (!isGood) throw new BusConfigError(code, message, direction, bus);
    checked[key] = value;
  };
  const oneOf = (words: readonly string[]) => words.map((word) => `"${word}"`).join(" or ");
  keep("invalid-layout", "layout", layout, SAMPLE_LAYOUTS.includes(layout!), oneOf(SAMPLE_LAYOUTS));
  const formats = Object.keys(SAMPLE_FORMATS);
  keep("invalid-sample-format", "sampleFormat", sampleFormat, formats.includes(sampleFormat!), oneOf(formats));
  keep("invalid-scale", "scale", scale, Number.isFinite(scale) && scale !== 0, "a finite number that is not 0");
  return Object.freeze(checked) as unknown as BusInfo;
}

function checkedCount(count: unknown, direction: BusDirection, bus: number): number {
  const isCount = typeof count === "number" && Number.isInteger(count) && count >= 0;
  if (isCount && count <= MAX_CHANNELS) return Math.abs(count); // Turns -0 into 0.
  throw new BusConfigError(
    isCount ? "too-many-channels" : "invalid-channel-count",
    isCount
      ? `${direction} bus ${bus} has ${count} channels; at most ${MAX_CHANNELS} are allowed`
      : `${direction} bus ${bus} has ${described(count)} for its channel count; a whole number from 0 to ${MAX_CHANNELS} is allowed`,
    direction,
    bus,
  );
}
