import { type BusConfig, BusConfigError, channelCountOf, frozenBusConfig } from "../config";
import type { ParameterInfo } from "../parameter-info";

/** The part of `AudioWorkletNodeOptions` that says which buses a node has, all of it filled in. */
export interface NodeBusOptions {
  /** One for each input bus. */
  numberOfInputs: number;
  /** One for each output bus. */
  numberOfOutputs: number;
  /** Channels of each output. */
  outputChannelCount: number[];
  /** Most channels of each input: one number holds for all of them. */
  channelCount: number;
  /** How a node brings its sources to that count. */
  channelCountMode: "explicit" | "max";
}

/**
 * [setup] What an AudioWorkletNode is made with for a processor of these buses, so that node and storage cannot
 * disagree. `outputChannelCount` is always there, because a node without it follows its input.
 *
 * A node has one `channelCount` for all of its inputs. Where they are equally wide, it is theirs, and the mode is "explicit":
 * a mono source fills a stereo bus. Where they differ, the mode is "max": each input comes as wide as its source is.
 * An input bus of 0 channels is left out of that, because a node's inputs cannot have none: what is connected there is
 * dropped, and counted. Without an input that has channels it is Web Audio's own 2.
 *
 * @throws {@link BusConfigError} for the configuration, and for an output bus of 0 channels, which a node cannot have.
 * @example
 * ```ts
 * const config = { inputs: [2, 2], outputs: [2] };
 * const node = new AudioWorkletNode(context, "effect", { ...nodeOptionsFor(config), processorOptions: { config } });
 * ```
 */
export function nodeOptionsFor(config: BusConfig): NodeBusOptions {
  const { inputs, outputs } = frozenBusConfig(config);
  const outputChannelCount = outputs.map(channelCountOf);
  const empty = outputChannelCount.indexOf(0);
  if (empty >= 0) {
    throw new BusConfigError(
      "invalid-channel-count",
      `output bus ${empty} has 0 channels, which an AudioWorkletNode cannot have; leave it out, or give it 1`,
      "output",
      empty,
    );
  }
  const widths = inputs.map(channelCountOf).filter((channelCount) => channelCount > 0);
  const [first = WEB_AUDIO_CHANNELS] = widths;
  const areEqual = widths.every((channelCount) => channelCount === first);
  return {
    numberOfInputs: inputs.length,
    numberOfOutputs: outputs.length,
    outputChannelCount,
    channelCount: Math.max(first, ...widths),
    channelCountMode: areEqual ? "explicit" : "max",
  };
}

/**
 * [setup] The parameters of a configuration as `static get parameterDescriptors()` hands them to the engine: copies, as
 * they were declared.
 *
 * @throws {@link BusConfigError} for the configuration.
 * @example
 * ```ts
 * class Effect extends AudioWorkletProcessor {
 *   static get parameterDescriptors() {
 *     return parameterDescriptorsFor(config);
 *   }
 * }
 * ```
 */
export function parameterDescriptorsFor(config: BusConfig): ParameterInfo[] {
  const { parameters = [] } = frozenBusConfig(config);
  return parameters.map((parameter) => ({ ...parameter }));
}

/** What a node has where nothing is said. */
const WEB_AUDIO_CHANNELS = 2;
