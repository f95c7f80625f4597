import { PARAMETER_BYTES, SAMPLE_ALIGNMENT } from "./abi";
import { roundUp } from "./memory/address";
import type { ParameterInfo } from "./parameter-info";
import type { SampleFormat } from "./sample-format";

/** Where the parameters of a storage lie. Places are bytes from the storage's base. */
export interface ParameterLayout {
  /** What a kernel is handed: a length and an address for each parameter. */
  readonly structs: number;
  /** Where the values of each parameter are. */
  readonly rooms: readonly number[];
  /** The last value of each, by which the core finds out whether one has changed. */
  readonly last: number;
  /** Bytes of the room of a parameter that has a value for each frame. One that has a single value has 16. */
  readonly stride: number;
  readonly firstRoom: number;
  readonly end: number;
}

/** What values of parameters are: floats, but for kernels in doubles. */
export function parameterFormat(ofAll: SampleFormat): "f32" | "f64" {
  return ofAll === "f64" ? "f64" : "f32";
}

/** [setup] The places of `parameters` from `start` on, a 16-byte boundary. */
export function parameterLayoutFor(
  parameters: readonly ParameterInfo[],
  start: number,
  maxFrames: number,
  sampleBytes: number,
): ParameterLayout {
  const stride = roundUp(maxFrames * sampleBytes, SAMPLE_ALIGNMENT);
  const firstRoom = roundUp(start + parameters.length * PARAMETER_BYTES, SAMPLE_ALIGNMENT);
  let next = firstRoom;
  const rooms = parameters.map(({ automationRate }) => {
    const room = next;
    next += automationRate === "k-rate" ? SAMPLE_ALIGNMENT : stride;
    return room;
  });
  return { structs: start, rooms, last: next, stride, firstRoom, end: next + parameters.length * sampleBytes };
}
