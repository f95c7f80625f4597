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
  /** Channels of each input, one number for all inputs. In mode "max" engines do not use it. */
  channelCount: number;
  /** "explicit": each input has `channelCount` channels. "max": each input has as many as its sources. */
  channelCountMode: "explicit" | "max";
}

/**
 * [setup] Options of an AudioWorkletNode for a processor with these buses, so that node and storage agree. `outputChannelCount`
 * is always set: without it a node with one input and one output has as many output channels as come in.
 *
 * A node has one `channelCount` for all inputs. If all input buses have the same number of channels, `channelCount` is that
 * number, and the mode is "explicit": the node mixes a mono source up to a stereo bus. If the numbers differ, the mode is "max":
 * each input has as many channels as its source. Input buses of 0 channels do not count, because a node's input has at least one:
 * what is connected to such a bus is dropped, and counted in `diagnostics.droppedChannels`. If no input bus has channels,
 * `channelCount` is Web Audio's default, 2.
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
 * [setup] Copies of a configuration's parameters, as they were declared, for `static get parameterDescriptors()` of a processor.
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

/** Web Audio's default for `channelCount`. */
const WEB_AUDIO_CHANNELS = 2;
