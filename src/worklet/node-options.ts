import { MAX_BUSES } from "../abi";
import { type BusConfig, BusConfigError, type BusDirection, validateBusConfig } from "../config";
import { described } from "../messages";

/** The part of `AudioWorkletNodeOptions` that says which buses a node has. */
export interface NodeBusOptions {
  /** Default 1. */
  readonly numberOfInputs?: number;
  /** Default 1. */
  readonly numberOfOutputs?: number;
  /** Most channels of each input. Default 2. */
  readonly channelCount?: number;
  /** Channels of each output. */
  readonly outputChannelCount?: readonly number[];
}

/**
 * [setup] The buses of an AudioWorkletNode that is made with `options`. Worked out once, on the main
 * thread, and handed to the processor in its `processorOptions`, so that node and storage cannot
 * disagree. Every input has `channelCount` channels: the most that a node's input can deliver while
 * its `channelCountMode` is "clamped-max" or "explicit". What the options leave open is as the Web
 * Audio API has it: one input, one output, `channelCount` 2; one channel for each output, but as many
 * as the input has where there is one of each.
 *
 * @throws {@link BusConfigError} when no storage can have these buses.
 * @example
 * ```ts
 * const options = { numberOfInputs: 2, outputChannelCount: [2], channelCount: 2, channelCountMode: "explicit" };
 * const config = busConfigFromNodeOptions(options);
 * const node = new AudioWorkletNode(context, "effect", { ...options, processorOptions: { config } });
 * ```
 */
export function busConfigFromNodeOptions(options: NodeBusOptions = {}): BusConfig {
  if (typeof options !== "object" || options === null) {
    throw new BusConfigError("invalid-bus-list", `the options of a node are an object; ${described(options)} came`);
  }
  const { numberOfInputs = 1, numberOfOutputs = 1, channelCount = 2, outputChannelCount } = options;
  const following = numberOfInputs === 1 && numberOfOutputs === 1 ? channelCount : 1;
  const config = {
    inputs: listOf("input", numberOfInputs, channelCount),
    outputs: outputChannelCount === undefined ? listOf("output", numberOfOutputs, following) : listed(outputChannelCount),
  };
  validateBusConfig(config);
  return config;
}

function listOf(direction: BusDirection, buses: number, channels: number): number[] {
  if (!Number.isInteger(buses) || buses < 0 || buses > MAX_BUSES) {
    const code = typeof buses === "number" && buses > MAX_BUSES ? "too-many-buses" : "invalid-bus-list";
    const option = direction === "input" ? "numberOfInputs" : "numberOfOutputs";
    throw new BusConfigError(code, `${option} is a whole number of buses, 0 to ${MAX_BUSES}; ${described(buses)} came`, direction);
  }
  return Array<number>(buses).fill(channels);
}

/** A copy; what is no list is left for the judge of configurations. */
function listed(channelCounts: readonly number[]): readonly number[] {
  return Array.isArray(channelCounts) ? [...channelCounts] : channelCounts;
}
